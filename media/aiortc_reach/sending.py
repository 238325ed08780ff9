"""Packets on their way out: numbered as they leave, sound at once, pictures paced, and no more than the path carries.

aiortc sends all packets of a picture at once and knows REMB only. Here a picture's sender is held up, packet by
packet, while the path is full; since it fetches the next picture only when the last is out, the camera's newest
picture waits rather than a queue of old ones, and nothing that was encoded is thrown away.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from aiortc import RTCRtpSender, codecs
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.aiortc_reach.extensions import Stamp
from media.congestion.estimator import Estimator
from media.congestion.feedback_reader import FeedbackError, read_compound
from media.congestion.figures import SendingFigures
from media.congestion.history import SendHistory
from media.congestion.pacer import TICK, Pacer
from media.congestion.playout import PlayoutDelay
from media.congestion.probe import MIN_PACKETS, PROBE_SECONDS, Probe
from media.congestion.share import FairShare, Flow
from media.encoding.ladder import MAX_BITRATE
from media.encoding.picture import START_BITRATE

_OUTSIDE: Final = 28 + 10
"""Bytes of IPv4, UDP and the SRTP tag around an RTP packet."""
_HEADERS: Final = _OUTSIDE + 24
_SOUND_BITRATE: Final = 60_000
_HIGHEST: Final = round(1.1 * MAX_BITRATE) + _SOUND_BITRATE
_MAX_REPAIRS: Final = 64
_REMEMBERED: Final = 32
_SMOOTHING: Final = 0.1
_MARKER: Final = 0x80
"""Set on the last packet of a picture, beside the payload type (RFC 3550, 5.1)."""
_ENCODER: Final = "_RTCRtpSender__encoder"

Clock = Callable[[], float]


@dataclass
class _Stream:
    """What an SSRC stands for. `repairs`: retransmissions of the sender's pictures (RFC 4588)."""

    sender: Any
    stamp: Stamp
    repairs: bool = False
    can_repair: bool = False

    @property
    def is_picture(self) -> bool:
        return bool(self.sender.kind == "video")


class _Repair(NamedTuple):
    data: bytes
    stream: _Stream
    padding: bool


class _ProbeLeft:
    """What is still to be sent of a probe."""

    def __init__(self, probe: Probe, now: float) -> None:
        self.number = probe.number
        self._size, self._packets = probe.size, MIN_PACKETS
        self._until = now + 10 * PROBE_SECONDS

    def is_over(self, now: float) -> bool:
        return (self._size <= 0 and self._packets <= 0) or now > self._until

    def sent(self, size: int) -> None:
        self._size -= size
        self._packets -= 1


class Sending:
    """The sending side of one transport. `put_out` encrypts and sends an RTP packet."""

    def __init__(self, put_out: Callable[[bytes], Awaitable[None]], clock: Clock = time.monotonic) -> None:
        self._put_out = put_out
        self._clock = clock
        self._streams: dict[int, _Stream] = {}
        self._history = SendHistory()
        self._estimator = Estimator(START_BITRATE + _SOUND_BITRATE, _SOUND_BITRATE, _HIGHEST)
        self._pacer = Pacer(START_BITRATE)
        self._share = FairShare(_HEADERS)
        self._playout = PlayoutDelay()
        self._repairs: deque[_Repair] = deque(maxlen=_MAX_REPAIRS)
        self._repairing: asyncio.Task[None] | None = None
        self._probe: _ProbeLeft | None = None
        self._padding = False
        self._recent: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)
        """Size and sequence number of the last packets of pictures."""
        self._picture_began: float | None = None
        self._queue = 0.0
        self._key_frames_asked = 0

    def register(self, sender: Any, parameters: RTCRtpSendParameters) -> None:
        """A sender is about to send."""
        stamp = Stamp(parameters)
        first = parameters.codecs[0].payloadType
        can_repair = any(codecs.is_rtx(codec) and codec.parameters["apt"] == first for codec in parameters.codecs)
        self._streams[sender._ssrc] = _Stream(sender, stamp, can_repair=can_repair)
        self._streams[sender._rtx_ssrc] = _Stream(sender, stamp, repairs=True)

    def figures(self) -> SendingFigures:
        return SendingFigures(
            bitrate=self._estimator.bitrate if self._estimator.is_informed else None,
            loss=self._estimator.loss,
            jitter=self._playout.jitter,
            queue=self._queue,
            playout_delay=self._playout.delay,
            key_frames_asked=self._key_frames_asked,
            picture_paused=self._share.rests,
        )

    async def send(self, data: bytes) -> None:
        """Send an RTP packet, now or, if it belongs to a picture, when the path is free. Raises ConnectionError."""
        stream = self._streams.get(int.from_bytes(data[8:12], "big"))
        if stream is None:
            await self._put_out(data)
        elif not stream.is_picture:
            await self._release(data, stream, self._share.sound)
            self._notice_silence()
        elif stream.repairs:
            self._repair(_Repair(data, stream, self._padding))
        else:
            await self._send_picture(data, stream)

    async def take(self, data: bytes) -> bytes:
        """RTCP has come: use the feedback in it, hand back what is aiortc's to read."""
        try:
            compound = read_compound(data, keep_bitrate_limits=not self._estimator.is_informed)
        except FeedbackError:
            return b""
        self._key_frames_asked += compound.key_frame_requests
        if compound.feedback:
            now = self._clock()
            reports = [report for one in compound.feedback for report in self._history.acknowledge(one, now)]
            for report in reports:
                if report.arrived is not None and report.completes:
                    self._playout.add(report.sent, report.arrived)
            self._playout.consider(now)
            self._estimator.learn(reports, now)
            self._steer(now)
            await self._start_probe(now)
        return compound.rest

    async def stop(self) -> None:
        self._repairs.clear()
        if self._repairing is not None:
            self._repairing.cancel()
            await asyncio.gather(self._repairing, return_exceptions=True)

    async def _send_picture(self, data: bytes, stream: _Stream) -> None:
        now = self._clock()
        if self._picture_began is None:
            self._picture_began = now
        if not self._estimator.is_informed:
            self._pacer.steer(getattr(getattr(stream.sender, _ENCODER), "target_bitrate", START_BITRATE))
        while wait := self._wait(now) or (TICK if self._repairs else 0.0):
            await asyncio.sleep(wait)
            now = self._clock()
        self._recent.append((len(data) + _OUTSIDE, int.from_bytes(data[2:4], "big")))
        await self._release(data, stream, None)
        if data[1] & _MARKER:
            self._queue += _SMOOTHING * (now - self._picture_began - self._queue)
            self._picture_began = None

    def _wait(self, now: float) -> float:
        """Seconds until something other than sound may leave; 0: now."""
        held = self._estimator.holds_back(self._history.bytes_in_flight)
        return 2 * TICK if held else self._pacer.wait(now)

    async def _release(self, data: bytes, stream: _Stream, flow: Flow | None) -> None:
        now = self._clock()
        size = len(data) + _OUTSIDE
        if flow is not None:
            flow.add(size)
        self._pacer.sent(size, now)
        number = 0
        if stream.stamp.is_numbered:
            probe = self._probe.number if self._probe else None
            completes = not stream.repairs and stream.is_picture and bool(data[1] & _MARKER)
            number = self._history.add(now, size, probe, completes=completes)
        data = stream.stamp.fill(data, number, self._playout.delay)
        if self._probe is not None:
            self._probe.sent(size)
            if self._probe.is_over(now):
                self._end_probe()
        await self._put_out(data)

    def _repair(self, repair: _Repair) -> None:
        # Never waited for: whoever asks is the receiving side.
        self._repairs.append(repair)
        if self._repairing is None or self._repairing.done():
            self._repairing = asyncio.create_task(self._send_repairs(), name="call-repairs")

    async def _send_repairs(self) -> None:
        while self._repairs:
            if wait := self._wait(self._clock()):
                await asyncio.sleep(wait)
                continue
            repair = self._repairs.popleft()
            try:
                await self._release(repair.data, repair.stream, None if repair.padding else self._share.repairs)
            except ConnectionError:
                self._repairs.clear()

    async def _start_probe(self, now: float) -> None:
        """Packets of pictures that have been sent are sent again, as repairs that nobody needs."""
        stream = next((stream for stream in self._streams.values() if stream.is_picture and stream.can_repair), None)
        if stream is None or not self._recent or self._wait(now) or self._repairs:
            return
        probe = self._estimator.probe(self._share.wanted, now)
        if probe is None:
            return
        wanted = probe.size / MIN_PACKETS
        size, number = min(self._recent, key=lambda one: abs(one[0] - wanted))
        if size > 2 * wanted:
            # All are too large for so slow a path.
            return
        self._probe = _ProbeLeft(probe, now)
        self._pacer.hold_to(probe.rate)
        self._padding = True
        for _ in range(min(_MAX_REPAIRS, max(MIN_PACKETS, -(-probe.size // size)))):
            await stream.sender._retransmit(number)
        self._padding = False

    def _end_probe(self) -> None:
        self._probe = None
        self._pacer.hold_to(None)
        for repair in [repair for repair in self._repairs if repair.padding]:
            self._repairs.remove(repair)

    def _notice_silence(self) -> None:
        now = self._clock()
        before = self._estimator.bitrate
        self._estimator.notice_silence(now)
        if self._estimator.bitrate != before:
            self._steer(now)

    def _steer(self, now: float) -> None:
        bitrate = self._estimator.bitrate
        self._pacer.steer(bitrate)
        rested = self._share.rests
        left = self._share.picture_bitrate(bitrate, now)
        senders = [stream.sender for stream in self._streams.values() if stream.is_picture and not stream.repairs]
        for sender in senders:
            if self._share.rests is not rested:
                # Its track is read and thrown away meanwhile.
                sender._enabled = rested
                sender._send_keyframe()
            encoder = getattr(sender, _ENCODER)
            if encoder is not None:
                encoder.target_bitrate = max(0, round(left / len(senders)))


def sending_figures(sender: RTCRtpSender) -> SendingFigures | None:
    """What is known of the path that a sender uses."""
    sending = getattr(sender.transport, "sending", None)
    return sending.figures() if isinstance(sending, Sending) else None
