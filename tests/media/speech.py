"""A voice, its packets, and a network that delays and loses them, in a time of its own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from media.audio.jitter import Packet
from media.audio.playback import Playback
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE, Samples

FORMANTS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))
SYLLABLE = RATE // 5
LATENCY = 0.030
SSRC = 4711


def voice(seconds: float, seed: int = 1) -> Samples:
    """Syllables with a gliding pitch and a pause after every sixth: enough like speech for Opus to treat it so."""
    rng = np.random.default_rng(seed)
    pieces = [_syllable(rng, number) for number in range(round(seconds * RATE / SYLLABLE))]
    return np.concatenate(pieces)


def _syllable(rng: np.random.Generator, number: int) -> Samples:
    sound = rng.normal(0, 1e-4, SYLLABLE)
    if number % 7 < 6:
        time = np.arange(SYLLABLE) / RATE
        pitch = rng.uniform(95, 140) * (1 + 0.2 * time * rng.choice([-5, 5]))
        phase = np.cumsum(pitch / RATE)
        harmonics = np.arange(1, 30)[:, None]
        formants = np.array(FORMANTS[rng.integers(len(FORMANTS))])[None, :, None]
        gain = (1 / (1 + ((harmonics[:, None] * pitch.mean() - formants) / 120) ** 2)).sum(axis=1) + 0.02
        sound += (gain * np.sin(2 * np.pi * harmonics * phase)).sum(axis=0) * np.sin(np.pi * time * 5) * 0.05
    return np.clip(sound * 32767, -32767, 32767).astype(np.int16)


def opus(sound: Samples, **options: str) -> list[bytes]:
    """Packets with in-band FEC as browsers send them, of 20 ms unless `frame_duration` says otherwise."""
    count = int(options.get("frame_duration", "20")) * RATE // 1000
    codec = av.AudioCodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = RATE, "mono", "s16", 32_000
    codec.options = {"application": "voip", "fec": "1", "packet_loss": "10", **options}
    packets = []
    for block in sound[: len(sound) // count * count].reshape(-1, 1, count):
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate = RATE
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


def packet(number: int, payload: bytes, ssrc: int = SSRC, first: int = 65_500) -> Packet:
    """The packets of a stream whose numbers wrap early on."""
    return Packet(ssrc, (first + number) & 0xFFFF, (0xFFFF_FFFF - 9600 + number * BLOCK) & 0xFFFF_FFFF, payload)


@dataclass(frozen=True)
class Arrival:
    at: float
    number: int


def network(count: int, loss: float = 0.0, jitter: float = 0.0, seed: int = 1) -> list[Arrival]:
    """When each of `count` packets arrives: some never, each late by `jitter` seconds on average, reordered by it."""
    rng = random.Random(seed)
    arrivals = []
    for number in range(count):
        lost, late = rng.random() < loss, rng.gammavariate(2, jitter / 2) if jitter else 0.0
        if not lost:
            arrivals.append(Arrival(number * BLOCK_SECONDS + LATENCY + late, number))
    return sorted(arrivals, key=lambda arrival: arrival.at)


class Listener:
    """A playback on a clock of its own that is pulled as a speaker would, at `rate` times the sender's pace."""

    def __init__(self, payloads: Sequence[bytes], arrivals: Sequence[Arrival], rate: float = 1.0) -> None:
        self.now = 0.0
        self.playback = Playback(lambda: self.now)
        self.depths: list[float] = []
        self._payloads = payloads
        self._arrivals = list(reversed(arrivals))
        self._step = BLOCK_SECONDS / rate
        self._due = 0.007

    def blocks(self, seconds: float) -> Iterator[Samples]:
        """What is heard in the next `seconds`."""
        end = self._due + seconds
        while self._due < end - 1e-9:
            while self._arrivals and self._arrivals[-1].at <= self._due:
                arrival = self._arrivals.pop()
                self.now = arrival.at
                self.playback.put(packet(arrival.number, self._payloads[arrival.number]))
            self.now = self._due
            yield self.playback.pull(BLOCK)
            self.depths.append(self.playback.figures().depth)
            self._due += self._step

    def hear(self, seconds: float) -> Samples:
        return np.concatenate(list(self.blocks(seconds)))

    @property
    def share(self) -> float:
        """Of the sound that was due, how much was the sender's own."""
        made = self.playback.figures()
        own = made.played + made.recovered
        return own / (own + made.concealed)

    @property
    def depth(self) -> float:
        """Median, seconds."""
        return float(np.median(self.depths))


def error_power(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> float:
    return float(np.mean((one.astype(np.float64) - other) ** 2))
