"""How late packets come, and how long sound should wait because of it."""

from __future__ import annotations

from collections import deque
from typing import Final

from media.devices.sound import BLOCK_SECONDS, RATE

MIN_TARGET: Final = 0.040
MAX_TARGET: Final = 0.240
"""More is no conversation; what comes later than this is stretched for, then compressed away."""
JUMP_SECONDS: Final = 2.0

_LATER: Final = 0.03
"""The share of packets that may come later than the target allows."""
_AT_LEAST: Final = 67
"""Of fewer packets two may be later: the first ones of a call often queue while it is set up."""
_WINDOW: Final = 512
"""About 10 s of packets: short enough for drifting clocks to pass, long enough to remember a rough path."""
_EVERY: Final = 8
_RECENT: Final = 50
"""Of packets, about a second: if the quickest of them is slower by more than MAX_TARGET, the path has grown."""
_BUNCH: Final = 0.25


class ArrivalTimes:
    """A packet's offset is its arrival less its timestamp, in seconds; `base` is the smallest of the last 10 s, that
    of a packet which met no queue, or of the last second where all have met a longer one. Sound is played at `base` +
    timestamp + `target`."""

    def __init__(self) -> None:
        self.base = 0.0
        self.target = MIN_TARGET
        self._offsets: deque[float] = deque(maxlen=_WINDOW)
        self._first_offsets: deque[float] = deque(maxlen=_WINDOW)
        self._last_arrival = float("-inf")
        self._until_measured = 0

    def add(self, timestamp: int, samples: int, arrival: float) -> bool:
        """Note one packet. False if its time has nothing to do with those before: then it begins anew."""
        offset = arrival - timestamp / RATE
        continues = not self._offsets or abs(offset - self.base) <= JUMP_SECONDS
        if not continues:
            self._offsets.clear()
            self._first_offsets.clear()
        self._offsets.append(offset)
        # Of packets that queued up and came in one bunch, the first tells how long the wait was; one freeze of the
        # network is one event, not fifty.
        if arrival - self._last_arrival >= _BUNCH * samples / RATE or not self._first_offsets:
            self._first_offsets.append(offset)
        self._last_arrival = arrival
        self._until_measured -= 1
        if self._until_measured <= 0 or not continues:
            self._until_measured = _EVERY
            self._measure(samples / RATE)
        self.base = min(self.base, offset)
        return continues

    def _measure(self, packet_seconds: float) -> None:
        self.base = min(self._offsets)
        recent = list(self._offsets)[-_RECENT:]
        if min(recent) - self.base > MAX_TARGET:
            self._offsets = deque(recent, maxlen=_WINDOW)
            self._first_offsets = deque(recent, maxlen=_WINDOW)
            self.base = min(recent)
        offsets = sorted(self._first_offsets)
        later = int(_LATER * max(_AT_LEAST, len(offsets)))
        spread = offsets[max(0, len(offsets) - 1 - later)] - self.base
        # A lost packet is recovered from the next one, and a block is pulled before its end is due.
        self.target = min(MAX_TARGET, max(MIN_TARGET, spread + packet_seconds + BLOCK_SECONDS))
