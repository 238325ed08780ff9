"""The camera: pictures in I420 for the call, a small one for the self view, and always something to show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

import cv2

from media import i420
from media.consultation import DeviceState
from media.devices.frame_sources import HEIGHT, WIDTH, FrameSource, Picture, frame_source, is_present
from media.devices.health import Sight
from media.devices.still import camera_unavailable
from media.devices.upkeep import OnState, Patience, Turn, Upkeep
from media.i420 import I420, size_of
from media.latest import LatestSlot

PREVIEW_WIDTH: Final = 320
PREVIEW_HEIGHT: Final = 180
STILL_SECONDS: Final = 0.2
"""The still goes out five times a second, so that a clerk who joins sees it at once."""

_PREVIEW_EVERY: Final = 2
_I420_DIMENSIONS: Final = 2


class CameraFrame(NamedTuple):
    """1280x720; `stamp`: seconds of the monotonic clock."""

    i420: I420
    stamp: float
    still: bool


class Camera:
    """An open camera; 1280x720 whatever the source is, a still picture while none comes. `state` says how it is;
    `on_state` is told on a thread of the camera."""

    def __init__(
        self,
        spec: str,
        on_state: OnState | None = None,
        opener: Callable[[str], FrameSource] = frame_source,
        patience: Patience | None = None,
    ) -> None:
        self.spec = spec
        self.frames: LatestSlot[CameraFrame] = LatestSlot()
        self.preview: LatestSlot[I420] = LatestSlot()
        """The self view: 320x180, about 15 a second, not mirrored."""
        self._opener = opener
        self._sight = Sight()
        self._live_count = 0
        self._still = i420.from_bgr(camera_unavailable(WIDTH, HEIGHT))
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

    def _work(self, turn: Turn) -> None:
        source = self._opener(self.spec)
        try:
            while not turn.over:
                picture = source.read()
                if not turn.over:
                    self._see(picture, source.live, turn)
        finally:
            source.close()

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
        fitted = i420.fitted(whole, (WIDTH, HEIGHT))
        self._publish(CameraFrame(fitted, stamp, False), preview=self._live_count % _PREVIEW_EVERY == 1)

    def _stand_in(self) -> None:
        self._publish(CameraFrame(self._still, time.monotonic(), True), preview=True)

    def _publish(self, frame: CameraFrame, *, preview: bool) -> None:
        self.frames.put(frame)
        if preview:
            self.preview.put(i420.scaled(frame.i420, (PREVIEW_WIDTH, PREVIEW_HEIGHT)))


def open_camera(spec: str, on_state: OnState | None = None) -> Camera:
    """Open the camera that `spec` names and return at once: a device number ("0"), a path of a device or of a media
    file (plays in real time, over and over), or "test" (a drawn citizen). Never raises for a camera that does not
    work: it shows a still, tells `on_state`, and tries again every second."""
    cv2.setNumThreads(1)
    return Camera(spec, on_state)
