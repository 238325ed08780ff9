"""What was sent, until the other end says what became of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from media.congestion.feedback_reader import WRAP_US, Feedback
from media.wrapping import unwrap

KEPT_SECONDS: Final = 10.0
"""Longer than any queue on a path holds a packet."""
LATE_SECONDS: Final = 0.1
"""A packet that is missing from feedback may only have been overtaken; after this it is lost."""


class Report(NamedTuple):
    """One packet: `arrived` in seconds on the other end's clock, None if lost. `probe`: number of the one it belonged
    to. `completes`: it was the last of a picture."""

    sent: float
    arrived: float | None
    size: int
    probe: int | None
    completes: bool


class _Sent(NamedTuple):
    at: float
    size: int
    probe: int | None
    completes: bool
    picture: int | None

    def report(self, arrived: float | None) -> Report:
        return Report(self.at, arrived, self.size, self.probe, self.completes)


class SendHistory:
    """Numbers packets and joins feedback with them."""

    def __init__(self, first: int = 0) -> None:
        self._next = first
        self._waiting: dict[int, _Sent] = {}
        """By unwrapped number, oldest first; so is `_missing`."""
        self._missing: dict[int, tuple[float, _Sent]] = {}
        self._missed: list[int] = []
        self._clock_us: int | None = None
        self.bytes_in_flight = 0
        """Sent, and not told of yet."""

    def add(
        self, now: float, size: int, probe: int | None = None, *, completes: bool = False, picture: int | None = None
    ) -> int:
        """A packet leaves: its 16-bit transport sequence number. `picture`: see `missed`."""
        number = self._next
        self._next += 1
        self._waiting[number] = _Sent(now, size, probe, completes, picture)
        self.bytes_in_flight += size
        self._forget(now)
        return number & 0xFFFF

    def acknowledge(self, feedback: Feedback, now: float) -> list[Report]:
        """What the feedback tells that was not known: arrivals in order of sending, then what is by now held for lost.
        Numbers that were never given count for nothing."""
        base = unwrap(feedback.base, self._next - 1, 16)
        reports = []
        for number, arrival_us in enumerate(feedback.arrivals, base):
            if arrival_us is None:
                if sent := self._taken(number):
                    self._missing[number] = now, sent
                    if sent.picture is not None:
                        self._missed.append(sent.picture)
                continue
            arrived = self._continued(arrival_us)
            late = self._missing.pop(number, None)
            sent = late[1] if late else self._taken(number)
            if sent:
                reports.append(sent.report(arrived))
        self._give_up_before(base, now)
        return reports + self._lost(now)

    def missed(self) -> list[int]:
        """The `picture` of each packet that feedback since the last call was the first to miss."""
        missed, self._missed = self._missed, []
        return missed

    def _continued(self, arrival_us: int) -> float:
        """The other end's clock without its wraps."""
        if self._clock_us is None:
            self._clock_us = arrival_us
        half = WRAP_US // 2
        self._clock_us += (arrival_us - self._clock_us + half) % WRAP_US - half
        return self._clock_us / 1e6

    def _taken(self, number: int) -> _Sent | None:
        sent = self._waiting.pop(number, None)
        if sent:
            self.bytes_in_flight -= sent.size
        return sent

    def _give_up_before(self, base: int, now: float) -> None:
        """Feedback gets lost too; what it told of stays unknown."""
        unknown = []
        for number, sent in self._waiting.items():
            if number >= base:
                break
            if now - sent.at > LATE_SECONDS:
                unknown.append(number)
        for number in unknown:
            self._taken(number)

    def _lost(self, now: float) -> list[Report]:
        lost = [number for number, (since, _) in self._missing.items() if now - since >= LATE_SECONDS]
        return [self._missing.pop(number)[1].report(None) for number in lost]

    def _forget(self, now: float) -> None:
        while self._waiting:
            number, sent = next(iter(self._waiting.items()))
            if now - sent.at <= KEPT_SECONDS:
                return
            self._taken(number)
