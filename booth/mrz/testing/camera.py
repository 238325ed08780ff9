"""What a document camera makes of a flat picture: distance, turn, tilt, blur, motion, noise, light, glare, a foil over
it, and compression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from booth.mrz.ocr_b import Grey

DESK: Final = 92
"""Brightness of what the document lies on."""


@dataclass(frozen=True, slots=True)
class Shot:
    """How a picture is taken. `size`: of the camera, in pixels; `fill`: of its width that the document takes; `turn`
    in degrees; `tilt`: by which share the far edge is shorter; `aside`: of the document, in shares of the picture;
    `blur`: in pixels; `noise`: in steps of brightness; `light`: of the darkest corner; `glare`: width of a white
    patch as a share of the document's; `bend`: how far the page is arched, as a share of its height; `motion`: how far
    the document moves while the picture is taken, in pixels; `spot`: brightness at the corners where a lamp lights the
    middle; `laminate`: contrast of a pattern that shines over the page, in steps of brightness; `jpeg`: quality of the
    camera's compression, 0 for none."""

    size: tuple[int, int] = (1280, 720)
    fill: float = 0.75
    turn: float = 0.0
    tilt: float = 0.0
    aside: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.6
    noise: float = 2.0
    light: float = 1.0
    glare: float = 0.0
    bend: float = 0.0
    motion: float = 0.0
    spot: float = 1.0
    laminate: float = 0.0
    jpeg: int = 0


def photograph(document: Grey, shot: Shot, chance: np.random.Generator) -> Grey:
    """The picture of the camera, in grey."""
    page = _bent(document, shot.bend)
    if shot.laminate:
        page = _laminated(page, shot.laminate, chance)
    if shot.glare:
        page = _shining(page, shot.glare, chance)
    # Reduced first: a warp over many pixels at once would leave steps.
    smaller = shot.fill * shot.size[0] / page.shape[1]
    if smaller < 1:
        page = np.asarray(cv2.resize(page, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA), np.uint8)
    seen = cv2.warpPerspective(
        page, _onto_desk((page.shape[1], page.shape[0]), shot), shot.size, flags=cv2.INTER_LINEAR, borderValue=DESK
    )
    if shot.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), shot.blur)
    if shot.motion:
        seen = cv2.filter2D(seen, -1, _motion(shot.motion, chance))
    lit = seen * np.linspace(1.0, shot.light, shot.size[0])[None, :] * _spot(shot)
    taken = np.clip(lit + chance.normal(0, shot.noise, lit.shape), 0, 255).astype(np.uint8)
    return _compressed(taken, shot.jpeg) if shot.jpeg else taken


def _motion(length: float, chance: np.random.Generator) -> npt.NDArray[np.float32]:
    """The path of a point during the exposure, straight, in any direction."""
    side = 2 * round(length) + 3
    path = np.zeros((side, side), np.float32)
    angle = chance.uniform(0, np.pi)
    step = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    begin, end = (np.round((side // 2 + sign * step) * 16).astype(int) for sign in (-1, 1))
    cv2.line(path, tuple(map(int, begin)), tuple(map(int, end)), 1.0, 1, cv2.LINE_AA, shift=4)
    return np.asarray(path / path.sum(), np.float32)


def _spot(shot: Shot) -> npt.NDArray[np.float64]:
    width, height = shot.size
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    return np.asarray(1 - (1 - shot.spot) * (x * x + y * y) / 2, np.float64)


def _laminated(document: Grey, contrast: float, chance: np.random.Generator) -> Grey:
    """Rings and lines of a foil, finer and coarser than the print."""
    height, width = document.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    middle = width * chance.uniform(0.2, 0.8), height * chance.uniform(0.4, 1.0)
    rings = np.sin(np.hypot(x - middle[0], y - middle[1]) / chance.uniform(4, 14))
    lines = np.sin((x * chance.uniform(-1, 1) + y) / chance.uniform(6, 20))
    shine = contrast * (0.6 * rings + 0.4 * lines)
    return np.asarray(np.clip(document + shine, 0, 255), np.uint8)


def _compressed(picture: Grey, quality: int) -> Grey:
    _, stored = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE), np.uint8)


def _onto_desk(page: tuple[int, int], shot: Shot) -> npt.NDArray[np.float64]:
    width, height = page
    wide = shot.fill * shot.size[0]
    high = wide * height / width
    near, far = wide / 2, wide / 2 * (1 - shot.tilt)
    corners = np.array([[-far, -high / 2], [far, -high / 2], [near, high / 2], [-near, high / 2]])
    angle = np.radians(shot.turn)
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array(shot.size) * (0.5 + np.array(shot.aside))
    target = (turned + middle).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)


def _bent(document: Grey, bend: float) -> Grey:
    """A page that does not lie flat: an arch seen from above."""
    if not bend:
        return document
    height, width = document.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    arch = bend * height * np.sin(np.pi * x / width)
    return np.asarray(
        cv2.remap(document, x, (y + arch).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _shining(document: Grey, glare: float, chance: np.random.Generator) -> Grey:
    """A lamp that mirrors in the laminate, somewhere in the lower half."""
    height, width = document.shape
    middle = (round(width * chance.uniform(0.1, 0.9)), round(height * chance.uniform(0.6, 0.95)))
    patch = np.zeros(document.shape, np.float32)
    cv2.ellipse(patch, middle, (round(width * glare / 2), round(height * glare / 3)), 20, 0, 360, 1.0, -1)
    soft = np.asarray(cv2.GaussianBlur(patch, (0, 0), width * glare / 12), np.float32)
    return np.asarray(np.clip(document + 255 * soft, 0, 255), np.uint8)
