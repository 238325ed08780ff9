"""One day on a virtual clock: `Switchboard` itself, with its desks, offers, calls, dispatch and lifecycles, and around
it everything its peers do. Messages pass as objects: nothing is encoded, stored or shown; all else is as in earnest.

A citizen finds a free booth of the region, joins or checks in for an appointment, early, in time or late, and leaves
or asks for a callback when patience ends before a clerk comes. A clerk accepts what is offered, or does not see it,
connects or telephones, talks, wraps up and is available again; takes a break, goes home. Holding and parking are not
played: a clerk's time is the same, whichever part of it the citizen is on hold.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final

from signaling.appointments.appointment import Appointment
from signaling.clerk import Clerk
from signaling.directory import Priority
from signaling.display import Display
from signaling.forecast import Place, place
from signaling.hall import Effects
from signaling.protocol.messages import (
    Accept,
    Complete,
    Connected,
    EndReason,
    FromClient,
    Join,
    Leave,
    Offer,
    Outcome,
    RequestCallback,
    ReturnToQueue,
    SetAvailability,
    TicketState,
)
from signaling.simulator.country import OPENS, PRIORITIES, Country
from signaling.simulator.habits import APPOINTMENT_S, BREAK_S, NOBODY_ANSWERS_S, TO_CONNECT_S, Habits, Want
from signaling.statistics.ledger import Ledger
from signaling.switchboard import Switchboard
from signaling.ticket import Ticket

BATCH: Final = 20_000
"""Log entries gathered before they are counted."""
OFFERED: Final = frozenset({TicketState.OFFERED, TicketState.CALLBACK_OFFERED})


class Unseen(Display):
    """A display that nobody looks at; a place is found when it is asked for."""

    def mark(self) -> None:
        """Nobody looks."""

    def refresh(self, now: float) -> None:
        """Nobody looks."""

    def show_ticket(self, ticket: Ticket) -> None:
        """Nobody looks."""

    def deadline(self) -> float | None:
        """Nothing is ever due."""
        return None


@dataclass(slots=True)
class Promise:
    """What a citizen was told on joining, and how long the wait was then; None while or if nobody came. `classes`:
    what the citizen may be one of few by: the priority or an appointment, and the language."""

    place: Place
    joined_at: float
    at_once: bool
    classes: tuple[str, ...] = ()
    waited: float | None = None


@dataclass(slots=True)
class Visit:
    """A citizen with an open ticket. `line`: the booth's; None for one who has left it and is to be called back;
    `group`: of the clerks who serve the region."""

    line: int | None
    group: int
    want: Want
    promise: Promise | None


class Day:
    """`every`: of so many citizens, one is asked what the booth has promised."""

    def __init__(self, country: Country, habits: Habits, chance: random.Random, begins: datetime, every: int) -> None:
        self._country = country
        self._habits = habits
        self._chance = chance
        self._every = every
        self.opens: Final = begins.replace(hour=OPENS, minute=0, second=0, microsecond=0).timestamp()
        self.now = self.opens - 3600.0
        self.core: Final = Switchboard(country.directory, clock=lambda: self.now, chance=chance, display=Unseen)
        self.hall: Final = self.core.hall
        self.ledger: Final = Ledger(country.directory.zone())
        self.promises: Final[list[Promise]] = []
        self.turned_away = self.found_closed = self.no_shows = 0
        """Citizens who found no free booth in their region, who came too late, who had an appointment and did not."""
        self.steps = 0
        self._log = Effects()
        self._arrivals: Iterator[float] = iter(())
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()
        self._free: dict[str, list[int]] = {}
        self._visits: dict[str, Visit] = {}
        """By open ticket."""
        groups = range(country.groups)
        self._queues: list[dict[str, Ticket]] = [{} for _ in groups]
        """By group: who waits for its clerks. The forecast of one need not look at all."""
        self._names: dict[int, str] = {}
        self._clerks: list[list[Clerk]] = [[] for _ in groups]
        self._off_duty: set[int] = set()

    def run(self, visits: int) -> None:
        """Play the day out, until the last citizen has gone."""
        self._connect()
        self._arrivals = self._habits.arrivals(visits)
        self._next_comes()
        agenda = self._agenda
        while agenda:
            at, _, act, arguments = heapq.heappop(agenda)
            self._pass(at)
            act(*arguments)
        self._count()

    def promise(self, ticket: Ticket, group: int) -> Place:
        """What the booth would show."""
        waiting = [other for other in self._queues[group].values() if other.wants_clerk]
        return place(ticket, waiting, self._clerks[group], self.hall.tally.recent, self.now)

    def _connect(self) -> None:
        lines = count(1)
        for booth in self._country.booths:
            line = next(lines)
            self.core.connect(line, booth, "simulated-run")
            self._free.setdefault(booth.booth.region, []).append(line)
        for n, clerk in enumerate(self._country.clerks):
            line = next(lines)
            self.core.connect(line, clerk, "simulated-run")
            self._names[line] = clerk.name
            self._clerks[n % self._country.groups].append(self.hall.clerks[clerk.name])
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
            if type(message) is Offer and not self._habits.misses():
                self._at(self.now + self._habits.to_accept(), self._accepts, line, message.ticket.number)

    def _count(self) -> None:
        log, self._log = self._log.changes, Effects()
        self.ledger.count(log.events)
        self.ledger.count_work(log.duties)

    def _next_comes(self) -> None:
        """One at a time, so that the agenda stays short."""
        at = next(self._arrivals, None)
        if at is not None:
            self._at(self.opens + at, self._comes)

    def _comes(self) -> None:
        self._next_comes()
        regions = self._country.directory.regions
        region = regions[int(self._chance.random() * len(regions))].id
        want = self._habits.want()
        if not want.booked:
            self._joins(region, want)
            return
        after = self._habits.punctuality()
        if after is None:
            self.no_shows += 1
            return
        starts_at = math.ceil(self.now / APPOINTMENT_S + 1) * APPOINTMENT_S
        booked = Appointment(
            f"appointment-{self.steps}", region, want.service, None, starts_at, starts_at + APPOINTMENT_S
        )
        self._at(max(starts_at + after, self.now), self._joins, region, want, booked)

    def _joins(self, region: str, want: Want, booked: Appointment | None = None) -> None:
        free = self._free.get(region)
        if not free:
            self.turned_away += 1
            return
        line = free.pop()
        booth = self._country.booths[line - 1].booth.id
        code = None if booked is None else "SIMULATED"
        self.steps += 1
        self.core.receive(line, Join(service=want.service, language=want.language, code=code), booked)
        ticket = self.hall.ticket_of(booth)
        if ticket is None:
            self.found_closed += 1
            free.append(line)
            self._collect()
            return
        group = self._country.group_of[region]
        self._queues[group][ticket.number] = ticket
        visit = self._visits[ticket.number] = Visit(line, group, want, None)
        if self.steps % self._every == 0:
            priority = PRIORITIES.get(ticket.service, Priority.NORMAL).value
            visit.promise = Promise(
                self.promise(ticket, group),
                self.now,
                at_once=ticket.state is TicketState.OFFERED,
                classes=(priority if booked is None else "appointment", ticket.language),
            )
            self.promises.append(visit.promise)
        self._at(self.now + want.patience, self._is_tired, ticket.number)
        self._collect()

    def _is_tired(self, number: str) -> None:
        ticket, visit = self.hall.tickets.get(number), self._visits.get(number)
        if ticket is None or visit is None or visit.line is None or not ticket.queued:
            return
        line = visit.line
        if self._habits.wants_callback():
            self._say(line, RequestCallback(ticket=number, sealed="simulated"))
            self._leaves_booth(visit)
        else:
            self._say(line, Leave(ticket=number))
            self._is_gone(number)

    def _accepts(self, line: int, number: str) -> None:
        ticket = self.hall.tickets.get(number)
        if ticket is None or ticket.state not in OFFERED or ticket.clerk != self._names[line]:
            return
        self._say(line, Accept(ticket=number))
        visit = self._visits[number]
        del self._queues[visit.group][number]
        if ticket.calling:
            if visit.promise is not None:
                visit.promise.waited = self.now - visit.promise.joined_at
            self._at(self.now + TO_CONNECT_S, self._connects, line, number, ticket.generation)
        elif self._habits.reached():
            self._at(self.now + visit.want.handling, self._is_done, line, number)
        else:
            self._at(self.now + NOBODY_ANSWERS_S, self._reaches_nobody, line, number)

    def _connects(self, line: int, number: str, generation: int) -> None:
        self._say(line, Connected(ticket=number, generation=generation))
        self._at(self.now + self._visits[number].want.handling, self._is_done, line, number)

    def _is_done(self, line: int, number: str) -> None:
        self._say(line, Complete(ticket=number, outcome=Outcome.DONE))
        self._is_gone(number)
        self._at(self.now + self._habits.wrap_up(), self._is_ready, line)

    def _reaches_nobody(self, line: int, number: str) -> None:
        self._say(line, ReturnToQueue(ticket=number, reason=EndReason.CONNECT_FAILED))
        ticket = self.hall.tickets.get(number)
        if ticket is None:
            self._is_gone(number)
        else:
            self._queues[self._visits[number].group][number] = ticket
        self._at(self.now + self._habits.wrap_up(), self._is_ready, line)

    def _is_ready(self, line: int) -> None:
        self._say(line, SetAvailability(available=line not in self._off_duty))

    def _is_gone(self, number: str) -> None:
        visit = self._visits.pop(number)
        self._queues[visit.group].pop(number, None)
        self._leaves_booth(visit)

    def _leaves_booth(self, visit: Visit) -> None:
        if visit.line is not None:
            self._free[self._country.booths[visit.line - 1].booth.region].append(visit.line)
            visit.line = visit.promise = None

    def _on_duty(self, line: int) -> None:
        self._off_duty.discard(line)
        self._say(line, SetAvailability(available=True))

    def _goes_off(self, line: int) -> None:
        self._off_duty.add(line)
        self._say(line, SetAvailability(available=False))
