"""Transport-wide feedback, both ways. aiortc answers with REMB only; Chromium starts at 245 kbit/s and needs over
22 s to get up. With this it is at 2 Mbit/s within the first second. What Chromium answers goes to `sending`."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from aiortc import rtp
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpSendParameters

from media.aiortc_reach.arrival import Arrived
from media.aiortc_reach.sending import Sending
from media.congestion.feedback import FeedbackBuilder

FEEDBACK_SECONDS: Final = 0.05


class FeedbackTransport(RTCDtlsTransport):
    """Notes the arrival of each numbered RTP packet and reports every 50 ms. RTP goes out by way of `sending`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._feedback = FeedbackBuilder()
        self._feedback_task: asyncio.Task[None] | None = None
        self.sending = Sending(super()._send_rtp)
        self._arrived_us: int | None = None
        self._receive = self.transport._recv
        self.transport._recv = self._note_arrival

    def _register_rtp_sender(self, sender: Any, parameters: RTCRtpSendParameters) -> None:
        self.sending.register(sender, parameters)
        super()._register_rtp_sender(sender, parameters)

    async def _note_arrival(self) -> bytes:
        data = await self._receive()
        self._arrived_us = data.at_us if isinstance(data, Arrived) else None
        return data

    async def _send_rtp(self, data: bytes) -> None:
        if rtp.is_rtcp(data):
            await super()._send_rtp(data)
        else:
            await self.sending.send(data)

    async def _handle_rtcp_data(self, data: bytes) -> None:
        if rest := await self.sending.take(data):
            await super()._handle_rtcp_data(rest)

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        arrival_us = self._arrived_us or time.monotonic_ns() // 1000
        try:
            packet = rtp.RtpPacket.parse(data, self._rtp_header_extensions_map)
        except ValueError:
            return
        sequence = packet.extensions.transport_sequence_number
        if sequence is not None:
            # Before routing: retransmissions and padding count too.
            self._note(sequence, arrival_us, packet.ssrc)
            # Else the receiver sends REMB as well, which caps Chromium's own estimate.
            packet.extensions.abs_send_time = None
        receiver: Any = self._rtp_router.route_rtp(packet)
        if receiver is not None:
            await receiver._handle_rtp_packet(packet, arrival_time_ms=arrival_time_ms)

    def _note(self, sequence: int, arrival_us: int, ssrc: int) -> None:
        self._feedback.add(sequence, arrival_us, ssrc)
        if self._feedback_task is None:
            self._feedback_task = asyncio.create_task(self._send_feedback(), name="twcc-feedback")

    async def _send_feedback(self) -> None:
        while True:
            await asyncio.sleep(FEEDBACK_SECONDS)
            while packet := self._feedback.build():
                try:
                    await self._send_rtp(packet)
                except ConnectionError:
                    return

    async def stop(self) -> None:
        if self._feedback_task is not None:
            self._feedback_task.cancel()
            await asyncio.gather(self._feedback_task, return_exceptions=True)
        await self.sending.stop()
        await super().stop()
