"""What a call measures about itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from media.consultation import CallFigures

_WINDOW_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Figures:
    """`received`: as it is told to the other end. Bitrate in bits a second, times in seconds; None: not yet known.
    `round_trip` is that of the network, from RTCP (RFC 3550, 6.4.1); `first_frame_after` counts from the answer to the
    first picture decoded."""

    received: CallFigures
    sent_fps: float
    sent_frames: int
    sent_bitrate: float
    round_trip: float | None
    connected_after: float | None
    first_frame_after: float | None
    bad_messages: int


class RateMeter:
    """Events a second over the last two seconds, on a clock that is passed in."""

    def __init__(self, window: float = _WINDOW_SECONDS) -> None:
        self.count = 0
        self._window = window
        self._first: float | None = None
        self._recent: deque[float] = deque()

    def add(self, now: float) -> None:
        self.count += 1
        if self._first is None:
            self._first = now
        self._recent.append(now)
        self._forget(now)

    def rate(self, now: float) -> float:
        """0 before the first event."""
        self._forget(now)
        if self._first is None or now <= self._first:
            return 0.0
        return len(self._recent) / min(self._window, now - self._first)

    def _forget(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - self._window:
            self._recent.popleft()


class BitrateMeter:
    """Bits a second between two readings of a byte counter."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._last: tuple[float, int] | None = None

    def read(self, now: float, total_bytes: int) -> None:
        if self._last is not None and now > self._last[0]:
            self.rate = (total_bytes - self._last[1]) * 8 / (now - self._last[0])
        self._last = now, total_bytes
