"""The one shape of sound inside the booth: blocks of 20 ms, mono, 48 kHz, 16 bit; and the way to PortAudio."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from media.devices.faults import DeviceError, DeviceFault

Samples = npt.NDArray[np.int16]

RATE: Final = 48_000
BLOCK: Final = 960
BLOCK_SECONDS: Final = BLOCK / RATE
NONE: Final = "none"
DEFAULT: Final = "default"
RETRY_SECONDS: Final = 2.0

_FULL_SCALE: Final = 32768.0


def silence(samples: int = BLOCK) -> Samples:
    return np.zeros(samples, np.int16)


def mixed(blocks: Sequence[Samples]) -> Samples:
    """All of them at once; silence if there are none."""
    if len(blocks) == 1:
        return blocks[0]
    total = np.sum([silence(), *blocks], axis=0, dtype=np.int32)
    limits = np.iinfo(np.int16)
    return np.clip(total, limits.min, limits.max).astype(np.int16)


def level(samples: Samples) -> float:
    """Root mean square, 0 to 1 of full scale."""
    if not len(samples):
        return 0.0
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) / _FULL_SCALE


def portaudio(spec: str) -> ModuleType:
    """The `sounddevice` module, loaded only when a device is wanted: a booth that plays files runs without PortAudio.
    Raises DeviceError."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        text = f"Sound device {spec}: PortAudio is not on this machine ({error})."
        raise DeviceError(DeviceFault.NO_AUDIO_SYSTEM, spec, text) from None
    module: ModuleType = sounddevice
    return module


def open_stream(direction: str, spec: str) -> Any:
    """A started blocking `InputStream` or `OutputStream` (`direction` "Input" or "Output") of the device that `spec`
    names: "default", a number, or a part of its name. Raises DeviceError."""
    module = portaudio(spec)
    device: int | str | None = None if spec == DEFAULT else int(spec) if spec.isdecimal() else spec
    try:
        stream = getattr(module, f"{direction}Stream")(
            device=device, samplerate=RATE, channels=1, dtype="int16", blocksize=BLOCK, latency="low"
        )
        stream.start()
    except ValueError as error:
        raise DeviceError(DeviceFault.NOT_FOUND, spec, f"Sound device {spec}: {error}") from None
    except module.PortAudioError as error:
        raise DeviceError(DeviceFault.CANNOT_OPEN, spec, f"Sound device {spec}: {error}") from None
    return stream
