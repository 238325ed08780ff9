"""Each assumption about aiortc 1.16 that `media.aiortc_reach.receivers` builds on: one fails when upstream changes."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from aiortc import rtcpeerconnection, rtp
from aiortc.rtcdtlstransport import RtpRouter
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from media.aiortc_reach.receivers import PacketReceiver, reports_of
from tests.media.receivers import H264, PictureReceiver, picture_receiver


@pytest.fixture
async def receiving() -> PictureReceiver:
    return await picture_receiver()


def test_the_hooks_are_where_they_were() -> None:
    assert rtcpeerconnection.RTCRtpReceiver is PacketReceiver  # type: ignore[attr-defined]
    assert "RTCRtpReceiver(kind, dtlsTransport)" in inspect.getsource(rtcpeerconnection.RTCPeerConnection)
    source = inspect.getsource(RTCRtpReceiver)
    assert "self.__jitter_buffer = JitterBuffer(capacity=16, prefetch=4)" in source
    assert "self.__jitter_buffer = JitterBuffer(capacity=512, is_video=True)" in source
    assert "pli_flag, encoded_frame = self.__jitter_buffer.add(packet)" in source
    assert "self.__nack_generator.add(packet)" in source
    assert source.index("self.__remote_streams[packet.ssrc].add(packet)") < source.index("self.__jitter_buffer.add")
    assert source.index("packet = unwrap_rtx(") < source.index("self.__nack_generator.add(packet)")


async def test_reports_are_heard(receiving: PictureReceiver) -> None:
    heard: list[tuple[int, int]] = []
    info = rtp.RtcpSenderInfo(ntp_timestamp=5 << 32, rtp_timestamp=90_000, packet_count=1, octet_count=1)
    report = rtp.RtcpSrPacket(ssrc=7, sender_info=info)
    with reports_of(receiving.receiver.track, lambda ntp, timestamp: heard.append((ntp, timestamp))):
        await receiving.receiver._handle_rtcp_packet(report)
    await receiving.receiver._handle_rtcp_packet(report)
    assert heard == [(5 << 32, 90_000)]


def test_reports_are_routed_to_the_receiver_of_their_stream() -> None:
    router, receiver = RtpRouter(), object()
    router.register_receiver(receiver, ssrcs=[7], payload_types=[H264.payloadType])  # type: ignore[arg-type]
    info = rtp.RtcpSenderInfo(ntp_timestamp=0, rtp_timestamp=0, packet_count=0, octet_count=0)
    assert router.route_rtcp(rtp.RtcpSrPacket(ssrc=7, sender_info=info)) == {receiver}


async def test_it_can_be_stopped(receiving: PictureReceiver) -> None:
    receiver: Any = receiving.receiver
    await receiver.receive(RTCRtpReceiveParameters(codecs=[H264]))
    await receiver.stop()
