"""What a call measures about itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from media.audio.playback import SoundFigures
from media.congestion.figures import SendingFigures
from media.consultation import CallFigures

if TYPE_CHECKING:
    from media.reception import PictureFigures

FREEZE_SECONDS: Final = 0.2
"""Without a new picture for longer, a picture stands still for whoever looks at it."""

_WINDOW_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Figures:
    """`received`: as it is told to the other end. Bitrate in bits a second, times in seconds; None: not yet known.
    `round_trip` is that of the network, from RTCP (RFC 3550, 6.4.1); `first_frame_after` counts from the answer to the
    first picture decoded. `sending`: what this end knows of the path to the other. `pictures`, `sound`: how what came
    was mended and held."""

    received: CallFigures
    sent_fps: float
    sent_frames: int
    sent_bitrate: float
    round_trip: float | None
    connected_after: float | None
    first_frame_after: float | None
    bad_messages: int
    sending: SendingFigures | None
    pictures: PictureFigures
    sound: SoundFigures


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


@dataclass(frozen=True)
class Freezes:
    """Times without a new picture for over FREEZE_SECONDS: how many, and how long together."""

    count: int = 0
    seconds: float = 0.0


class FreezeMeter:
    """Freezes between pictures, from the first one on."""

    def __init__(self) -> None:
        self._ended = Freezes()
        self._latest: float | None = None

    def add(self, now: float) -> None:
        """A picture is shown."""
        self._ended = self.read(now)
        self._latest = now

    def read(self, now: float) -> Freezes:
        """Up to now, with the one that still lasts."""
        gap = now - self._latest if self._latest is not None else 0.0
        if gap <= FREEZE_SECONDS:
            return self._ended
        return Freezes(self._ended.count + 1, self._ended.seconds + gap)


class BitrateMeter:
    """Bits a second between two readings of a byte counter."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._last: tuple[float, int] | None = None

    def read(self, now: float, total_bytes: int) -> None:
        if self._last is not None and now > self._last[0]:
            self.rate = (total_bytes - self._last[1]) * 8 / (now - self._last[0])
        self._last = now, total_bytes


class LossMeter:
    """The share of packets that did not come, over the latest readings of two counters (RFC 3550, 6.4.1)."""

    def __init__(self, readings: int = 5) -> None:
        self._readings: deque[tuple[int, int]] = deque(maxlen=readings + 1)

    def read(self, received: int, lost: int) -> None:
        """Packets since the beginning; `lost` may shrink again when one comes late."""
        self._readings.append((received, lost))

    @property
    def share(self) -> float | None:
        """None before two readings, or when nothing was sent between them."""
        if len(self._readings) < 2:
            return None
        (received_before, lost_before), (received, lost) = self._readings[0], self._readings[-1]
        missing = max(0, lost - lost_before)
        sent = received - received_before + missing
        return missing / sent if sent > 0 else None
