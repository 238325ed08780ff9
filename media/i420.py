"""Pictures in I420: a plane of luma and two of colour at half the size, 12 bits a pixel. It is what cameras, encoders
and decoders speak. So pictures are scaled in it, and become BGRA only where they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt

I420 = npt.NDArray[np.uint8]
"""(height * 3 / 2, width), contiguous: planes Y, U, V. Width and height are even."""
Bgra = npt.NDArray[np.uint8]
"""(height, width, 4): the memory of a QImage.Format_RGB32."""
Size = tuple[int, int]
"""Width and height."""

_FORMAT: Final = "yuv420p"
_PLANAR: Final = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p"})
"""What cameras and decoders deliver; OpenCV brings it to I420. libswscale would be set up anew for each picture, which
takes longer than the picture. "yuvj" is of full range, as Motion JPEG is."""
_FROM_FULL_RANGE: Final = ((219 / 255, 16.0), (224 / 255, 128 - 128 * 224 / 255), (224 / 255, 128 - 128 * 224 / 255))
"""Gain and offset of each plane (ITU-R BT.601)."""
_BLACK: Final = (16, 128)


class Part(NamedTuple):
    """Of a picture, in pixels; all four are even."""

    left: int
    top: int
    width: int
    height: int


def size_of(picture: I420) -> Size:
    rows, width = picture.shape
    return width, rows * 2 // 3


def from_frame(frame: av.VideoFrame) -> I420:
    """A copy of a decoded picture of any format, luma from 16 to 235 whatever range it came in."""
    size = frame.width // 2 * 2, frame.height // 2 * 2
    if frame.format.name not in _PLANAR or size != (frame.width, frame.height):
        frame = frame.reformat(*size, format="yuv420p", dst_color_range="MPEG")
    made = _empty(size)
    full = frame.format.name.startswith("yuvj")
    for plane, target, (gain, offset) in zip(frame.planes, _planes(made), _FROM_FULL_RANGE, strict=True):
        source = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        if source.shape != target.shape:
            source = np.asarray(cv2.resize(source, target.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
        if full:
            cv2.convertScaleAbs(source, target, gain, offset)
        else:
            target[:] = source
    return made


def from_bgr(picture: npt.NDArray[np.uint8]) -> I420:
    """From (height, width, 3); an odd last row or column is left out."""
    height, width = (length // 2 * 2 for length in picture.shape[:2])
    return np.asarray(cv2.cvtColor(picture[:height, :width], cv2.COLOR_BGR2YUV_I420), np.uint8)


def to_frame(picture: I420) -> av.VideoFrame:
    """Without a copy: the frame keeps the picture."""
    return av.VideoFrame.from_numpy_buffer(picture, format=_FORMAT)


def scaled(picture: I420, size: Size, part: Part | None = None) -> I420:
    """The picture, or a part of it, at `size`; by OpenCV, a third of the time of libswscale."""
    part = part or Part(0, 0, *size_of(picture))
    if size == size_of(picture) == (part.width, part.height):
        return picture
    width, height = size
    if part.width == 4 * width and part.height == 4 * height:
        # Halving twice costs a third of averaging over the whole picture at once.
        picture, part = scaled(picture, (2 * width, 2 * height), part), Part(0, 0, 2 * width, 2 * height)
    made = _empty(size)
    # Averaging over an area that is not of whole pixels costs four times as much, and shows no more.
    whole = part.width % width == 0 and part.height % height == 0
    method = cv2.INTER_AREA if whole else cv2.INTER_LINEAR
    for source, target, share in zip(_planes(picture), _planes(made), (1, 2, 2), strict=True):
        left, top, columns, rows = (length // share for length in part)
        cv2.resize(
            source[top : top + rows, left : left + columns], target.shape[::-1], dst=target, interpolation=method
        )
    return made


def fitted(picture: I420, size: Size) -> I420:
    """All of the picture at `size`, black bars where the shape differs."""
    before = size_of(picture)
    if before == size:
        return picture
    scale = min(wanted / given for wanted, given in zip(size, before, strict=True))
    width, height = (min(wanted, round(given * scale / 2) * 2) for wanted, given in zip(size, before, strict=True))
    part = Part((size[0] - width) // 4 * 2, (size[1] - height) // 4 * 2, width, height)
    made = _empty(size)
    made[: size[1]], made[size[1] :] = _BLACK
    for source, target, share in zip(_planes(scaled(picture, (width, height))), _planes(made), (1, 2, 2), strict=True):
        left, top, columns, rows = (length // share for length in part)
        target[top : top + rows, left : left + columns] = source
    return made


def to_bgra(picture: I420) -> Bgra:
    """By OpenCV, an eighth of the time of libswscale."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_YUV2BGRA_I420), np.uint8)


def _empty(size: Size) -> I420:
    width, height = size
    return np.empty((height * 3 // 2, width), np.uint8)


def _planes(picture: I420) -> Iterator[npt.NDArray[np.uint8]]:
    width, height = size_of(picture)
    memory = picture.reshape(-1)
    start = 0
    for share in (1, 2, 2):
        shape = height // share, width // share
        end = start + shape[0] * shape[1]
        yield memory[start:end].reshape(shape)
        start = end
