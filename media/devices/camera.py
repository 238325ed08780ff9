"""The camera: pictures in I420 for the call, a small one for the self view, and always something to show."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from media import i420
from media.consultation import DeviceState
from media.devices.faults import DeviceError
from media.devices.frame_sources import HEIGHT, WIDTH, FrameSource, Picture, frame_source, is_present
from media.devices.health import Sight
from media.devices.still import camera_unavailable
from media.devices.upkeep import OnState, Patience, Turn, Upkeep
from media.i420 import I420, Size, size_of
from media.latest import LatestSlot

PREVIEW_WIDTH: Final = 320
PREVIEW_HEIGHT: Final = 180
DOCUMENT_SIZE: Final = (1920, 1080)
"""Of a document camera's pictures: the characters of a passport's zone are then 20 to 40 pixels apart."""
STILL_SECONDS: Final = 0.2
"""The still goes out five times a second, so that a clerk who joins sees it at once."""

Photograph = npt.NDArray[np.uint8]
"""BGR, (height, width, 3)."""
PHOTOGRAPH_SECONDS: Final = 6.0

_PREVIEW_EVERY: Final = 2
_I420_DIMENSIONS: Final = 2


class CameraFrame(NamedTuple):
    """Of the camera's `size`; `stamp`: seconds of the monotonic clock."""

    i420: I420
    stamp: float
    still: bool


class Camera:
    """An open camera; of one `size` whatever the source is, a still picture while none comes. `state` says how it is;
    `on_state` is told on a thread of the camera."""

    def __init__(
        self,
        spec: str,
        on_state: OnState | None = None,
        opener: Callable[[str], FrameSource] = frame_source,
        patience: Patience | None = None,
        size: Size = (WIDTH, HEIGHT),
    ) -> None:
        self.spec = spec
        self.size = size
        self.frames: LatestSlot[CameraFrame] = LatestSlot()
        self.preview: LatestSlot[I420] = LatestSlot()
        """The self view: 320x180, about 15 a second, not mirrored."""
        self._opener = opener
        self._sight = Sight()
        self._live_count = 0
        self._photographs: queue.SimpleQueue[Future[Photograph]] = queue.SimpleQueue()
        self._still = i420.from_bgr(camera_unavailable(*size))
        self._upkeep = Upkeep(
            "camera",
            spec,
            self._work,
            self._stand_in,
            STILL_SECONDS,
            present=lambda: is_present(spec),
            on_state=on_state,
            patience=patience,
        )
        self._upkeep.start()

    @property
    def state(self) -> DeviceState:
        return self._upkeep.state

    def close(self) -> None:
        """Stop and let go of the device; gives up waiting after two seconds if the driver hangs."""
        self._upkeep.close()

    def photograph(self, timeout_s: float = PHOTOGRAPH_SECONDS) -> Photograph:
        """The next picture with all the pixels the camera has; blocks. Raises DeviceError where none comes."""
        wanted: Future[Photograph] = Future()
        self._photographs.put(wanted)
        try:
            return wanted.result(timeout_s)
        except TimeoutError:
            wanted.cancel()
            raise DeviceError(self.state, self.spec, f"Camera {self.spec}: gives no picture.") from None

    def _work(self, turn: Turn) -> None:
        source = self._opener(self.spec)
        try:
            while not turn.over:
                picture = source.read()
                if not turn.over:
                    self._see(picture, source.live, turn)
                self._take_photographs(source)
        finally:
            source.close()

    def _take_photographs(self, source: FrameSource) -> None:
        while not self._photographs.empty():
            wanted = self._photographs.get()
            if not wanted.set_running_or_notify_cancel():
                continue
            try:
                picture = source.still()
            except DeviceError as error:
                wanted.set_exception(error)
                raise
            wanted.set_result(_photograph(picture))

    def _see(self, picture: Picture, live: bool, turn: Turn) -> None:
        stamp = time.monotonic()
        whole = picture if picture.ndim == _I420_DIMENSIONS else i420.from_bgr(picture)
        state = self._sight.judge(whole[: size_of(whole)[1]], stamp)
        if state is DeviceState.FROZEN:
            if live:
                # A picture that comes twice is no sign of life.
                return
            state = DeviceState.OK
        turn.alive(state)
        self._live_count += 1
        fitted = i420.fitted(whole, self.size)
        self._publish(CameraFrame(fitted, stamp, False), preview=self._live_count % _PREVIEW_EVERY == 1)

    def _stand_in(self) -> None:
        self._publish(CameraFrame(self._still, time.monotonic(), True), preview=True)

    def _publish(self, frame: CameraFrame, *, preview: bool) -> None:
        self.frames.put(frame)
        if preview:
            self.preview.put(i420.scaled(frame.i420, (PREVIEW_WIDTH, PREVIEW_HEIGHT)))


def _photograph(picture: Picture) -> Photograph:
    """A copy, whatever the source gives."""
    if picture.ndim == _I420_DIMENSIONS:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_YUV2BGR_I420), np.uint8)
    return picture.copy()


def open_document_camera(spec: str) -> Camera:
    """Like `open_camera`, with larger pictures and nobody who is told of its state."""
    cv2.setNumThreads(1)
    return Camera(spec, opener=partial(frame_source, size=DOCUMENT_SIZE), size=DOCUMENT_SIZE)


def open_camera(spec: str, on_state: OnState | None = None) -> Camera:
    """Open the camera that `spec` names and return at once: a device number ("0"), a path of a device or of a media
    file (plays in real time, over and over), or "test" (a drawn citizen). Never raises for a camera that does not
    work: it shows a still, tells `on_state`, and tries again every second."""
    cv2.setNumThreads(1)
    return Camera(spec, on_state)
