"""Speech a little shorter or longer at the same pitch: whole periods are taken out or played twice (WSOLA)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from media.devices.sound import RATE, Samples

SHORTEST: Final = RATE // 400
"""2.5 ms, the period of a voice at 400 Hz."""
LONGEST: Final = RATE * 15 // 1000
OVERLAP: Final = RATE * 5 // 1000
MATERIAL: Final = LONGEST + OVERLAP
"""With fewer samples long periods are not found."""

_COARSE: Final = 4
_LIKENESS: Final = 0.7
_QUIET: Final = 100.0
"""Root mean square; under it, no seam is heard."""

_RAMP: Final = (np.arange(OVERLAP, dtype=np.float32) + 0.5) / OVERLAP

Floats = npt.NDArray[np.float32]


def shorten(samples: Samples, most: int, *, hurry: bool = False) -> Samples:
    """Up to `most` samples fewer; as they were if that would be heard and there is no `hurry`."""
    lag = _period(samples, most, hurry)
    if not lag:
        return samples
    seam = _fade(samples[:OVERLAP], samples[lag : lag + OVERLAP])
    return np.concatenate([seam, samples[lag + OVERLAP :]])


def lengthen(samples: Samples, most: int) -> Samples:
    """Up to `most` samples more; as they were if that would be heard."""
    lag = _period(samples, most, hurry=False)
    if not lag:
        return samples
    seam = _fade(samples[lag : lag + OVERLAP], samples[:OVERLAP])
    return np.concatenate([samples[:lag], seam, samples[OVERLAP:]])


def _fade(old: Samples, new: Samples) -> Samples:
    return np.round(old * (1 - _RAMP) + new * _RAMP).astype(np.int16)


def _period(samples: Samples, most: int, hurry: bool) -> int:
    """After how many samples the beginning comes again most alike; 0 if it does not."""
    longest = min(LONGEST, most, len(samples) - OVERLAP)
    if longest < SHORTEST:
        return 0
    sound = samples[: longest + OVERLAP].astype(np.float32)
    if float(np.sqrt(np.mean(np.square(sound)))) < _QUIET:
        return longest
    # Found at a quarter of the rate, then made exact around there.
    coarse = sound[: len(sound) // _COARSE * _COARSE].reshape(-1, _COARSE).mean(axis=1)
    near = _best(coarse, SHORTEST // _COARSE, longest // _COARSE, OVERLAP // _COARSE)[0] * _COARSE
    lag, likeness = _best(sound, max(SHORTEST, near - _COARSE), min(longest, near + _COARSE), OVERLAP)
    return lag if hurry or likeness >= _LIKENESS else 0


def _best(sound: Floats, shortest: int, longest: int, window: int) -> tuple[int, float]:
    """The lag whose window is most alike to the first, and how alike they are: 1 is the same."""
    longest = min(longest, len(sound) - window)
    pattern = sound[:window]
    candidates = np.lib.stride_tricks.sliding_window_view(sound[shortest : longest + window], window)
    norms = np.sqrt(np.einsum("ij,ij->i", candidates, candidates) * np.dot(pattern, pattern)) + 1.0
    likeness = candidates @ pattern / norms
    best = int(np.argmax(likeness))
    return shortest + best, float(likeness[best])
