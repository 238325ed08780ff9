"""The one module that reaches into aiortc (1.16), and why. `prepare()` runs once, before the first connection.

- `FeedbackTransport`: aiortc answers with REMB only; Chromium starts at 245 kbit/s and needs over 22 s to get up. With
  transport-wide feedback it is at 2 Mbit/s within the first second.
- `ExtensionsMap`: Chromium smooths what it receives, 47 to 54 ms; playout-delay 0/0 shows pictures as they arrive, 18
  to 23 ms.
- `FrameBuffer`: aiortc holds a picture until the next one begins, 48 ms; the RTP marker bit releases it, 14 ms.
- `CallPictureEncoder`: aiortc rebuilds its encoders at each 10 % of change, with a key frame of 17 to 48 kB; ours are
  steered, and the picture gets smaller before it gets slower (see `media.encoding`).
- `CallOpusEncoder`: aiortc sends stereo at 96 kbit/s that no receiver can mend.

Each assumption about upstream has a test in `tests/media/test_aiortc_reach.py` that fails when upstream changes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, Final

import av
from aiortc import codecs, rtcpeerconnection, rtcrtpreceiver, rtcrtpsender, rtp
from aiortc.codecs import h264, opus, vpx
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
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from media import aiortc_audio, twcc
from media.devices.sound import BLOCK, RATE
from media.encoding.h264 import H264Encoder
from media.encoding.opus import ASKED_OF_THE_CLERK, open_speech_encoder
from media.encoding.picture import START_BITRATE, Opener, PictureStream
from media.encoding.vp8 import Vp8Encoder

PLAYOUT_DELAY_URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
FEEDBACK_SECONDS: Final = 0.05

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
    for codec in codecs.CODECS["audio"]:
        if codec.mimeType.lower() == "audio/opus":
            codec.parameters.update(ASKED_OF_THE_CLERK)


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


class CallPictureEncoder(Encoder):
    """A picture stream in RTP payloads. aiortc sets `target_bitrate` to what the other end asks for (REMB)."""

    def __init__(self, opener: Opener, payloads: Callable[[bytes], list[bytes]]) -> None:
        self._pictures = PictureStream(opener)
        self._payloads = payloads

    @property
    def target_bitrate(self) -> int:
        """Bits a second."""
        return self._pictures.target_bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._pictures.target_bitrate = bitrate

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        payloads = self._payloads(self._pictures.encode(frame, force_keyframe))
        return payloads, convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)

    def pack(self, packet: av.Packet[Any]) -> tuple[list[bytes], int]:
        if packet.pts is None or packet.time_base is None:
            raise ValueError("An encoded picture needs a timestamp.")
        return self._payloads(bytes(packet)), convert_timebase(packet.pts, packet.time_base, VIDEO_TIME_BASE)


def h264_payloads(picture: bytes) -> list[bytes]:
    """RFC 6184, packetization mode 1."""
    return h264.H264Encoder._packetize(h264.H264Encoder._split_bitstream(picture))


class Vp8Payloads:
    """RFC 7741, with a running picture id."""

    def __init__(self) -> None:
        self._picture_id = int.from_bytes(os.urandom(2)) >> 1

    def __call__(self, picture: bytes) -> list[bytes]:
        payloads = vpx.Vp8Encoder._packetize(picture, self._picture_id)
        self._picture_id = (self._picture_id + 1) % (1 << 15)
        return payloads


class CallOpusEncoder(opus.OpusEncoder):
    """Mono speech instead of stereo music."""

    def __init__(self) -> None:
        super().__init__()
        self.codec = open_speech_encoder()
        self.resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=BLOCK)


def get_encoder(codec: RTCRtpCodecParameters) -> Encoder:
    """Ours for H.264, VP8 and Opus, aiortc's for the rest."""
    match codec.mimeType.lower():
        case "video/h264":
            return CallPictureEncoder(H264Encoder, h264_payloads)
        case "video/vp8":
            return CallPictureEncoder(Vp8Encoder, Vp8Payloads())
        case "audio/opus":
            return CallOpusEncoder()
    return codecs.get_encoder(codec)


def prefer_h264(transceiver: RTCRtpTransceiver) -> None:
    """Put an offer's codecs in our order before answering: H.264, constrained baseline before baseline, then VP8.
    `setCodecPreferences` would have to be called before the transceiver exists."""
    transceiver._codecs.sort(key=_preference)


def _preference(codec: RTCRtpCodecParameters) -> tuple[bool, bool]:
    constrained = str(codec.parameters.get("profile-level-id", "")).lower().startswith("42e0")
    return codec.mimeType.lower() != "video/h264", not constrained
