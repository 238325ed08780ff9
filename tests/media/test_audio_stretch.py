"""Shorter and longer at the same pitch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.audio.stretch import LONGEST, MATERIAL, OVERLAP, SHORTEST, lengthen, shorten
from media.testing.tone import tone, tone_level
from tests.media.speech import voice


@pytest.mark.parametrize("hz", [90, 150, 440, 1000])
def test_a_tone_stays_the_tone_it_was(hz: int) -> None:
    sound = tone(hz, 0.04)
    for changed in (shorten(sound, LONGEST), lengthen(sound, LONGEST)):
        assert SHORTEST <= abs(len(changed) - len(sound)) <= LONGEST
        steps = np.abs(np.diff(changed.astype(np.int32))).max()
        assert steps <= 1.1 * np.abs(np.diff(sound.astype(np.int32))).max(), "no click at the seam"


def test_speech_loses_a_quarter_of_its_time_and_not_its_sound() -> None:
    blocks = [tone(200, 0.02) for _ in range(50)]
    waiting, heard = np.zeros(0, np.int16), []
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        if len(waiting) >= MATERIAL:
            waiting = shorten(waiting, LONGEST)
            heard.append(waiting[:-OVERLAP])
            waiting = waiting[-OVERLAP:]
    sound = np.concatenate(heard)
    assert len(sound) < 0.76 * 48_000
    assert tone_level(sound[:9600], 200) > 0.4


def test_noise_is_left_alone_unless_there_is_a_hurry() -> None:
    noise = np.random.default_rng(1).normal(0, 4000, MATERIAL).astype(np.int16)
    assert len(shorten(noise, LONGEST)) == len(lengthen(noise, LONGEST)) == MATERIAL
    assert len(shorten(noise, LONGEST, hurry=True)) < MATERIAL


def test_silence_gives_all_that_is_asked() -> None:
    silence = np.zeros(MATERIAL, np.int16)
    assert len(shorten(silence, 500)) == MATERIAL - 500
    assert len(lengthen(silence, 500)) == MATERIAL + 500


def test_what_is_too_short_stays() -> None:
    assert len(shorten(tone(200, 0.02)[: OVERLAP + SHORTEST - 1], LONGEST)) == OVERLAP + SHORTEST - 1
    assert len(shorten(tone(200, 0.02), SHORTEST - 1)) == 960


@settings(deadline=None)
@given(st.integers(0, 2000), st.integers(0, 1500), st.integers(0, 2**32 - 1), st.booleans())
def test_never_more_than_asked(count: int, most: int, seed: int, hurry: bool) -> None:
    sound = voice(0.2, seed)[4000 : 4000 + count]
    assert 0 <= count - len(shorten(sound, most, hurry=hurry)) <= min(most, LONGEST)
    assert 0 <= len(lengthen(sound, most)) - count <= min(most, LONGEST)
