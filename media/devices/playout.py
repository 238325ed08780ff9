"""Between the network, which delivers sound in bursts, and the speaker, which takes it steadily."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

import numpy as np

from media.devices.sound import RATE, Samples, silence

START_SAMPLES: Final = RATE * 40 // 1000
"""Sound is held back until 40 ms are there, at the beginning and after a gap."""
LIMIT_SAMPLES: Final = RATE * 240 // 1000
"""More than 240 ms of backlog is delay nobody wants; the oldest sound goes."""


class PlayoutBuffer:
    """Crosses threads: pushed by the media loop, pulled by the speaker. Mono samples."""

    def __init__(self, start: int = START_SAMPLES, limit: int = LIMIT_SAMPLES) -> None:
        self.played = 0
        self.missing = 0
        self.dropped = 0
        self._start = start
        self._limit = limit
        self._guard = threading.Lock()
        self._waiting: deque[Samples] = deque()
        self._depth = 0
        self._playing = False

    @property
    def depth(self) -> int:
        """Samples that wait to be played."""
        return self._depth

    def push(self, samples: Samples) -> None:
        """Add sound; drops the oldest if the limit is passed."""
        with self._guard:
            self._waiting.append(samples)
            self._depth += len(samples)
            while self._depth > self._limit and len(self._waiting) > 1:
                oldest = self._waiting.popleft()
                self._depth -= len(oldest)
                self.dropped += len(oldest)

    def pull(self, count: int) -> Samples:
        """Exactly `count` samples; silence where there is no sound."""
        with self._guard:
            self._playing = self._playing or self._depth >= self._start
            pieces = self._take(count) if self._playing else []
            taken = sum(map(len, pieces))
            self._playing = self._playing and taken == count
            self.played += taken
            self.missing += count - taken
        return np.concatenate([*pieces, silence(count - taken)])

    def _take(self, count: int) -> list[Samples]:
        pieces = []
        while count and self._waiting:
            piece = self._waiting.popleft()
            if len(piece) > count:
                self._waiting.appendleft(piece[count:])
                piece = piece[:count]
            pieces.append(piece)
            count -= len(piece)
            self._depth -= len(piece)
        return pieces
