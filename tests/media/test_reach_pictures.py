"""Each assumption about aiortc 1.16 that `media.aiortc_reach.pictures` builds on: one fails when upstream changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription, rtcrtpreceiver, rtp

from media.aiortc_reach.pictures import PictureTap, pictures_of
from media.pictures.assembler import Feedback
from media.pictures.packet import PicturePacket, starts_key
from tests.media.receivers import OWN_SSRC, SSRC, PictureReceiver, agreed, h264_packet, picture_receiver

PARAMETERS = b"\x67\x42\xe0\x1f"
"""A sequence parameter set's first bytes."""
SLICE = b"\x41\x9a\x00"


@pytest.fixture
async def receiving() -> AsyncIterator[PictureReceiver]:
    made = await picture_receiver()
    await made.receiver.receive(agreed())
    yield made
    await made.receiver.stop()


async def test_a_listener_gets_packets_as_they_come_and_aiortc_counts_them(receiving: PictureReceiver) -> None:
    heard: list[PicturePacket] = []
    with pictures_of(receiving.receiver.track, heard.append):
        await receiving.feed(h264_packet(10, 1000, PARAMETERS))
        await receiving.feed(h264_packet(13, 1000, SLICE, last=True))
        await receiving.feed(h264_packet(12, 1000, SLICE))
    assert [(one.sequence, one.last, one.starts_key, one.again) for one in heard] == [
        (10, False, True, False),
        (13, True, False, False),
        (12, False, False, False),
    ]
    assert heard[0] == PicturePacket(SSRC, 10, 1000, False, "H264", b"\0\0\0\1" + PARAMETERS, True, False)
    counted = [one for one in (await receiving.receiver.getStats()).values() if one.type == "inbound-rtp"]
    assert [one.packetsReceived for one in counted] == [3]
    assert receiving.sent == [], "aiortc asks for nothing by itself"


async def test_a_retransmission_is_unwrapped_and_known_as_one(receiving: PictureReceiver) -> None:
    heard: list[PicturePacket] = []
    with pictures_of(receiving.receiver.track, heard.append):
        await receiving.feed(h264_packet(10, 1000, PARAMETERS))
        await receiving.feed(h264_packet(11, 1000, SLICE, last=True), again=500)
        await receiving.feed(h264_packet(12, 4000, SLICE, last=True))
    assert [(one.sequence, one.timestamp, one.ssrc, one.last, one.again) for one in heard] == [
        (10, 1000, SSRC, False, False),
        (11, 1000, SSRC, True, True),
        (12, 4000, SSRC, True, False),
    ]


async def test_what_is_asked_for_goes_out(receiving: PictureReceiver) -> None:
    with pictures_of(receiving.receiver.track, lambda packet: None) as line:
        await line.tell(Feedback(SSRC, [1], True))
        assert receiving.sent == [], "there is nobody to ask yet"
        await receiving.feed(h264_packet(10, 1000, PARAMETERS))
        await line.tell(Feedback(SSRC, [0, 3, 65530, 65535], False))
        await line.tell(Feedback(SSRC, [], True))
    nack, pli = receiving.sent
    assert (nack.fmt, nack.ssrc, nack.media_ssrc) == (rtp.RTCP_RTPFB_NACK, OWN_SSRC, SSRC)
    assert sorted(nack.lost) == [0, 3, 65530, 65535]
    assert (pli.fmt, pli.ssrc, pli.media_ssrc) == (rtp.RTCP_PSFB_PLI, OWN_SSRC, SSRC)


async def test_without_a_listener_aiortc_does_what_it_did(receiving: PictureReceiver) -> None:
    await receiving.feed(h264_packet(10, 1000, PARAMETERS))
    await receiving.feed(h264_packet(12, 1000, SLICE, last=True))
    assert [packet.lost for packet in receiving.sent] == [[11]]
    tapped: Any = PictureTap(receiving.receiver)
    stock: Any = rtcrtpreceiver.JitterBuffer(capacity=512, is_video=True)
    released = []
    for sequence in range(4):
        packet: Any = rtp.RtpPacket(sequence_number=sequence, timestamp=sequence * 3000, marker=1)
        packet._data = bytes([sequence])
        released.append([frame and frame.data for frame in (tapped.add(packet)[1], stock.add(packet)[1])])
    assert released == [[None, None], [b"\0", b"\0"], [b"\1", b"\1"], [b"\2", b"\2"]]


def test_key_frames_are_known_by_their_first_packet() -> None:
    start = b"\0\0\0\1"
    delimiter = start + b"\x09\x10"
    assert starts_key("H264", b"", start + PARAMETERS)
    assert starts_key("H264", b"", start + PARAMETERS + start + b"\x68\xce")
    assert starts_key("H264", b"", delimiter + start + PARAMETERS)
    for data in (b"", b"\0\0\0\1", start + SLICE, delimiter + start + SLICE, SLICE, b"\x67"):
        assert not starts_key("H264", b"", data)
    assert starts_key("VP8", b"\x10\x50", b"\x50")
    assert starts_key("VP8", b"\x90\x80\x01\x50", b"\x50")
    assert not starts_key("VP8", b"\x10\x51", b"\x51"), "a picture that needs others"
    assert not starts_key("VP8", b"\x00\x50", b"\x50"), "not the beginning"
    assert not starts_key("VP8", b"\x12\x50", b"\x50"), "another partition"
    assert not starts_key("VP8", b"", b"")
    assert not starts_key("AV1", start, start)


async def test_retransmission_is_agreed_on_for_each_codec() -> None:
    offering, answering = RTCPeerConnection(), RTCPeerConnection()
    offering.addTransceiver("video", direction="sendonly")
    await offering.setLocalDescription(await offering.createOffer())
    offer = offering.localDescription
    await answering.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
    await answering.setLocalDescription(await answering.createAnswer())
    answer = answering.localDescription.sdp
    numbers = [line.split()[0].split(":")[1] for line in answer.splitlines() if line.startswith("a=rtpmap:")]
    own = [line.split()[0].split(":")[1] for line in answer.splitlines() if " rtx/" in line]
    assert own
    assert all(f"apt={number}" in answer for number in numbers if number not in own)
    await offering.close()
    await answering.close()
