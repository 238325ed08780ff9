"""A camera that is a named pipe with Motion JPEG: another program's pictures, which really come, stop, and end."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from media.consultation import DeviceState
from media.devices.camera import Camera, open_camera
from media.devices.faults import DeviceError
from media.devices.frame_sources import in_use, is_present
from media.i420 import size_of

Devices = Callable[..., Any]
INTERVAL = 1 / 30


class Sensor:
    """Writes pictures into the pipe, 30 a second, until told to rest; a thread, as opening waits for a reader."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._rng = np.random.default_rng(3)
        self._shows: Callable[[], np.ndarray] = self.room
        self._resting = threading.Event()
        self._ended = threading.Event()
        self._frozen: np.ndarray | None = None
        self._thread = threading.Thread(target=self._write, name="sensor", daemon=True)
        self._thread.start()

    def room(self) -> np.ndarray:
        slope = np.add.outer(np.linspace(0, 90, 360), np.linspace(0, 90, 640))[:, :, None]
        noise = self._rng.normal(40, 8, (360, 640, 3))
        return np.clip(slope + noise, 0, 255).astype(np.uint8)

    def covered(self) -> np.ndarray:
        return np.clip(self._rng.normal(10, 3, (360, 640, 3)), 0, 255).astype(np.uint8)

    def shows(self, what: Callable[[], np.ndarray]) -> None:
        self._shows = what

    def stuck(self) -> None:
        """The driver repeats one picture from now on."""
        picture = self.room()
        self._shows = lambda: picture

    def rest(self, resting: bool) -> None:
        """Delivers nothing, but the pipe stays open."""
        (self._resting.set if resting else self._resting.clear)()

    def end(self) -> None:
        self._ended.set()
        # Whoever waits for a reader or a writer goes on.
        handle = os.open(self.path, os.O_RDWR | os.O_NONBLOCK) if self.path.exists() else None
        self._thread.join(5)
        if handle is not None:
            os.close(handle)

    def _write(self) -> None:
        while not self._ended.is_set():
            try:
                with open(os.open(self.path, os.O_WRONLY), "wb", buffering=0) as pipe:
                    self._deliver(pipe)
            except OSError:
                # The reader has let go, or the pipe is gone.
                self._ended.wait(INTERVAL)

    def _deliver(self, pipe: Any) -> None:
        while not self._ended.wait(INTERVAL):
            if not self._resting.is_set():
                pipe.write(cv2.imencode(".jpg", self._shows())[1].tobytes())


@pytest.fixture
def sensor(tmp_path: Path) -> Iterator[Sensor]:
    made = Sensor(tmp_path / "camera")
    yield made
    made.end()


@pytest.fixture
def states() -> queue.Queue[DeviceState]:
    return queue.Queue()


@pytest.fixture
def camera(sensor: Sensor, devices: Devices, states: queue.Queue[DeviceState]) -> Iterator[Camera]:
    opened: Camera = devices("camera", sensor.path, on_state=states.put)
    assert picture_of(opened, still=False)
    yield opened
    sensor.end()


def picture_of(camera: Camera, *, still: bool) -> bool:
    """Waits for one."""
    seen = 0
    for _ in range(200):
        entry = camera.frames.wait(seen, 5)
        if entry is None:
            return False
        if entry.value.still is still:
            return True
        seen = entry.version
    return False


def until(states: queue.Queue[DeviceState], wanted: DeviceState) -> None:
    while states.get(timeout=30) is not wanted:
        pass


def test_a_covered_lens_is_told_and_its_picture_still_sent(
    sensor: Sensor, camera: Camera, states: queue.Queue[DeviceState]
) -> None:
    sensor.shows(sensor.covered)
    until(states, DeviceState.BLACK)
    assert picture_of(camera, still=False)
    sensor.shows(sensor.room)
    until(states, DeviceState.OK)


def test_a_camera_that_delivers_nothing_is_frozen_and_goes_on(
    sensor: Sensor, camera: Camera, states: queue.Queue[DeviceState]
) -> None:
    sensor.rest(True)
    until(states, DeviceState.FROZEN)
    assert picture_of(camera, still=True)
    sensor.rest(False)
    until(states, DeviceState.OK)
    assert picture_of(camera, still=False)


def test_a_driver_that_repeats_a_picture_is_frozen(
    sensor: Sensor, camera: Camera, states: queue.Queue[DeviceState]
) -> None:
    sensor.stuck()
    until(states, DeviceState.FROZEN)
    assert picture_of(camera, still=True)
    sensor.shows(sensor.room)
    until(states, DeviceState.OK)


def test_a_camera_pulled_out_is_missing_and_comes_back(
    sensor: Sensor, camera: Camera, states: queue.Queue[DeviceState]
) -> None:
    aside = sensor.path.with_name("aside")
    sensor.path.rename(aside)
    until(states, DeviceState.MISSING)
    assert picture_of(camera, still=True)
    aside.rename(sensor.path)
    until(states, DeviceState.OK)
    assert picture_of(camera, still=False)


def test_what_is_no_video_device_is_in_use_by_nobody(tmp_path: Path) -> None:
    assert not in_use(Path("/dev/null"))
    assert not in_use(tmp_path)
    assert not in_use(tmp_path / "nothing")
    assert is_present("test")
    assert not is_present(str(tmp_path / "nothing"))


def test_a_photograph_has_all_the_pixels_of_the_camera(tmp_path: Path) -> None:
    """Whatever size the call gets."""
    picture = tmp_path / "large.png"
    cv2.imwrite(str(picture), np.full((1440, 2560, 3), (30, 120, 200), np.uint8))
    camera = open_camera(str(picture))
    try:
        photograph = camera.photograph()
        taken = camera.frames.wait(0, 5)
    finally:
        camera.close()
    assert photograph.shape == (1440, 2560, 3)
    assert np.abs(photograph[700, 1200].astype(int) - (30, 120, 200)).max() < 6
    assert taken is not None
    assert size_of(taken.value.i420) == (1280, 720)


def test_a_camera_that_is_not_there_gives_no_photograph(tmp_path: Path) -> None:
    camera = open_camera(str(tmp_path / "nothing"))
    try:
        with pytest.raises(DeviceError):
            camera.photograph(0.2)
    finally:
        camera.close()
