"""Sensors, covers and dead microphones, told by what they deliver."""

from __future__ import annotations

import numpy as np
import pytest

from media.consultation import DeviceState
from media.devices.health import COVERED_SECONDS, FAINT_SECONDS, SILENT_SECONDS, Hearing, Sight
from media.devices.sound import BLOCK, BLOCK_SECONDS, Samples
from media.testing.citizen import CitizenScene

RNG = np.random.default_rng(7)
FRAME_SECONDS = 1 / 30


def sensor(mean: float, noise: float, scene: np.ndarray | float = 0.0) -> np.ndarray:
    """A picture as a sensor gives it: every time with other noise."""
    return np.clip(RNG.normal(mean, noise, (360, 640)) + scene, 16, 235).astype(np.uint8)


def judged(pictures: list[np.ndarray], sight: Sight | None = None) -> list[DeviceState]:
    sight = sight or Sight()
    return [sight.judge(picture, number * FRAME_SECONDS) for number, picture in enumerate(pictures)]


ROOM = np.add.outer(np.linspace(0, 60, 360), np.linspace(0, 60, 640))


@pytest.mark.parametrize(
    ("what", "mean", "noise", "scene"),
    [("a lit room", 60, 3, ROOM), ("a dim room", 18, 4, ROOM / 5), ("an overexposed one", 190, 1, ROOM / 4)],
)
def test_a_room_is_seen(what: str, mean: float, noise: float, scene: np.ndarray) -> None:
    assert set(judged([sensor(mean, noise, scene) for _ in range(30)])) == {DeviceState.OK}, what


def test_the_drawn_citizen_is_seen_though_some_drawings_are_the_same() -> None:
    scene = CitizenScene()
    pictures = [scene.frame(number, number)[:, :, 1] for number in range(30)]
    assert DeviceState.BLACK not in judged(pictures)


@pytest.mark.parametrize(
    ("what", "mean", "noise"),
    [("a cap", 16, 0), ("a cap and a noisy sensor", 24, 6), ("a finger", 50, 4), ("a white sticker", 200, 2)],
)
def test_a_covered_camera_is_told_from_a_broken_one_within_a_second(what: str, mean: float, noise: float) -> None:
    states = judged([sensor(mean, noise) for _ in range(30)])
    assert states[0] is DeviceState.OK
    assert states[-1] is DeviceState.BLACK, what
    assert states.count(DeviceState.OK) == pytest.approx(COVERED_SECONDS / FRAME_SECONDS, abs=1)


def test_a_cover_taken_away_is_noticed_with_the_next_picture() -> None:
    sight = Sight()
    judged([sensor(16, 0)] * 30, sight)
    assert sight.judge(sensor(60, 3, ROOM), 2.0) is DeviceState.OK
    assert sight.judge(sensor(16, 0), 2.1) is DeviceState.OK


def test_the_same_picture_twice_is_frozen_and_noise_is_not() -> None:
    first, second = sensor(60, 1, ROOM), sensor(60, 1, ROOM)
    assert judged([first, first.copy(), second, second]) == [
        DeviceState.OK,
        DeviceState.FROZEN,
        DeviceState.OK,
        DeviceState.FROZEN,
    ]


def heard(blocks: list[Samples], hearing: Hearing) -> DeviceState:
    return [hearing.judge(block) for block in blocks][-1]


def room_noise(level: float, seconds: float) -> list[Samples]:
    return [np.round(RNG.normal(0, level, BLOCK)).astype(np.int16) for _ in range(round(seconds / BLOCK_SECONDS))]


def test_digital_silence_is_noticed_within_a_second() -> None:
    hearing = Hearing()
    blocks = [np.zeros(BLOCK, np.int16)] * round(1 / BLOCK_SECONDS)
    states = [hearing.judge(block) for block in blocks]
    assert states[-1] is DeviceState.SILENT
    assert states.index(DeviceState.SILENT) * BLOCK_SECONDS <= SILENT_SECONDS
    assert heard(room_noise(20, 0.02), hearing) is DeviceState.OK


def test_a_quiet_room_is_no_dead_microphone() -> None:
    assert heard(room_noise(12, 60), Hearing()) is DeviceState.OK


def test_an_unplugged_cable_is_noticed_after_a_while() -> None:
    hearing = Hearing()
    assert heard(room_noise(1, FAINT_SECONDS - 1), hearing) is DeviceState.OK
    assert heard(room_noise(1, 2), hearing) is DeviceState.SILENT
    assert heard(room_noise(300, 0.02), hearing) is DeviceState.OK
