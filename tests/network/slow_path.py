"""A path that takes time: carries IP packets between two TUN interfaces, later than they came, in order.

A program of its own, so that it is punctual whatever the programs at its ends are doing:
`python slow_path.py FD_A FD_B`, the open interfaces. Reads settings from standard input, a line of JSON each,
`{"a": [delay, jitter], "b": [delay, jitter]}` in seconds for what comes from either, and answers each with `ok`;
ends with standard input.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import sys
import time
from collections import deque
from typing import Final

LARGEST_PACKET: Final = 65_536
MOST_WAITING: Final = 5_000
"""Packets; more are lost, as in a router without memory."""
MOOD_SECONDS: Final = 0.05
"""How long a queue on the way keeps its length before it takes another."""


class Timetable:
    """When a packet leaves: after `delay`, and up to `jitter` more. The jitter is a queue on the way that is of
    another length, evenly distributed, each MOOD_SECONDS; packets keep their order, as on almost any real path."""

    def __init__(self, source: random.Random) -> None:
        self.delay = self.jitter = 0.0
        self._source = source
        self._mood_until = 0.0
        self._queue = 0.0
        self._last = 0.0

    def leaves(self, now: float) -> float:
        """For a packet that comes at `now`."""
        if now >= self._mood_until:
            self._mood_until = now + MOOD_SECONDS
            self._queue = self._source.random()
        self._last = max(self._last, now + self.delay + self._queue * self.jitter)
        return self._last


class Way:
    """Packets from one interface to the other."""

    def __init__(self, source: int, sink: int, seed: int) -> None:
        self.source = source
        self.timetable = Timetable(random.Random(seed))
        self._sink = sink
        self._waiting: deque[tuple[float, bytes]] = deque()

    @property
    def due(self) -> float | None:
        return self._waiting[0][0] if self._waiting else None

    def take(self, now: float) -> None:
        """All that has come."""
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = os.read(self.source, LARGEST_PACKET)
                if len(self._waiting) < MOST_WAITING:
                    self._waiting.append((self.timetable.leaves(now), packet))

    def give(self, now: float) -> None:
        """All that is due."""
        while self._waiting and self._waiting[0][0] <= now:
            # An interface that is not up, or whose queue is full, loses it.
            with contextlib.suppress(OSError):
                os.write(self._sink, self._waiting.popleft()[1])


def carry(a: int, b: int) -> None:
    ways = {"a": Way(a, b, seed=1), "b": Way(b, a, seed=2)}
    orders = sys.stdin.fileno()
    while True:
        due = min((way.due for way in ways.values() if way.due is not None), default=None)
        patience = None if due is None else max(0.0, due - time.monotonic())
        ready, _, _ = select.select([a, b, orders], [], [], patience)
        now = time.monotonic()
        for way in ways.values():
            if way.source in ready:
                way.take(now)
            way.give(now)
        if orders in ready:
            # A line is written at once, and shorter than what a pipe keeps together.
            order = os.read(orders, select.PIPE_BUF)
            if not order:
                return
            for name, (delay, jitter) in json.loads(order).items():
                ways[name].timetable.delay, ways[name].timetable.jitter = delay, jitter
            print("ok", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(OSError):
        os.nice(-15)
    carry(int(sys.argv[1]), int(sys.argv[2]))
