"""A drawn, friendly face in the format of a biometric portrait: nobody's likeness, made when it is needed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

WIDTH: Final = 413
HEIGHT: Final = 531
"""35 x 45 mm at 300 dots an inch."""
SCALE: Final = 3
"""Drawn larger and reduced, for smooth edges."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Features:
    skin: Colour
    hair: Colour
    clothes: Colour
    long_hair: bool = False
    glasses: bool = False
    beard: bool = False
    headscarf: bool = False


def _shade(colour: Colour, factor: float) -> Colour:
    return (int(colour[0] * factor), int(colour[1] * factor), int(colour[2] * factor))


class _Canvas:
    """Draws in the portrait's own pixels."""

    def __init__(self, background: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self._draw = ImageDraw.Draw(self.image)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self._draw.ellipse([(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=colour)

    def arc(
        self, x: float, y: float, rx: float, ry: float, angles: tuple[int, int], colour: Colour, width: int
    ) -> None:
        box = [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE]
        self._draw.arc(box, *angles, fill=colour, width=width * SCALE)

    def pie(self, x: float, y: float, rx: float, ry: float, angles: tuple[int, int], colour: Colour) -> None:
        box = [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE]
        self._draw.pieslice(box, *angles, fill=colour)

    def rounded(self, left: float, top: float, right: float, bottom: float, radius: float, colour: Colour) -> None:
        box = [left * SCALE, top * SCALE, right * SCALE, bottom * SCALE]
        self._draw.rounded_rectangle(box, radius * SCALE, fill=colour)


def _body(canvas: _Canvas, features: Features) -> None:
    canvas.rounded(42, 420, 371, 640, 120, features.clothes)
    canvas.rounded(166, 350, 247, 452, 38, _shade(features.skin, 0.9))
    canvas.pie(206, 428, 52, 40, (0, 180), _shade(features.skin, 0.9))


def _hair_behind(canvas: _Canvas, features: Features) -> None:
    if features.headscarf:
        canvas.ellipse(206, 262, 142, 186, features.hair)
        canvas.rounded(96, 360, 316, 470, 80, features.hair)
    elif features.long_hair:
        canvas.rounded(76, 120, 337, 440, 118, features.hair)
    else:
        canvas.ellipse(206, 218, 124, 138, features.hair)


def _head(canvas: _Canvas, features: Features) -> None:
    if not features.headscarf:
        for x in (94, 319):
            canvas.ellipse(x, 276, 18, 30, _shade(features.skin, 0.93))
    canvas.ellipse(206, 268, 108, 138, features.skin)
    if features.beard:
        canvas.pie(206, 288, 106, 120, (8, 172), features.hair)
        canvas.ellipse(206, 320, 52, 34, features.skin)
    if not features.headscarf:
        canvas.pie(206, 214, 116, 104, (180, 360), features.hair)
        canvas.pie(206, 214, 108, 38, (0, 180), features.skin)
    else:
        canvas.arc(206, 262, 124, 158, (0, 360), features.hair, 26)


def _face(canvas: _Canvas, features: Features) -> None:
    line = _shade(features.skin, 0.62)
    brow = _shade(features.hair, 0.8) if not features.headscarf else _shade(features.skin, 0.4)
    for x in (162, 250):
        canvas.ellipse(x, 262, 21, 13, (250, 250, 248))
        canvas.ellipse(x, 262, 11, 11, (74, 58, 46))
        canvas.ellipse(x, 262, 5, 5, (20, 18, 18))
        canvas.ellipse(x + 3, 258, 2, 2, (255, 255, 255))
        canvas.arc(x, 248, 27, 18, (205, 335), brow, 6)
        canvas.ellipse(x + (x - 206) * 0.36, 312, 18, 11, _shade(features.skin, 0.95))
    canvas.arc(206, 296, 17, 13, (20, 160), line, 4)
    canvas.arc(206, 326, 38, 26, (22, 158), (168, 78, 76), 7)
    if features.glasses:
        for x in (162, 250):
            canvas.arc(x, 263, 36, 28, (0, 360), (40, 44, 52), 5)
        canvas.arc(206, 260, 12, 8, (190, 350), (40, 44, 52), 5)


def _picture(features: Features) -> Image.Image:
    canvas = _Canvas((222, 226, 230))
    _hair_behind(canvas, features)
    _body(canvas, features)
    _head(canvas, features)
    _face(canvas, features)
    return canvas.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def draw(features: Features) -> bytes:
    """JPEG, 413 x 531, about 20 kB as passports have it."""
    buffer = io.BytesIO()
    _picture(features).save(buffer, "JPEG", quality=94)
    return buffer.getvalue()


def draw_jpeg_2000(features: Features) -> bytes:
    """JPEG 2000, 413 x 531, about 15 kB as passports have it (ICAO 9303-9, 3.2)."""
    buffer = io.BytesIO()
    _picture(features).save(buffer, "JPEG2000", quality_mode="rates", quality_layers=[44], irreversible=True)
    return buffer.getvalue()
