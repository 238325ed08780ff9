"""What arrives: pictures for the screen, sound for the speaker, and the figures about both."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.aiortc_reach.sound import packets_of
from media.audio.playback import Playback, SoundFigures
from media.devices.sound import RATE, Samples, level
from media.devices.speaker import Speaker
from media.figures import FreezeMeter, RateMeter
from media.i420 import I420, from_frame
from media.latest import LatestSlot

MAX_PIXELS: Final = 1920 * 1200

log = structlog.get_logger(__name__)


class VideoReception:
    """Decoded pictures into a slot, newest wins."""

    def __init__(self, slot: LatestSlot[I420], clock: Callable[[], float] = time.monotonic) -> None:
        self.frames = RateMeter()
        self.freezes = FreezeMeter()
        self.width = 0
        self.height = 0
        self.first_at: float | None = None
        self._slot = slot
        self._clock = clock

    async def run(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        try:
            while True:
                self._show(await track.recv())
        except MediaStreamError:
            return

    def _show(self, frame: Any) -> None:
        if frame.width * frame.height > MAX_PIXELS:
            return
        now = self._clock()
        if self.first_at is None:
            self.first_at = now
        self.frames.add(now)
        self.freezes.add(now)
        self.width, self.height = frame.width, frame.height
        self._slot.put(from_frame(frame))


class AudioReception:
    """Sound from its packets to the speaker, mono at 48 kHz."""

    def __init__(self, speaker: Speaker, clock: Callable[[], float] = time.monotonic) -> None:
        self.level = 0.0
        """Root mean square of the latest 20 ms, 0 to 1."""
        self._speaker = speaker
        self._playback = Playback(clock)

    @property
    def seconds(self) -> float:
        """How much sound has been received and played."""
        return self._playback.heard / RATE

    def figures(self) -> SoundFigures:
        return self._playback.figures()

    async def run(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        stop = self._speaker.play(self._pull)
        try:
            with packets_of(track, self._playback.put):
                while True:
                    await track.recv()
        except MediaStreamError:
            return
        finally:
            stop()

    def _pull(self, count: int) -> Samples:
        samples = self._playback.pull(count)
        self.level = min(1.0, level(samples))
        return samples
