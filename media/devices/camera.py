"""The camera: pictures in I420 for the call, a small one for the self view, and always something to show.

Two threads. The grabber opens the source and reads it; a driver may hang it for as long as it likes. The watch puts a
still picture in its place whenever nothing new has come for a while, so the call never waits for a device.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

import cv2
import structlog

from media import i420
from media.devices.faults import DeviceError, DeviceFault
from media.devices.frame_sources import HEIGHT, WIDTH, FrameSource, Picture, frame_source
from media.devices.still import camera_unavailable
from media.i420 import I420
from media.latest import LatestSlot

PREVIEW_WIDTH: Final = 320
PREVIEW_HEIGHT: Final = 180
RETRY_SECONDS: Final = 2.0
SILENCE_SECONDS: Final = 2.0
STILL_SECONDS: Final = 0.2
"""The still goes out five times a second, so that a clerk who joins sees it at once."""

_CLOSE_SECONDS: Final = 2.0
_PREVIEW_EVERY: Final = 2
_I420_DIMENSIONS: Final = 2

log = structlog.get_logger(__name__)


class CameraFrame(NamedTuple):
    """1280x720; `stamp`: seconds of the monotonic clock."""

    i420: I420
    stamp: float
    still: bool


OnFault = Callable[[DeviceError | None], None]


class Camera:
    """An open camera; 1280x720 whatever the source is. `fault` is None while pictures come.

    `on_fault` is called with the error when pictures stop and with None when they come again, on a camera thread.
    """

    def __init__(
        self,
        spec: str,
        on_fault: OnFault | None = None,
        opener: Callable[[str], FrameSource] = frame_source,
        retry_seconds: float = RETRY_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self.spec = spec
        self.frames: LatestSlot[CameraFrame] = LatestSlot()
        self.preview: LatestSlot[I420] = LatestSlot()
        """The self view: 320x180, about 15 a second, not mirrored."""
        self.fault: DeviceError | None = None
        self._on_fault = on_fault
        self._opener = opener
        self._retry_seconds = retry_seconds
        self._silence_seconds = silence_seconds
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._state = threading.Lock()
        self._last_live = time.monotonic()
        self._live_count = 0
        # Daemons: a driver that hangs for good must not keep the process from ending.
        self._threads = [
            threading.Thread(target=self._grab, name="camera-grabber", daemon=True),
            threading.Thread(target=self._watch, name="camera-watch", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._stopping.set()
        self._changed.set()
        for thread in self._threads:
            thread.join(_CLOSE_SECONDS)
            if thread.is_alive():
                log.warning("camera thread hangs", thread=thread.name, camera=self.spec)

    def _grab(self) -> None:
        while not self._stopping.is_set():
            try:
                self._grab_until_fault()
            except DeviceError as error:
                self._set_fault(error)
            except cv2.error as error:
                self._set_fault(DeviceError(DeviceFault.CANNOT_OPEN, self.spec, f"Camera {self.spec}: {error.err}"))
            self._stopping.wait(self._retry_seconds)

    def _grab_until_fault(self) -> None:
        source = self._opener(self.spec)
        try:
            while not self._stopping.is_set():
                picture = source.read()
                if not self._stopping.is_set():
                    self._publish_live(picture)
        finally:
            source.close()

    def _publish_live(self, picture: Picture) -> None:
        self._last_live = time.monotonic()
        self._live_count += 1
        self._set_fault(None)
        self._publish(_in_call_size(picture), still=False, preview=self._live_count % _PREVIEW_EVERY == 1)

    def _publish(self, picture: I420, *, still: bool, preview: bool) -> None:
        self.frames.put(CameraFrame(picture, time.monotonic(), still))
        if preview:
            self.preview.put(i420.scaled(picture, (PREVIEW_WIDTH, PREVIEW_HEIGHT)))

    def _watch(self) -> None:
        still = i420.from_bgr(camera_unavailable(WIDTH, HEIGHT))
        while not self._stopping.is_set():
            if self.fault is None and time.monotonic() - self._last_live > self._silence_seconds:
                text = f"Camera {self.spec}: no picture for {self._silence_seconds:g} seconds."
                self._set_fault(DeviceError(DeviceFault.SILENT, self.spec, text))
            if self.fault is not None:
                self._publish(still, still=True, preview=True)
            self._changed.wait(STILL_SECONDS)
            self._changed.clear()

    def _set_fault(self, fault: DeviceError | None) -> None:
        with self._state:
            before, self.fault = self.fault, fault
        if (before and before.fault) == (fault and fault.fault):
            return
        if fault:
            log.warning("camera unavailable", camera=self.spec, fault=fault.fault.value)
            self._changed.set()
        else:
            log.info("camera works again", camera=self.spec)
        if self._on_fault:
            self._on_fault(fault)


def open_camera(spec: str, on_fault: OnFault | None = None) -> Camera:
    """Open the camera that `spec` names and return at once: a device number ("0"), a path of a device or of a media
    file (plays in real time, over and over), or "test" (a drawn citizen). Never raises for a camera that does not
    work: it shows a still, tells `on_fault`, and tries again every two seconds."""
    cv2.setNumThreads(1)
    return Camera(spec, on_fault)


def _in_call_size(picture: Picture) -> I420:
    whole = picture if picture.ndim == _I420_DIMENSIONS else i420.from_bgr(picture)
    return i420.fitted(whole, (WIDTH, HEIGHT))
