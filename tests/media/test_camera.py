from __future__ import annotations

import queue
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from media.consultation import DeviceState
from media.devices.camera import Camera, CameraFrame
from media.devices.faults import DeviceError
from media.devices.frame_sources import FileSource, frame_source
from media.devices.pace import Pace
from media.i420 import size_of
from media.testing.barcode import read_barcode

Devices = Callable[..., Any]


def take(camera: Camera, count: int, *, still: bool = False) -> list[CameraFrame]:
    """The next pictures of a kind."""
    frames: list[CameraFrame] = []
    seen = 0
    while len(frames) < count:
        entry = camera.frames.wait(seen, 5)
        assert entry, "no picture came"
        seen = entry.version
        if entry.value.still is still:
            frames.append(entry.value)
    return frames


def number(frame: CameraFrame) -> int | None:
    return read_barcode(frame.i420[:720])


def test_a_file_is_a_camera_in_real_time_that_never_ends(devices: Devices, tmp_path: Path) -> None:
    from media.testing.files import write_citizen_video

    path = tmp_path / "short.mp4"
    write_citizen_video(path, 0.4)
    camera = devices("camera", path)
    frames = take(camera, 20)
    numbers = [number(frame) for frame in frames]
    assert None not in numbers
    assert numbers[-1] < len(numbers), "did not start over"  # type: ignore[operator]
    assert frames[0].i420.shape == (1080, 1280)
    assert all(a.stamp < b.stamp for a, b in pairwise(frames))
    assert frames[-1].stamp - frames[0].stamp > 0.5, "not in real time"


def test_the_drawn_camera_carries_a_clock_in_milliseconds(devices: Devices) -> None:
    first, *_, last = take(devices("camera", "test"), 10)
    elapsed = number(last) - number(first)  # type: ignore[operator]
    assert elapsed == pytest.approx((last.stamp - first.stamp) * 1000, abs=60)


def test_the_self_view_is_small(devices: Devices) -> None:
    camera = devices("camera", "test")
    preview = camera.preview.wait(0, 5)
    assert preview
    assert size_of(preview.value) == (320, 180)


@pytest.mark.parametrize("spec", ["/no/such/video.mp4", "/dev/video987", "987"])
def test_a_camera_that_is_not_there_shows_a_still_and_says_so(devices: Devices, spec: str) -> None:
    states: queue.Queue[DeviceState] = queue.Queue()
    camera = devices("camera", spec, on_state=states.put)
    assert states.get(timeout=30) is DeviceState.MISSING
    first, second = take(camera, 2, still=True)
    assert first.i420.shape == (1080, 1280)
    assert np.array_equal(first.i420, second.i420)
    assert camera.preview.wait(0, 5) is not None
    assert camera.state is DeviceState.MISSING


def test_a_file_that_is_no_video_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("not a picture")
    with pytest.raises(DeviceError) as caught:
        frame_source(str(path))
    assert caught.value.state is DeviceState.BUSY
    assert caught.value.device == str(path)


def test_a_file_at_another_size_is_fitted(devices: Devices, tmp_path: Path) -> None:
    path = str(tmp_path / "small.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (320, 240))
    for _ in range(3):
        writer.write(np.full((240, 320, 3), 255, np.uint8))
    writer.release()
    FileSource(path).close()
    (frame,) = take(devices("camera", path), 1)
    assert frame.i420[360, 640] > 200
    assert frame.i420[360, 20] < 30


def test_pace_keeps_time_and_does_not_chase_a_suspended_machine() -> None:
    now = 0.0
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(round(seconds, 6))
        now += seconds

    pace = Pace(0.1, slack=0.25, clock=lambda: now, sleep=sleep)
    for _ in range(3):
        pace.wait()
    now += 0.15
    pace.wait()
    pace.wait()
    now += 60
    pace.wait()
    pace.wait()
    assert slept == [0.1, 0.1, 0.05, 0.1]
