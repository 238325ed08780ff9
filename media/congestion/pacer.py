"""When the next packet may leave: a picture is spread out instead of being thrown at the path at once."""

from __future__ import annotations

from typing import Final

_FACTOR: Final = 2.5
"""Of the bitrate: a picture of mean size is out in 13 ms of its 33."""
_NARROW: Final = 300_000
_NARROW_FACTOR: Final = 1.2
"""On a narrow path a large picture makes the sound behind it wait."""
_BURST_SECONDS: Final = 0.01
TICK: Final = 0.005
"""No wait is shorter, so that a picture costs few wake-ups; bursts make up for it."""


class Pacer:
    """A bucket that leaks at the pace and holds 10 ms of it."""

    def __init__(self, bitrate: float) -> None:
        self._pace = _pace(bitrate)
        self._probe: float | None = None
        self._level = 0.0
        self._at = 0.0

    def steer(self, bitrate: float) -> None:
        """Bits a second that are sent on average."""
        self._pace = _pace(bitrate)

    def hold_to(self, bitrate: float | None) -> None:
        """While a probe is sent: exactly this bitrate; None when it is out."""
        self._probe = None if bitrate is None else bitrate / 8

    def sent(self, size: int, now: float) -> None:
        """Anything that left, also what did not ask."""
        self._level = self._left(now) + size
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until a packet may leave; 0: now."""
        over = self._left(now) / self._speed - (_BURST_SECONDS if self._probe is None else TICK)
        return max(TICK, over) if over > 0 else 0.0

    @property
    def _speed(self) -> float:
        return self._pace if self._probe is None else self._probe

    def _left(self, now: float) -> float:
        return max(0.0, self._level - (now - self._at) * self._speed)


def _pace(bitrate: float) -> float:
    """Bytes a second."""
    return bitrate / 8 * (_NARROW_FACTOR if bitrate < _NARROW else _FACTOR)
