"""A call over real sockets in which one end speaks, and a share of its packets is lost on the way."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from fractions import Fraction
from typing import Any

import av
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtp import is_rtcp

from media import aiortc_reach
from media.audio.playback import SoundFigures
from media.devices import Speaker
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE
from media.reception import AudioReception


class PacketTrack(MediaStreamTrack):
    """Packets that are encoded already, one every 20 ms, over and over. `enough` is set after `seconds` of sound."""

    kind = "audio"

    def __init__(self, payloads: Sequence[bytes], seconds: float) -> None:
        super().__init__()
        self.enough = asyncio.Event()
        self._enough = round(seconds / BLOCK_SECONDS)
        self._payloads = payloads
        self._sent = 0
        self._began: float | None = None

    async def recv(self) -> Any:
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        await asyncio.sleep(self._began + self._sent * BLOCK_SECONDS - now)
        packet = av.Packet(self._payloads[self._sent % len(self._payloads)])
        packet.pts, packet.time_base = self._sent * BLOCK, Fraction(1, RATE)
        self._sent += 1
        if self._sent == self._enough:
            self.enough.set()
        return packet


def lossy(send: Callable[[bytes], Awaitable[None]], loss: float, seed: int) -> Callable[[bytes], Awaitable[None]]:
    rng = random.Random(seed)

    async def send_some(data: bytes) -> None:
        if is_rtcp(data) or rng.random() >= loss:
            await send(data)

    return send_some


async def listen(speaker: Speaker, payloads: Sequence[bytes], loss: float, seconds: float) -> SoundFigures:
    """The listener's figures once so much sound has been sent. Raises TimeoutError."""
    aiortc_reach.prepare()
    speaking, listening = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    reception = AudioReception(speaker)
    tasks: list[asyncio.Task[None]] = []
    listening.on("track", lambda track: tasks.append(asyncio.create_task(reception.run(track), name="listen")))
    track = PacketTrack(payloads, seconds)
    sender = speaking.addTrack(track)
    await speaking.setLocalDescription(await speaking.createOffer())
    await listening.setRemoteDescription(speaking.localDescription)
    await listening.setLocalDescription(await listening.createAnswer())
    await speaking.setRemoteDescription(listening.localDescription)
    transport: Any = sender.transport
    transport._send_rtp = lossy(transport._send_rtp, loss, seed=3)
    try:
        async with asyncio.timeout(seconds + 20):
            await track.enough.wait()
        return reception.figures()
    finally:
        track.stop()
        await speaking.close()
        await listening.close()
        await asyncio.gather(*tasks)
