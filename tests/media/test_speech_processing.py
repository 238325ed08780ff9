"""Echo cancelling in a made-up room: how much echo is left, and how much of the speech."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from media.devices.sound import BLOCK, RATE, Samples
from media.speech import Speech
from media.speech.delay import DelayMeter
from tests.media.acoustics import as_samples, cleaned, decibels, echo_of, likeness, noise, part
from tests.media.speech import voice

SETTLED = 7.0
"""Seconds of speech of the other side, pauses included, until the canceller knows the room."""
FAR = voice(14)
ECHO_LIMIT_DB = 30
KEPT_DB = -3
LIKENESS = 0.75


@pytest.fixture
def speech() -> Speech:
    made = Speech()
    made.load()
    assert made.figures().cancelling, "livekit is not installed"
    return made


def reduction(heard: np.ndarray, out: np.ndarray, start: float, end: float) -> float:
    return decibels(part(heard, start, end)) - decibels(part(out, start, end))


@pytest.mark.parametrize(("delay", "drift_ppm"), [(0.01, 0), (0.06, 0), (0.25, 0), (0.06, 100), (0.06, -100)], ids=str)
def test_the_echo_is_thirty_decibels_lower(speech: Speech, delay: float, drift_ppm: float) -> None:
    heard = echo_of(FAR, delay, drift_ppm) + noise(len(FAR))
    out = cleaned(speech, FAR, heard)
    assert reduction(heard, out, SETTLED, 14) >= ECHO_LIMIT_DB


def test_an_echo_that_takes_longer_than_the_canceller_can_search_is_cancelled_too(speech: Speech) -> None:
    far = voice(20)
    heard = echo_of(far, 0.8) + noise(len(far))
    out = cleaned(speech, far, heard)
    figures = speech.figures()
    assert figures.delay == pytest.approx(0.8, abs=0.03)
    assert figures.held == pytest.approx(0.7, abs=0.03)
    assert reduction(heard, out, 14, 20) >= ECHO_LIMIT_DB


def test_whoever_speaks_at_the_same_time_is_heard(speech: Speech) -> None:
    near = voice(14, seed=9) * 0.7
    near[: 9 * RATE] = 0
    alone = Speech()
    alone.load()
    expected = cleaned(alone, np.zeros_like(FAR), near + noise(len(FAR)))
    heard = echo_of(FAR, 0.06) + noise(len(FAR)) + near
    out = cleaned(speech, FAR, heard)
    assert reduction(heard, out, SETTLED, 9) >= ECHO_LIMIT_DB
    assert decibels(part(out, 9, 14)) - decibels(part(expected, 9, 14)) >= KEPT_DB
    assert likeness(part(out, 9, 14), part(expected, 9, 14)) >= LIKENESS


def test_speech_in_a_room_without_a_speaker_passes(speech: Speech) -> None:
    near = voice(6)
    heard = near + noise(len(near))
    out = np.concatenate(
        [speech.captured(as_samples(heard[start : start + BLOCK]), 0.02) for start in range(0, len(heard), BLOCK)]
    )
    assert decibels(part(out, 2, 6)) - decibels(part(near, 2, 6)) >= KEPT_DB
    assert speech.figures().delay is None


def test_a_speaker_opened_again_with_another_delay_is_followed(speech: Speech) -> None:
    """The speaker is gone for two seconds; what it plays afterwards takes 120 ms longer to come back."""
    far = voice(20)
    away = slice(6 * RATE, 8 * RATE)
    far[away] = 0
    heard = echo_of(far, 0.05)
    heard[away.stop :] = echo_of(far, 0.17)[away.stop :]
    heard += noise(len(far))
    out = []
    for start in range(0, len(far), BLOCK):
        if not away.start <= start < away.stop:
            speech.played(far[start : start + BLOCK], 0.02)
        out.append(speech.captured(as_samples(heard[start : start + BLOCK]), 0.02))
    assert reduction(heard, np.concatenate(out).astype(float), 14, 20) >= ECHO_LIMIT_DB


@pytest.mark.parametrize("delay", [0.0, 0.08, 0.4, 1.3])
def test_the_delay_is_measured(delay: float) -> None:
    meter = DelayMeter()
    heard = as_samples(echo_of(FAR, delay) + noise(len(FAR)))
    for start in range(0, 8 * RATE, BLOCK):
        meter.played(FAR[start : start + BLOCK])
        meter.heard(heard[start : start + BLOCK])
    assert meter.delay == pytest.approx(delay, abs=0.005)


def test_two_people_who_talk_are_not_taken_for_an_echo() -> None:
    meter = DelayMeter()
    near: Samples = voice(14, seed=4)
    for start in range(0, len(FAR), BLOCK):
        meter.played(FAR[start : start + BLOCK])
        meter.heard(near[start : start + BLOCK])
    assert meter.delay is None


def test_without_the_library_sound_passes_as_it_is() -> None:
    code = (
        "import sys; sys.modules['livekit'] = None\n"
        "import numpy as np\n"
        "from media.speech import Speech\n"
        "speech = Speech(); speech.load(); block = np.arange(960, dtype=np.int16)\n"
        "speech.played(block, 0.02)\n"
        "print((speech.captured(block, 0.02) == block).all(), speech.figures().cancelling)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip().splitlines()[-1] == "True False"


def test_the_library_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, media.speech, media.devices, booth.devices\nprint('livekit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
