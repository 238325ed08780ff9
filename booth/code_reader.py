"""The code of an appointment, read from the QR code a citizen holds before the camera. Pictures are looked at only
while the code is asked for; nothing of them is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import cv2
import numpy as np

from media.devices.camera import CameraFrame
from media.i420 import I420, size_of
from media.latest import LatestSlot

CODE: Final = re.compile(r"[A-Z0-9]{6,12}")
LOOK_S: Final = 0.3
MAX_CHARACTERS: Final = 300


def code_in(text: str) -> str | None:
    """The code that a QR code carries, by itself or at the end of a link, perhaps in groups; None if it is none."""
    if len(text) > MAX_CHARACTERS:
        return None
    link = urlsplit(text.strip())
    if link.scheme in ("http", "https"):
        text = link.fragment or link.query or link.path
    code = re.split(r"[/=#]", text)[-1].replace("-", "").replace(" ", "").strip().upper()
    return code if CODE.fullmatch(code) else None


def read_code(picture: I420, coarse: bool) -> str | None:
    """Look for a QR code in a picture; `coarse`: at half the size, which is faster and finds large ones better.
    Blocks for up to 0.1 s."""
    luma = picture[: size_of(picture)[1]]
    if coarse:
        luma = np.asarray(cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    try:
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(luma)
    except cv2.error:
        # Some patterns that only resemble a QR code upset it.
        return None
    return code_in(text)


class CodeReader:
    """`pictures` gives the open camera's, None while there is none to look at; `found` gets each code that is seen."""

    def __init__(self, pictures: Callable[[], LatestSlot[CameraFrame] | None], found: Callable[[str], None]) -> None:
        self._pictures = pictures
        self._found = found

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Until cancelled."""
        coarse = True
        while True:
            await pause(LOOK_S)
            slot = self._pictures()
            frame = slot.latest if slot is not None else None
            if frame is None or frame.still:
                continue
            code = await asyncio.to_thread(read_code, frame.i420, coarse)
            coarse = not coarse
            if code is not None:
                self._found(code)
