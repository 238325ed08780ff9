"""Packets on their way out: numbered as they leave, sound at once, pictures paced, and no more than the path carries.

aiortc sends all packets of a picture at once and knows REMB only. Here a picture's sender is held up, packet by
packet, while the path is full; since it fetches the next picture only when the last is out, the camera's newest
picture waits rather than a queue of old ones, and nothing that was encoded is thrown away.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from aiortc import RTCRtpSender, codecs, rtp
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.aiortc_reach.extensions import Stamp
from media.congestion.estimator import Estimator
from media.congestion.feedback_reader import FeedbackError, read_compound
from media.congestion.figures import SendingFigures
from media.congestion.history import SendHistory
from media.congestion.pacer import TICK, Pacer
from media.congestion.playout import LOSSY, PlayoutDelay
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
_REPAIR_SECONDS: Final = 0.6
_AGAIN: Final = 0.7
"""Of a round trip."""
_MOST_LOSS: Final = 0.08
_MOST_MISSED: Final = 10
"""At once; more are an outage, which a key frame ends."""
_ROOM: Final = 1.2
"""Of what arrives; a path that drops what is too much for it carries no more than that."""
_QUEUED: Final = 0.1
"""Seconds over the shortest round trip; feedback is collected for as long where nothing queues."""
_SMOOTHING: Final = 0.1
_MARKER: Final = 0x80
"""Set on the last packet of a picture, beside the payload type (RFC 3550, 5.1)."""
_PADDED: Final = 0x20
"""Set on probes, which hold nothing (RFC 3550, 5.1)."""
_ENCODER: Final = "_RTCRtpSender__encoder"
_REPAIR_NUMBER: Final = "_RTCRtpSender__rtx_sequence_number"

Clock = Callable[[], float]


@dataclass
class _Stream:
    """What an SSRC stands for. `repairs`: retransmissions of the sender's pictures (RFC 4588), which have
    `repair_type` for payload type; None: the other end takes none."""

    sender: Any
    stamp: Stamp
    repair_type: int | None
    repairs: bool = False

    @property
    def is_picture(self) -> bool:
        return bool(self.sender.kind == "video")


class _Repair(NamedTuple):
    data: bytes
    stream: _Stream
    until: float
    padding: bool = False


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
        self._newest: bytes | None = None
        """Header of the last packet of a picture."""
        self._left_at = [0.0] * rtp.RTP_HISTORY_SIZE
        self._repaired_at = [0.0] * rtp.RTP_HISTORY_SIZE
        """Packets of pictures by sequence number, as aiortc keeps them."""
        self._picture_began: float | None = None
        self._queue = 0.0
        self._key_frames_asked = 0

    def register(self, sender: Any, parameters: RTCRtpSendParameters) -> None:
        """A sender is about to send."""
        stamp = Stamp(parameters)
        first = parameters.codecs[0].payloadType
        repairing = [one for one in parameters.codecs if codecs.is_rtx(one) and one.parameters["apt"] == first]
        repair_type = repairing[0].payloadType if repairing else None
        self._streams[sender._ssrc] = _Stream(sender, stamp, repair_type)
        self._streams[sender._rtx_ssrc] = _Stream(sender, stamp, repair_type, repairs=True)

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
        elif stream.repairs or self._is_old(data):
            self._consider_repair(data, stream)
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
            self._estimator.learn(reports, now)
            self._playout.consider(now, self._estimator.loss, self._estimator.shortest_round_trip)
            self._steer(now)
            await self._repair_missed()
            self._start_probe(now)
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
            self._notice_silence()
            now = self._clock()
        self._newest = data[:12]
        self._left_at[int.from_bytes(data[2:4], "big") % len(self._left_at)] = now
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
            repairable = stream.is_picture and stream.repair_type is not None and not data[0] & _PADDED
            picture = self._number_of(data, stream) if repairable else None
            number = self._history.add(now, size, probe, completes=completes, picture=picture)
        data = stream.stamp.fill(data, number, self._playout.delay)
        if self._probe is not None:
            self._probe.sent(size)
            if self._probe.is_over(now):
                self._end_probe()
        await self._put_out(data)

    def _is_old(self, data: bytes) -> bool:
        """Sent before, to an end that takes repairs as they were."""
        if self._newest is None:
            return False
        ahead = int.from_bytes(data[2:4], "big") - int.from_bytes(self._newest[2:4], "big")
        return not 0 < ahead & 0xFFFF < 0x8000

    def _number_of(self, data: bytes, stream: _Stream) -> int:
        """The sequence number of a picture's packet, also of one that is sent again (RFC 4588, 4)."""
        position = 16 + 4 * int.from_bytes(data[14:16], "big") if stream.repairs else 2
        return int.from_bytes(data[position : position + 2], "big")

    @property
    def _loses_at_random(self) -> bool:
        """Whether packets get lost though none queue and there is room for more: then a repair is worth being sent
        twice, and unasked."""
        estimator = self._estimator
        has_room = estimator.bitrate > _ROOM * (estimator.arriving or estimator.bitrate)
        is_short = estimator.round_trip - estimator.shortest_round_trip < _QUEUED
        return has_room and is_short and LOSSY <= estimator.loss <= _MOST_LOSS

    async def _repair_missed(self) -> None:
        """What feedback misses is sent again before it is asked for, or asked for in vain: the request may be lost as
        well. Only where few are lost at random; in a queue that is full it would only be one packet more."""
        missed = self._history.missed()
        if len(missed) > _MOST_MISSED or not self._loses_at_random:
            return
        for stream in [one for one in self._streams.values() if one.is_picture and not one.repairs]:
            for number in missed:
                await stream.sender._retransmit(number)

    def _consider_repair(self, data: bytes, stream: _Stream) -> None:
        """Not while the picture rests, nor of what nobody waits for any more or was repaired just now: the other end
        goes on asking."""
        place = self._number_of(data, stream) % len(self._left_at)
        now = self._clock()
        just_now = now - self._repaired_at[place] < _AGAIN * self._estimator.round_trip
        if self._share.rests or just_now or now - self._left_at[place] > _REPAIR_SECONDS:
            return
        self._repaired_at[place] = now
        until = self._left_at[place] + _REPAIR_SECONDS
        self._repair(_Repair(data, stream, until))
        if stream.repairs and self._loses_at_random:
            self._repair(_Repair(self._renumbered(data, stream), stream, until))

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
            if self._clock() > repair.until or (self._share.rests and not repair.padding):
                continue
            try:
                await self._release(repair.data, repair.stream, None if repair.padding else self._share.repairs)
            except ConnectionError:
                self._repairs.clear()

    def _start_probe(self, now: float) -> None:
        """Packets that hold nothing, on the stream of repairs, fill up what pictures do not."""
        stream = next((one for one in self._streams.values() if one.repairs and one.repair_type is not None), None)
        if stream is None or not stream.stamp.is_numbered or self._newest is None or self._wait(now) or self._repairs:
            return
        probe = self._estimator.probe(self._share.wanted, now)
        if probe is None:
            return
        self._probe = _ProbeLeft(probe, now)
        self._pacer.hold_to(probe.rate)
        wanted = min(255, max(1, probe.size // MIN_PACKETS - _HEADERS))
        for _ in range(min(_MAX_REPAIRS, max(MIN_PACKETS, -(-probe.size // (wanted + _HEADERS))))):
            self._repair(_Repair(self._padded(stream, self._newest, wanted), stream, now + _REPAIR_SECONDS, True))

    def _padded(self, stream: _Stream, newest: bytes, size: int) -> bytes:
        """Padding alone (RFC 3550, 5.1), at the moment of the newest picture."""
        number = self._next_repair(stream)
        start = struct.pack("!BBH", 0xB0, stream.repair_type, number) + newest[4:8]
        header = start + struct.pack("!L", stream.sender._rtx_ssrc) + stream.stamp.alone
        return header + bytes(size - 1) + bytes([size])

    def _renumbered(self, data: bytes, stream: _Stream) -> bytes:
        """A repair once more, as another packet of its stream."""
        return data[:2] + self._next_repair(stream).to_bytes(2, "big") + data[4:]

    def _next_repair(self, stream: _Stream) -> int:
        """aiortc's count of the packets in its stream of repairs."""
        number: int = getattr(stream.sender, _REPAIR_NUMBER)
        setattr(stream.sender, _REPAIR_NUMBER, (number + 1) & 0xFFFF)
        return number

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
