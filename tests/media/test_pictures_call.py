"""Pictures over real sockets and a lossy path: what is shown is what was sent, without smear."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, rtp
from aiortc.mediastreams import MediaStreamTrack

from media.devices import Camera, Microphone
from media.i420 import I420, size_of
from media.latest import LatestSlot
from media.reception import PictureFigures, VideoReception
from media.testing.barcode import read_barcode
from media.testing.citizen import CitizenScene
from media.tracks import CameraTrack, MicrophoneTrack
from tests.media.peers import PATIENCE
from tests.media.receivers import losing

SMEAR = 12.0
"""Mean difference in grey of a sixteenth of the picture, in steps of 256; a smear makes several times as much."""


@dataclass
class Watched:
    reception: VideoReception
    slot: LatestSlot[I420]
    loss: float = 0.0
    repairs: bool = True
    rtx: tuple[int, ...] = ()

    @property
    def figures(self) -> PictureFigures:
        return self.reception.figures()

    async def until(self, condition: Callable[[PictureFigures], bool]) -> list[I420]:
        """Pictures shown until then."""
        pictures, seen = [], self.slot.version
        async with asyncio.timeout(PATIENCE):
            while not condition(self.figures):
                entry = await asyncio.to_thread(self.slot.wait, seen, 0.5)
                if entry is not None:
                    seen = entry.version
                    pictures.append(entry.value)
        return pictures


@asynccontextmanager
async def watching(camera: Camera, microphone: Microphone, codec: str) -> AsyncIterator[Watched]:
    """One end sends, the other receives, less what `loss` takes."""
    sending, receiving = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    slot: LatestSlot[I420] = LatestSlot()
    watched = Watched(VideoReception(slot), slot)
    tasks: list[asyncio.Task[None]] = []

    def watch(track: MediaStreamTrack) -> None:
        if track.kind == "video":
            tasks.append(asyncio.create_task(watched.reception.run(track), name="watch"))

    receiving.on("track", watch)
    sender = sending.addTrack(CameraTrack(camera))
    watched.rtx = (sender._rtx_ssrc,)
    [transceiver] = sending.getTransceivers()
    sound = sending.addTrack(MicrophoneTrack(microphone))
    offered = sender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([one for one in offered if one.mimeType in (f"video/{codec}", "video/rtx")])
    await sending.setLocalDescription(await sending.createOffer())
    await receiving.setRemoteDescription(sending.localDescription)
    await receiving.setLocalDescription(await receiving.createAnswer())
    await sending.setRemoteDescription(receiving.localDescription)
    losing(receiving.getReceivers()[0], lossy(watched))
    try:
        yield watched
    finally:
        sender.track.stop()
        sound.track.stop()
        await sending.close()
        await receiving.close()
        await asyncio.gather(*tasks)


def lossy(watched: Watched) -> Callable[[rtp.RtpPacket], bool]:
    rng = random.Random(5)

    def lost(packet: rtp.RtpPacket) -> bool:
        return rng.random() < watched.loss or (not watched.repairs and packet.ssrc in watched.rtx)

    return lost


def smear(picture: I420, scene: CitizenScene) -> float | None:
    """The largest difference of a part to what the camera showed; None if the barcode cannot be read."""
    _, height = size_of(picture)
    number = read_barcode(picture[:height])
    if number is None:
        return None
    sent = cv2.cvtColor(scene.frame(number), cv2.COLOR_BGR2GRAY)
    shown = cv2.resize(picture[:height], (sent.shape[1], sent.shape[0])).astype(np.int32)
    # The camera's pictures are of limited range, 16 to 235.
    difference = np.abs((shown - 16) * 255 // 219 - sent)
    return float(max(part.mean() for row in np.array_split(difference, 4) for part in np.array_split(row, 4, axis=1)))


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_lost_pictures_are_repaired_or_left_out(
    devices: Callable[..., Any], citizen_video: Any, codec: str
) -> None:
    async with watching(devices("camera", citizen_video), devices("microphone", "none"), codec) as watched:
        await watched.until(lambda figures: figures.received > 10)
        watched.loss = 0.1
        pictures = await watched.until(lambda figures: figures.repaired > 15)
        assert watched.figures.asked >= watched.figures.repaired
        asked = watched.figures.keys_asked
        watched.repairs = False
        pictures += await watched.until(lambda figures: figures.keys_asked > asked)
        watched.loss, shown = 0.0, watched.figures.received
        pictures += await watched.until(lambda figures: figures.received > shown + 20)
    scene = CitizenScene()
    worst = [one for one in (smear(picture, scene) for picture in pictures) if one is not None]
    assert len(worst) > len(pictures) * 0.9
    assert max(worst) < SMEAR
    assert watched.figures.failed == 0
