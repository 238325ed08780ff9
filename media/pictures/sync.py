"""Picture and sound together (EN 301 549, 6.5.4: within 100 ms). No I/O; the time is passed in.

A sender reports which timestamps of picture and sound belong to one moment of its clock. How long each stream takes
from there to screen and speaker, its lag, can be compared, though the clocks at both ends cannot."""

from __future__ import annotations

from collections import deque
from typing import Final

from media.pictures.packet import CLOCK_RATE
from media.wrapping import unwrap

NEAR_SECONDS: Final = 0.040
FAR_SECONDS: Final = 0.080
"""Sound that is more behind holds the picture back; the picture goes ahead again when sound is nearer than NEAR."""
STEP_SECONDS: Final = 0.010
EVERY_SECONDS: Final = 0.2
MAX_DELAY_SECONDS: Final = 0.3
UNEVEN_SECONDS: Final = 0.06
"""Where repairs make one picture in ten so much later than the quickest, all are shown more evenly."""
MAX_UNEVEN_SECONDS: Final = 0.12

_NTP_FRACTION: Final = 1 << 32
_WINDOW_SECONDS: Final = 10.0
_UNEVEN_WINDOW_SECONDS: Final = 5.0
_MOST: Final = 0.9


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
        self.apart = 0.0
        """Seconds of delay for the sake of sound."""
        self.uneven = 0.0
        """Seconds of delay on a path that loses packets: most pictures are whole by then, repaired or not, so that
        those that take longer make no gap that is seen. Nothing on a path that merely jitters or queues."""
        self._timestamp: int | None = None
        self._quickest: deque[tuple[float, float]] = deque()
        self._lateness: deque[tuple[float, float]] = deque()
        self._looked = float("-inf")
        self._adjusted = float("-inf")

    @property
    def delay(self) -> float:
        """Seconds. 0: pictures are shown as they come."""
        return max(self.apart, self.uneven)

    def due(self, timestamp: int, now: float, repaired: bool = False) -> float:
        """For a picture that has become whole just now; `repaired`: because something lost has come again."""
        near = timestamp if self._timestamp is None else self._timestamp
        self._timestamp = unwrap(timestamp, near, 32)
        stamp = self._timestamp / CLOCK_RATE
        offset = now - stamp
        while self._quickest and self._quickest[-1][1] >= offset:
            self._quickest.pop()
        self._quickest.append((now, offset))
        while now - self._quickest[0][0] > _WINDOW_SECONDS:
            self._quickest.popleft()
        quickest = stamp + self._quickest[0][1]
        self._note_lateness(now - quickest if repaired else 0.0, now)
        return min(quickest + self.delay, now + self.delay)

    def _note_lateness(self, late: float, now: float) -> None:
        self._lateness.append((now, late))
        while now - self._lateness[0][0] > _UNEVEN_WINDOW_SECONDS:
            self._lateness.popleft()
        if now - self._looked < EVERY_SECONDS:
            return
        self._looked = now
        ordered = sorted(late for _, late in self._lateness)
        most = ordered[int(_MOST * len(ordered))]
        wanted = min(MAX_UNEVEN_SECONDS, most) if most >= UNEVEN_SECONDS else 0.0
        self.uneven = wanted if wanted > self.uneven else max(wanted, self.uneven - STEP_SECONDS)

    def keep_near(self, sound_behind: float, now: float) -> None:
        """Adjust the delay, a step at a time, to how far sound is behind the picture as it is shown now."""
        if now - self._adjusted < EVERY_SECONDS:
            return
        self._adjusted = now
        if sound_behind > FAR_SECONDS:
            self.apart = min(MAX_DELAY_SECONDS, self.delay + STEP_SECONDS)
        elif sound_behind < NEAR_SECONDS:
            self.apart = max(0.0, self.apart - STEP_SECONDS)
