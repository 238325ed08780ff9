"""Two tones that tell without looking that somebody joins the call, or that somebody has gone. Pure.

The notice on the screen and the screen reader say who it is; the tones are for whoever looks elsewhere and hears no
screen reader. They are played by the booth's own speaker, so the echo canceller takes them out of what clerks hear.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from media.devices.sound import RATE, Samples, silence

LOW_HZ: Final = 587.3
HIGH_HZ: Final = 880.0
"""A fifth apart, D5 and A5: in the range that is heard best, also by many who hear little."""
TONE_S: Final = 0.18
EDGE_S: Final = 0.02
LEVEL: Final = 0.18
"""Of full scale: well above speech at rest, below its peaks."""
COMES: Final = (LOW_HZ, HIGH_HZ)
GOES: Final = (HIGH_HZ, LOW_HZ)


def chime(tones: tuple[float, ...]) -> Samples:
    """The tones one after the other, each faded in and out, so that nothing clicks."""
    at = np.arange(int(TONE_S * RATE)) / RATE
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / EDGE_S)
    sounds = [np.sin(2 * np.pi * frequency * at) * fade * LEVEL for frequency in tones]
    return (np.concatenate(sounds) * np.iinfo(np.int16).max).astype(np.int16)


class Playing:
    """Gives a sound block by block (`media.devices.speaker.Pull`); `over` when all of it has been taken."""

    def __init__(self, sound: Samples) -> None:
        self._left = sound

    @property
    def over(self) -> bool:
        return not len(self._left)

    def __call__(self, samples: int) -> Samples:
        block, self._left = self._left[:samples], self._left[samples:]
        return np.concatenate([block, silence(samples - len(block))]) if len(block) < samples else block
