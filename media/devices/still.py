"""The picture that stands in for a camera that does not work: a crossed-out camera, no words to translate."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

_GROUND: Final = (92, 84, 78)
_INK: Final = (228, 224, 220)


def camera_unavailable(width: int, height: int) -> npt.NDArray[np.uint8]:
    """BGR, (height, width, 3)."""
    picture = np.full((height, width, 3), _GROUND, np.uint8)
    unit = height // 24
    x, y = width // 2, height // 2
    cv2.rectangle(picture, (x - 5 * unit, y - 3 * unit), (x + 2 * unit, y + 3 * unit), _INK, -1)
    lens = np.array([(x + 2 * unit, y), (x + 5 * unit, y - 2 * unit), (x + 5 * unit, y + 2 * unit)], np.int32)
    cv2.fillPoly(picture, [lens], _INK, cv2.LINE_AA)
    stroke = (x - 6 * unit, y - 5 * unit), (x + 6 * unit, y + 5 * unit)
    cv2.line(picture, *stroke, _GROUND, 2 * unit, cv2.LINE_AA)
    cv2.line(picture, *stroke, _INK, unit, cv2.LINE_AA)
    return picture
