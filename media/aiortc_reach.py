"""The one module that reaches into aiortc (1.16), and why. `prepare()` runs once, before the first connection.

- `FeedbackTransport`: aiortc answers with REMB only; Chromium starts at 245 kbit/s and needs over 22 s to get up. With
  transport-wide feedback it is at 2 Mbit/s within the first second.
- `ExtensionsMap`: Chromium smooths what it receives, 47 to 54 ms; playout-delay 0/0 shows pictures as they arrive, 18
  to 23 ms.
- `FrameBuffer`: aiortc holds a picture until the next one begins, 48 ms; the RTP marker bit releases it, 14 ms.
- `CallVp8Encoder`: aiortc starts at 500 kbit/s with the noise filter on and rebuilds it at each 10 % of change;
  ours starts at 1.5 Mbit/s, leaves the filter out (a quarter less work), and rebuilds rarely.

Each assumption about upstream has a test in `tests/media/test_aiortc_reach.py` that fails when upstream changes.
"""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import Any, Final

import av
from aiortc import codecs, rtcpeerconnection, rtcrtpreceiver, rtcrtpsender, rtp
from aiortc.codecs import vpx
from aiortc.codecs.base import Encoder
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpParameters,
)

from media import aiortc_audio, twcc

PLAYOUT_DELAY_URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
FEEDBACK_SECONDS: Final = 0.05
START_BITRATE: Final = 1_500_000
MAX_BITRATE: Final = 2_500_000
MIN_BITRATE: Final = 250_000
FRAME_RATE: Final = 30

_TWCC_EXTENSION: Final = 5
_PLAYOUT_DELAY_EXTENSION: Final = 6
"""Used in offers only; an answer takes the browser's numbers."""
_PLAYOUT_DELAY_ZERO: Final = bytes(3)


def prepare() -> None:
    """Reach in. Harmless when called again."""
    if getattr(rtcpeerconnection, "RTCDtlsTransport") is FeedbackTransport:  # noqa: B009
        return
    _announce_extensions()
    setattr(rtcpeerconnection, "RTCDtlsTransport", FeedbackTransport)  # noqa: B010 - mypy forbids assigning a class
    setattr(rtp, "HeaderExtensionsMap", ExtensionsMap)  # noqa: B010
    setattr(rtcrtpreceiver, "JitterBuffer", FrameBuffer)  # noqa: B010
    setattr(rtcrtpsender, "get_encoder", get_encoder)  # noqa: B010
    aiortc_audio.prepare()


def _announce_extensions() -> None:
    """`goog-remb` stays beside transport-cc: it is how Chromium steers the booth's own sending."""
    codecs.HEADER_EXTENSIONS["video"] += [
        RTCRtpHeaderExtensionParameters(id=_TWCC_EXTENSION, uri=twcc.URI),
        RTCRtpHeaderExtensionParameters(id=_PLAYOUT_DELAY_EXTENSION, uri=PLAYOUT_DELAY_URI),
    ]
    for codec in codecs.CODECS["video"]:
        if not codecs.is_rtx(codec):
            codec.rtcpFeedback.append(RTCRtcpFeedback(type="transport-cc"))
            codec.parameters["x-google-start-bitrate"] = str(START_BITRATE // 1000)


class FeedbackTransport(RTCDtlsTransport):
    """Notes the arrival of each numbered RTP packet and reports every 50 ms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._feedback = twcc.FeedbackBuilder()
        self._feedback_task: asyncio.Task[None] | None = None

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        # aiortc's arrival time is in milliseconds, feedback counts quarters of one.
        arrival_us = time.monotonic_ns() // 1000
        try:
            packet = rtp.RtpPacket.parse(data, self._rtp_header_extensions_map)
        except ValueError:
            return
        sequence = packet.extensions.transport_sequence_number
        if sequence is not None:
            # Before routing: retransmissions and padding count too.
            self._note(sequence, arrival_us, packet.ssrc)
            # Else the receiver sends REMB as well, which caps Chromium's own estimate.
            packet.extensions.abs_send_time = None
        receiver: Any = self._rtp_router.route_rtp(packet)
        if receiver is not None:
            await receiver._handle_rtp_packet(packet, arrival_time_ms=arrival_time_ms)

    def _note(self, sequence: int, arrival_us: int, ssrc: int) -> None:
        self._feedback.add(sequence, arrival_us, ssrc)
        if self._feedback_task is None:
            self._feedback_task = asyncio.create_task(self._send_feedback(), name="twcc-feedback")

    async def _send_feedback(self) -> None:
        while True:
            await asyncio.sleep(FEEDBACK_SECONDS)
            while packet := self._feedback.build():
                try:
                    await self._send_rtp(packet)
                except ConnectionError:
                    return

    async def stop(self) -> None:
        if self._feedback_task is not None:
            self._feedback_task.cancel()
            await asyncio.gather(self._feedback_task, return_exceptions=True)
        await super().stop()


class ExtensionsMap(rtp.HeaderExtensionsMap):
    """Adds playout-delay 0/0 to each packet of a stream whose other end knows the extension."""

    def __init__(self) -> None:
        super().__init__()
        self._playout_delay: int | None = None

    def configure(self, parameters: RTCRtpParameters) -> None:
        super().configure(parameters)
        for extension in parameters.headerExtensions:
            if extension.uri == PLAYOUT_DELAY_URI:
                self._playout_delay = extension.id

    def set(self, values: rtp.HeaderExtensions) -> tuple[int, bytes]:
        profile, packed = super().set(values)
        if self._playout_delay is None:
            return profile, packed
        extensions = rtp.unpack_header_extensions(profile, packed)
        return rtp.pack_header_extensions([*extensions, (self._playout_delay, _PLAYOUT_DELAY_ZERO)])


class FrameBuffer(JitterBuffer):
    """Gives a picture out with its last packet, which carries the RTP marker bit (RFC 3550, 5.1; RFC 7741, 4.1)."""

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        if not self._is_video:
            return super()._remove_frame(sequence_number)
        self._drop_padding()
        payloads: list[bytes] = []
        timestamp: int | None = None
        for count in range(self.capacity):
            packet: Any = self._packets[(self._origin + count) % self.capacity] if self._origin is not None else None
            if packet is None:
                return None
            if timestamp is not None and packet.timestamp != timestamp:
                return self._release(count, payloads, timestamp)
            timestamp = packet.timestamp
            payloads.append(packet._data)
            if packet.marker:
                return self._release(count + 1, payloads, packet.timestamp)
        return None

    def _release(self, count: int, payloads: list[bytes], timestamp: int) -> JitterFrame:
        self.remove(count)
        return JitterFrame(data=b"".join(payloads), timestamp=timestamp)

    def _drop_padding(self) -> None:
        """Empty packets that probe the bandwidth after a picture; alone they would flush the decoder."""
        while self._origin is not None:
            packet: Any = self._packets[self._origin % self.capacity]
            if packet is None or packet._data:
                return
            self.remove(1)


def steer(current: int, wanted: int) -> int:
    """The bitrate to encode at when the other end asks for `wanted`. A VP8 encoder must be rebuilt for a new one,
    which costs a key frame of 17 to 48 kB: down at once, up only in big steps."""
    wanted = max(MIN_BITRATE, min(wanted, MAX_BITRATE))
    big_step = wanted >= current * 1.4 or (wanted == MAX_BITRATE and wanted > current)
    return wanted if wanted < current * 0.9 or big_step else current


class CallVp8Encoder(vpx.Vp8Encoder):
    """VP8 for a face at 1280x720 and 30 frames a second."""

    def __init__(self) -> None:
        super().__init__()
        self._bitrate = START_BITRATE

    @property
    def target_bitrate(self) -> int:
        """Bits a second."""
        return self._bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._bitrate = steer(self._bitrate, bitrate)

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        if self.codec is None or self._outdated(self.codec, frame):
            self.codec = self._open(frame.width, frame.height)
        frame.pict_type = av.video.frame.PictureType.I if force_keyframe else av.video.frame.PictureType.NONE
        encoded = b"".join(bytes(packet) for packet in self.codec.encode(frame))
        payloads = self._packetize(encoded, self.picture_id)
        self.picture_id = (self.picture_id + 1) % (1 << 15)
        return payloads, convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)

    def _outdated(self, codec: av.VideoCodecContext, frame: Any) -> bool:
        return (codec.width, codec.height, codec.bit_rate) != (frame.width, frame.height, self._bitrate)

    def _open(self, width: int, height: int) -> av.VideoCodecContext:
        codec = av.VideoCodecContext.create("libvpx", "w")
        codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
        codec.bit_rate = self._bitrate
        codec.time_base = VIDEO_TIME_BASE
        codec.framerate = Fraction(FRAME_RATE)
        codec.gop_size = 3000
        codec.qmin, codec.qmax = 2, 56
        codec.thread_count = 1
        rate = str(self._bitrate)
        codec.options = {
            # minrate = maxrate = bit_rate is CBR.
            "minrate": rate,
            "maxrate": rate,
            "bufsize": rate,
            "deadline": "realtime",
            "cpu-used": "-6",
            "lag-in-frames": "0",
            "noise-sensitivity": "0",
            "static-thresh": "1",
            "undershoot-pct": "100",
            "overshoot-pct": "15",
        }
        return codec


def get_encoder(codec: RTCRtpCodecParameters) -> Encoder:
    """Ours for VP8, aiortc's for the rest."""
    return CallVp8Encoder() if codec.mimeType.lower() == "video/vp8" else codecs.get_encoder(codec)
