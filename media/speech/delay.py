"""How long what the speaker plays takes to come back by the microphone. No I/O."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE, Samples

LONGEST_SECONDS: Final = 1.5
INTERVAL_SECONDS: Final = 1.0

_DECIMATION: Final = 12
_COARSE_RATE: Final = RATE // _DECIMATION
_HEARD_SECONDS: Final = 2.0
_LEAST_LEVEL: Final = 30.0
_CLEAR_PEAK: Final = 18.0
"""A correlation this many times its mean is no chance: an echo reaches 24 to 54, two strangers 6 to 17."""
_AGREEMENT_SECONDS: Final = 0.025
_AGREEMENTS: Final = 3
"""So many in a row, as two neighbours share half of what they compare."""

Coarse = npt.NDArray[np.float32]


class DelayMeter:
    """Compares both sounds once a second by their phases (GCC-PHAT), to within a block or so. Both histories end now,
    so lost or surplus blocks of either device cannot add up."""

    def __init__(self) -> None:
        self.delay: float | None = None
        """Seconds, from the latest comparisons that were clear and agreed."""
        heard = round(_HEARD_SECONDS * _COARSE_RATE)
        self._heard: Coarse = np.zeros(heard, np.float32)
        self._played: Coarse = np.zeros(heard + round(LONGEST_SECONDS * _COARSE_RATE), np.float32)
        self._since = 0.0
        self._found: list[float] = []

    def played(self, block: Samples) -> None:
        self._played = _appended(self._played, block)

    def heard(self, block: Samples) -> bool:
        """Returns whether `delay` has just been measured."""
        self._heard = _appended(self._heard, block)
        self._since += BLOCK_SECONDS
        if self._since < INTERVAL_SECONDS:
            return False
        self._since = 0.0
        return self._measure()

    def _measure(self) -> bool:
        heard, played = self._heard, self._played
        if min(np.abs(heard).max(), np.abs(played).max()) < _LEAST_LEVEL:
            return False
        longest = len(played) - len(heard)
        size = 1 << (len(played) + len(heard)).bit_length()
        cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
        cross /= np.abs(cross) + 1e-3 * np.abs(cross).max()
        # Index n: heard lags by n + longest, as the histories end together; negative indices stand at the end.
        correlation = np.abs(np.roll(np.fft.irfft(cross, size), longest)[: longest + 1])
        peak = int(correlation.argmax())
        if correlation[peak] < _CLEAR_PEAK * correlation.mean():
            self._found.clear()
            return False
        found = self._found = [*self._found, peak / _COARSE_RATE][-_AGREEMENTS:]
        if len(found) < _AGREEMENTS or max(found) - min(found) > _AGREEMENT_SECONDS:
            return False
        self.delay = found[-1]
        return True


def _appended(history: Coarse, block: Samples) -> Coarse:
    coarse = block.reshape(-1, _DECIMATION).mean(axis=1, dtype=np.float32)
    return np.concatenate([history[BLOCK // _DECIMATION :], coarse])
