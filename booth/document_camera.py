"""The document camera: on only while a zone is looked for, nothing of its pictures kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

from booth.mrz.reader import ZoneReader
from booth.mrz.recogniser import shared
from booth.mrz.zone import ZoneKey
from media.devices.camera import Camera, CameraFrame, open_document_camera
from media.i420 import I420, scaled, size_of
from media.latest import LatestSlot

NONE: Final = "none"
"""The text that stands for no document camera."""
LOOK_S: Final = 0.15
SHOWN: Final = (640, 360)

log = structlog.get_logger(__name__)


class ZoneCamera(Protocol):
    """Where the card desk gets a zone from."""

    @property
    def is_there(self) -> bool: ...
    async def read_zone(self) -> ZoneKey: ...


class DocumentCamera:
    """`spec` as for any camera, or "none"; `preview` gets what the camera sees while it is on, for the screen."""

    def __init__(
        self, spec: str, preview: LatestSlot[I420], opener: Callable[[str], Camera] = open_document_camera
    ) -> None:
        self._spec = spec
        self._preview = preview
        self._opener = opener

    @property
    def is_there(self) -> bool:
        return self._spec != NONE

    async def read_zone(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> ZoneKey:
        """Until two pictures agree on a zone, or cancelled; the camera is off when this returns."""
        camera, reader = self._opener(self._spec), ZoneReader()
        unlisten = camera.frames.listen(lambda: self._show(camera.frames.latest))
        seen = 0
        try:
            await asyncio.to_thread(shared)
            while True:
                await pause(LOOK_S)
                taken = camera.frames.take(seen)
                if taken is None or taken.value.still:
                    continue
                seen = taken.version
                picture = taken.value.i420
                zone = await asyncio.to_thread(reader.look, picture[: size_of(picture)[1]])
                if zone is not None:
                    log.info("zone read", format=zone.format.value)
                    return zone.key
        finally:
            unlisten()
            reader.forget()
            await asyncio.shield(asyncio.to_thread(camera.close))
            self._preview.clear()

    def _show(self, frame: CameraFrame | None) -> None:
        if frame is not None:
            self._preview.put(scaled(frame.i420, SHOWN))
