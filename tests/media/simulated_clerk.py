"""A browser at the other end of a simulated path: it asks for what is missing as Chromium does, and shows pictures
that are whole, in their order."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.media.simulated_path import FRAME_SECONDS, PICTURE, REPAIR, Booth, Path

ASKS_EVERY = 0.02
PATIENCE = 2.0
_MARKER, _PADDED = 0x80, 0x20


@dataclass
class _Missing:
    noticed: float
    asked: float = -1.0


@dataclass
class Clerk:
    """`feedback_loss`: share of its packets that get lost on their way back."""

    feedback_loss: float
    shown: list[float] = field(default_factory=list)
    """When each picture was whole, and all before it."""
    _last: dict[int, bool] = field(default_factory=dict)
    _got: set[int] = field(default_factory=set)
    _missing: dict[int, _Missing] = field(default_factory=dict)
    _highest: int | None = None
    _next: int = 0
    _source: random.Random = field(default_factory=lambda: random.Random(5))

    def loses(self) -> bool:
        return self._source.random() < self.feedback_loss

    def sent(self, data: bytes) -> None:
        """Which packets end a picture."""
        self._last[int.from_bytes(data[2:4], "big")] = bool(data[1] & _MARKER)

    def arrive(self, data: bytes, now: float) -> None:
        repair = int.from_bytes(data[8:12], "big") == REPAIR
        position = 16 + 4 * int.from_bytes(data[14:16], "big") if repair else 2
        number = int.from_bytes(data[position : position + 2], "big")
        if self._highest is None:
            self._highest, self._next = number - 1, number
        ahead = (number - self._highest + 0x8000) % 0x10000 - 0x8000
        for skipped in range(1, ahead):
            self._missing[self._highest + skipped] = _Missing(now)
        number = self._highest + ahead
        self._highest = max(self._highest, number)
        self._missing.pop(number, None)
        self._got.add(number)
        while self._next in self._got:
            if self._last.get(self._next & 0xFFFF):
                self.shown.append(now)
            self._next += 1

    def wanted(self, now: float, round_trip: float) -> list[int]:
        """What to ask for: each packet once in a round trip."""
        due = [number for number, one in self._missing.items() if now - one.asked >= round_trip]
        for number in due:
            self._missing[number].asked = now
        return [number & 0xFFFF for number in due]

    def freezes(self, held: float, longest: float = 0.2) -> int:
        """Gaps between pictures that are longer, where each is held so many seconds."""
        start = self.shown[0]
        moments = [max(at, start + number * FRAME_SECONDS + held) for number, at in enumerate(self.shown)]
        return sum(later - before > longest for before, later in pairwise(moments))


class WatchedBooth(Booth):
    """A booth whose pictures a clerk looks at."""

    def __init__(self, path: Path, clerk: Clerk, **options: Any) -> None:
        super().__init__(path, **options)
        self.clerk = clerk
        self.repairs = 0

    async def run(self, seconds: float) -> list[Any]:
        if not self._tasks:
            asking = asyncio.create_task(self._ask(), name="simulated")
            found = await super().run(seconds)
            self._tasks.append(asking)
            return found
        return await super().run(seconds)

    async def _ask(self) -> None:
        while True:
            await asyncio.sleep(ASKS_EVERY)
            wanted = self.clerk.wanted(self._loop.time(), 2 * self.path.delay + 0.01)
            if wanted and not self.clerk.loses():
                self._later(self.path.delay, lambda wanted=wanted: self._answer_request(wanted))

    def _answer_request(self, wanted: list[int]) -> None:
        async def answer() -> None:
            for number in wanted:
                await self.picture._retransmit(number)

        task = asyncio.ensure_future(answer())
        task.add_done_callback(lambda done: done.result())

    def _hear(self, packet: bytes) -> None:
        if not self.clerk.loses():
            super()._hear(packet)

    async def _put_out(self, data: bytes) -> None:
        ssrc = int.from_bytes(data[8:12], "big")
        if ssrc == PICTURE:
            self.clerk.sent(data)
        self.repairs += ssrc == REPAIR and not data[0] & _PADDED
        await super()._put_out(data)

    def _arrive(self, data: bytes, ssrc: int, sent: float) -> None:
        super()._arrive(data, ssrc, sent)
        if ssrc == PICTURE or (ssrc == REPAIR and not data[0] & _PADDED):
            self.clerk.arrive(data, self._loop.time())
