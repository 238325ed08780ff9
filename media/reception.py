"""What arrives: pictures for the screen, sound for the speaker, and the figures about both."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.aiortc_reach.pictures import pictures_of
from media.aiortc_reach.receivers import reports_of
from media.aiortc_reach.sound import packets_of
from media.audio.jitter import Packet
from media.audio.playback import Playback, SoundFigures
from media.audio.requests import SoundRequests
from media.devices.sound import RATE, Samples, level, silence
from media.devices.speaker import Speaker
from media.figures import FreezeMeter, RateMeter
from media.i420 import I420, from_frame
from media.latest import LatestSlot
from media.pictures.assembler import PictureAssembler
from media.pictures.decoder import Decoded, PictureDecoder
from media.pictures.packet import CLOCK_RATE, PicturePacket
from media.pictures.sync import PictureClock, SenderClock
from media.tracks import call_in_loop

_SMOOTHING: Final = 1 / 16
_ANOTHER_CLOCK: Final = 1.0
"""Seconds; a lag that jumps by more is measured on another clock."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PictureFigures:
    """Pictures that were whole, not shown because a newer one was there, and given up; packets asked for, that came
    again, that came late or twice; key frames asked for. Seconds: jitter, decoding a picture, from asking to having,
    how long pictures are held for sound, and how far sound is behind them (None: not known)."""

    received: int
    hidden: int
    dropped: int
    failed: int
    asked: int
    repaired: int
    late: int
    keys_asked: int
    jitter: float
    decoding: float
    round_trip: float
    held: float
    sync_offset: float | None


class _Due(Protocol):
    def next_due(self) -> float | None: ...


class _Asking:
    """Tells the sender what it is to be told, when that is due."""

    def __init__(self, due: _Due, clock: Callable[[], float]) -> None:
        self._due = due
        self._clock = clock
        self._changed = asyncio.Event()

    def look(self) -> None:
        """Something may be due sooner than it was."""
        if self._due.next_due() is not None:
            self._changed.set()

    @contextlib.asynccontextmanager
    async def going_on(self, tell: Callable[[float], Awaitable[None]], name: str) -> AsyncIterator[None]:
        """Meanwhile `tell` is called with the time, whenever something is due."""
        task = asyncio.create_task(self._run(tell), name=name)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, tell: Callable[[float], Awaitable[None]]) -> None:
        while True:
            self._changed.clear()
            await tell(self._clock())
            moment = self._due.next_due()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if moment is None else max(0.0, moment - self._clock())):
                    await self._changed.wait()


class VideoReception:
    """Decoded pictures into a slot, newest wins. `sound_lag`: see AudioReception.lag."""

    def __init__(
        self,
        slot: LatestSlot[I420],
        clock: Callable[[], float] = time.monotonic,
        sound_lag: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.frames = RateMeter()
        self.freezes = FreezeMeter()
        self.width = 0
        self.height = 0
        self.first_at: float | None = None
        self.held = False
        """Nothing is shown for now."""
        self._slot = slot
        self._clock = clock
        self._sound_lag = sound_lag
        self._lag: float | None = None
        self._sender = SenderClock(CLOCK_RATE)
        self._pace = PictureClock()
        self._assembler = PictureAssembler()
        self._asking = _Asking(self._assembler, clock)
        self._decoder: PictureDecoder | None = None

    @property
    def sync_offset(self) -> float | None:
        """Seconds by which sound is behind the picture; negative if it is before it (EN 301 549, 6.5.4)."""
        sound = self._sound_lag()
        return None if sound is None or self._lag is None else sound - self._lag

    def figures(self) -> PictureFigures:
        assembler, decoder = self._assembler, self._decoder
        return PictureFigures(
            received=assembler.assembled,
            hidden=decoder.hidden if decoder else 0,
            dropped=assembler.dropped,
            failed=decoder.failed if decoder else 0,
            asked=assembler.repair.asked,
            repaired=assembler.repair.repaired,
            late=assembler.late,
            keys_asked=assembler.keys_asked,
            jitter=assembler.jitter,
            decoding=decoder.seconds if decoder else 0.0,
            round_trip=assembler.repair.round_trip,
            held=self._pace.delay,
            sync_offset=self.sync_offset,
        )

    async def run(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        loop = asyncio.get_running_loop()
        self._decoder = decoder = PictureDecoder(
            lambda decoded: self._show(loop, decoded), lambda: call_in_loop(loop, self._begin_again), self._clock
        )
        try:
            with pictures_of(track, self._take) as line, reports_of(track, self._sender.report):
                async with self._asking.going_on(
                    lambda now: line.tell(self._assembler.due(now)), name="picture-feedback"
                ):
                    while True:
                        await track.recv()
        except MediaStreamError:
            return
        finally:
            decoder.close()

    def _take(self, packet: PicturePacket) -> None:
        now = self._clock()
        for picture in self._assembler.put(packet, now):
            due = self._pace.due(picture.timestamp, now, packet.again)
            if self._decoder is not None and not self._decoder.put(picture, due):
                self._assembler.lose(now)
                break
        self._asking.look()

    def _begin_again(self) -> None:
        self._assembler.lose(self._clock())
        self._asking.look()

    def _show(self, loop: asyncio.AbstractEventLoop, decoded: Decoded) -> None:
        """On the decoder's thread."""
        if not self.held:
            self._slot.put(from_frame(decoded.frame))
        now, size = self._clock(), (decoded.frame.width, decoded.frame.height)
        call_in_loop(loop, lambda: self._note(decoded.timestamp, size, now))

    def _note(self, timestamp: int, size: tuple[int, int], now: float) -> None:
        if self.first_at is None:
            self.first_at = now
        self.frames.add(now)
        self.freezes.add(now)
        self.width, self.height = size
        if (captured := self._sender.captured(timestamp)) is None:
            return
        lag = now - captured
        before = lag if self._lag is None or abs(lag - self._lag) > _ANOTHER_CLOCK else self._lag
        self._lag = before + (lag - before) * _SMOOTHING
        # Without sound there is nothing to wait for.
        self._pace.keep_near(self.sync_offset or 0.0, now)


class AudioReception:
    """Sound from its packets to the speaker, mono at 48 kHz."""

    def __init__(self, speaker: Speaker, clock: Callable[[], float] = time.monotonic) -> None:
        self.level = 0.0
        """Root mean square of the latest 20 ms, 0 to 1."""
        self.held = False
        """Nothing is heard for now."""
        self._speaker = speaker
        self._clock = clock
        self._playback = Playback(clock)
        self._requests = SoundRequests()
        self._asking = _Asking(self._requests, clock)
        self._sender = SenderClock(RATE)

    @property
    def seconds(self) -> float:
        """How much sound has been received and played."""
        return self._playback.heard / RATE

    def lag(self) -> float | None:
        """Seconds from capture, on the sender's clock, to being heard, on ours: to be compared with the picture's."""
        timestamp = self._sender.timestamp
        if timestamp is None or (heard := self._playback.heard_at(timestamp)) is None:
            return None
        captured = self._sender.captured(timestamp)
        return None if captured is None else heard + self._speaker.latency - captured

    def figures(self) -> SoundFigures:
        return self._playback.figures()

    async def run(self, track: MediaStreamTrack) -> None:
        """Until the track ends."""
        stop = self._speaker.play(self._pull)
        try:
            with packets_of(track, self._take) as line, reports_of(track, self._sender.report):
                async with self._asking.going_on(
                    lambda now: line.ask(self._requests.ssrc, self._requests.due(now)), name="sound-feedback"
                ):
                    while True:
                        await track.recv()
        except MediaStreamError:
            return
        finally:
            stop()

    def _take(self, packet: Packet) -> None:
        self._playback.put(packet, again=self._requests.note(packet.ssrc, packet.sequence, self._clock()))
        self._asking.look()

    def _pull(self, count: int) -> Samples:
        samples = self._playback.pull(count)
        if self.held:
            samples = silence(count)
        self.level = min(1.0, level(samples))
        return samples
