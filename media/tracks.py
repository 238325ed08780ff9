"""The booth's camera and microphone as aiortc tracks. They borrow the devices: stopping a track leaves them open."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import av
from aiortc.mediastreams import VIDEO_CLOCK_RATE, VIDEO_TIME_BASE, MediaStreamError, MediaStreamTrack

from media.devices.camera import Camera, CameraFrame
from media.devices.microphone import Microphone
from media.devices.sound import BLOCK, RATE
from media.encoding.sharing import Shot
from media.encoding.speech import Hearer, SpeechPacket, speech_of
from media.figures import RateMeter
from media.i420 import to_frame
from media.latest import LatestSlot, Versioned

_MAX_PACKETS: Final = 10
"""200 ms of sound may wait to be sent; more is delay."""
_DRIFT: Final = 0.000_1
_NEW_BEGINNING: Final = 0.25


def call_in_loop(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    """Run `callback` on the loop, from any thread; nothing happens once the loop is closed."""
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:
        if not loop.is_closed():
            raise


class CameraTrack(MediaStreamTrack):
    """Each new picture once, the newest only; timestamps are those of capture."""

    kind = "video"

    def __init__(self, camera: Camera, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.sent = RateMeter()
        self._frames: LatestSlot[CameraFrame] = camera.frames
        self._clock = clock
        self._seen = 0
        self._behind = False
        self._origin: float | None = None
        self._changed = asyncio.Event()
        self._held = False
        loop = asyncio.get_running_loop()
        self._unlisten = camera.frames.listen(lambda: call_in_loop(loop, self._changed.set))

    def hold(self, held: bool) -> None:
        """Give no more pictures for now; they are not kept either."""
        self._held = held
        self._changed.set()

    async def recv(self) -> av.VideoFrame:
        entry = self._frames.take(0 if self._behind else self._seen)
        while entry is None or self._held:
            if self.readyState != "live":
                raise MediaStreamError
            self._changed.clear()
            await self._changed.wait()
            entry = self._frames.take(self._seen)
        self._behind = False
        self._seen = entry.version
        self.sent.add(self._clock())
        return self._as_frame(entry)

    def _as_frame(self, entry: Versioned[CameraFrame]) -> av.VideoFrame:
        picture = entry.value
        if self._origin is None:
            self._origin = picture.stamp
        frame = to_frame(picture.i420)
        frame.pts = round((picture.stamp - self._origin) * VIDEO_CLOCK_RATE)
        frame.time_base = VIDEO_TIME_BASE
        frame.opaque = Shot(self._frames, entry.version, picture.stamp, self._hurry)
        return frame

    def _hurry(self) -> None:
        """Another call has had pictures that this one still lacks; on an encoder's thread."""
        self._behind = True

    def captured_at(self, pts: int) -> float | None:
        """When the picture with these `pts` was captured, on the clock; None before the first."""
        return None if self._origin is None else self._origin + pts / VIDEO_CLOCK_RATE

    def stop(self) -> None:
        self._unlisten()
        super().stop()
        self._changed.set()


class MicrophoneTrack(MediaStreamTrack):
    """Speech in order, encoded already, 20 ms a packet; nothing while nobody speaks."""

    kind = "audio"

    def __init__(self, microphone: Microphone, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._microphone = microphone
        self._clock = clock
        self._origin: float | None = None
        self._hearer: Hearer | None = None
        self._packets: deque[SpeechPacket] = deque(maxlen=_MAX_PACKETS)
        self._arrived = asyncio.Event()
        self._held = False

    def hold(self, held: bool) -> None:
        """Give no more sound for now; it is not kept either."""
        self._held = held
        self._packets.clear()

    def _add(self, packet: SpeechPacket, now: float) -> None:
        self._note_origin(now - (packet.pts + BLOCK) / RATE)
        if not self._held:
            self._packets.append(packet)
            self._arrived.set()

    def _note_origin(self, origin: float) -> None:
        """The earliest counts, as others were held up, and clocks drift; more than a drift is a new beginning."""
        if self._origin is None or not 0 <= origin - self._origin < _NEW_BEGINNING:
            self._origin = origin
        else:
            self._origin += min(_DRIFT, origin - self._origin)

    def captured_at(self, pts: int) -> float | None:
        """When the first sample of the packet with these `pts` was in the air, on the clock; None before the first."""
        return None if self._origin is None else self._origin + pts / RATE - self._microphone.latency

    def _hear(self, packet: SpeechPacket, loop: asyncio.AbstractEventLoop) -> None:
        """On the microphone's thread."""
        now = self._clock()
        call_in_loop(loop, lambda: self._add(packet, now))

    async def recv(self) -> Any:
        """A SpeechPacket; aiortc hands what is no frame to the encoder's `pack`."""
        if self._hearer is None and self.readyState == "live":
            loop = asyncio.get_running_loop()
            speech = speech_of(self._microphone)
            self._hearer = speech.join(lambda packet: self._hear(packet, loop))
        while not self._packets:
            if self.readyState != "live":
                raise MediaStreamError
            self._arrived.clear()
            await self._arrived.wait()
        return self._packets.popleft()

    def stop(self) -> None:
        if self._hearer is not None:
            self._hearer.leave()
        super().stop()
        self._arrived.set()
