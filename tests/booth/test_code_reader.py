"""The QR code of an appointment, as the booking page draws it, read from the camera's picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import segno

from booth.code_reader import MAX_CHARACTERS, code_in, read_code
from booth.devices import DeviceNames
from media.i420 import from_bgr
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import Error, Join
from tests.booth.scene import S, open_scene

Bgr = npt.NDArray[np.uint8]


def picture(text: str, module: int = 6, turned: float = 0.0, blurred: int = 1) -> Bgr:
    """A sheet with a QR code on it, held before a camera. A micro QR code could not be read, so it must not be one."""
    rows = segno.make_qr(text, error="m").matrix
    code = np.pad(
        np.where(np.array([list(row) for row in rows], bool), 0, 255).astype(np.uint8), 4, constant_values=255
    )
    code = np.kron(code, np.ones((module, module), np.uint8))
    sheet = np.full((720, 1280), 120, np.uint8)
    height, width = code.shape
    sheet[200 : 200 + height, 500 : 500 + width] = code
    held = cv2.warpAffine(sheet, cv2.getRotationMatrix2D((640, 360), turned, 1.0), (1280, 720), borderValue=(120,))
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(held, (blurred, blurred), 0), cv2.COLOR_GRAY2BGR), np.uint8)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DEMO2026", "DEMO2026"),
        ("acdef-12345", "ACDEF12345"),
        (" ACDEF 12345 ", "ACDEF12345"),
        ("https://termine.example.org/termin#ACDEF12345", "ACDEF12345"),
        ("https://termine.example.org/termin?code=ACDEF-12345", "ACDEF12345"),
        ("https://termine.example.org/t/ACDEF12345", "ACDEF12345"),
        ("", None),
        ("https://example.org/", None),
        ("WIFI:S:Gemeindehaus;T:WPA;P:geheim;;", None),
        ("ÄÖÜ12345", None),
        ("A" * 13, None),
        ("A" * (MAX_CHARACTERS + 1), None),
    ],
)
def test_only_what_can_be_a_code_is_one(text: str, code: str | None) -> None:
    assert code_in(text) == code


@pytest.mark.parametrize(("module", "turned", "blurred"), [(4, 0.0, 1), (6, 0.0, 3), (6, 17.0, 5), (10, -30.0, 7)])
def test_codes_held_near_far_and_askew_are_read(module: int, turned: float, blurred: int) -> None:
    seen = from_bgr(picture("ACDEF-12345", module, turned, blurred))
    assert "ACDEF12345" in (read_code(seen, coarse=False), read_code(seen, coarse=True))


def test_a_picture_without_one_gives_none() -> None:
    assert read_code(from_bgr(np.full((720, 1280, 3), 120, np.uint8)), coarse=False) is None


async def test_a_code_held_before_the_camera_is_tried_once(tmp_path: Path) -> None:
    film = tmp_path / "code.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    for _ in range(5):
        writer.write(picture("DEMO-2026"))
    writer.release()
    async with open_scene(tmp_path, DeviceNames(str(film), "none", "none")) as scene:
        await scene.opens()
        scene.terminal.start()
        scene.terminal.choose_language("de")
        scene.terminal.want_code()
        await scene.until(lambda: scene.sent(Join))
        (join,) = scene.sent(Join)
        assert join.code == "DEMO2026"
        scene.says(Error(error=ErrorId.APPOINTMENT_UNKNOWN, text="", in_reply_to=join.id))
        await scene.sees(S.CODE)
        scene.terminal._code_seen("DEMO2026")
        assert scene.state is S.CODE
        scene.terminal._code_seen("OTHER2026")
        assert scene.state is S.JOINING
