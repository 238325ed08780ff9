"""Which size of picture a bitrate is good for: at little the size goes down before the rate of pictures does.

Down when the bitrate is below what the size is worth and the encoder has to be coarse to keep to it. The bitrate alone
would mislead: the other end cannot tell a narrow path from a calm picture that needs little, and answers both with
little. Up when the bitrate is well above what the next size is worth, or the picture could not be much finer.
A new size costs a key frame, so the thresholds lie apart and the wish must last; except when the bitrate falls so
far at once that no picture of this size would get through. Without I/O; time is passed in.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, NamedTuple


class Rung(NamedTuple):
    """`scale` of the camera's sides; worth having from `floor` on and never sent above `ceiling`, bits a second."""

    scale: Fraction
    floor: int
    ceiling: int


RUNGS: Final = (
    Rung(Fraction(1), 800_000, 2_500_000),
    Rung(Fraction(3, 4), 450_000, 1_400_000),
    Rung(Fraction(1, 2), 180_000, 800_000),
    Rung(Fraction(1, 4), 0, 350_000),
)
"""1280x720, 960x540, 640x360, 320x180, at 30 frames a second."""

MAX_BITRATE: Final = RUNGS[0].ceiling
MIN_BITRATE: Final = 15_000
"""Enough for 30 frames a second of the smallest picture, of somebody who sits still."""

UP_FACTOR: Final = 1.3
COARSE: Final = 32.0
FINE: Final = 20.0
"""Quantizers of H.264, 0 to 51; six more is half the detail."""
HOPELESS: Final = 45.0
_STEP_OF_HALF: Final = 6.0
"""How much coarser half the bitrate makes a picture."""
_SMOOTHING: Final = 10
DOWN_SECONDS: Final = 0.7
UP_SECONDS: Final = 3.0


def within_limits(bitrate: int) -> int:
    """The nearest that pictures can be encoded at, bits a second."""
    return max(MIN_BITRATE, min(bitrate, MAX_BITRATE))


class Ladder:
    """Starts at the rung that `bitrate` is good for."""

    def __init__(self, bitrate: int) -> None:
        self._step = _good_for(bitrate)
        self._wish: tuple[bool, float] | None = None
        """Whether it is for a smaller picture, and since when."""
        self._usual: float | None = None
        """Bitrate that the quantizer belongs to."""

    @property
    def rung(self) -> Rung:
        return RUNGS[self._step]

    def consider(self, bitrate: int, quantizer: float | None, now: float) -> Rung:
        """The rung for the next picture while `bitrate` may be sent. `quantizer`: of late; None if not known, then the
        bitrate alone decides. `now` in seconds, never falling."""
        if self._is_hopeless(bitrate, quantizer):
            self._step, self._wish = _good_for(bitrate), None
        wanted = self._wanted(bitrate, quantizer)
        if wanted == self._step:
            self._wish = None
            return self.rung
        down = wanted > self._step
        if self._wish is None or self._wish[0] is not down:
            self._wish = down, now
        if now - self._wish[1] >= (DOWN_SECONDS if down else UP_SECONDS):
            self._step, self._wish = wanted, None
        return self.rung

    def _is_hopeless(self, bitrate: int, quantizer: float | None) -> bool:
        """At this size, judging by how coarse pictures were before the bitrate fell."""
        usual = float(bitrate) if self._usual is None else self._usual
        self._usual = usual + (bitrate - usual) / _SMOOTHING
        if quantizer is None or bitrate >= self.rung.floor:
            return False
        return quantizer + _STEP_OF_HALF * math.log2(max(1.0, usual / bitrate)) >= HOPELESS

    def _wanted(self, bitrate: int, quantizer: float | None) -> int:
        if bitrate < self.rung.floor and (quantizer is None or quantizer >= COARSE):
            return _good_for(bitrate)
        affordable = _good_for(round(bitrate / UP_FACTOR))
        if quantizer is not None and quantizer <= FINE:
            affordable = min(affordable, max(0, self._step - 1))
        return min(self._step, affordable)


def _good_for(bitrate: int) -> int:
    return next(step for step, rung in enumerate(RUNGS) if bitrate >= rung.floor)
