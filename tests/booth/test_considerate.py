"""The booth's voice beside people who talk."""

from __future__ import annotations

import numpy as np

from booth.considerate import LOW, PATIENCE_S, PAUSE_S, TALK, Considerate
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE, Samples

SOUND = np.full(RATE, 1000, np.int16)


def given(voice: Considerate, seconds: float, others: float = 0.0) -> Samples:
    return np.concatenate([voice(BLOCK, others) for _ in range(round(seconds / BLOCK_SECONDS))])


def test_in_silence_it_begins_at_once_and_is_given_whole() -> None:
    voice = Considerate(SOUND)
    assert np.array_equal(given(voice, 1.0), SOUND)
    assert voice.over
    assert not given(voice, 0.1).any()


def test_it_waits_for_the_end_of_a_sentence() -> None:
    voice = Considerate(SOUND)
    assert not given(voice, 2.0, TALK).any()
    heard = given(voice, PAUSE_S + 1.0)
    first = int(np.flatnonzero(heard)[0])
    assert abs(first / RATE - PAUSE_S) <= BLOCK_SECONDS + 1e-9
    assert voice.over


def test_it_does_not_wait_for_ever_and_is_low_then() -> None:
    voice = Considerate(SOUND)
    assert not given(voice, PATIENCE_S, TALK).any()
    assert abs(int(given(voice, 0.5, TALK)[-1]) - 1000 * LOW) <= 1


def test_it_lowers_its_voice_without_a_click_and_raises_it_again() -> None:
    voice = Considerate(np.full(10 * RATE, 1000, np.int16))
    given(voice, 0.2)
    heard = np.concatenate([given(voice, 0.5, TALK), given(voice, PAUSE_S + 0.5)]).astype(np.int32)
    assert heard.min() == int(1000 * LOW)
    assert heard[-1] == 1000
    assert np.abs(np.diff(heard)).max() <= 2


def test_louder_does_not_overflow() -> None:
    assert given(Considerate(np.full(RATE, 30000, np.int16), 2.0), 0.1).min() == np.iinfo(np.int16).max
    assert given(Considerate(SOUND, 0.5), 0.1).max() == 500
