"""What pictures and sound tell about the device that took them. No I/O; each instance belongs to one device."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from media.consultation import DeviceState
from media.devices.sound import BLOCK_SECONDS, Samples, level

COVERED_SECONDS: Final = 0.6
SILENT_SECONDS: Final = 0.7
FAINT_SECONDS: Final = 20.0
FAINT: Final = 4 / 32768
"""-78 dB of full scale: less than the noise of any microphone that is plugged in."""

_EVERY: Final = 8
_PATCHES: Final = (20, 12)
_DARK: Final = 60
_SHAPELESS_DARK: Final = 4.0
_SHAPELESS: Final = 1.5


class Sight:
    """Judges brightness pictures, (height, width) bytes, in the order taken."""

    def __init__(self) -> None:
        self._before: npt.NDArray[np.uint8] | None = None
        self._covered_since: float | None = None

    def judge(self, brightness: npt.NDArray[np.uint8], now: float) -> DeviceState:
        """FROZEN: the very picture of before, which no sensor takes twice, as each has noise, except in the dark.
        BLACK: nothing to be seen for over half a second. `now` in seconds."""
        sample = np.ascontiguousarray(brightness[::_EVERY, ::_EVERY])
        same = self._before is not None and np.array_equal(sample, self._before)
        self._before = sample
        if not _shapeless(sample):
            self._covered_since = None
            return DeviceState.FROZEN if same else DeviceState.OK
        if self._covered_since is None:
            self._covered_since = now
        return DeviceState.BLACK if now - self._covered_since >= COVERED_SECONDS else DeviceState.OK


def _shapeless(sample: npt.NDArray[np.uint8]) -> bool:
    """Whether the picture shows nothing: its patches, in which noise is averaged away, are all alike."""
    patches = cv2.resize(sample, _PATCHES, interpolation=cv2.INTER_AREA)
    contrast = float(patches.std())
    return contrast < _SHAPELESS or (contrast < _SHAPELESS_DARK and float(patches.mean()) < _DARK)


class Hearing:
    """Judges blocks of 20 ms in the order taken, as the sound card gives them."""

    def __init__(self) -> None:
        self._zeros = 0.0
        self._faint = 0.0

    def judge(self, block: Samples) -> DeviceState:
        """SILENT: nothing but zeros for most of a second, or next to nothing for 20 s."""
        loudness = level(block)
        self._zeros = 0.0 if loudness else self._zeros + BLOCK_SECONDS
        self._faint = 0.0 if loudness > FAINT else self._faint + BLOCK_SECONDS
        silent = self._zeros >= SILENT_SECONDS or self._faint >= FAINT_SECONDS
        return DeviceState.SILENT if silent else DeviceState.OK
