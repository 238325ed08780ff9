"""Speech of the booth beside people who talk: it lets them finish before it begins, and is low while they talk. Pure.

It is heard by the citizen alone: the echo canceller takes it out of what clerks hear, so they do not wait for it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from media.devices.sound import RATE, Samples, silence

TALK: Final = 0.01
"""Of full scale: the level above which somebody talks."""
PAUSE_S: Final = 0.6
"""A pause this long is the end of a sentence."""
PATIENCE_S: Final = 6.0
"""Longer than that no sentence of the booth waits."""
LOW: Final = 0.35
"""How loud it stays while somebody talks: to be heard, and not to cover."""
EDGE_S: Final = 0.06


class Considerate:
    """Gives `sound` block by block (`media.devices.speaker.Beside`), `factor` times as loud; `over` when all of it has
    been taken."""

    def __init__(self, sound: Samples, factor: float = 1.0) -> None:
        self._left = sound
        self._factor = factor
        self._begun = False
        self._waited = 0.0
        self._since_talk = PAUSE_S
        self._gain = 1.0

    @property
    def over(self) -> bool:
        return not len(self._left)

    def __call__(self, samples: int, others: float) -> Samples:
        seconds = samples / RATE
        self._since_talk = 0.0 if others >= TALK else self._since_talk + seconds
        talk = self._since_talk < PAUSE_S
        if not self._begun and talk and self._waited < PATIENCE_S:
            self._waited += seconds
            return silence(samples)
        if not self._begun:
            self._begun, self._gain = True, LOW if talk else 1.0
        wanted = LOW if talk else 1.0
        step = seconds / EDGE_S * (1.0 - LOW)
        reached = min(wanted, self._gain + step) if wanted > self._gain else max(wanted, self._gain - step)
        block, self._left = self._left[:samples], self._left[samples:]
        gains = np.linspace(self._gain, reached, len(block)) * self._factor
        self._gain = reached
        limits = np.iinfo(np.int16)
        heard = np.clip(block * gains, limits.min, limits.max).astype(np.int16)
        return np.concatenate([heard, silence(samples - len(block))])
