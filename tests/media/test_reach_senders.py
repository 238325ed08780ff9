"""Each assumption about aiortc 1.16 that `media.aiortc_reach.senders` builds on: one fails when upstream changes."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Sequence

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, clock, rtcpeerconnection
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpsender import RTCRtpSender

from media.aiortc_reach.receivers import reports_of
from media.aiortc_reach.senders import ReportingSender
from media.aiortc_reach.sound import packets_of
from media.audio.jitter import Packet
from media.devices.sound import RATE
from media.pictures.sync import SenderClock
from tests.media.lossy_call import PacketTrack
from tests.media.peers import PATIENCE
from tests.media.speech import opus, voice

AGE = 0.5
NTP_SECOND = 1 << 32


class AgedTrack(PacketTrack):
    """Speech that was captured half a second before it is sent."""

    def captured_at(self, pts: int) -> float | None:
        return None if self._began is None else self._began - AGE + pts / RATE


def test_the_hooks_are_where_they_were() -> None:
    assert rtcpeerconnection.RTCRtpSender is ReportingSender  # type: ignore[attr-defined]
    assert "sender=RTCRtpSender(" in inspect.getsource(rtcpeerconnection.RTCPeerConnection)
    source = inspect.getsource(RTCRtpSender)
    assert "timestamp = uint32_add(timestamp_origin, enc_frame.timestamp)" in source
    assert "enc_frame = await self._next_encoded_frame(codec)" in source
    assert source.index("self.__ntp_timestamp = clock.current_ntp_time()") < source.index("async def _run_rtcp")
    assert "rtp_timestamp=self.__rtp_timestamp" in source
    assert "await self._send_rtcp(packets)" in source


@pytest.mark.parametrize(("kind", "age"), [(AgedTrack, AGE), (PacketTrack, 0.0)])
async def test_reports_tell_the_moment_of_capture(kind: type[PacketTrack], age: float) -> None:
    track = kind(opus(voice(1.0)), seconds=3.0)
    packets, sender = await reported(track)
    assert track._began is not None
    wall = clock.current_ntp_time() / NTP_SECOND - time.monotonic()
    captured = sender.captured(packets[0].timestamp)
    assert captured is not None
    # A track that does not know is taken to send what it captures at once.
    expected = track._began + wall - age
    assert captured == pytest.approx(expected, abs=0.1)


async def reported(track: PacketTrack) -> tuple[Sequence[Packet], SenderClock]:
    """The packets of a call, and the sender's clock after its first report about them."""
    speaking, listening = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    packets: list[Packet] = []
    sender, heard, arrived = SenderClock(RATE), asyncio.Event(), asyncio.Event()

    def report(ntp: int, timestamp: int) -> None:
        if packets:
            sender.report(ntp, timestamp)
            heard.set()

    received: list[MediaStreamTrack] = []
    listening.on("track", lambda one: (received.append(one), arrived.set()))
    speaking.addTrack(track)
    await speaking.setLocalDescription(await speaking.createOffer())
    await listening.setRemoteDescription(speaking.localDescription)
    await listening.setLocalDescription(await listening.createAnswer())
    try:
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
            with packets_of(received[0], packets.append), reports_of(received[0], report):
                await speaking.setRemoteDescription(listening.localDescription)
                await heard.wait()
    finally:
        track.stop()
        await speaking.close()
        await listening.close()
    return packets, sender
