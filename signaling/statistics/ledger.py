"""The ledger: the event log folded into days. Pure.

A ticket counts on the day, in the hour and for the region and service that it was taken in; what becomes of it later
counts there too. It waits from joining to its first acceptance, to giving up, or to becoming a callback. Work of
clerks counts when it is done: time with a ticket in hand and time available are cut at each full hour, a handling
(accepted to the end of the call) and the wrap-up after it belong whole to the hour they began in.

A day is told by the events from LOOK_BACK_S before it, in which its clerks' states began, to SETTLED_S after it, in
which its last visits ended; so it can be made anew from the log at any time and is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from msgspec import Struct, field

from signaling.clerk import SERVING
from signaling.protocol.messages import ClerkState, TicketState
from signaling.statistics.groups import Atom, Block, ByClerk, Pool, Work, blocks
from signaling.statistics.waits import Waits
from signaling.tally import ABOUT_TICKET, JOINED, Duty, Event
from signaling.ticket import CALLING

LOOK_BACK_S: Final = 24 * 3600.0
SETTLED_S: Final = 3 * 3600.0
_QUARTER_S: Final = 900
_HOUR_S: Final = 3600

_CALLS: Final = frozenset({ClerkState.CONNECTING, ClerkState.IN_CALL})
_ANSWERED: Final = frozenset(map(str, CALLING))
_BUSY: Final = frozenset(map(str, SERVING - {ClerkState.AVAILABLE}))


class _Hour(NamedTuple):
    """A local hour; `ends_at`: seconds since the epoch."""

    day: date
    hour: int
    ends_at: float


class Spot(NamedTuple):
    """Where a ticket counts."""

    region: str
    service: str
    hour: int


class Queue(Struct):
    """What became of the tickets of one spot. `waiting`: those whose wait goes on, as long as it was at the end."""

    arrivals: int = 0
    answered: Waits = field(default_factory=Waits)
    abandoned: Waits = field(default_factory=Waits)
    waiting: Waits = field(default_factory=Waits)
    completed: int = 0
    callbacks: int = 0


class Row(Struct):
    """A spot and its queue, as kept."""

    region: str
    service: str
    hour: int
    queue: Queue


class Day(Struct):
    """All that is kept of a day; nothing in it names a ticket, a booth or a clerk."""

    rows: list[Row]
    blocks: list[Block]


def bounds(day: date, zone: tzinfo) -> tuple[float, float]:
    """When a day begins and ends, seconds since the epoch."""
    first = datetime.combine(day, time(), zone).timestamp()
    return first, datetime.combine(day + timedelta(days=1), time(), zone).timestamp()


@dataclass(slots=True)
class _Visit:
    queue: Queue
    joined_at: float
    waits: bool = True


@dataclass(slots=True)
class _Shift:
    """A clerk's present state, and what the handling under way or just over was about."""

    state: str
    since: float
    pool: Pool
    region: str = ""
    service: str = ""
    handling_since: float | None = None
    counted_to: float = 0.0


@dataclass(slots=True)
class _Open:
    queues: dict[Spot, Queue] = made(default_factory=dict)
    work: dict[Atom, dict[str, Work]] = made(default_factory=dict)


class Ledger:
    """Feed it the log in order; tickets and clerks may be fed one after the other."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._days: dict[date, _Open] = {}
        self._visits: dict[str, _Visit] = {}
        self._shifts: dict[str, _Shift] = {}
        self._hours: dict[int, _Hour] = {}
        """By quarter of an hour since the epoch."""

    def count(self, events: Iterable[Event]) -> None:
        """Count what happened to tickets."""
        for event in events:
            self._count(event)

    def count_work(self, duties: Iterable[Duty]) -> None:
        """Count what happened to clerks."""
        for duty in duties:
            self._count_work(duty)

    def days(self, until: float, minimum: int) -> dict[date, Day]:
        """The days so far; `until`: when the log ends, seconds since the epoch. Work is told of settled days only, and
        of groups of at least `minimum` clerks."""
        for clerk, shift in self._shifts.items():
            self._spend(clerk, shift, until)
        return {day: self._day(day, until, minimum) for day in sorted(self._days)}

    def _day(self, day: date, until: float, minimum: int) -> Day:
        known = self._days.get(day, _Open())
        waiting = {id(visit.queue): Waits() for visit in self._visits.values() if visit.waits}
        for visit in self._visits.values():
            if visit.waits:
                waiting[id(visit.queue)].add(_ms(until - visit.joined_at))
        rows = [
            Row(spot.region, spot.service, spot.hour, _with(queue, waiting.get(id(queue))))
            for spot, queue in sorted(known.queues.items())
        ]
        settled = until >= bounds(day, self._zone)[1] + SETTLED_S
        return Day(rows, blocks(known.work, minimum) if settled else [])

    def work(self, day: date) -> ByClerk:
        """The work of a day by clerk: for nobody's eyes, see `groups`."""
        known = self._days.get(day)
        return known.work if known is not None else {}

    def _count(self, event: Event) -> None:
        if event.about != ABOUT_TICKET:
            return
        if event.event == JOINED:
            when = self._hour(event.at)
            queues = self._open(when.day).queues
            spot = Spot(event.region, event.service, when.hour)
            queue = queues.get(spot)
            if queue is None:
                queue = queues[spot] = Queue()
            queue.arrivals += 1
            self._visits[event.ticket] = _Visit(queue, event.at)
            return
        visit = self._visits.get(event.ticket)
        if visit is None:
            return
        ends = event.to_state in (TicketState.COMPLETED, TicketState.ABANDONED)
        if visit.waits and event.to_state in _ANSWERED:
            visit.waits = False
            visit.queue.answered.add(_ms(event.at - visit.joined_at))
        elif visit.waits and ends:
            visit.queue.abandoned.add(_ms(event.at - visit.joined_at))
        elif visit.waits and event.to_state == "callback":
            visit.waits = False
            visit.queue.callbacks += 1
        visit.queue.completed += event.to_state == TicketState.COMPLETED
        if ends:
            del self._visits[event.ticket]

    def _count_work(self, duty: Duty) -> None:
        shift = self._shifts.get(duty.clerk)
        if shift is None:
            shift = self._shifts[duty.clerk] = _Shift(duty.from_state, duty.at, duty.regions, counted_to=duty.at)
        self._spend(duty.clerk, shift, duty.at)
        calls = duty.to_state in _CALLS
        if calls and shift.handling_since is None:
            shift.handling_since = duty.at
        elif not calls and shift.handling_since is not None:
            work = self._work(duty.clerk, shift, self._hour(shift.handling_since))
            work.handlings += 1
            work.handling_ms += _ms(duty.at - shift.handling_since)
            shift.handling_since = None
        if shift.state == ClerkState.WRAP_UP and duty.to_state != ClerkState.WRAP_UP:
            work = self._work(duty.clerk, shift, self._hour(shift.since))
            work.wrap_ups += 1
            work.wrap_up_ms += _ms(duty.at - shift.since)
        if duty.region is not None:
            shift.region, shift.service = duty.region, duty.service or ""
        elif duty.to_state != ClerkState.WRAP_UP:
            shift.region = shift.service = ""
        shift.state, shift.since = duty.to_state, duty.at
        # Until its clerk is back, a restarted switchboard does not know what the clerk may do.
        shift.pool = duty.regions or shift.pool
        if duty.to_state == ClerkState.OFFLINE:
            del self._shifts[duty.clerk]

    def _spend(self, clerk: str, shift: _Shift, until: float) -> None:
        """Put the time since the state began where it belongs, cut at full hours."""
        at, shift.counted_to = shift.counted_to, until
        busy = shift.state in _BUSY
        if not busy and shift.state != ClerkState.AVAILABLE:
            return
        while at < until:
            when = self._hour(at)
            part = min(until, when.ends_at)
            work = self._work(clerk, shift, when)
            if busy:
                work.busy_ms += _ms(part) - _ms(at)
            else:
                work.idle_ms += _ms(part) - _ms(at)
            at = part

    def _work(self, clerk: str, shift: _Shift, when: _Hour) -> Work:
        work_of, atom = self._open(when.day).work, Atom(shift.pool, shift.region, shift.service, when.hour)
        by_clerk = work_of.get(atom)
        if by_clerk is None:
            by_clerk = work_of[atom] = {}
        work = by_clerk.get(clerk)
        if work is None:
            work = by_clerk[clerk] = Work()
        return work

    def _open(self, day: date) -> _Open:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = _Open()
        return known

    def _hour(self, at: float) -> _Hour:
        """The local hour of a moment. Time zones are quarters of an hour apart, and so are their changes."""
        quarter = int(at // _QUARTER_S)
        found = self._hours.get(quarter)
        if found is None:
            moment = datetime.fromtimestamp(quarter * _QUARTER_S, self._zone)
            ends_at = quarter * _QUARTER_S + _HOUR_S - 60 * moment.minute
            found = self._hours[quarter] = _Hour(moment.date(), moment.hour, ends_at)
        return found


def rollup(day: date, events: Iterable[Event], duties: Iterable[Duty], zone: tzinfo, minimum: int) -> Day:
    """A day that is over, from all of the log or from the part that tells it."""
    first, end = bounds(day, zone)
    ledger = Ledger(zone)
    ledger.count(event for event in events if first <= event.at < end + SETTLED_S)
    ledger.count_work(duty for duty in duties if first - LOOK_BACK_S <= duty.at < end + SETTLED_S)
    return ledger.days(end + SETTLED_S, minimum).get(day, Day([], []))


def _with(queue: Queue, waiting: Waits | None) -> Queue:
    return (
        queue
        if waiting is None
        else Queue(queue.arrivals, queue.answered, queue.abandoned, waiting, queue.completed, queue.callbacks)
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
