"""Pictures in I420: there and back, scaled, fitted and cut."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from media import i420
from media.i420 import Part
from media.testing.barcode import read_barcode
from media.testing.citizen import CitizenScene


@pytest.fixture(scope="module")
def drawn() -> i420.I420:
    return i420.from_bgr(CitizenScene().frame(7, 4711))


@pytest.mark.parametrize("size", [(960, 540), (640, 360), (320, 180), (1040, 586), (1920, 1080)])
def test_scaling_keeps_what_is_seen(drawn: i420.I420, size: i420.Size) -> None:
    made = i420.scaled(drawn, size)
    assert i420.size_of(made) == size
    assert read_barcode(made[: size[1]]) == 4711
    reference = cv2.resize(i420.to_bgra(drawn), size, interpolation=cv2.INTER_AREA)
    assert np.abs(i420.to_bgra(made).astype(int) - reference).mean() < 4


def test_its_own_size_is_the_picture_itself(drawn: i420.I420) -> None:
    assert i420.scaled(drawn, (1280, 720)) is drawn
    assert i420.fitted(drawn, (1280, 720)) is drawn


def test_a_part_alone_is_scaled(drawn: i420.I420) -> None:
    part = i420.scaled(drawn, (320, 180), Part(640, 360, 320, 180))
    assert np.array_equal(part[:180], drawn[360:540, 640:960])
    assert np.array_equal(i420.to_bgra(part), i420.to_bgra(drawn)[360:540, 640:960])


@pytest.mark.parametrize(
    ("size", "inside", "outside"), [((480, 480), (360, 640), (360, 100)), ((2560, 1080), (360, 9), (5, 640))]
)
def test_other_shapes_get_black_bars(size: i420.Size, inside: tuple[int, int], outside: tuple[int, int]) -> None:
    white = i420.from_bgr(np.full((size[1], size[0], 3), 255, np.uint8))
    shown = i420.to_bgra(i420.fitted(white, (1280, 720)))
    assert shown.shape == (720, 1280, 4)
    assert shown[inside].tolist() == [255, 255, 255, 255]
    assert shown[outside].tolist() == [0, 0, 0, 255]


def test_odd_rows_and_columns_are_left_out() -> None:
    assert i420.size_of(i420.from_bgr(np.zeros((481, 641, 3), np.uint8))) == (640, 480)
    frame = av.VideoFrame(641, 481, "yuv422p")
    assert i420.size_of(i420.from_frame(frame)) == (640, 480)


@pytest.mark.parametrize("format_", ["yuvj420p", "yuvj422p", "yuv420p", "yuv422p", "yuv444p", "nv12", "bgr24"])
def test_whatever_a_camera_delivers_looks_the_same(format_: str) -> None:
    """Motion JPEG is of full range and often of half the colour columns only; what the other end decodes is not."""
    picture = CitizenScene().frame(3, 815)
    full = "JPEG" if format_.startswith("yuvj") else "MPEG"
    frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=format_, dst_color_range=full)
    made = i420.from_frame(frame)
    assert read_barcode(made[:720]) == 815
    assert np.abs(i420.to_bgra(made)[:, :, :3].astype(int) - picture).mean() < 2


def test_white_is_235_in_whatever_range_it_comes() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 255, np.uint8), format="bgr24")
    for range_, format_ in (("JPEG", "yuvj420p"), ("MPEG", "yuv420p")):
        white = i420.from_frame(frame.reformat(format=format_, dst_color_range=range_))
        assert 234 <= white[:32].min() <= white[:32].max() <= 236


def test_frame_and_picture_share_their_memory(drawn: i420.I420) -> None:
    frame = i420.to_frame(drawn.copy())
    assert np.array_equal(i420.from_frame(frame), drawn)
