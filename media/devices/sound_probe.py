"""Whether a sound device can be opened, as a process sees it that has just started PortAudio. Imports nothing of ours,
so that it can run as a program of its own: `python sound_probe.py Input|Output SPEC`, which prints the answer."""

from __future__ import annotations

import sys
from typing import Any, Final, Literal

Answer = Literal["ok", "missing", "busy"]
RATE: Final = 48_000


def device_of(spec: str) -> int | str | None:
    """What `sounddevice` calls the device that is meant by "default", a number, or a part of a name."""
    return None if spec == "default" else int(spec) if spec.isdecimal() else spec


def probe(module: Any, direction: str, spec: str) -> Answer:
    """`module` is sounddevice. The device is opened for a moment to find out."""
    kind, device = direction.lower(), device_of(spec)
    try:
        module.query_devices(device, kind)
    except (ValueError, module.PortAudioError):
        return "missing"
    check = module.check_input_settings if kind == "input" else module.check_output_settings
    try:
        check(device, channels=1, dtype="int16", samplerate=RATE)
    except (ValueError, module.PortAudioError):
        return "busy"
    return "ok"


if __name__ == "__main__":
    import sounddevice

    print(probe(sounddevice, sys.argv[1], sys.argv[2]))  # noqa: T201
