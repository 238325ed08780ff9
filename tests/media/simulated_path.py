"""A booth's sending side over a simulated path, in simulated time: the same every time, and faster than a clock."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiortc import codecs
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters, RTCRtpSendParameters

from media.aiortc_reach.extensions import PLAYOUT_DELAY_URI
from media.aiortc_reach.sending import Sending
from media.congestion import feedback

SOUND, PICTURE, REPAIR = 1, 2, 3
OUTSIDE = 38
SOUND_PAYLOAD, PICTURE_PAYLOAD = 80, 1200
FRAME_SECONDS = 1 / 30
_EXTENSIONS = [
    RTCRtpHeaderExtensionParameters(id=3, uri=feedback.URI),
    RTCRtpHeaderExtensionParameters(id=6, uri=PLAYOUT_DELAY_URI),
]


class _Leap(selectors.DefaultSelector):
    """Does not wait, but lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0.0
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Sleeps take no time."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        # A little passes with each look, else a timer may be due and never run.
        return self._leap.now


def simulate(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` on a simulated loop."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        runner.run(work())


@dataclass
class Path:
    """`rate` in bits a second, `delay` and `jitter` in seconds one way, `queue` in seconds of sending; what finds it
    full is lost, `loss` beside that. `jitter` is a queue of another length every 50 ms, in order. `bucket`: bytes that
    may pass at once after a pause, as with a token bucket."""

    rate: float = 10e6
    delay: float = 0.02
    jitter: float = 0.0
    loss: float = 0.0
    queue: float = 0.3
    bucket: float = 0.0
    is_cut: bool = False
    _source: random.Random = field(default_factory=lambda: random.Random(1))
    _free: float = 0.0
    _last: float = 0.0
    _mood: tuple[float, float] = (0.0, 0.0)

    def arrival(self, now: float, size: int) -> float | None:
        """When a packet that leaves now arrives; None: never."""
        self._free = max(self._free, now - self.bucket * 8 / self.rate)
        if self.is_cut or self._free - now > self.queue or self._source.random() < self.loss:
            return None
        self._free += size * 8 / self.rate
        if now >= self._mood[0]:
            self._mood = now + 0.05, self._source.random()
        self._last = max(self._last, now + self.delay + self._mood[1] * self.jitter, self._free + self.delay)
        return self._last


class Sender:
    """What `Sending` knows of aiortc's RTCRtpSender."""

    def __init__(self, kind: str, sending: Sending, ssrc: int) -> None:
        self.kind = kind
        self._ssrc = ssrc
        self._rtx_ssrc = REPAIR if kind == "video" else 0
        self._enabled = True
        self.target_bitrate = 1_500_000
        self._RTCRtpSender__encoder = self
        self._RTCRtpSender__rtx_sequence_number = 7
        self.key_frames = 0
        self._sending = sending
        self._sequence = 0
        codec = RTCRtpCodecParameters(f"{kind}/x", 90_000, payloadType=100)
        rtx = RTCRtpCodecParameters(f"{kind}/rtx", 90_000, payloadType=101, parameters={"apt": 100})
        assert codecs.is_rtx(rtx)
        self.parameters = RTCRtpSendParameters(codecs=[codec, rtx], headerExtensions=_EXTENSIONS)

    def _send_keyframe(self) -> None:
        self.key_frames += 1

    async def send(self, payload: int, *, last: bool) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        await self._sending.send(self._packet(self._sequence, self._ssrc, payload, last=last))

    async def _retransmit(self, sequence: int) -> None:
        """As aiortc: on the stream of repairs, with the number it had before its payload (RFC 4588, 4)."""
        if self.kind == "video":
            self._RTCRtpSender__rtx_sequence_number += 1
            repair = self._packet(self._RTCRtpSender__rtx_sequence_number & 0xFFFF, self._rtx_ssrc, 0, last=False)
            await self._sending.send(repair + sequence.to_bytes(2, "big") + bytes(PICTURE_PAYLOAD))

    def _packet(self, sequence: int, ssrc: int, payload: int, *, last: bool) -> bytes:
        header = bytes([0x90, 100 | 0x80 * last]) + sequence.to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big")
        return header + bytes([0xBE, 0xDE, 0, 3, 3 << 4 | 1, 0, 0, 6 << 4 | 2]) + bytes(8) + bytes(payload)


@dataclass
class Second:
    """What happened in one second. `sound_delays`: of each packet of sound that arrived, from the wish to send it."""

    pictures: int = 0
    picture_bytes: int = 0
    sound_delays: list[float] = field(default_factory=list)
    sound_lost: int = 0
    estimate: float | None = None
    paused: bool = False

    @property
    def picture_bitrate(self) -> int:
        return self.picture_bytes * 8


class Booth:
    """Sends sound and a picture that fills the bitrate it is given, up to `wanted` bits a second."""

    def __init__(self, path: Path, wanted: float = 2.5e6, feedback_seconds: float = 0.05) -> None:
        self._loop = asyncio.get_running_loop()
        self.path = path
        self.wanted = wanted
        self.sending = Sending(self._put_out, self._loop.time)
        self.sound = Sender("audio", self.sending, SOUND)
        self.picture = Sender("video", self.sending, PICTURE)
        for sender in (self.sound, self.picture):
            self.sending.register(sender, sender.parameters)
        self.seconds: list[Second] = []
        self.sent_packets = 0
        self.picture_delays: list[float] = []
        self.playout_delays: list[float] = []
        self._builder = feedback.FeedbackBuilder()
        self._feedback_seconds = feedback_seconds
        self._source = random.Random(2)
        self._handles: deque[asyncio.TimerHandle] = deque(maxlen=10_000)
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self, seconds: float) -> list[Second]:
        """Go on for so long; what happened in each second of it."""
        if not self._tasks:
            work = (self._speak(), self._show(), self._answer())
            self._tasks = [asyncio.create_task(one, name="simulated") for one in work]
        before = len(self.seconds)
        for _ in range(round(seconds)):
            self.seconds.append(Second())
            await asyncio.sleep(1)
            figures = self.sending.figures()
            self.seconds[-1].estimate, self.seconds[-1].paused = figures.bitrate, figures.picture_paused
        return self.seconds[before:]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sending.stop()
        for handle in self._handles:
            handle.cancel()

    async def _speak(self) -> None:
        start = self._loop.time()
        for number in count(1):
            await self.sound.send(SOUND_PAYLOAD, last=False)
            await asyncio.sleep(max(0.0, start + 0.02 * number - self._loop.time()))

    async def _show(self) -> None:
        """The camera's newest picture each time, as aiortc fetches them."""
        start = self._loop.time()
        while True:
            number = int((self._loop.time() - start) / FRAME_SECONDS + 1e-6) + 1
            await asyncio.sleep(start + number * FRAME_SECONDS - self._loop.time())
            if not self.picture._enabled:
                continue
            bitrate = min(self.wanted, max(self.picture.target_bitrate, 15_000))
            size = max(40, round(bitrate * FRAME_SECONDS / 8 * self._source.uniform(0.7, 1.3)))
            captured = self._loop.time()
            while size > 0:
                last = size <= PICTURE_PAYLOAD
                await self.picture.send(min(size, PICTURE_PAYLOAD), last=last)
                size -= PICTURE_PAYLOAD
            self._captured = captured

    async def _answer(self) -> None:
        while True:
            await asyncio.sleep(self._feedback_seconds)
            while packet := self._builder.build():
                if not self.path.is_cut:
                    await asyncio.sleep(0)
                    self._later(self.path.delay, lambda packet=packet: self._hear(packet))

    def _hear(self, packet: bytes) -> None:
        task = asyncio.ensure_future(self.sending.take(packet))
        task.add_done_callback(lambda done: done.result())

    async def _put_out(self, data: bytes) -> None:
        self.sent_packets += 1
        now = self._loop.time()
        arrival = self.path.arrival(now, len(data) + OUTSIDE)
        ssrc = int.from_bytes(data[8:12], "big")
        self.playout_delays.append((int.from_bytes(data[20:23], "big") >> 12) / 100)
        if arrival is None:
            self.seconds[-1].sound_lost += ssrc == SOUND
        else:
            self._later(arrival - now, lambda: self._arrive(data, ssrc, now))

    def _arrive(self, data: bytes, ssrc: int, sent: float) -> None:
        now = self._loop.time()
        second = self.seconds[-1]
        self._builder.add(int.from_bytes(data[17:19], "big"), round(now * 1e6), ssrc)
        if ssrc == SOUND:
            second.sound_delays.append(now - sent)
        elif ssrc == PICTURE:
            second.picture_bytes += len(data)
            second.pictures += bool(data[1] & 0x80)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._handles.append(self._loop.call_later(max(0.0, seconds), work))
