"""Each assumption about aiortc 1.16 that `media.aiortc_reach` builds on. One of these fails when upstream changes."""

from __future__ import annotations

import asyncio
import inspect
import random
from fractions import Fraction
from typing import Any

import av
import cv2
import pytest
from aiortc import codecs, rtcpeerconnection, rtcrtpreceiver, rtcrtpsender, rtp
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpReceiveParameters

from media import aiortc_reach, twcc
from media.aiortc_reach import MAX_BITRATE, MIN_BITRATE, START_BITRATE, CallVp8Encoder, FrameBuffer, steer
from media.testing.citizen import CitizenScene
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


def test_bitrate_falls_at_once_and_rises_in_steps() -> None:
    assert steer(1_500_000, 1_400_000) == 1_500_000
    assert steer(1_500_000, 1_000_000) == 1_000_000
    assert steer(1_000_000, 1_200_000) == 1_000_000
    assert steer(1_000_000, 1_500_000) == 1_500_000
    assert steer(2_000_000, 9_000_000) == MAX_BITRATE
    assert steer(MAX_BITRATE, 9_000_000) == MAX_BITRATE
    assert steer(500_000, 1) == MIN_BITRATE


def test_our_encoder_makes_pictures_aiortc_can_read() -> None:
    encoder: Any = aiortc_reach.get_encoder(codecs.CODECS["video"][0])
    assert isinstance(encoder, CallVp8Encoder)
    assert encoder.target_bitrate == START_BITRATE
    decoder: Any = codecs.get_decoder(codecs.CODECS["video"][0])
    scene = CitizenScene()
    decoded = []
    for number in range(4):
        i420 = cv2.cvtColor(scene.frame(number), cv2.COLOR_BGR2YUV_I420)
        frame = av.VideoFrame.from_ndarray(i420, format="yuv420p")
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        if number == 2:
            encoder.target_bitrate = 600_000
        payloads, timestamp = encoder.encode(frame, force_keyframe=number == 1)
        assert timestamp == number * 3000
        assert all(len(payload) <= 1300 for payload in payloads)
        data = b"".join(codecs.depayload(codecs.CODECS["video"][0], payload) for payload in payloads)
        assert (data[0] & 1 == 0) is (number < 3), "first, asked for, and after a rebuild are key frames"
        decoded += decoder.decode(JitterFrame(data, timestamp))
    assert [(frame.width, frame.height) for frame in decoded] == [(1280, 720)] * 4
