"""A bound on the bitrate by loss (draft-ietf-rmcat-gcc-02, section 6): for paths that drop instead of queueing."""

from __future__ import annotations

from typing import Final

_LITTLE: Final = 0.02
_MUCH: Final = 0.10
_FLOOD: Final = 0.30
"""Beyond this what arrives is a better guess than any share of what is sent."""
_LEAST: Final = 0.85
"""Of what arrives: loss is told of late, and would be answered twice."""
_GROWTH: Final = 1.1
_MIN_PACKETS: Final = 20
_INTERVAL: Final = 0.3
_SMOOTHING: Final = 0.3


class LossBound:
    """`bound` in bits a second; `loss`: of late, 0 to 1."""

    def __init__(self, highest: float) -> None:
        self.bound = highest
        self.loss = 0.0
        self._highest = highest
        self._packets = 0
        self._lost = 0
        self._since: float | None = None

    def update(self, packets: int, lost: int, rate: float, arriving: float | None, now: float) -> None:
        """`packets`: reported, `lost` among them; `rate`: what is sent at most; `arriving`: of it, if known."""
        self._packets += packets
        self._lost += lost
        self._since = now if self._since is None else self._since
        if now - self._since < _INTERVAL or self._packets < _MIN_PACKETS:
            return
        loss = self._lost / self._packets
        self.loss += _SMOOTHING * (loss - self.loss)
        self._packets, self._lost, self._since = 0, 0, now
        if loss > _MUCH:
            self.bound = min(self.bound, rate) * (1 - 0.5 * loss)
            if arriving is not None:
                self.bound = max(_LEAST * arriving, min(self.bound, arriving) if loss > _FLOOD else self.bound)
        elif loss < _LITTLE:
            self.lift(self.bound * _GROWTH)

    def lift(self, rate: float) -> None:
        """So much has come through."""
        self.bound = min(max(self.bound, rate), self._highest)
