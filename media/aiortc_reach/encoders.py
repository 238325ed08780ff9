"""What is sent. aiortc rebuilds its encoders at each 10 % of change, with a key frame of 17 to 48 kB; ours are
steered, and the picture gets smaller before it gets slower (see `media.encoding`). Its sound is stereo at 96 kbit/s
that no receiver can mend; ours is mono speech."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import av
from aiortc import codecs, rtp
from aiortc.codecs import h264, opus, vpx
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import VIDEO_CLOCK_RATE, VIDEO_TIME_BASE, convert_timebase
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from media.encoding.h264 import H264Encoder
from media.encoding.hardware import CANDIDATES, Candidate, opener_of
from media.encoding.opus import EXPECTED_LOSS
from media.encoding.picture import Opener
from media.encoding.sharing import SharedPictures, Shot, pictures_of
from media.encoding.speech import Hearer, SpeechPacket
from media.encoding.trial import choose
from media.encoding.vp8 import Vp8Encoder


class CallPictureEncoder(Encoder):
    """A camera's pictures in RTP payloads. Calls with the same camera share one encoder (media.encoding.sharing)."""

    def __init__(self, opener: Opener, payloads: Callable[[bytes], list[bytes]]) -> None:
        self._opener = opener
        self._payloads = payloads
        self._source: object = None
        self._member = SharedPictures(opener).join()
        self._alone = 0
        """Frames that come from no camera are numbered here."""

    @property
    def target_bitrate(self) -> int:
        """Bits a second. aiortc sets it to what the other end asks for (REMB)."""
        return self._member.target_bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._member.target_bitrate = bitrate

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        timestamp = convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)
        shot = frame.opaque if isinstance(frame.opaque, Shot) else self._unshared(timestamp)
        if shot.source is not self._source:
            self._follow(shot.source)
        picture = self._member.encode(frame, shot, force_keyframe)
        if picture is None:
            return [], timestamp
        return self._payloads(picture.data), timestamp + round((picture.stamp - shot.stamp) * VIDEO_CLOCK_RATE)

    def _unshared(self, timestamp: int) -> Shot:
        self._alone += 1
        return Shot(self._source, self._alone, timestamp / VIDEO_CLOCK_RATE, lambda: None)

    def _follow(self, source: object) -> None:
        member = pictures_of(source, self._opener).join()
        member.target_bitrate = self._member.target_bitrate
        self._source, self._member = source, member

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


class CallOpusEncoder(Encoder):
    """Speech comes encoded (see `media.encoding.speech`); what it is told of the path goes to whoever encodes."""

    def __init__(self) -> None:
        self._expected_loss = EXPECTED_LOSS
        self._hearer: Hearer | None = None

    @property
    def expected_loss(self) -> float:
        """Share of packets that the path to this peer loses, 0 to 1."""
        return self._expected_loss

    @expected_loss.setter
    def expected_loss(self, loss: float) -> None:
        self._expected_loss = loss
        if self._hearer is not None:
            self._hearer.expected_loss = loss

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        raise TypeError("Sound is encoded before it comes here.")

    def pack(self, packet: av.Packet[Any] | SpeechPacket) -> tuple[list[bytes], int]:
        if not isinstance(packet, SpeechPacket):
            if packet.pts is None or packet.time_base is None:
                raise ValueError("Encoded sound needs a timestamp.")
            return [bytes(packet)], convert_timebase(packet.pts, packet.time_base, opus.TIME_BASE)
        if packet.hearer is not self._hearer:
            self._hearer = packet.hearer
            self._hearer.expected_loss = self._expected_loss
        return [SpeechPayload(packet)], packet.pts


class SpeechPayload(bytes):
    """Remembers whether it is the first after a silence."""

    begins: bool

    def __new__(cls, packet: SpeechPacket) -> SpeechPayload:
        payload = super().__new__(cls, packet.payload)
        payload.begins = packet.begins
        return payload


class SentPacket(rtp.RtpPacket):
    """aiortc marks each packet of sound; only the first after a silence is to be (RFC 3551, 4.1)."""

    def serialize(self, extensions_map: Any = rtp.HeaderExtensionsMap()) -> bytes:  # noqa: B008 - aiortc's signature
        if isinstance(self.payload, SpeechPayload):
            self.marker = int(self.payload.begins)
        return super().serialize(extensions_map)


class _H264:
    """What encodes H.264 in calls to come."""

    opener: Opener = H264Encoder


def prefer_hardware(candidates: Iterable[Candidate] = CANDIDATES) -> None:
    """Try what the machine may have and use it in calls to come if it is good. Takes seconds where there is any."""
    candidate = choose(candidates)
    _H264.opener = opener_of(candidate) if candidate else H264Encoder


def get_encoder(codec: RTCRtpCodecParameters) -> Encoder:
    """Ours for H.264, VP8 and Opus, aiortc's for the rest."""
    match codec.mimeType.lower():
        case "video/h264":
            return CallPictureEncoder(_H264.opener, h264_payloads)
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
