"""The air of a sound room: what the speaker plays comes back to the microphone, late, quieter and reverberating, and
somebody in the room speaks when told to. `python -m tests.media.room_program DELAY_SECONDS`

Reads a word a line: `speak` plays the near voice once, `noise` breathes a little from now on. Ends with its input.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque

import numpy as np

from media.devices.sound import BLOCK, RATE
from tests.media.acoustics import LOUDNESS, Sound, response
from tests.media.speech import voice

NEAR_SECONDS = 5.0
NEAR_SEED = 9
NEAR_LOUDNESS = 0.7
NOISE = 5.0
CALM = 0.08
"""Seconds of buffer: air does not stutter when the machine is busy."""


class Air:
    """Block by block, by overlap and save."""

    def __init__(self, delay: float) -> None:
        answer = np.concatenate([np.zeros(round(delay * RATE)), response() * LOUDNESS])
        self._size = 1 << (len(answer) + BLOCK).bit_length()
        self._answer = np.fft.rfft(answer, self._size)
        self._past = np.zeros(self._size)
        self._near: deque[Sound] = deque()
        self._rng = np.random.default_rng(5)
        self.noisy = False

    def speak(self) -> None:
        near = voice(NEAR_SECONDS, seed=NEAR_SEED) * NEAR_LOUDNESS
        self._near.extend(near.reshape(-1, BLOCK))

    def carry(self, played: Sound) -> Sound:
        self._past = np.concatenate([self._past[BLOCK:], played])
        heard = np.fft.irfft(np.fft.rfft(self._past) * self._answer, self._size)[-BLOCK:]
        if self._near:
            heard = heard + self._near.popleft()
        if self.noisy:
            heard = heard + self._rng.normal(0, NOISE, BLOCK)
        return heard


def main(delay: float) -> None:
    import sounddevice

    air = Air(delay)
    words = {"speak": air.speak, "noise": lambda: setattr(air, "noisy", True)}
    over = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            words[line.strip()]()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    shape = {"samplerate": RATE, "channels": 1, "dtype": "int16", "blocksize": BLOCK, "latency": CALM}
    with (
        sounddevice.InputStream(device="room_ear", **shape) as ear,
        sounddevice.OutputStream(device="room_mouth", **shape) as mouth,
    ):
        print(json.dumps({"room": "open"}), flush=True)
        while not over.is_set():
            played, _ = ear.read(BLOCK)
            heard = air.carry(played[:, 0].astype(np.float64))
            mouth.write(np.clip(np.round(heard), -32768, 32767).astype(np.int16).reshape(-1, 1))


if __name__ == "__main__":
    main(float(sys.argv[1]))
