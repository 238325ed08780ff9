"""eSpeak NG: speech comes of text, and the text is to be seen nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from booth.speech import MAX_TEXT, Espeak, VoiceError, find, speakable
from booth.words import LANGUAGES
from media.devices.sound import RATE, level

SECRET = "Erika Mustermann"


def program(tmp_path: Path, script: str) -> Espeak:
    file = tmp_path / "voice"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return Espeak(str(file))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_language_is_spoken(language: str) -> None:
    voice = find()
    assert voice is not None, "espeak-ng is not installed"
    sound = await voice.speech("Fernamt", language, 160)
    assert 0.3 < len(sound) / RATE < 3
    assert level(sound) > 0.01


async def test_slower_takes_longer() -> None:
    voice = find()
    assert voice is not None, "espeak-ng is not installed"
    fast, slow = [await voice.speech("Bitte nehmen Sie Platz.", "de", pace) for pace in (240, 100)]
    assert len(slow) > 1.5 * len(fast)


async def test_a_language_without_a_voice_is_an_error() -> None:
    voice = find()
    assert voice is not None, "espeak-ng is not installed"
    with pytest.raises(VoiceError):
        await voice.speech("Fernamt", "none-such", 160)


async def test_the_text_goes_in_by_standard_input_alone(tmp_path: Path) -> None:
    """Anybody on the machine can read a program's arguments."""
    voice = program(
        tmp_path,
        f'echo "$@" >{tmp_path}/arguments; env >{tmp_path}/environment; cat >{tmp_path}/input; head -c 4044 /dev/zero',
    )
    assert not (await voice.speech(SECRET, "de", 160)).any()
    assert SECRET not in (tmp_path / "arguments").read_text()
    assert SECRET not in (tmp_path / "environment").read_text()
    assert (tmp_path / "input").read_text() == SECRET


async def test_what_goes_wrong_does_not_tell_the_text(tmp_path: Path) -> None:
    for voice in (program(tmp_path, "cat >/dev/null; exit 1"), Espeak(str(tmp_path / "none"))):
        with pytest.raises(VoiceError) as caught:
            await voice.speech(SECRET, "de", 160)
        assert SECRET not in str(caught.value)


async def test_nothing_comes_of_nothing(tmp_path: Path) -> None:
    voice = program(tmp_path, "cat >/dev/null")
    assert np.array_equal(await voice.speech("", "de", 160), np.zeros(0, np.int16))


def test_commands_in_a_text_are_not_obeyed() -> None:
    assert speakable("a\x01s900b [[x]]") == "a s900b  x "
    assert len(speakable("a" * (MAX_TEXT + 1))) == MAX_TEXT
