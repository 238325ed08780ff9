"""When what the tracks give out was captured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiortc.mediastreams import VIDEO_CLOCK_RATE

from media.aiortc_reach.senders import CaptureClock
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE
from media.encoding.speech import SpeechPacket
from media.tracks import CameraTrack, MicrophoneTrack


async def test_pictures_know_the_cameras_moment(devices: Callable[..., Any]) -> None:
    camera = devices("camera", "test")
    track = CameraTrack(camera)
    assert isinstance(track, CaptureClock)
    assert track.captured_at(0) is None
    for _ in range(3):
        frame = await track.recv()
        entry = camera.frames.latest
        assert frame.pts is not None
        captured = track.captured_at(frame.pts)
        assert captured is not None
        assert captured <= entry.stamp + 1 / VIDEO_CLOCK_RATE
    track.stop()


def packet(number: int) -> SpeechPacket:
    hearer: Any = None
    return SpeechPacket(b"", number * BLOCK, begins=False, hearer=hearer)


async def test_sound_is_older_than_its_block_and_the_sound_card(devices: Callable[..., Any]) -> None:
    microphone = devices("microphone", "none")
    track = MicrophoneTrack(microphone)
    assert isinstance(track, CaptureClock)
    assert track.captured_at(0) is None
    microphone.latency = 0.01
    track._add(packet(5), 100.0)
    assert track.captured_at(5 * BLOCK) == pytest.approx(100.0 - BLOCK_SECONDS - 0.01)
    assert track.captured_at(6 * BLOCK) == pytest.approx(100.0 - 0.01)
    track.stop()


async def test_what_is_held_up_on_the_way_was_captured_in_time(devices: Callable[..., Any]) -> None:
    track = MicrophoneTrack(devices("microphone", "none"))
    for number in range(100):
        track._add(packet(number), 50.0 + (number + 1) * BLOCK_SECONDS + (0.0 if number % 10 else 0.02))
        assert track.captured_at(number * BLOCK) == pytest.approx(
            50.0 + number * BLOCK / RATE, abs=0.021 / (number + 1)
        )
    track.stop()


async def test_a_microphone_that_stood_still_begins_anew(devices: Callable[..., Any]) -> None:
    track = MicrophoneTrack(devices("microphone", "none"))
    track._add(packet(0), 50.0)
    track._add(packet(1), 60.0)
    assert track.captured_at(BLOCK) == pytest.approx(60.0 - BLOCK_SECONDS)
    track.stop()
