"""A room in which the speaker is heard by the microphone, and what a cleaned recording of it is worth."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from media.devices.sound import BLOCK, RATE, Samples
from media.speech import Speech

Sound = npt.NDArray[np.float64]

REVERBERATION_SECONDS: Final = 0.25
"""Until it is 60 dB lower: a small furnished room."""
LOUDNESS: Final = 0.3
"""Of the echo, against what is played: a speaker at arm's length from its microphone."""


def response(seconds: float = 0.3, seed: int = 3) -> Sound:
    """The room's answer to a click: the direct sound, then decaying noise; as loud as what went in."""
    time = np.arange(round(seconds * RATE)) / RATE
    answer = np.random.default_rng(seed).normal(0, 0.08, len(time)) * 10 ** (-3 * time / REVERBERATION_SECONDS)
    answer[0] = 1.0
    return answer / np.sqrt(np.square(answer).sum())


def echo_of(played: Samples, delay: float, drift_ppm: float = 0.0) -> Sound:
    """What the microphone hears of it after `delay` seconds, by a clock that runs `drift_ppm` too fast."""
    size = 1 << (len(played) + RATE).bit_length()
    echo = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(response(), size), size)[: len(played)] * LOUDNESS
    if drift_ppm:
        moments = np.arange(len(echo))
        echo = np.interp(moments * (1 + drift_ppm * 1e-6), moments, echo)
    return np.concatenate([np.zeros(round(delay * RATE)), echo])[: len(played)]


def noise(count: int, level: float = 5.0) -> Sound:
    """Of a microphone in a quiet room."""
    return np.random.default_rng(5).normal(0, level, count)


def as_samples(sound: Sound) -> Samples:
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


def cleaned(speech: Speech, played: Samples, heard: Sound, latency: float = 0.02) -> Sound:
    """Both sounds through the processing, block by block, as speaker and microphone would."""
    out = []
    for start in range(0, len(heard) - BLOCK + 1, BLOCK):
        speech.played(played[start : start + BLOCK], latency)
        out.append(speech.captured(as_samples(heard[start : start + BLOCK]), latency))
    return np.concatenate(out).astype(np.float64)


def decibels(sound: Sound) -> float:
    """Power, on a scale of its own."""
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean() + 1e-9))


def part(sound: Sound, start: float, end: float) -> Sound:
    """Of `start` to `end` seconds."""
    return sound[round(start * RATE) : round(end * RATE)]


def likeness(one: Sound, other: Sound, seconds: float = 1.0) -> float:
    """0 to 1: how much of the one is the other, second by second, whatever the gain and the shift of each second."""
    count = round(seconds * RATE)
    pieces = one[: len(one) // count * count].reshape(-1, count)
    powers = np.square(pieces).sum(axis=1)
    return float(np.average([_likeness_of(piece, other) for piece in pieces], weights=powers))


def _likeness_of(piece: Sound, other: Sound) -> float:
    size = 1 << (len(other) + len(piece)).bit_length()
    cross = np.fft.irfft(np.fft.rfft(other, size) * np.conj(np.fft.rfft(piece, size)), size)
    cross = np.abs(cross[: len(other) - len(piece) + 1])
    place = int(cross.argmax())
    beside = other[place : place + len(piece)]
    return float(cross[place] / np.sqrt(np.square(piece).sum() * np.square(beside).sum() + 1e-9))
