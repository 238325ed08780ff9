"""A tone to send and the ear that finds it again."""

from __future__ import annotations

import math
import wave
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

RATE: Final = 48_000
FULL_SCALE: Final = 32768.0


def tone(hz: float, seconds: float, level: float = 0.5, rate: int = RATE) -> Samples:
    """A mono sine, `level` 0 to 1 of full scale."""
    time = np.arange(round(seconds * rate)) / rate
    return np.round(np.sin(2 * np.pi * hz * time) * level * (FULL_SCALE - 1)).astype(np.int16)


def tone_level(samples: Samples, hz: float, rate: int = RATE) -> float:
    """The amplitude at one frequency, 0 to 1 of full scale, by Goertzel's algorithm. A block of n samples tells
    apart tones rate/n hertz from each other."""
    if not len(samples):
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * hz / rate)
    before = previous = 0.0
    for sample in samples.tolist():
        before, previous = previous, sample + coefficient * previous - before
    power = previous**2 + before**2 - coefficient * previous * before
    return 2 * math.sqrt(max(power, 0.0)) / len(samples) / FULL_SCALE


def best_tone_level(samples: Samples, hz: float, rate: int = RATE) -> float:
    """`tone_level` of the half second in which the tone is strongest: a busy machine has gaps in others."""
    half = rate // 2
    return max(
        (tone_level(samples[at : at + half], hz, rate) for at in range(0, len(samples) - half, half)), default=0.0
    )


def write_tone(path: Path | str, hz: float, seconds: float, level: float = 0.5) -> None:
    """A mono WAV, 48 kHz, 16 bit. A whole number of periods (hz * seconds) loops without a click."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone(hz, seconds, level).tobytes())


def read_wav(path: Path | str) -> tuple[Samples, int]:
    """Mono samples of a 16-bit WAV (the first channel of several) and its rate."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return samples.reshape(-1, file.getnchannels())[:, 0], file.getframerate()
