"""How long the clerk's browser should hold a picture back before it shows it. Nothing on a calm path: a picture is
shown as it comes. On a path that jitters as long as 95 of 100 pictures need, so that movement stays even; on one that
loses packets as long as it takes to send them again."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Final

MAX_DELAY: Final = 0.25
CALM: Final = 0.02
"""Below this nobody sees it, and a busy machine makes as much."""
STEP: Final = 0.01
"""Resolution of the header extension (libwebrtc's playout-delay)."""
_SHARE: Final = 0.95
_SECONDS: Final = 5
"""Of which the median counts: a queue that comes and goes with a change of the path is not jitter."""
_MIN_PICTURES: Final = 5
_PATIENCE_SECONDS: Final = 5.0
_ROUNDING: Final = 1e-6
_CLEARLY: Final = 0.02
LOSSY: Final = 0.02
"""Share of packets lost from which repairs are waited for."""
_REPAIR_SECONDS: Final = 0.02
"""Beside the round trip: until the loss is seen, and until the packet is sent again."""


class PlayoutDelay:
    """Each picture's last packet goes in; `delay` in seconds comes out, raised after three bad seconds and lowered
    with patience, since each change is a small jolt. `jitter`: what 95 of 100 stay below over the fastest, seconds."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.jitter = 0.0
        self._delays: list[float] = []
        self._spreads: deque[float] = deque(maxlen=_SECONDS)
        self._looked: float | None = None
        self._lower_since: float | None = None

    def add(self, sent: float, arrived: float) -> None:
        """On the clocks of the two ends, which need not agree."""
        self._delays.append(arrived - sent)

    def consider(self, now: float, loss: float, round_trip: float) -> None:
        """Call it after feedback. `loss`: share of packets; `round_trip`: seconds."""
        self._looked = now if self._looked is None else self._looked
        if now - self._looked < 1.0:
            return
        self._looked = now
        delays, self._delays = sorted(self._delays), []
        if len(delays) < _MIN_PICTURES:
            return
        self._spreads.append(delays[int(_SHARE * (len(delays) - 1))] - delays[0])
        self.jitter = median(self._spreads)
        needed = round_trip + _REPAIR_SECONDS if loss >= LOSSY else 0.0
        if len(self._spreads) > _SECONDS // 2 and self.jitter >= CALM:
            needed = max(needed, self.jitter)
        self._settle(min(MAX_DELAY, STEP * math.ceil(needed / STEP - _ROUNDING)), now)

    def _settle(self, wanted: float, now: float) -> None:
        if wanted > self.delay:
            self.delay, self._lower_since = wanted, None
        elif wanted > self.delay - _CLEARLY:
            self._lower_since = None
        elif self._lower_since is None:
            self._lower_since = now
        elif now - self._lower_since >= _PATIENCE_SECONDS:
            self.delay, self._lower_since = wanted, None
