"""One day on a virtual clock: `Switchboard` itself, with its desks, offers, calls, dispatch and lifecycles, and around
it everything its peers do. Messages pass as objects: nothing is encoded, stored or shown; all else is as in earnest.

A citizen finds a free booth of the region, joins, and leaves when patience ends before a clerk comes. A clerk accepts
what is offered, connects, talks, wraps up and is available again.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final

from signaling.directory import Priority
from signaling.display import Display
from signaling.forecast import Place, place
from signaling.hall import Effects, Hall
from signaling.protocol.messages import (
    Accept,
    Complete,
    Connected,
    FromClient,
    Join,
    Leave,
    Offer,
    Outcome,
    SetAvailability,
    TicketState,
)
from signaling.simulator.country import PRIORITIES, Country
from signaling.simulator.habits import BREAK_S, OPENS, TO_CONNECT_S, Habits, Want
from signaling.statistics.ledger import Ledger
from signaling.switchboard import Switchboard
from signaling.ticket import Ticket

BATCH: Final = 20_000
"""Log entries gathered before they are counted."""


class Unseen(Display):
    """A display that nobody looks at; a place is found when it is asked for."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(hall)
        self.hall = hall

    def mark(self) -> None:
        """Nobody looks."""

    def refresh(self, now: float) -> None:
        """Nobody looks."""

    def show_ticket(self, ticket: Ticket) -> None:
        """Nobody looks."""

    def deadline(self) -> float | None:
        """Nothing is ever due."""
        return None

    def promise(self, ticket: Ticket) -> Place:
        """What the booth would show."""
        hall = self.hall
        return place(ticket, hall.waiting(), hall.clerks.values(), hall.tally.recent, hall.clock())


@dataclass(slots=True)
class Promise:
    """What a citizen was told on joining, and how long the wait was then; None while or if nobody came. `classes`:
    what the citizen may be one of few by, the priority and the language."""

    place: Place
    joined_at: float
    at_once: bool
    classes: tuple[str, ...] = ()
    waited: float | None = None


class Day:
    """`every`: of so many citizens, one is asked what the booth has promised."""

    def __init__(self, country: Country, habits: Habits, chance: random.Random, begins: datetime, every: int) -> None:
        self._country = country
        self._habits = habits
        self._chance = chance
        self._every = every
        self.opens: Final = begins.replace(hour=OPENS, minute=0, second=0, microsecond=0).timestamp()
        self.now = self.opens - 3600.0
        self.core: Final = Switchboard(country.directory, clock=lambda: self.now, chance=chance, display=self._look)
        self.ledger: Final = Ledger(country.directory.zone())
        self.promises: Final[list[Promise]] = []
        self.turned_away = 0
        """Citizens who found no free booth in their region."""
        self.steps = 0
        self._log = Effects()
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()
        self._free: dict[str, list[int]] = {}
        self._wants: dict[str, tuple[int, Want, Promise | None]] = {}
        """By open ticket: the booth's line, what its citizen wants and was promised."""
        self._off_duty: set[int] = set()

    def _look(self, hall: Hall) -> Display:
        self._display = Unseen(hall)
        return self._display

    @property
    def hall(self) -> Hall:
        """Where the tickets and clerks are."""
        return self._display.hall

    def run(self, visits: int) -> None:
        """Play the day out, until the last citizen has gone."""
        self._connect()
        regions = self._country.directory.regions
        for at in self._habits.arrivals(visits):
            region = regions[int(self._chance.random() * len(regions))].id
            self._at(self.opens + at, self._comes, region)
        agenda = self._agenda
        while agenda:
            at, _, act, arguments = heapq.heappop(agenda)
            self._pass(at)
            act(*arguments)
        self._count()

    def _connect(self) -> None:
        lines = count(1)
        for booth in self._country.booths:
            line = next(lines)
            self.core.connect(line, booth, "simulated-run")
            self._free.setdefault(booth.booth.region, []).append(line)
        for clerk in self._country.clerks:
            line = next(lines)
            self.core.connect(line, clerk, "simulated-run")
            begin, pause, end = self._habits.shift()
            self._at(self.opens + begin, self._on_duty, line)
            self._at(self.opens + pause, self._goes_off, line)
            self._at(self.opens + pause + BREAK_S, self._on_duty, line)
            self._at(self.opens + end, self._goes_off, line)
        self._collect()

    def _at(self, at: float, act: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), act, arguments))

    def _pass(self, until: float) -> None:
        """Time goes on; what the switchboard has to do on the way, it does."""
        while (due := self.core.deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.core.tick()
            self._collect()
        self.now = until

    def _say(self, line: int, message: FromClient) -> None:
        self.steps += 1
        self.core.receive(line, message)
        self._collect()

    def _collect(self) -> None:
        effects = self.core.take_effects(rows=False)
        self._log.changes.events += effects.changes.events
        self._log.changes.duties += effects.changes.duties
        if len(self._log.changes.events) >= BATCH:
            self._count()
        for line, message in effects.messages:
            if type(message) is Offer:
                self._at(self.now + self._habits.to_accept(), self._accepts, line, message.ticket.number)

    def _count(self) -> None:
        log, self._log = self._log.changes, Effects()
        self.ledger.count(log.events)
        self.ledger.count_work(log.duties)

    def _comes(self, region: str) -> None:
        free = self._free.get(region)
        if not free:
            self.turned_away += 1
            return
        line = free.pop()
        want = self._habits.want()
        booth = self._country.booths[line - 1].booth.id
        self.steps += 1
        self.core.receive(line, Join(service=want.service, language=want.language))
        ticket = self.hall.ticket_of(booth)
        if ticket is None:
            raise RuntimeError("The switchboard has not taken the ticket of a citizen it should take.")
        promise = None
        if self.steps % self._every == 0:
            promise = Promise(
                self._display.promise(ticket),
                self.now,
                at_once=ticket.state is TicketState.OFFERED,
                classes=(PRIORITIES.get(ticket.service, Priority.NORMAL).value, ticket.language),
            )
            self.promises.append(promise)
        self._wants[ticket.number] = line, want, promise
        self._at(self.now + want.patience, self._is_tired, ticket.number, line)
        self._collect()

    def _is_tired(self, number: str, line: int) -> None:
        ticket = self.hall.tickets.get(number)
        if ticket is not None and ticket.queued and self._wants[number][0] == line:
            self._say(line, Leave(ticket=number))
            self._is_gone(number)

    def _accepts(self, line: int, number: str) -> None:
        ticket = self.hall.tickets.get(number)
        if ticket is None or not ticket.queued:
            return
        self._say(line, Accept(ticket=number))
        if ticket.calling:
            promise = self._wants[number][2]
            if promise is not None:
                promise.waited = self.now - promise.joined_at
            self._at(self.now + TO_CONNECT_S, self._connects, line, number, ticket.generation)

    def _connects(self, line: int, number: str, generation: int) -> None:
        self._say(line, Connected(ticket=number, generation=generation))
        self._at(self.now + self._wants[number][1].handling, self._is_done, line, number)

    def _is_done(self, line: int, number: str) -> None:
        self._say(line, Complete(ticket=number, outcome=Outcome.DONE))
        self._is_gone(number)
        self._at(self.now + self._habits.wrap_up(), self._is_ready, line)

    def _is_ready(self, line: int) -> None:
        self._say(line, SetAvailability(available=line not in self._off_duty))

    def _is_gone(self, number: str) -> None:
        line, _, _ = self._wants.pop(number)
        self._free[self._country.booths[line - 1].booth.region].append(line)

    def _on_duty(self, line: int) -> None:
        self._off_duty.discard(line)
        self._say(line, SetAvailability(available=True))

    def _goes_off(self, line: int) -> None:
        self._off_duty.add(line)
        self._say(line, SetAvailability(available=False))
