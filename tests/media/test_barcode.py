from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.testing.barcode import GEOMETRY, MODULUS, crc8, draw_barcode, read_barcode
from media.testing.citizen import CitizenScene
from media.testing.files import write_citizen_video, write_y4m

numbers = st.integers(min_value=0, max_value=MODULUS - 1)


def grey(number: int, width: int = 1280, height: int = 720) -> npt.NDArray[np.uint8]:
    picture = np.full((height, width), 128, np.uint8)
    draw_barcode(picture, number)
    return picture


@given(numbers)
def test_any_number_is_read_back(number: int) -> None:
    assert read_barcode(grey(number)) == number


@settings(max_examples=30, deadline=None)
@given(numbers, st.sampled_from([(640, 360), (320, 180), (854, 480), (1920, 1080)]))
def test_it_survives_scaling_and_rough_compression(number: int, size: tuple[int, int]) -> None:
    scaled = cv2.resize(grey(number), size, interpolation=cv2.INTER_AREA)
    _, packed = cv2.imencode(".jpg", scaled, [cv2.IMWRITE_JPEG_QUALITY, 20])
    unpacked: Any = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert read_barcode(unpacked) == number


@pytest.mark.parametrize("cell", range(2, 38))
def test_one_wrong_cell_is_noticed(cell: int) -> None:
    picture = grey(123_456)
    picture[:32, cell * 32 : (cell + 1) * 32] = 255 - picture[:32, cell * 32 : (cell + 1) * 32]
    assert read_barcode(picture) is None


def test_pictures_without_a_barcode_have_no_number() -> None:
    rng = np.random.default_rng(5)
    assert read_barcode(np.zeros((720, 1280), np.uint8)) is None
    assert read_barcode(np.full((720, 1280), 255, np.uint8)) is None
    assert read_barcode(rng.integers(0, 256, (720, 1280), np.uint8)) is None


def test_checksum_is_the_one_described() -> None:
    assert crc8(b"123456789") == 0xFB  # the published check value of CRC-8 with poly 0x07 and init 0xFF
    assert crc8(b"") == 0xFF


def test_geometry_can_be_handed_to_another_language() -> None:
    described = json.loads(json.dumps(GEOMETRY.as_json()))
    assert described["cells"] == 40
    assert described["white_guards"] == [1, 38]
    assert described["crc_start"] == described["value_start"] + described["value_bits"]


def test_the_same_frame_number_gives_the_same_picture() -> None:
    first = CitizenScene()
    for number in range(20):
        first.frame(number)
    assert np.array_equal(first.frame(7), CitizenScene().frame(7))
    assert not np.array_equal(first.frame(7)[40:].copy(), first.frame(8)[40:])


@pytest.mark.parametrize("suffix", [".mp4", ".avi"])
def test_video_file_counts_its_frames(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"citizen{suffix}"
    assert write_citizen_video(path, 0.5, first=40) == 15
    capture = cv2.VideoCapture(str(path))
    assert capture.get(cv2.CAP_PROP_FPS) == 30
    read = []
    while (result := capture.read())[0]:
        assert result[1].shape == (720, 1280, 3)
        read.append(read_barcode(cv2.cvtColor(result[1], cv2.COLOR_BGR2GRAY)))  # type: ignore[arg-type]
    capture.release()
    assert read == list(range(40, 55))


def test_unknown_video_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected"):
        write_citizen_video(tmp_path / "citizen.webm", 1)


def test_y4m_file_is_what_chromium_expects(tmp_path: Path) -> None:
    path = tmp_path / "citizen.y4m"
    assert write_y4m(path, 0.1, first=9) == 3
    header, _, frames = path.read_bytes().partition(b"\n")
    assert header.startswith(b"YUV4MPEG2 W1280 H720 F30:1 ")
    size = 1280 * 720 * 3 // 2
    assert len(frames) == 3 * (size + len(b"FRAME\n"))
    luma = np.frombuffer(frames[6 : 6 + 1280 * 720], np.uint8).reshape(720, 1280)
    assert read_barcode(luma) == 9
