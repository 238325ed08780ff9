"""Whether the devices are there, found out without opening them for use: nobody is recorded."""

from __future__ import annotations

from pathlib import Path

from media.consultation import DeviceState, DeviceStates
from media.devices.frame_sources import is_present
from media.devices.portaudio import ask
from media.devices.sound import NONE


def check(camera: str, microphone: str, speaker: str) -> DeviceStates:
    """Devices as the command line names them. Takes up to some seconds."""
    return DeviceStates(
        camera=DeviceState.OK if is_present(camera) else DeviceState.MISSING,
        microphone=_sound("Input", microphone),
        speaker=_sound("Output", speaker),
    )


def _sound(direction: str, spec: str) -> DeviceState:
    if spec == NONE or Path(spec).suffix or "/" in spec:
        here = direction == "Output" or spec == NONE or Path(spec).is_file()
        return DeviceState.OK if here else DeviceState.MISSING
    return ask(direction, spec) or DeviceState.OK
