"""Each assumption about aiortc 1.16 that `media.aiortc_reach.transport` builds on: one fails when upstream changes."""

from __future__ import annotations

import asyncio
import inspect

from aiortc import (
    rtp,
)
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import (
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
)

from media.aiortc_reach.transport import FeedbackTransport
from media.congestion.feedback import URI
from tests.media.test_congestion_feedback import read_feedback


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
    transport = FeedbackTransport(ice, [RTCCertificate.generateCertificate()])
    parameters = RTCRtpReceiveParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=3, uri=URI)])
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
