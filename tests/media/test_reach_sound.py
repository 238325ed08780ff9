"""Each assumption about aiortc 1.16 that `media.aiortc_reach.sound` builds on: one fails when upstream changes."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from aiortc import codecs, rtcrtpreceiver, rtp
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack, RTCRtpReceiver

from media.aiortc_reach.receivers import PacketReceiver
from media.aiortc_reach.sound import SoundTap, packets_of
from media.audio.jitter import Packet

OPUS = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48000, channels=2, payloadType=96)


def test_the_end_of_a_track_is_told_through_the_decoder_thread() -> None:
    source = inspect.getsource(rtcrtpreceiver.decoder_worker)
    assert "output_q.put(None)" in source
    assert "raise MediaStreamError" in inspect.getsource(RemoteStreamTrack.recv)


def test_opus_alone_is_agreed_on() -> None:
    assert [codec.mimeType for codec in codecs.CODECS["audio"]] == ["audio/opus"]


@pytest.fixture
async def receiver() -> RTCRtpReceiver:
    ice = RTCIceTransport(RTCIceGatherer(iceServers=[]))
    made: Any = PacketReceiver("audio", RTCDtlsTransport(ice, [RTCCertificate.generateCertificate()]))
    made._track = RemoteStreamTrack("audio")
    return made


async def feed(receiver: Any, sequences: list[int]) -> None:
    for sequence in sequences:
        packet = rtp.RtpPacket(payload_type=96, sequence_number=sequence, timestamp=sequence * 960, ssrc=7)
        packet.payload = b"\x78" + bytes([sequence])
        await receiver._handle_rtp_packet(packet, arrival_time_ms=0)


async def test_a_listener_gets_packets_as_they_come_and_aiortc_counts_them(receiver: RTCRtpReceiver) -> None:
    await receiver.receive(RTCRtpReceiveParameters(codecs=[OPUS]))
    heard: list[Packet] = []
    with packets_of(receiver.track, heard.append):
        await feed(receiver, [3, 6, 5])
    assert heard == [Packet(7, sequence, sequence * 960, bytes([0x78, sequence])) for sequence in (3, 6, 5)]
    await feed(receiver, [8])
    assert len(heard) == 3
    counted = [entry for entry in (await receiver.getStats()).values() if entry.type == "inbound-rtp"]
    assert [entry.packetsReceived for entry in counted] == [4]
    await receiver.stop()


async def test_what_is_asked_for_comes_past_the_reports(receiver: Any) -> None:
    """Chromium leaves out what mends losses (RFC 7587, 4.3) to an end that reports none."""
    again = RTCRtpCodecParameters(
        mimeType="audio/opus", clockRate=48000, channels=2, payloadType=96, rtcpFeedback=[RTCRtcpFeedback(type="nack")]
    )
    await receiver.receive(RTCRtpReceiveParameters(codecs=[again]))
    heard: list[Packet] = []
    asked: list[list[int]] = []

    async def nack(ssrc: int, lost: list[int]) -> None:
        asked.append(lost)

    receiver._send_rtcp_nack = nack
    with packets_of(receiver.track, heard.append) as line:
        await feed(receiver, [3, 5])
        await line.ask(7, [4])
        await feed(receiver, [4, 6])
    assert asked == [[4]]
    assert [packet.sequence for packet in heard] == [3, 5, 4, 6]
    counted = [entry for entry in (await receiver.getStats()).values() if entry.type == "inbound-rtp"]
    assert [(entry.packetsReceived, entry.packetsLost) for entry in counted] == [(3, 1)]
    await receiver.stop()


async def test_an_end_that_sends_nothing_again_is_not_asked(receiver: Any) -> None:
    await receiver.receive(RTCRtpReceiveParameters(codecs=[OPUS]))
    with packets_of(receiver.track, lambda packet: None) as line:
        await feed(receiver, [3, 5])
        assert not line.receiver.sends_again
        await line.ask(7, [4])
    await receiver.stop()


async def test_without_a_listener_the_buffer_is_as_deep_as_upstreams(receiver: RTCRtpReceiver) -> None:
    tapped: Any = SoundTap(receiver)
    stock: Any = rtcrtpreceiver.JitterBuffer(capacity=16, prefetch=4)
    released = []
    for sequence in range(6):
        packet: Any = rtp.RtpPacket(sequence_number=sequence, timestamp=sequence * 960)
        packet._data = bytes([sequence])
        released.append([frame and frame.data for frame in (tapped.add(packet)[1], stock.add(packet)[1])])
    assert released == [[None, None]] * 4 + [[b"\0", b"\0"], [b"\1", b"\1"]]
