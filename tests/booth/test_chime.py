"""The tones that tell of company: which, how loud, and that they end."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from booth.chime import COMES, GOES, HIGH_HZ, LOW_HZ, TONE_S, Playing, chime
from booth.devices import DeviceNames, Devices
from media.devices.sound import BLOCK, RATE, Samples, level
from media.devices.speaker import Pull
from media.latest import LatestSlot


def pitch(samples: Samples) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * RATE / len(samples))


@pytest.mark.parametrize(("tones", "first", "second"), [(COMES, LOW_HZ, HIGH_HZ), (GOES, HIGH_HZ, LOW_HZ)])
def test_coming_rises_and_going_falls(tones: tuple[float, ...], first: float, second: float) -> None:
    sound = chime(tones)
    half = len(sound) // 2
    assert pitch(sound[:half]) == pytest.approx(first, abs=6)
    assert pitch(sound[half:]) == pytest.approx(second, abs=6)
    assert 0.08 < level(sound) < 0.2
    assert abs(np.diff(sound.astype(np.int32))).max() < 1200, "it clicks"


def test_it_is_given_in_blocks_and_ends_in_silence() -> None:
    sound = chime(COMES)
    playing = Playing(sound)
    blocks = []
    while not playing.over:
        blocks.append(playing(BLOCK))
    assert all(len(block) == BLOCK for block in blocks)
    assert np.array_equal(np.concatenate(blocks)[: len(sound)], sound)
    assert not playing(BLOCK).any()


async def test_the_open_speaker_plays_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "heard.wav"
    devices = Devices(DeviceNames(camera="test", microphone="none", speaker=str(file)), LatestSlot())
    devices.sound(COMES)  # Nothing is open: nobody is there to hear it.
    speaker = devices.open().speaker
    ended, loop, forget = asyncio.Event(), asyncio.get_running_loop(), speaker._forget

    def forgotten(pull: Pull) -> None:
        forget(pull)
        loop.call_soon_threadsafe(ended.set)

    monkeypatch.setattr(speaker, "_forget", forgotten)
    devices.sound(COMES)
    assert len(speaker._playing) == 1
    async with asyncio.timeout(30):
        await ended.wait()
    assert speaker._playing == []
    await devices.close()
    with wave.open(str(file)) as heard:
        samples = np.frombuffer(heard.readframes(heard.getnframes()), np.int16)
    loud = np.flatnonzero(samples)
    assert len(loud)
    assert (loud[-1] - loud[0]) / RATE == pytest.approx(2 * TONE_S, abs=0.01)
