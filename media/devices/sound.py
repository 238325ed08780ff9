"""The one shape of sound inside the booth: blocks of 20 ms, mono, 48 kHz, 16 bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

RATE: Final = 48_000
BLOCK: Final = 960
BLOCK_SECONDS: Final = BLOCK / RATE
NONE: Final = "none"

_FULL_SCALE: Final = 32768.0


class SpeechPath(Protocol):
    """What cleans the speech of a room (`media.speech.Speech`). Latencies are seconds between program and air."""

    def load(self) -> None: ...
    def played(self, block: Samples, latency: float) -> None: ...
    def captured(self, block: Samples, latency: float) -> Samples: ...


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
