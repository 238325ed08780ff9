"""A drawn person in a room, flat and friendly: moves, blinks and talks, the same way for the same frame number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from media.testing.barcode import draw_barcode

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDTH: Final = 1280
HEIGHT: Final = 720
FRAME_RATE: Final = 30

_WALL: Final[Colour] = (214, 224, 228)
_WALL_LOW: Final[Colour] = (196, 208, 214)
_FLOOR: Final[Colour] = (120, 146, 166)
_FRAME: Final[Colour] = (245, 248, 250)
_SKY: Final[Colour] = (236, 214, 186)
_HILL: Final[Colour] = (138, 176, 142)
_LEAF: Final[Colour] = (92, 134, 84)
_POT: Final[Colour] = (74, 104, 176)
_SHIRT: Final[Colour] = (240, 236, 230)
_INK: Final[Colour] = (48, 40, 44)
_MOUTH: Final[Colour] = (84, 78, 176)
_CHEEK: Final[Colour] = (150, 170, 236)


@dataclass(frozen=True)
class Look:
    """Who is drawn; colours are BGR."""

    hair: Colour
    skin: Colour
    shade: Colour
    clothes: Colour
    long_hair: bool = False


CITIZEN: Final = Look((46, 78, 122), (168, 196, 236), (148, 176, 220), (138, 92, 52), long_hair=True)
"""Like the portrait on the test card of Erika Mustermann, so that a clerk who compares the two finds one person."""
CLERK: Final = Look((46, 62, 88), (158, 190, 232), (138, 170, 216), (84, 98, 62))

_HEAD: Final = (640, 330)
_MOVING: Final = (slice(110, HEIGHT), slice(300, 980))
"""Where anything moves; the rest of the room is drawn once."""


class CitizenScene:
    """Draws frames of 1280x720 BGR. Not safe to share between threads: it keeps the room and one canvas."""

    def __init__(self, look: Look = CITIZEN) -> None:
        self._look = look
        self._room = _draw_room()
        self._canvas = self._room.copy()

    def frame(self, number: int, clock: int | None = None) -> Picture:
        """The picture of frame `number` at 30 frames a second, with `clock` (else the number) as barcode.
        Valid until the next call."""
        self._canvas[_MOVING] = self._room[_MOVING]
        _draw_person(self._canvas, self._look, number / FRAME_RATE)
        draw_barcode(self._canvas, number if clock is None else clock)
        return self._canvas


def _draw_room() -> Picture:
    room = np.full((HEIGHT, WIDTH, 3), _WALL, np.uint8)
    cv2.rectangle(room, (0, 430), (WIDTH, HEIGHT), _WALL_LOW, -1)
    cv2.rectangle(room, (0, 600), (WIDTH, HEIGHT), _FLOOR, -1)
    cv2.rectangle(room, (84, 118), (296, 372), _FRAME, -1)
    pane = room[132:359, 98:283]
    pane[:] = _SKY
    cv2.ellipse(pane, (60, 230), (130, 74), 0, 180, 360, _HILL, -1, cv2.LINE_AA)
    cv2.rectangle(room, (186, 132), (194, 358), _FRAME, -1)
    for angle in range(200, 350, 25):
        end = (int(1110 + 92 * math.cos(math.radians(angle))), int(470 + 150 * math.sin(math.radians(angle))))
        cv2.line(room, (1110, 500), end, _LEAF, 20, cv2.LINE_AA)
    cv2.rectangle(room, (1062, 490), (1158, 600), _POT, -1)
    return room


def _draw_person(canvas: Picture, look: Look, time: float) -> None:
    sway = round(10 * math.sin(time * 1.3))
    nod = round(5 * math.sin(time * 2.1))
    head = (_HEAD[0] + sway, _HEAD[1] + nod)
    if look.long_hair:
        cv2.ellipse(canvas, (head[0], head[1] + 40), (150, 190), 0, 0, 360, look.hair, -1, cv2.LINE_AA)
    _draw_body(canvas, look, sway // 2)
    _draw_head(canvas, look, head)
    _draw_eyes(canvas, look, head, time)
    _draw_mouth(canvas, head, time)


def _draw_body(canvas: Picture, look: Look, shift: int) -> None:
    x = _HEAD[0] + shift
    cv2.ellipse(canvas, (x, 720), (270, 210), 0, 180, 360, look.clothes, -1, cv2.LINE_AA)
    collar = np.array([(x - 70, 520), (x + 70, 520), (x, 660)], np.int32)
    cv2.fillPoly(canvas, [collar], _SHIRT, cv2.LINE_AA)
    cv2.rectangle(canvas, (x - 46, 430), (x + 46, 530), look.shade, -1)
    cv2.ellipse(canvas, (x, 530), (46, 26), 0, 0, 180, look.shade, -1, cv2.LINE_AA)


def _draw_head(canvas: Picture, look: Look, head: tuple[int, int]) -> None:
    x, y = head
    cv2.ellipse(canvas, (x, y - 30), (136, 152), 0, 0, 360, look.hair, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(canvas, (x + side * 118, y + 12), (22, 32), 0, 0, 360, look.shade, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, y), (116, 146), 0, 0, 360, look.skin, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, y - 104), (112, 58), 0, 180, 360, look.hair, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.circle(canvas, (x + side * 66, y + 44), 22, _CHEEK, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, (x, y + 28), (14, 10), 0, 0, 180, look.shade, -1, cv2.LINE_AA)


def _draw_eyes(canvas: Picture, look: Look, head: tuple[int, int], time: float) -> None:
    blinking = time % 3.4 < 0.14
    glance = round(5 * math.sin(time * 0.7))
    for side in (-1, 1):
        eye = (head[0] + side * 46, head[1] - 18)
        cv2.ellipse(canvas, (eye[0], eye[1] - 34), (26, 9), 0, 190, 350, look.hair, 6, cv2.LINE_AA)
        if blinking:
            cv2.line(canvas, (eye[0] - 18, eye[1]), (eye[0] + 18, eye[1]), _INK, 5, cv2.LINE_AA)
        else:
            cv2.ellipse(canvas, eye, (20, 15), 0, 0, 360, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(canvas, (eye[0] + glance, eye[1]), 9, _INK, -1, cv2.LINE_AA)


def _draw_mouth(canvas: Picture, head: tuple[int, int], time: float) -> None:
    """Talks for three seconds, listens with a smile for two."""
    centre = (head[0], head[1] + 78)
    if time % 5 < 3:
        opening = 4 + round(16 * abs(math.sin(time * 9)) * abs(math.sin(time * 2.7)))
        cv2.ellipse(canvas, centre, (30, opening), 0, 0, 360, _MOUTH, -1, cv2.LINE_AA)
    else:
        cv2.ellipse(canvas, (centre[0], centre[1] - 12), (38, 22), 0, 20, 160, _MOUTH, 7, cv2.LINE_AA)
