"""Assumptions about aiortc 1.16 of `media.aiortc_reach.extensions`: one fails when upstream changes."""

from __future__ import annotations

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, codecs, rtp
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters, RTCRtpSendParameters

from media.aiortc_reach.extensions import PLAYOUT_DELAY_URI, Stamp, ask_for_sound_again, prefer_transport_feedback
from media.congestion import feedback


def codec_named(name: str) -> RTCRtpCodecParameters:
    return next(codec for kind in codecs.CODECS.values() for codec in kind if codec.name.lower() == name)


MID = RTCRtpHeaderExtensionParameters(id=1, uri="urn:ietf:params:rtp-hdrext:sdes:mid")
SEND_TIME = RTCRtpHeaderExtensionParameters(id=2, uri="http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time")


def agreed(*uris: str) -> RTCRtpSendParameters:
    """Mid, sending time, and `uris` from 9 on."""
    listed = [RTCRtpHeaderExtensionParameters(id=9 + number, uri=uri) for number, uri in enumerate(uris)]
    return RTCRtpSendParameters(headerExtensions=[MID, SEND_TIME, *listed])


def sent_extensions(*uris: str, number: int = 0, delay: float = 0.0) -> list[tuple[int, bytes]]:
    """Of a packet as it leaves."""
    extensions = rtp.HeaderExtensionsMap()
    extensions.configure(agreed(*uris))
    packet = rtp.RtpPacket(payload_type=96, sequence_number=3, ssrc=7, payload=b"picture")
    packet.extensions.mid = "0"
    packet.extensions.abs_send_time = 5
    left = Stamp(agreed(*uris)).fill(packet.serialize(extensions), number, delay)
    read = rtp.RtpPacket.parse(left)
    assert (read.sequence_number, read.ssrc, read.payload) == (3, 7, b"picture")
    assert left[0] == 0x90, "no contributing sources, one header extension"
    return rtp.unpack_header_extensions(int.from_bytes(left[12:14], "big"), left[16 : 16 + 4 * left[15]])


@pytest.mark.parametrize(
    ("delay", "sent"), [(0.0, b"\0\0\0"), (0.04, b"\x00\x40\x04"), (0.25, b"\x01\x90\x19"), (900.0, b"\xff\xff\xff")]
)
def test_the_playout_delay_of_the_moment_goes_with_each_packet(delay: float, sent: bytes) -> None:
    found = sent_extensions(PLAYOUT_DELAY_URI, delay=delay)
    assert found == [(9, sent), (1, b"0"), (2, b"\0\0\5")]


def test_the_number_of_the_moment_stands_in_place_of_the_sending_time() -> None:
    assert sent_extensions(feedback.URI, number=0xABCD) == [(9, b"\xab\xcd"), (1, b"0")]
    both = sent_extensions(feedback.URI, PLAYOUT_DELAY_URI, number=0xABCD, delay=0.04)
    assert both == [(9, b"\xab\xcd"), (10, b"\x00\x40\x04"), (1, b"0")]


def test_nothing_is_added_that_the_other_end_does_not_know() -> None:
    assert sent_extensions(number=7, delay=0.04) == [(1, b"0"), (2, b"\0\0\5")]


def chromium_like_offer(*feedback_types: str) -> RTCSessionDescription:
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=setup:actpass",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:abcdefghijklmnopqrstuvwx",
        f"a=fingerprint:sha-256 {':'.join(['00'] * 32)}",
        f"a=extmap:4 {feedback.URI}",
        "a=rtpmap:96 VP8/90000",
        *[f"a=rtcp-fb:96 {kind}" for kind in feedback_types],
        "",
    ]
    return RTCSessionDescription(sdp="\r\n".join(lines), type="offer")


@pytest.mark.parametrize(
    ("offered", "answered"),
    [
        (("goog-remb", "transport-cc", "nack"), {"transport-cc", "nack"}),
        (("goog-remb", "nack"), {"goog-remb", "nack"}),
    ],
)
async def test_remb_is_for_an_end_without_transport_feedback(offered: tuple[str, ...], answered: set[str]) -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    await peer.setRemoteDescription(chromium_like_offer(*offered))
    [transceiver] = peer.getTransceivers()
    prefer_transport_feedback(transceiver)
    answer = (await peer.createAnswer()).sdp
    assert {line.split()[1] for line in answer.splitlines() if line.startswith("a=rtcp-fb:")} == answered
    await peer.close()


@pytest.mark.parametrize("name", ["opus", "h264", "vp8"])
def test_feedback_is_announced_for_sound_and_picture(name: str) -> None:
    assert "transport-cc" in [one.type for one in codec_named(name).rtcpFeedback]
    for kind in ("audio", "video"):
        assert feedback.URI in [extension.uri for extension in codecs.HEADER_EXTENSIONS[kind]]


def test_the_clerk_is_asked_for_speech_that_can_be_mended() -> None:
    assert codec_named("opus").parameters["useinbandfec"] == "1"


async def test_sound_is_asked_for_again_though_it_was_not_offered() -> None:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    offering = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    offering.addTransceiver("audio")
    await peer.setRemoteDescription(await offering.createOffer())
    [transceiver] = peer.getTransceivers()
    ask_for_sound_again(transceiver)
    ask_for_sound_again(transceiver)
    answer = (await peer.createAnswer()).sdp.splitlines()
    assert [line for line in answer if line.startswith("a=rtcp-fb:") and line.endswith(" nack")] == [
        "a=rtcp-fb:96 nack"
    ]
    await peer.close()
    await offering.close()
