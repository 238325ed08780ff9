"""Additive and multiplicative increase, multiplicative decrease (draft-ietf-rmcat-gcc-02, section 5.5)."""

from __future__ import annotations

from typing import Final

from media.congestion.delay import Usage

DECREASE: Final = 0.85
_GROWTH_A_SECOND: Final = 1.08
_REACH: Final = 1.5
"""No growth beyond this times what arrives: nothing shows that the path would carry more."""
_REACH_MARGIN: Final = 10_000
_DRAIN_SECONDS: Final = 0.5
"""At most so long the queue that is left counts as the old rate's."""
_PACKET_BITS: Final = 1200 * 8
_PICTURES_A_SECOND: Final = 30
_SPREAD: Final = 3
"""Standard deviations around the capacity seen last, within which growth is careful."""
_CAPACITY_SMOOTHING: Final = 0.05
_CAPACITY_DEVIATION: Final = 0.1


class RateControl:
    """Bits a second, between `lowest` and `highest`."""

    def __init__(self, start: float, lowest: float, highest: float) -> None:
        self.rate = start
        self._lowest, self._highest = lowest, highest
        self._capacity: float | None = None
        self._changed: float | None = None
        self._decreased = float("-inf")
        self._holds = False

    def update(self, usage: Usage, rate: float | None, latest: float | None, round_trip: float, now: float) -> bool:
        """`rate` and `latest`: what arrives (see Throughput). True: the path was overused; less is sent now."""
        since = 0.0 if self._changed is None else min(now - self._changed, 1.0)
        self._changed = now
        if usage is Usage.OVER:
            return self._decrease(latest, round_trip, now)
        if usage is Usage.UNDER:
            # Queues are being emptied.
            self._holds = True
        elif self._holds:
            self._holds = False
        else:
            self._increase(rate, round_trip, since)
        return False

    def set(self, rate: float) -> None:
        """Known from elsewhere."""
        self.rate = min(max(rate, self._lowest), self._highest)

    def _decrease(self, latest: float | None, round_trip: float, now: float) -> bool:
        self._holds = True
        arriving = self.rate if latest is None else latest
        if now - self._decreased < min(2 * round_trip, _DRAIN_SECONDS) and arriving > self.rate / 2:
            return False
        self._decreased = now
        self._note_capacity(arriving)
        self.set(min(self.rate, DECREASE * arriving))
        return True

    def _increase(self, rate: float | None, round_trip: float, since: float) -> None:
        if rate is None:
            return
        reach = _REACH * rate + _REACH_MARGIN
        if self.rate >= reach:
            return
        if self._capacity is not None and rate > self._capacity * (1 + _SPREAD * _CAPACITY_DEVIATION):
            self._capacity = None
        if self._capacity is None:
            step = self.rate * (_GROWTH_A_SECOND**since - 1)
        else:
            # Half a packet for each time it takes to learn of its effect.
            packet = min(_PACKET_BITS, self.rate / _PICTURES_A_SECOND)
            step = max(4_000.0, 0.5 * packet / (round_trip + 0.1)) * since
        self.set(min(self.rate + step, reach))

    def _note_capacity(self, arriving: float) -> None:
        before = self._capacity
        near = before is not None and abs(arriving - before) <= _SPREAD * _CAPACITY_DEVIATION * before
        if before is None or not near:
            self._capacity = arriving
        else:
            self._capacity = before + _CAPACITY_SMOOTHING * (arriving - before)
