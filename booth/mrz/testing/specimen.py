"""A travel document drawn as it lies under the document camera: page, portrait, some print, the machine-readable zone.

Sizes are those of ICAO 9303-4 (TD3), -5 (TD1) and -6 (TD2): the zone fills the lowest 23.2 mm, ten characters an inch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from booth.mrz.ocr_b import BASELINE, MASK_PITCH, Grey, written
from booth.mrz.zone import Format

DOTS_PER_MM: Final = 16
PITCH_MM: Final = 2.54


@dataclass(frozen=True, slots=True)
class Sheet:
    """In millimetres: the page, the left edge of the zone and the baseline of each line, from the bottom edge."""

    width: float
    height: float
    left: float
    baselines: tuple[float, ...]


SHEETS: Final = {
    Format.TD1: Sheet(85.6, 53.98, 4.6, (16.6, 10.9, 5.2)),
    Format.TD2: Sheet(105.0, 74.0, 6.5, (14.2, 7.85)),
    Format.TD3: Sheet(125.0, 88.0, 6.0, (14.2, 7.85)),
}


def draw(lines: Sequence[str], chance: np.random.Generator, dots_per_mm: float = DOTS_PER_MM) -> Grey:
    """The document with this zone, as a flat picture."""
    sheet = SHEETS[Format.of(lines)]
    scale = dots_per_mm
    width, height = round(sheet.width * scale), round(sheet.height * scale)
    page = np.full((height, width), 226, np.uint8)
    _waves(page, scale, chance)
    page[round((sheet.height - 23.2) * scale) :] = 238
    _print(page, sheet, scale, chance)
    for text, baseline in zip(lines, sheet.baselines, strict=True):
        _zone_line(page, text, sheet.left * scale, (sheet.height - baseline) * scale, PITCH_MM * scale)
    return page


def _zone_line(page: Grey, text: str, left: float, baseline: float, pitch: float) -> None:
    ink = written(text)
    scale = pitch / MASK_PITCH
    size = (round(ink.shape[1] * scale), round(ink.shape[0] * scale))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA).astype(np.int32)
    top, begin = round(baseline - BASELINE * pitch), round(left)
    place = page[top : top + size[1], begin : begin + size[0]]
    place[:] = place - (place.astype(np.int32) - 24) * small // 255


def _waves(page: Grey, scale: float, chance: np.random.Generator) -> None:
    """The fine lines of a security print."""
    height, width = page.shape
    across = np.arange(0, width, 6)
    for start in np.arange(-height * 0.2, height * 1.2, 1.1 * scale):
        swing = (1 + chance.random()) * scale * np.sin(across / (9 * scale) + start / scale)
        points = np.stack([across, start + swing], axis=1).astype(np.int32)
        cv2.polylines(page, [points], False, int(chance.integers(196, 214)), max(1, round(scale * 0.12)))


def _print(page: Grey, sheet: Sheet, scale: float, chance: np.random.Generator) -> None:
    """A portrait and lines of other print, which are no zone."""
    box = (round(sheet.height * 0.08 * scale), round((sheet.height - 27) * scale))
    right = round(5 * scale) + round((box[1] - box[0]) * 0.78)
    page[box[0] : box[1], round(5 * scale) : right] = 150
    middle = ((round(5 * scale) + right) // 2, (box[0] + box[1]) // 2)
    cv2.ellipse(page, middle, (round((right - 5 * scale) * 0.26), round((box[1] - box[0]) * 0.3)), 0, 0, 360, 196, -1)
    for row in np.arange(box[0] / scale + 4, sheet.height - 27, 6.5):
        words = "".join(chr(chance.integers(65, 91)) if chance.random() > 0.15 else " " for _ in range(22))
        cv2.putText(
            page, words, (right + round(4 * scale), round(row * scale)), cv2.FONT_HERSHEY_SIMPLEX,
            0.095 * scale, 60, max(1, round(0.22 * scale)), cv2.LINE_AA,
        )  # fmt: skip
