"""What arrives at the other end, bits a second."""

from __future__ import annotations

from collections import deque
from typing import Final

LONG_SECONDS: Final = 0.5
SHORT_SECONDS: Final = 0.2


class Throughput:
    """Packets go in as they arrived; times are those of the other end."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, int]] = deque()
        self._bytes = 0
        self._first: float | None = None
        self._newest = 0.0

    def add(self, arrived: float, size: int) -> None:
        self._first = arrived if self._first is None else self._first
        self._newest = max(self._newest, arrived)
        self._packets.append((arrived, size))
        self._bytes += size
        while self._packets[0][0] <= self._newest - LONG_SECONDS:
            self._bytes -= self._packets.popleft()[1]

    @property
    def rate(self) -> float | None:
        """Over the last half second; None before that."""
        if self._first is None or self._newest - self._first < LONG_SECONDS:
            return None
        return self._bytes * 8 / LONG_SECONDS

    @property
    def latest(self) -> float | None:
        """Over the last fifth of a second: what a queue lets through just now."""
        if self._first is None or self._newest - self._first < SHORT_SECONDS:
            return None
        since = self._newest - SHORT_SECONDS
        return sum(size for arrived, size in self._packets if arrived > since) * 8 / SHORT_SECONDS
