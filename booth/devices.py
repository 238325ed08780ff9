"""Camera, microphone and speaker of the booth: on from the start of a visit to its end, off when nobody is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from media.devices import Camera, Microphone, Speaker, open_camera, open_microphone, open_speaker
from media.i420 import I420
from media.latest import LatestSlot

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """As given on the command line."""

    camera: str = "0"
    microphone: str = "default"
    speaker: str = "default"


@dataclass(frozen=True, slots=True)
class OpenDevices:
    camera: Camera
    microphone: Microphone
    speaker: Speaker


class Devices:
    """`preview` gets the self view while the devices are open."""

    def __init__(self, names: DeviceNames, preview: LatestSlot[I420]) -> None:
        self._names = names
        self._preview = preview
        self._open: OpenDevices | None = None
        self._unlisten: Callable[[], None] | None = None
        self._muted = False

    def open(self) -> OpenDevices:
        """Open what is not open yet. Returns at once; a device that does not work shows or plays a stand-in."""
        if self._open is None:
            camera = open_camera(self._names.camera)
            self._open = OpenDevices(
                camera, open_microphone(self._names.microphone), open_speaker(self._names.speaker)
            )
            self._open.microphone.muted = self._muted
            self._unlisten = camera.preview.listen(lambda: self._forward(camera))
            log.info("devices opened")
        return self._open

    def mute(self, muted: bool) -> None:
        """Silence instead of the microphone."""
        self._muted = muted
        if self._open is not None:
            self._open.microphone.muted = muted

    async def close(self) -> None:
        """Let go of all devices and forget the self view."""
        opened, self._open, self._muted = self._open, None, False
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if opened is not None:
            await asyncio.gather(
                *(asyncio.to_thread(device.close) for device in (opened.camera, opened.microphone, opened.speaker))
            )
            log.info("devices closed")
        self._preview.clear()

    def _forward(self, camera: Camera) -> None:
        picture = camera.preview.latest
        if picture is not None:
            self._preview.put(picture)
