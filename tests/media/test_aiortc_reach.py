"""Each assumption about aiortc 1.16 that `media.aiortc_reach` builds on. One of these fails when upstream changes."""

from __future__ import annotations

import asyncio
import inspect
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from aiortc import (
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    codecs,
    rtcpeerconnection,
    rtcrtpreceiver,
    rtcrtpsender,
    rtp,
)
from aiortc.codecs.g711 import PcmaEncoder
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
)

from media import aiortc_reach, twcc
from media.aiortc_reach import CallOpusEncoder, CallPictureEncoder, FrameBuffer
from media.encoding.picture import START_BITRATE
from tests.media.scenes import noisy_frames
from tests.media.test_twcc import read_feedback


def test_the_hooks_are_where_they_were() -> None:
    assert rtcpeerconnection.RTCDtlsTransport is aiortc_reach.FeedbackTransport  # type: ignore[attr-defined]
    assert rtcrtpreceiver.JitterBuffer is FrameBuffer
    assert rtcrtpsender.get_encoder is aiortc_reach.get_encoder
    assert rtp.HeaderExtensionsMap is aiortc_reach.ExtensionsMap
    assert "RTCDtlsTransport(iceTransport" in inspect.getsource(rtcpeerconnection.RTCPeerConnection)
    assert "get_encoder(codec)" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert "rtp.HeaderExtensionsMap()" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert "JitterBuffer(capacity=512, is_video=True)" in inspect.getsource(rtcrtpreceiver.RTCRtpReceiver)


def test_preparing_twice_changes_nothing() -> None:
    before = len(codecs.HEADER_EXTENSIONS["video"])
    aiortc_reach.prepare()
    assert len(codecs.HEADER_EXTENSIONS["video"]) == before
    numbers = [extension.id for kind in ("audio", "video") for extension in codecs.HEADER_EXTENSIONS[kind]]
    assert sorted(set(numbers)) == [1, 2, 3, 5, 6]


def test_arrival_handling_has_the_signature_we_replace() -> None:
    assert list(inspect.signature(RTCDtlsTransport._handle_rtp_data).parameters) == ["self", "data", "arrival_time_ms"]
    source = inspect.getsource(RTCDtlsTransport._handle_rtp_data)
    assert "_rtp_router.route_rtp(packet)" in source
    assert "_handle_rtp_packet(packet, arrival_time_ms=arrival_time_ms)" in source


def numbered_packet(sequence: int) -> bytes:
    """An RTP packet with the transport-wide sequence number as extension 3."""
    extension = bytes([0xBE, 0xDE, 0, 1, 3 << 4 | 1]) + sequence.to_bytes(2, "big") + bytes(1)
    header = bytes([0x90, 96]) + (1).to_bytes(2, "big") + (0).to_bytes(4, "big") + (4242).to_bytes(4, "big")
    return header + extension + b"payload"


async def test_numbered_packets_are_reported() -> None:
    ice = RTCIceTransport(RTCIceGatherer(iceServers=[]))
    transport = aiortc_reach.FeedbackTransport(ice, [RTCCertificate.generateCertificate()])
    parameters = RTCRtpReceiveParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=3, uri=twcc.URI)])
    transport._rtp_header_extensions_map.configure(parameters)
    sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(data: bytes) -> None:
        sent.put_nowait(data)

    transport._send_rtp = send  # type: ignore[method-assign]
    for sequence in (7, 9):
        await transport._handle_rtp_data(numbered_packet(sequence), 0)
    feedback = read_feedback(await asyncio.wait_for(sent.get(), 5))
    assert (feedback.base, feedback.count, feedback.media_ssrc) == (7, 3, 4242)
    assert set(feedback.arrivals) == {7, 9}
    assert rtp.is_rtcp(b"\x8f\xcd" + bytes(10))
    await transport.stop()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "twcc-feedback"]


@pytest.mark.parametrize("uris", [[aiortc_reach.PLAYOUT_DELAY_URI], []])
def test_playout_delay_goes_with_each_packet_if_wanted(uris: list[str]) -> None:
    extensions = rtp.HeaderExtensionsMap()
    listed = [RTCRtpHeaderExtensionParameters(id=9, uri=uri) for uri in uris]
    mid = RTCRtpHeaderExtensionParameters(id=1, uri="urn:ietf:params:rtp-hdrext:sdes:mid")
    extensions.configure(RTCRtpReceiveParameters(headerExtensions=[mid, *listed]))
    profile, packed = extensions.set(rtp.HeaderExtensions(mid="0"))
    assert rtp.unpack_header_extensions(profile, packed) == [(1, b"0"), *[(9, bytes(3)) for _ in uris]]


def packet(sequence: int, timestamp: int, data: bytes, *, last: bool = False) -> Any:
    made: Any = rtp.RtpPacket(sequence_number=sequence, timestamp=timestamp, marker=int(last))
    made._data = data
    return made


def test_the_marker_releases_a_picture_at_once() -> None:
    ours, stock = FrameBuffer(capacity=512, is_video=True), JitterBuffer(capacity=512, is_video=True)
    packets = [packet(10, 1, b"a"), packet(11, 1, b"b", last=True), packet(12, 2, b"c", last=True)]
    released = [[frame and frame.data for frame in (ours.add(one)[1], stock.add(one)[1])] for one in packets]
    assert released == [[None, None], [b"ab", None], [b"c", b"ab"]]


def test_a_picture_without_marker_ends_with_the_next_one() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    assert buffer.add(packet(10, 1, b"a"))[1] is None
    frame = buffer.add(packet(11, 2, b"b"))[1]
    assert frame is not None
    assert (frame.data, frame.timestamp) == (b"a", 1)


def test_packets_out_of_order_wait_for_the_missing_one() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    buffer.add(packet(65534, 1, b"0", last=True))
    assert buffer.add(packet(0, 2, b"b", last=True))[1] is None
    frame = buffer.add(packet(65535, 2, b"a"))[1]
    assert frame is not None
    assert frame.data == b"ab"


def test_padding_between_pictures_is_no_picture() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    assert buffer.add(packet(1, 1, b"a", last=True))[1] is not None
    assert buffer.add(packet(2, 1, b""))[1] is None
    frame = buffer.add(packet(3, 2, b"b", last=True))[1]
    assert frame is not None
    assert frame.data == b"b"


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_pictures_come_out_whole_and_in_order(seed: int) -> None:
    rng = random.Random(seed)
    packets, expected, sequence = [], [], rng.randrange(65536)
    for timestamp in range(1, 60):
        parts = [bytes([timestamp, part]) for part in range(rng.randint(3, 8))]
        expected.append(b"".join(parts))
        for part in parts:
            packets.append(packet(sequence & 0xFFFF, timestamp, part, last=part is parts[-1]))
            sequence += 1
    head, tail = packets[0], packets[1:]
    order = sorted(range(len(tail)), key=lambda index: index + rng.choice([0, 0, 0, 2.5]))
    buffer = FrameBuffer(capacity=512, is_video=True)
    frames = [buffer.add(one)[1] for one in [head, *[tail[index] for index in order]]]
    assert [frame.data for frame in frames if frame] == expected


def test_sound_is_buffered_as_before() -> None:
    buffer = FrameBuffer(capacity=16, prefetch=2)
    assert [buffer.add(packet(n, n, b"x", last=True))[1] is None for n in range(3)] == [True, True, False]


def codec_named(name: str) -> RTCRtpCodecParameters:
    return next(codec for kind in codecs.CODECS.values() for codec in kind if codec.name.lower() == name)


@pytest.mark.parametrize("name", ["h264", "vp8"])
def test_our_pictures_can_be_read_by_aiortc(name: str) -> None:
    codec = codec_named(name)
    encoder: Any = aiortc_reach.get_encoder(codec)
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
    encoder: Any = aiortc_reach.get_encoder(codec_named(name))
    assert "self.__encoder.target_bitrate = bitrate" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    encoder.target_bitrate = 123_456
    assert encoder.target_bitrate == 123_456


@pytest.mark.parametrize("name", ["h264", "vp8"])
def test_pictures_encoded_elsewhere_are_packed_too(name: str) -> None:
    encoder: Any = aiortc_reach.get_encoder(codec_named(name))
    packet = av.Packet(bytes([0, 0, 0, 1, 0x65]) + bytes(range(1, 200)))
    with pytest.raises(ValueError, match="timestamp"):
        encoder.pack(packet)
    packet.pts, packet.time_base = 3, Fraction(1, 30)
    [payload], timestamp = encoder.pack(packet)
    assert timestamp == 9000
    assert bytes(range(1, 200)) in payload


def test_vp8_pictures_are_numbered_one_after_the_other() -> None:
    payloads = aiortc_reach.Vp8Payloads()
    numbers = [VpxPayloadDescriptor.parse(payloads(b"x")[0])[0].picture_id for _ in range(3)]
    assert [(b - a) % (1 << 15) for a, b in pairwise(n or 0 for n in numbers)] == [1, 1]


def test_speech_goes_out_mono_with_aiortcs_timestamps() -> None:
    encoder = aiortc_reach.get_encoder(codec_named("opus"))
    assert isinstance(encoder, CallOpusEncoder)
    told = []
    for number in range(6):
        block = np.full((1, 960), 100 * number, np.int16)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
        payloads, timestamp = encoder.encode(frame)
        told += [timestamp] * len(payloads)
    assert told == [number * 960 for number in range(len(told))]
    assert len(told) >= 5


def test_other_codecs_are_left_to_aiortc() -> None:
    assert isinstance(aiortc_reach.get_encoder(codecs.PCMA_CODEC), PcmaEncoder)


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
    aiortc_reach.prefer_h264(transceiver)
    answer = (await peer.createAnswer()).sdp
    [line] = [line for line in answer.splitlines() if line.startswith("m=video")]
    payload_types = line.split()[3:]
    assert [number for number in payload_types if number in ("96", "102", "108")] == ["108", "102", "96"]
    assert {"97", "103", "109"} < set(payload_types), "retransmission for each"
    await peer.close()


def test_the_clerk_is_asked_for_speech_that_can_be_mended() -> None:
    assert codec_named("opus").parameters["useinbandfec"] == "1"
