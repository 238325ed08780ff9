"""Where a camera's pictures come from: a device, a media file, or the drawn citizen. All block until the next one."""

from __future__ import annotations

import errno
import os
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import av
import cv2
import numpy as np
import numpy.typing as npt

from media import i420
from media.consultation import DeviceState
from media.devices.faults import DeviceError
from media.devices.pace import Pace
from media.testing.barcode import MODULUS
from media.testing.citizen import CitizenScene

Picture = npt.NDArray[np.uint8]
"""BGR, (height, width, 3), or I420, (height * 3 / 2, width), which saves the way there and back."""

WIDTH: Final = 1280
HEIGHT: Final = 720
FRAME_RATE: Final = 30
LARGEST: Final = (4096, 3072)
STILL_AFTER: Final = 8
"""Pictures until one of another size is taken."""
TEST: Final = "test"

_FASTEST: Final = 120
_VIDIOC_REQBUFS: Final = 0xC014_5608
_CAPTURE: Final = 1
_MEMORY_MAPPED: Final = 1


class FrameSource(Protocol):
    """Used by one thread only. `live`: a sensor, whose noise makes each picture another one."""

    @property
    def live(self) -> bool: ...

    def read(self) -> Picture:
        """The next picture, of any size; blocks until it is due. A BGR picture is valid until the next call, an I420
        one for good. Raises DeviceError."""
        ...

    def still(self) -> Picture:
        """A picture with all the pixels there are, which may take a second. As `read` otherwise."""
        ...

    def close(self) -> None: ...


def frame_source(spec: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> FrameSource:
    """Open what `spec` names: a device number, a path of a device or of a media file, or `test`. `size`: what a device
    is asked for. May hang as long as the driver does. Raises DeviceError."""
    if spec == TEST:
        return DrawnSource()
    if not is_present(spec):
        raise DeviceError(DeviceState.MISSING, spec, f"Camera {spec}: there is no such device or file.")
    return FileSource(spec) if Path(spec).is_file() else DeviceSource(spec, size)


def is_present(spec: str) -> bool:
    """Whether the device or file is there, as far as can be told without opening it."""
    node = _node(spec)
    return node is None or node.exists()


def _node(spec: str) -> Path | None:
    """The path of a camera; None where it has none."""
    if spec.isdecimal():
        return Path(f"/dev/video{spec}") if os.name == "posix" else None
    return None if spec == TEST else Path(spec)


class DeviceSource:
    """A camera by OpenCV, or a named pipe with pictures."""

    live = True

    def __init__(self, spec: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
        self._spec = spec
        self._size = size
        node = _node(spec)
        # OpenCV would hang in opening it, and only then say so.
        taken = node is not None and in_use(node)
        self._capture = cv2.VideoCapture() if taken else cv2.VideoCapture(int(spec) if spec.isdecimal() else spec)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceError(DeviceState.BUSY, spec, f"Camera {spec}: cannot be opened, perhaps it is in use.")
        self._configure(size)

    def _configure(self, size: tuple[int, int]) -> None:
        # Most USB cameras deliver 720p at 30 frames a second only as Motion JPEG.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        self._capture.set(cv2.CAP_PROP_FPS, FRAME_RATE)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self) -> Picture:
        arrived, picture = self._capture.read()
        # OpenCV repeats the last picture after an unplug.
        if not is_present(self._spec):
            raise DeviceError(DeviceState.MISSING, self._spec, f"Camera {self._spec}: was pulled out.")
        if not arrived:
            raise DeviceError(DeviceState.FROZEN, self._spec, f"Camera {self._spec}: delivers no more pictures.")
        return _pixels(picture)

    def still(self) -> Picture:
        # Video4Linux gives the largest size the camera has when asked for more.
        self._configure(LARGEST)
        try:
            # The first pictures after a change are still finding their exposure.
            for _ in range(STILL_AFTER):
                picture = self.read()
            return picture.copy()
        finally:
            self._configure(self._size)

    def close(self) -> None:
        self._capture.release()


def in_use(node: Path) -> bool:
    """Whether another program takes pictures from this camera: Video4Linux then refuses to hand over the buffers
    (VIDIOC_REQBUFS, here for none at all, which changes nothing). False where that cannot be asked."""
    if not node.is_char_device():
        return False
    try:
        import fcntl
    except ImportError:
        return False
    try:
        handle = os.open(node, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return error.errno == errno.EBUSY
    try:
        fcntl.ioctl(handle, _VIDIOC_REQBUFS, struct.pack("=5I", 0, _CAPTURE, _MEMORY_MAPPED, 0, 0))
    except OSError as error:
        return error.errno == errno.EBUSY
    finally:
        os.close(handle)
    return False


class FileSource:
    """A media file in place of a camera: in real time at its own rate, over and over."""

    live = False

    def __init__(self, spec: str) -> None:
        self._spec = spec
        try:
            self._container = av.open(spec)
            self._stream = self._container.streams.video[0]
        except (av.FFmpegError, OSError, IndexError) as error:
            raise DeviceError(DeviceState.BUSY, spec, f"Camera {spec}: not a video file.") from error
        self._stream.codec_context.thread_count = 1
        rate = float(self._stream.average_rate or 0)
        self._pace = Pace(1 / rate if 1 <= rate <= _FASTEST else 1 / FRAME_RATE)
        self._frames = self._container.decode(self._stream)

    def read(self) -> Picture:
        try:
            frame = next(self._frames, None) or next(self._again())
        except (av.FFmpegError, StopIteration):
            text = f"Camera {self._spec}: the file cannot be read."
            raise DeviceError(DeviceState.MISSING, self._spec, text) from None
        self._pace.wait()
        return i420.from_frame(frame)

    def still(self) -> Picture:
        return self.read()

    def _again(self) -> Iterator[av.VideoFrame]:
        self._container.seek(0)
        self._frames = self._container.decode(self._stream)
        return self._frames

    def close(self) -> None:
        self._container.close()


class DrawnSource:
    """The drawn citizen; its barcode is a monotonic clock in milliseconds, for measuring delay on one machine."""

    live = False

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._scene = CitizenScene()
        self._clock = clock
        self._number = 0
        self._pace = Pace(1 / FRAME_RATE)

    def read(self) -> Picture:
        self._pace.wait()
        self._number += 1
        return self._scene.frame(self._number, round(self._clock() * 1000) % MODULUS)

    def still(self) -> Picture:
        return self.read()

    def close(self) -> None:
        return


def _pixels(picture: npt.NDArray[np.generic]) -> Picture:
    """OpenCV's stubs allow any depth; capture delivers bytes."""
    return np.asarray(picture, np.uint8)
