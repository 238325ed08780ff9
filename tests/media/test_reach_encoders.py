"""Each assumption about aiortc 1.16 that `media.aiortc_reach.encoders` builds on: one fails when upstream changes."""

from __future__ import annotations

import inspect
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import pytest
from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    codecs,
    rtcrtpsender,
)
from aiortc.codecs.g711 import PcmaEncoder
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
)
from aiortc.rtp import HeaderExtensionsMap, RtpPacket

from media.aiortc_reach.encoders import (
    CallOpusEncoder,
    CallPictureEncoder,
    SentPacket,
    Vp8Payloads,
    get_encoder,
    prefer_h264,
)
from media.encoding.picture import START_BITRATE
from media.encoding.sharing import Shot
from media.encoding.speech import Hearer, SharedSpeech, SpeechPacket
from media.latest import LatestSlot
from tests.media.scenes import noisy_frames


def codec_named(name: str) -> RTCRtpCodecParameters:
    return next(codec for kind in codecs.CODECS.values() for codec in kind if codec.name.lower() == name)


@pytest.mark.parametrize("name", ["h264", "vp8"])
def test_our_pictures_can_be_read_by_aiortc(name: str) -> None:
    codec = codec_named(name)
    encoder: Any = get_encoder(codec)
    assert isinstance(encoder, CallPictureEncoder)
    assert encoder.target_bitrate == START_BITRATE
    decoder: Any = codecs.get_decoder(codec)
    for number, frame in enumerate(noisy_frames(4)):
        payloads, timestamp = encoder.encode(frame, force_keyframe=number == 2)
        assert timestamp == number * 3000
        assert all(len(payload) <= 1300 for payload in payloads)
        data = b"".join(codecs.depayload(codec, payload) for payload in payloads)
        [shown] = decoder.decode(JitterFrame(data, timestamp))
        assert (shown.width, shown.height) == (1280, 720)
        # libvpx does not tell; its first bit does (RFC 6386, 9.1).
        key_frame = data[0] & 1 == 0 if name == "vp8" else shown.key_frame
        assert key_frame is (number in (0, 2))


@pytest.mark.parametrize("name", ["h264", "vp8"])
def test_what_the_other_end_asks_for_reaches_the_encoder(name: str) -> None:
    encoder: Any = get_encoder(codec_named(name))
    assert "self.__encoder.target_bitrate = bitrate" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    encoder.target_bitrate = 123_456
    assert encoder.target_bitrate == 123_456


@pytest.mark.parametrize("name", ["h264", "vp8"])
def test_pictures_encoded_elsewhere_are_packed_too(name: str) -> None:
    encoder: Any = get_encoder(codec_named(name))
    packet = av.Packet(bytes([0, 0, 0, 1, 0x65]) + bytes(range(1, 200)))
    with pytest.raises(ValueError, match="timestamp"):
        encoder.pack(packet)
    packet.pts, packet.time_base = 3, Fraction(1, 30)
    [payload], timestamp = encoder.pack(packet)
    assert timestamp == 9000
    assert bytes(range(1, 200)) in payload


def test_a_frame_keeps_what_is_tied_to_it() -> None:
    """`AVFrame.opaque` (PyAV) says which picture of which camera it is; aiortc hands the frame on as it is."""
    [frame] = noisy_frames(1)
    shot = Shot(object(), 1, 1.0, lambda: None)
    frame.opaque = shot
    assert frame.opaque is shot
    assert "None, self.__encoder.encode, data, force_keyframe" in inspect.getsource(rtcrtpsender.RTCRtpSender)


def test_calls_with_one_camera_send_the_same_picture_at_their_own_times() -> None:
    camera: LatestSlot[Any] = LatestSlot()
    encoders: list[Any] = [get_encoder(codec_named("h264")) for _ in range(2)]
    sent = []
    for encoder, start in zip(encoders, (0, 9000), strict=True):
        [frame] = noisy_frames(1)
        frame.pts, frame.opaque = start, Shot(camera, 1, 5.0, lambda: None)
        sent.append(encoder.encode(frame))
    assert sent[0][0] == sent[1][0]
    assert [timestamp for _, timestamp in sent] == [0, 9000]


def test_vp8_pictures_are_numbered_one_after_the_other() -> None:
    payloads = Vp8Payloads()
    numbers = [VpxPayloadDescriptor.parse(payloads(b"x")[0])[0].picture_id for _ in range(3)]
    assert [(b - a) % (1 << 15) for a, b in pairwise(n or 0 for n in numbers)] == [1, 1]


def speech_packet(begins: bool) -> SpeechPacket:
    kept: list[SpeechPacket] = []
    Hearer(SharedSpeech(Any), kept.append).hear(b"said", 960, begins)  # type: ignore[arg-type]
    return kept[0]


def test_speech_comes_encoded_with_its_timestamps() -> None:
    """aiortc hands whatever is no frame to `pack`."""
    assert "self.__encoder.pack(data)" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    encoder = get_encoder(codec_named("opus"))
    assert encoder.pack(speech_packet(begins=False)) == ([b"said"], 960)
    other = av.Packet(b"sung")
    other.pts, other.time_base = 20, Fraction(1, 1000)
    assert encoder.pack(other) == ([b"sung"], 960)


def test_the_loss_of_the_path_reaches_whoever_encodes() -> None:
    encoder: Any = get_encoder(codec_named("opus"))
    encoder.expected_loss = 0.2
    packet = speech_packet(begins=False)
    encoder.pack(packet)
    assert packet.hearer.expected_loss == 0.2
    encoder.expected_loss = 0.3
    assert packet.hearer.expected_loss == 0.3


@pytest.mark.parametrize("begins", [True, False])
def test_only_the_first_packet_after_a_silence_is_marked(begins: bool) -> None:
    source = inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert "packet.marker = (i == len(enc_frame.payloads) - 1) and 1 or 0" in source
    assert "packet_bytes = packet.serialize(self.__rtp_header_extensions_map)" in source
    assert rtcrtpsender.RtpPacket is SentPacket
    packet = SentPacket(payload_type=96, marker=1)
    [packet.payload], _ = CallOpusEncoder().pack(speech_packet(begins))
    assert RtpPacket.parse(packet.serialize(HeaderExtensionsMap())).marker == int(begins)
    packet.payload = b"a picture's last"
    packet.marker = 1
    assert RtpPacket.parse(packet.serialize(HeaderExtensionsMap())).marker == 1


def test_other_codecs_are_left_to_aiortc() -> None:
    assert isinstance(get_encoder(codecs.PCMA_CODEC), PcmaEncoder)


def chromium_like_offer() -> RTCSessionDescription:
    """VP8 first, baseline before constrained baseline, as Debian's Chromium offers."""
    codec_lines = """a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:108 H264/90000
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:109 rtx/90000
a=fmtp:109 apt=108
"""
    sdp = f"""v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 108 109
c=IN IP4 0.0.0.0
a=mid:0
a=sendrecv
a=rtcp-mux
a=setup:actpass
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {":".join(["00"] * 32)}
{codec_lines}"""
    return RTCSessionDescription(sdp=sdp.replace("\n", "\r\n"), type="offer")


async def test_the_answer_puts_h264_first_and_keeps_vp8() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    await peer.setRemoteDescription(chromium_like_offer())
    [transceiver] = peer.getTransceivers()
    prefer_h264(transceiver)
    answer = (await peer.createAnswer()).sdp
    [line] = [line for line in answer.splitlines() if line.startswith("m=video")]
    payload_types = line.split()[3:]
    assert [number for number in payload_types if number in ("96", "102", "108")] == ["108", "102", "96"]
    assert {"97", "103", "109"} < set(payload_types), "retransmission for each"
    await peer.close()
