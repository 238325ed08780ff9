"""Where a camera's pictures come from: a device, a media file, or the drawn citizen. All block until the next one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import av
import cv2
import numpy as np
import numpy.typing as npt

from media import i420
from media.devices.faults import DeviceError, DeviceFault
from media.devices.pace import Pace
from media.testing.barcode import MODULUS
from media.testing.citizen import CitizenScene

Picture = npt.NDArray[np.uint8]
"""BGR, (height, width, 3), or I420, (height * 3 / 2, width), which saves the way there and back."""

WIDTH: Final = 1280
HEIGHT: Final = 720
FRAME_RATE: Final = 30
TEST: Final = "test"

_PRESENCE_SECONDS: Final = 1.0
_FASTEST: Final = 120


class FrameSource(Protocol):
    """Used by one thread only."""

    def read(self) -> Picture:
        """The next picture, of any size; blocks until it is due. A BGR picture is valid until the next call, an I420
        one for good. Raises DeviceError."""
        ...

    def close(self) -> None: ...


def frame_source(spec: str) -> FrameSource:
    """Open what `spec` names: a device number, a path of a device or of a media file, or `test`.
    May hang as long as the driver does. Raises DeviceError."""
    if spec == TEST:
        return DrawnSource()
    if spec.isdecimal():
        return DeviceSource(spec, f"/dev/video{spec}")
    path = Path(spec)
    if not path.exists():
        raise DeviceError(DeviceFault.NOT_FOUND, spec, f"Camera {spec}: there is no such device or file.")
    return FileSource(spec) if path.is_file() else DeviceSource(spec, spec)


class DeviceSource:
    """A camera by OpenCV. Its node is watched, as OpenCV repeats the last picture after an unplug."""

    def __init__(self, spec: str, node: str) -> None:
        self._spec = spec
        self._node = node if node.startswith("/dev/") and os.name == "posix" else None
        if self._missing():
            raise DeviceError(DeviceFault.NOT_FOUND, spec, f"Camera {spec}: there is no such device.")
        self._capture = cv2.VideoCapture(int(spec) if spec.isdecimal() else spec)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Camera {spec}: cannot be opened, perhaps it is in use.")
        self._configure()
        self._checked = time.monotonic()

    def _configure(self) -> None:
        # Most USB cameras deliver 720p at 30 frames a second only as Motion JPEG.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
        self._capture.set(cv2.CAP_PROP_FPS, FRAME_RATE)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def _missing(self) -> bool:
        return self._node is not None and not Path(self._node).exists()

    def read(self) -> Picture:
        arrived, picture = self._capture.read()
        now = time.monotonic()
        if now - self._checked >= _PRESENCE_SECONDS:
            self._checked = now
            arrived = arrived and not self._missing()
        if not arrived:
            raise DeviceError(DeviceFault.GONE, self._spec, f"Camera {self._spec}: delivers no more pictures.")
        return _pixels(picture)

    def close(self) -> None:
        self._capture.release()


class FileSource:
    """A media file in place of a camera: in real time at its own rate, over and over."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        try:
            self._container = av.open(spec)
            self._stream = self._container.streams.video[0]
        except (av.FFmpegError, OSError, IndexError) as error:
            raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Camera {spec}: not a video file.") from error
        self._stream.codec_context.thread_count = 1
        rate = float(self._stream.average_rate or 0)
        self._pace = Pace(1 / rate if 1 <= rate <= _FASTEST else 1 / FRAME_RATE)
        self._frames = self._container.decode(self._stream)

    def read(self) -> Picture:
        try:
            frame = next(self._frames, None) or next(self._again())
        except (av.FFmpegError, StopIteration):
            text = f"Camera {self._spec}: the file cannot be read."
            raise DeviceError(DeviceFault.GONE, self._spec, text) from None
        self._pace.wait()
        return i420.from_frame(frame)

    def _again(self) -> Iterator[av.VideoFrame]:
        self._container.seek(0)
        self._frames = self._container.decode(self._stream)
        return self._frames

    def close(self) -> None:
        self._container.close()


class DrawnSource:
    """The drawn citizen; its barcode is a monotonic clock in milliseconds, for measuring delay on one machine."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._scene = CitizenScene()
        self._clock = clock
        self._number = 0
        self._pace = Pace(1 / FRAME_RATE)

    def read(self) -> Picture:
        self._pace.wait()
        self._number += 1
        return self._scene.frame(self._number, round(self._clock() * 1000) % MODULUS)

    def close(self) -> None:
        return


def _pixels(picture: npt.NDArray[np.generic]) -> Picture:
    """OpenCV's stubs allow any depth; capture delivers bytes."""
    return np.asarray(picture, np.uint8)
