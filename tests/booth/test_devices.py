"""How the booth's devices are: what the citizen is shown and the clerk is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from booth.devices import DeviceNames, Devices
from booth.view import device_trouble
from booth.words import LANGUAGES, Words
from media.consultation import DeviceState, DeviceStates
from media.latest import LatestSlot


class Told:
    """What a listener hears, and waiting for it."""

    def __init__(self, devices: Devices) -> None:
        self._heard: asyncio.Queue[DeviceStates] = asyncio.Queue()
        devices.listen(self._heard.put_nowait)

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
