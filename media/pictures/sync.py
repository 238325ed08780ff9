"""Picture and sound together (EN 301 549, 6.5.4: within 100 ms). No I/O; the time is passed in.

A sender reports which timestamps of picture and sound belong to one moment of its clock. How long each stream takes
from there to screen and speaker, its lag, can be compared, though the clocks at both ends cannot."""

from __future__ import annotations

from collections import deque
from typing import Final

from media.audio.jitter import unwrap
from media.pictures.packet import CLOCK_RATE

NEAR_SECONDS: Final = 0.040
FAR_SECONDS: Final = 0.080
"""Sound that is more behind holds the picture back; the picture goes ahead again when sound is nearer than NEAR."""
STEP_SECONDS: Final = 0.010
EVERY_SECONDS: Final = 0.2
MAX_DELAY_SECONDS: Final = 0.3

_NTP_FRACTION: Final = 1 << 32
_WINDOW_SECONDS: Final = 10.0


class SenderClock:
    """From a stream's timestamps to the sender's clock, by its reports (RFC 3550, 6.4.1)."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._captured = 0.0
        self.timestamp: int | None = None
        """The latest that was reported."""

    def report(self, ntp: int, timestamp: int) -> None:
        """`ntp` 64 bits, `timestamp` 32 bits, as reported."""
        self._captured, self.timestamp = ntp / _NTP_FRACTION, timestamp

    def captured(self, timestamp: int) -> float | None:
        """When it was captured, in seconds of the sender's clock; None before the first report."""
        if self.timestamp is None:
            return None
        return self._captured + (unwrap(timestamp, self.timestamp, 32) - self.timestamp) / self._rate


class PictureClock:
    """When a picture is to be shown: `delay` after it would be whole on an empty path, or at once if it is later."""

    def __init__(self) -> None:
        self.delay = 0.0
        """Seconds. 0: pictures are shown as they come."""
        self._timestamp: int | None = None
        self._quickest: deque[tuple[float, float]] = deque()
        self._adjusted = float("-inf")

    def due(self, timestamp: int, now: float) -> float:
        """For a picture that has become whole just now."""
        near = timestamp if self._timestamp is None else self._timestamp
        self._timestamp = unwrap(timestamp, near, 32)
        stamp = self._timestamp / CLOCK_RATE
        offset = now - stamp
        while self._quickest and self._quickest[-1][1] >= offset:
            self._quickest.pop()
        self._quickest.append((now, offset))
        while now - self._quickest[0][0] > _WINDOW_SECONDS:
            self._quickest.popleft()
        return min(stamp + self._quickest[0][1] + self.delay, now + self.delay)

    def keep_near(self, sound_behind: float, now: float) -> None:
        """Adjust the delay, a step at a time, to how far sound is behind the picture as it is shown now."""
        if now - self._adjusted < EVERY_SECONDS:
            return
        self._adjusted = now
        if sound_behind > FAR_SECONDS:
            self.delay = min(MAX_DELAY_SECONDS, self.delay + STEP_SECONDS)
        elif sound_behind < NEAR_SECONDS:
            self.delay = max(0.0, self.delay - STEP_SECONDS)
