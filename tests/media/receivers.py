"""A receiver of pictures without a network: packets go in by hand, what it would send is kept. Loss for one with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiortc import rtp
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpDecodingParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from media.aiortc_reach.receivers import PacketReceiver

H264 = RTCRtpCodecParameters(mimeType="video/H264", clockRate=90000, payloadType=96)
RTX = RTCRtpCodecParameters(mimeType="video/rtx", clockRate=90000, payloadType=97, parameters={"apt": 96})
SSRC, RTX_SSRC, OWN_SSRC = 7, 8, 9


@dataclass
class PictureReceiver:
    receiver: Any
    sent: list[Any] = field(default_factory=list)
    """RTCP packets."""

    async def feed(self, packet: rtp.RtpPacket, *, again: int | None = None) -> None:
        """Deliver a packet; `again`: as a retransmission with this sequence number of its own."""
        if again is not None:
            packet = rtp.wrap_rtx(packet, payload_type=97, sequence_number=again, ssrc=RTX_SSRC)
        await self.receiver._handle_rtp_packet(packet, arrival_time_ms=0)


def h264_packet(sequence: int, timestamp: int, payload: bytes, *, last: bool = False) -> rtp.RtpPacket:
    return rtp.RtpPacket(
        payload_type=96, sequence_number=sequence, timestamp=timestamp, ssrc=SSRC, marker=int(last), payload=payload
    )


async def picture_receiver() -> PictureReceiver:
    """Told about H.264 and its retransmissions, as in a call with a browser. To be stopped if it was started."""
    ice = RTCIceTransport(RTCIceGatherer(iceServers=[]))
    made: Any = PacketReceiver("video", RTCDtlsTransport(ice, [RTCCertificate.generateCertificate()]))
    made._track = RemoteStreamTrack("video")
    made._set_rtcp_ssrc(OWN_SSRC)
    receiving = PictureReceiver(made)

    async def send(data: bytes) -> None:
        receiving.sent += rtp.RtcpPacket.parse(data)

    made.transport._send_rtp = send
    return receiving


def agreed() -> RTCRtpReceiveParameters:
    rtx = RTCRtpRtxParameters(ssrc=RTX_SSRC)
    return RTCRtpReceiveParameters(
        codecs=[H264, RTX], encodings=[RTCRtpDecodingParameters(ssrc=SSRC, payloadType=96, rtx=rtx)]
    )


def losing(receiver: Any, lost: Callable[[rtp.RtpPacket], bool]) -> None:
    """From now on, packets do not reach this receiver where `lost` says so; the sender's rate control never knows."""
    deliver = type(receiver)._handle_rtp_packet

    async def deliver_some(packet: rtp.RtpPacket, arrival_time_ms: int) -> None:
        if not lost(packet):
            await deliver(receiver, packet, arrival_time_ms)

    receiver._handle_rtp_packet = deliver_some
