"""Sound received through loss, ours beside aiortc's own buffer: the same packets at the same moments."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket

from media.devices import open_speaker
from media.devices.sound import BLOCK_SECONDS
from scripts.bench_runner import Figure
from tests.media.lossy_call import listen
from tests.media.speech import LATENCY, Arrival, Listener, network, opus, voice

SECONDS = 60
JITTER = 0.005
DEPTH_LIMIT_MS = 80
GOALS = {0.0: 99.9, 0.01: 99.0, 0.05: 97.0, 0.10: 93.0}
"""Loss, and the per cent of speech that must be played rather than made up."""

CALL_LOSS = 0.05
CALL_SECONDS = 12.0

_START_BLOCKS = 2
_LIMIT_BLOCKS = 12


class Stock:
    """aiortc's buffer for sound, and the simplest player behind it: begins with 40 ms, drops what is over 240 ms."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self.played = 0
        self.blocks = 0
        self.depths: list[float] = []
        self._arrivals = deque(arrivals)
        self._buffer = JitterBuffer(capacity=16, prefetch=4)
        self._waiting: deque[float] = deque()
        self._playing = False

    def hear(self, seconds: float) -> None:
        now = 0.007
        while now < seconds:
            while self._arrivals and self._arrivals[0].at <= now:
                self._arrive(self._arrivals.popleft().number)
            self._pull(now)
            now += BLOCK_SECONDS

    def _arrive(self, number: int) -> None:
        packet: Any = RtpPacket(sequence_number=number & 0xFFFF, timestamp=number)
        packet._data = b""
        _, frame = self._buffer.add(packet)
        if frame is not None:
            self._waiting.append(frame.timestamp * BLOCK_SECONDS + LATENCY)
            if len(self._waiting) > _LIMIT_BLOCKS:
                self._waiting.popleft()

    def _pull(self, now: float) -> None:
        self._playing = bool(self._waiting) and (self._playing or len(self._waiting) >= _START_BLOCKS)
        if self._playing:
            self.played += 1
            self.depths.append(now - self._waiting.popleft())
        self.blocks += self.played > 0

    @property
    def share(self) -> float:
        return self.played / self.blocks

    @property
    def depth(self) -> float:
        return float(np.median(self.depths))


def figures() -> list[Figure]:
    """Share of speech played, and how long it waits from an undelayed packet's arrival to being heard (median)."""
    speech = opus(voice(SECONDS))
    found = []
    for loss, goal in GOALS.items():
        arrivals = network(len(speech), loss, JITTER, seed=7)
        ours, stock = Listener(speech, arrivals), Stock(arrivals)
        ours.hear(SECONDS - 1)
        stock.hear(SECONDS - 1)
        name = f"at {loss:.0%} loss"
        share, depth = 100 * ours.share, 1000 * ours.depth
        found += [
            Figure(f"speech played {name}", share, "%", "limit", goal, 1, more_is_better=True),
            Figure(f"speech played {name}", share, "%", "stock aiortc", 100 * stock.share, 1, more_is_better=True),
            Figure(f"depth {name}", depth, "ms", "limit", DEPTH_LIMIT_MS, 1),
            Figure(f"depth {name}", depth, "ms", "stock aiortc", 1000 * stock.depth, 1),
        ]
    return found + asyncio.run(over_sockets(speech))


async def over_sockets(speech: Sequence[bytes]) -> list[Figure]:
    """The same over real sockets, aiortc to a booth's reception, in real time."""
    speaker = open_speaker("none")
    try:
        made = await listen(speaker, speech, CALL_LOSS, CALL_SECONDS)
    finally:
        speaker.close()
    own = made.played + made.recovered
    name = f"in a real call at {CALL_LOSS:.0%} loss"
    share = 100 * own / (own + made.concealed)
    return [
        Figure(f"speech played {name}", share, "%", "limit", GOALS[CALL_LOSS], 1, more_is_better=True),
        Figure(f"depth {name}", 1000 * made.depth, "ms", "limit", DEPTH_LIMIT_MS, 1),
    ]
