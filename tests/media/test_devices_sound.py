"""A booth's sound devices as real streams by PulseAudio: pulled out, plugged in, hanging, silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from media.consultation import DeviceState
from tests.media.sound_room import DEVICES, Program, SoundRoom, open_room, why_not

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(why_not()), reason=f"no sound room: {why_not()}")]

STANDING = (DeviceState.MISSING, DeviceState.BUSY, DeviceState.FROZEN)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[SoundRoom]:
    with open_room(tmp_path) as made:
        yield made


@pytest.fixture
def air(room: SoundRoom) -> Iterator[Program]:
    program = Program(room, "tests.media.room_program", "0.02")
    program.until(lambda line: "room" in line)
    yield program
    program.close()


@pytest.fixture
def booth(room: SoundRoom) -> Iterator[Program]:
    program = Program(room, "tests.media.booth_program", "states")
    program.until(lambda line: line.get("state") == "delivers")
    yield program
    program.close()


def becomes(booth: Program, device: str, *states: DeviceState) -> dict[str, Any]:
    return booth.until(lambda line: line.get("device") == device and line.get("state") in states)


def counts(booth: Program, word: str) -> dict[str, Any]:
    booth.say(word)
    return booth.until(lambda line: line.get("asked") == word)


def test_a_microphone_that_hears_nothing_at_all_is_silent_until_it_does(booth: Program, air: Program) -> None:
    becomes(booth, "microphone", DeviceState.SILENT)
    air.say("noise")
    becomes(booth, "microphone", DeviceState.OK)


def test_what_is_pulled_out_is_noticed_stood_in_for_and_comes_back(room: SoundRoom, booth: Program) -> None:
    room.pull_out()
    before = booth.until(lambda line: line.get("state") in STANDING)
    other = {"microphone": "speaker", "speaker": "microphone"}[before["device"]]
    becomes(booth, other, *STANDING)
    after = counts(booth, "after")
    while after["delivered"] == before["delivered"] or after["used"] == before["used"]:
        after = counts(booth, "after")
    room.push_in()
    back = booth.until(lambda line: line.get("state") == DeviceState.OK)
    becomes(booth, "speaker" if back["device"] == "microphone" else "microphone", DeviceState.OK)


def test_a_sound_system_that_hangs_holds_nothing_up(room: SoundRoom, booth: Program) -> None:
    room.freeze()
    try:
        becomes(booth, "microphone", *STANDING)
        first, second = counts(booth, "first"), None
        while second is None or second["delivered"] == first["delivered"] or second["used"] == first["used"]:
            second = counts(booth, "second")
    finally:
        room.thaw()
    becomes(booth, "microphone", DeviceState.OK, DeviceState.SILENT)


def test_a_microphone_plugged_in_later_is_found_though_the_speaker_plays(room: SoundRoom) -> None:
    room.plug_in("booth_speaker")
    booth = Program(room, "tests.media.booth_program", "states")
    try:
        becomes(booth, "microphone", DeviceState.MISSING)
        room.plug_in(*DEVICES)
        becomes(booth, "microphone", DeviceState.OK, DeviceState.SILENT)
    finally:
        booth.close()
