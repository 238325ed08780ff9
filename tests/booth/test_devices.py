"""How the booth's devices are: what the citizen is shown and the clerk is told."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from booth.devices import DeviceNames, Devices
from booth.reading import Piece
from booth.speech import find
from booth.speech_desk import SpeechDesk, Utterance
from booth.view import device_trouble
from booth.words import LANGUAGES, Words
from media.consultation import DeviceState, DeviceStates
from media.devices.sound import BLOCK, RATE, Samples, level
from media.latest import LatestSlot


class Told:
    """What a listener hears, and waiting for it."""

    def __init__(self, devices: Devices) -> None:
        self._heard: asyncio.Queue[DeviceStates] = asyncio.Queue()
        devices.listen(self._heard.put_nowait)

    @property
    def nothing(self) -> bool:
        return self._heard.empty()

    async def next(self) -> DeviceStates:
        return await asyncio.wait_for(self._heard.get(), 10)


async def test_a_camera_that_is_missing_is_told_while_nobody_is_there(tmp_path: Path) -> None:
    devices = Devices(DeviceNames(str(tmp_path / "no-camera"), "none", "none"), LatestSlot())
    told = Told(devices)
    watch = asyncio.create_task(devices.watch(), name="device-check")
    assert (await told.next()).camera is DeviceState.MISSING
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)


async def test_an_open_device_tells_its_state_until_it_is_closed(tmp_path: Path) -> None:
    microphone = tmp_path / "voice.wav"
    devices = Devices(DeviceNames("test", str(microphone), "none"), LatestSlot())
    told = Told(devices)
    devices.open()
    assert await told.next() == DeviceStates(microphone=DeviceState.MISSING)
    await devices.close()


def heard(file: Path) -> Samples:
    with wave.open(str(file)) as recorded:
        return np.frombuffer(recorded.readframes(recorded.getnframes()), np.int16)


async def test_the_speaker_plays_alone_while_nobody_calls(tmp_path: Path) -> None:
    file = tmp_path / "heard.wav"
    devices = Devices(DeviceNames(str(tmp_path / "no-camera"), "none", str(file)), LatestSlot())
    told = Told(devices)
    sound = np.arange(1, 3 * BLOCK, dtype=np.int16)
    async with asyncio.timeout(30):
        await devices.play(sound)
        await devices.rest()
    assert np.array_equal(np.trim_zeros(heard(file)), sound)
    assert told.nothing, "camera and microphone stay closed"


async def test_the_speaker_that_plays_already_becomes_the_calls(tmp_path: Path) -> None:
    devices = Devices(DeviceNames("test", "none", str(tmp_path / "heard.wav")), LatestSlot())
    playing = asyncio.create_task(devices.play(np.ones(RATE * 60, np.int16)), name="playing")
    await asyncio.sleep(0)
    opened = devices.open()
    assert len(opened.speaker._beside) == 1
    await devices.rest()
    assert devices.open() is opened, "it is open with the others"
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    assert opened.speaker._beside == []
    await devices.close()


async def test_the_real_voice_is_heard(tmp_path: Path) -> None:
    file, rested = tmp_path / "heard.wav", asyncio.Event()

    class Resting(Devices):
        async def rest(self) -> None:
            await super().rest()
            rested.set()

    desk = SpeechDesk(find(), Resting(DeviceNames("test", "none", str(file)), LatestSlot()))
    desk.say(Utterance((Piece("Ja.", "de"),)))
    async with asyncio.timeout(30):
        await rested.wait()
    assert level(np.trim_zeros(heard(file))) > 0.01


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "states",
    [
        DeviceStates(**{device: state})
        for device, complaint in (("camera", DeviceState.BLACK), ("microphone", DeviceState.SILENT), ("speaker", None))
        for state in (DeviceState.MISSING, DeviceState.BUSY, DeviceState.FROZEN, complaint)
        if state
    ],
)
def test_each_trouble_has_words_in_the_call_and_on_the_first_screen(language: str, states: DeviceStates) -> None:
    trouble = device_trouble(states)
    device, _, _ = trouble.partition("-")
    assert Words().has(language, f"device-{trouble}")
    assert Words().has(language, f"attract-trouble-{device}")


def test_sound_matters_more_than_the_picture() -> None:
    everything = DeviceStates(camera=DeviceState.BLACK, microphone=DeviceState.SILENT, speaker=DeviceState.BUSY)
    assert device_trouble(everything) == "microphone-silent"
    assert device_trouble(DeviceStates(camera=DeviceState.BLACK, speaker=DeviceState.BUSY)) == "speaker-busy"
    assert device_trouble(DeviceStates()) == ""
