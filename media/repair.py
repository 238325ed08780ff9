"""Which packets are missing, and when to ask for them (RFC 4585, 6.2.1). No I/O; the time is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GIVE_UP_SECONDS: Final = 1.0
"""Nobody waits longer for a packet; the sender has forgotten it by then."""

_FIRST_ROUND_TRIP: Final = 0.1
_SHORTEST: Final = 0.010
_REPEAT: Final = 0.55
"""Of a round trip between two requests: a lost request costs half a round trip, and every second one comes when the
sender is ready to send again (Chromium sends a packet once in a round trip)."""
_STEADY: Final = 5
_GROWTH: Final = 1.6
"""After so many requests each next one comes so much later: asked for too often it fills a path that is narrow."""
_MOST_SETTLING: Final = 0.030
_SMOOTHING: Final = 1 / 8


@dataclass
class Hole:
    """A packet that has not come. `noticed`: when one after it came."""

    noticed: float
    asked: int = 0
    first_asked: float = 0.0
    next_ask: float = 0.0


class Repair:
    """Holes by unwrapped sequence number, in ascending order. `give_up`: seconds that a packet is waited for."""

    def __init__(self, give_up: float = GIVE_UP_SECONDS) -> None:
        self.round_trip = _FIRST_ROUND_TRIP
        """From asking to having, in seconds, smoothed."""
        self.asked = 0
        """Packets asked for, each counted once."""
        self.requests = 0
        """Times that something was asked for."""
        self.repaired = 0
        """Packets that came because they were asked for."""
        self._give_up = give_up
        self._holes: dict[int, Hole] = {}
        self._measured = False
        self._lateness = 0.0

    def __len__(self) -> int:
        return len(self._holes)

    @property
    def settling(self) -> float:
        """How long a hole may merely be a packet that was overtaken, in seconds: none until some were."""
        return min(_MOST_SETTLING, 2 * self._lateness)

    def missing(self, first: int, end: int, now: float) -> None:
        """A packet with number `end` has come, those from `first` on have not."""
        later = self._holes and end <= next(iter(self._holes))
        for sequence in range(first, end):
            self._holes[sequence] = Hole(now, next_ask=now + self.settling)
        if later:
            self._holes = dict(sorted(self._holes.items()))

    def waited(self, sequence: int, now: float) -> float | None:
        """Seconds since a packet that has been asked for was found missing; None if it was not."""
        hole = self._holes.get(sequence)
        return now - hole.noticed if hole is not None and hole.asked else None

    def filled(self, sequence: int, again: bool, now: float) -> None:
        """A packet came after one that follows it."""
        hole = self._holes.pop(sequence, None)
        if hole is None:
            return
        if not again:
            self._lateness += (now - hole.noticed - self._lateness) * _SMOOTHING
            return
        self._lateness -= self._lateness * _SMOOTHING
        self.repaired += 1
        # With more requests nobody knows which one was answered (RFC 6298, 3).
        if 1 <= hole.asked <= 2:
            self._measure(now - hole.first_asked)

    def due(self, now: float) -> list[int]:
        """The numbers to ask for now."""
        due = [(sequence, hole) for sequence, hole in self._holes.items() if hole.next_ask <= now]
        for _, hole in due:
            if not hole.asked:
                hole.first_asked = now
                self.asked += 1
            hole.asked += 1
            hole.next_ask = now + max(_SHORTEST, self.round_trip * _REPEAT) * _GROWTH ** max(0, hole.asked - _STEADY)
        self.requests += bool(due)
        return [sequence for sequence, _ in due]

    def next_due(self) -> float | None:
        return min((hole.next_ask for hole in self._holes.values()), default=None)

    def first_from(self, sequence: int) -> Hole | None:
        """The first hole at or after a number."""
        return next((hole for number, hole in self._holes.items() if number >= sequence), None)

    def given_up(self, now: float, kept_from: int | None = None) -> int | None:
        """The last of the numbers below `kept_from` that are too old to come; they are forgotten."""
        old = [
            number
            for number, hole in self._holes.items()
            if now - hole.noticed > self._give_up and (kept_from is None or number < kept_from)
        ]
        if not old:
            return None
        self.forget_below(old[-1] + 1)
        return old[-1]

    def forget_below(self, sequence: int) -> None:
        for number in [number for number in self._holes if number < sequence]:
            del self._holes[number]

    def clear(self) -> None:
        self._holes.clear()

    def _measure(self, seconds: float) -> None:
        weight = _SMOOTHING if self._measured else 1.0
        self.round_trip += (seconds - self.round_trip) * weight
        self._measured = True
