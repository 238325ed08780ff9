"""Proof by content at the booth: the clerk's barcode clock on its screen, the clerk's tone in its speaker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

from media.testing.barcode import read_barcode
from scripts.stack import Robot


def find(tree: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The element of an accessibility tree with this object name."""
    if tree["object"] == name:
        return tree
    return next((found for child in tree["children"] if (found := find(child, name))), None)


async def number_on_screen(robot: Robot, folder: Path) -> int | None:
    """The number in the clerk's picture as the citizen sees it now: a screenshot, cut to the picture."""
    shot = folder / "screen.png"
    await robot.screenshot(shot)
    tree = (await robot.ask({"do": "accessibility"}))["tree"]
    element = find(tree, "clerk-picture")
    assert element is not None, "The clerk's picture is not in the accessibility tree."
    left, top, width, height = element["area"]
    screen = cv2.imread(str(shot), cv2.IMREAD_GRAYSCALE)
    assert screen is not None
    picture = screen[top : top + height, left : left + width]
    # The picture keeps its shape inside its place: cut away what is beside or above it.
    shown_width, shown_height = min(width, height * 16 // 9), min(height, width * 9 // 16)
    beside, above = (width - shown_width) // 2, (height - shown_height) // 2
    return read_barcode(picture[above : above + shown_height, beside : beside + shown_width])
