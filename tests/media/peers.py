"""A stand-in for the clerk's browser: an aiortc peer that makes the offer, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from media.call import Call
from media.consultation import LABEL, Heartbeat, Message, decode_from_booth, encode
from media.devices import Camera, Microphone, Speaker
from media.latest import LatestSlot
from media.lifecycle import CallState
from media.testing.barcode import read_barcode
from media.tracks import CameraTrack, MicrophoneTrack

PATIENCE = 60.0
BOOTH_HZ = 440.0
CLERK_HZ = 1000.0


class Happening:
    """Values as they come, and waiting until they are as they should be."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._changed = asyncio.Condition()
        self._loop = asyncio.get_running_loop()
        self._notices: set[asyncio.Task[None]] = set()

    def add(self, value: Any) -> None:
        self.values.append(value)
        task = self._loop.create_task(self._notify(), name="happening")
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[list[Any]], Any]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: condition(self.values))


class Clerk:
    """Offers, sends its own media, reads the barcodes and hears the tones the booth sends."""

    def __init__(self, camera: Camera | None = None, microphone: Microphone | None = None) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.messages = Happening()
        self.barcodes = Happening()
        self.sounds = Happening()
        self.greys: list[np.ndarray[Any, Any]] = []
        self.channel: RTCDataChannel = self.peer.createDataChannel(LABEL)
        self.opened = asyncio.Event()
        self.beating = True
        self._echo: int | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._tracks: list[MediaStreamTrack] = [
            *([CameraTrack(camera)] if camera else []),
            *([MicrophoneTrack(microphone)] if microphone else []),
        ]
        for track in self._tracks:
            self.peer.addTrack(track)
        if not camera:
            self.peer.addTransceiver("video", direction="recvonly")
        if not microphone:
            self.peer.addTransceiver("audio", direction="recvonly")
        self.peer.on("track", self._on_track)
        self.channel.on("message", self._on_message)
        self.channel.on("open", self.on_open)

    def _on_message(self, frame: str) -> None:
        message = decode_from_booth(frame)
        if isinstance(message, Heartbeat):
            self._echo = message.n
        self.messages.add(message)

    def on_open(self) -> None:
        self.opened.set()
        self._spawn(self._beat(), "clerk-beat")

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._spawn(self._watch(track) if track.kind == "video" else self._hear(track), f"clerk-{track.kind}")

    def _spawn(self, work: Any, name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _beat(self) -> None:
        n = 0
        while self.beating and self.channel.readyState == "open":
            self.channel.send(encode(Heartbeat(n=n, echo=self._echo)))
            n += 1
            await asyncio.sleep(0.1)

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame: Any = await track.recv()
                grey = frame.to_ndarray()[: frame.height]
                self.greys[:] = [grey]
                self.barcodes.add(read_barcode(grey))
        except MediaStreamError:
            return

    async def _hear(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame: Any = await track.recv()
                self.sounds.add(frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0])
        except MediaStreamError:
            return

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))

    def send(self, message: Message) -> None:
        self.channel.send(encode(message))

    async def close(self) -> None:
        self.beating = False
        await self.peer.close()
        for track in self._tracks:
            track.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Booth:
    """A Call with what it calls back."""

    def __init__(self, camera: Camera, microphone: Microphone, speaker: Speaker, **options: Any) -> None:
        self.frames: LatestSlot[Any] = LatestSlot()
        self.messages = Happening()
        self.states = Happening()
        self.errors = Happening()
        self.speaker = speaker
        self.call = Call(
            camera=camera,
            microphone=microphone,
            speaker=speaker,
            ice_servers=[],
            on_frame=self.frames,
            on_message=self.messages.add,
            on_state=self.states.add,
            on_error=self.errors.add,
            **options,
        )


async def connect(clerk: Clerk, booth: Booth) -> None:
    await clerk.take_answer(await booth.call.answer(await clerk.offer()))
    await booth.states.until(lambda states: CallState.CONNECTED in states)
    async with asyncio.timeout(PATIENCE):
        await clerk.opened.wait()


@contextlib.contextmanager
def path_cut(clerk: Clerk) -> Iterator[None]:
    """Nothing the clerk sends gets through, neither messages nor sound nor reports."""

    async def lose(data: bytes, component: int) -> None:
        return

    ice = clerk.peer.sctp.transport.transport._connection
    ice.sendto = lose
    yield
    del ice.sendto


def of_type(kind: type[Any]) -> Callable[[list[Any]], list[Any]]:
    return lambda values: [value for value in values if isinstance(value, kind)]
