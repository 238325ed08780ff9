"""The event log and what is counted from it. Statistics know nothing but this log.

An `Event` is one transition of one ticket, a `Duty` one of one clerk. A `Tally` is a fold over events: feed it the log
in order and it knows the open tickets by region, today's completed and abandoned ones, and recent figures. It
counts the same way from the database at start and from fresh events while running. Past days: `signaling.statistics`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

from signaling.directory import Region
from signaling.protocol.messages import RegionStatistics, TicketState
from signaling.recent import Recent
from signaling.ticket import AWAY, CALLING, QUEUED, TICKET

JOINED: Final = "joined"
"""Name of the event that begins a ticket; it has no state before it."""
ABOUT_TICKET: Final = "ticket"
_STATES: Final = {state.value: state for state in TicketState}


class Event(Struct, frozen=True, gc=False):
    """One transition. `at`: seconds since the epoch; `clerk`: pseudonym; `reason`: an EndReason, Outcome or Arrival;
    `about`: the lifecycle the states are of (`ticket`, `invitation`, `leg` or `help`)."""

    at: float
    ticket: str
    event: str
    from_state: str | None
    to_state: str
    region: str
    service: str
    reason: str | None = None
    clerk: str | None = None
    about: str = ABOUT_TICKET


class Duty(Struct, frozen=True, gc=False):
    """One transition of one clerk. `at`: seconds since the epoch; `clerk`: pseudonym; `regions`: those the clerk may
    serve, sorted; `region` and `service`: of the ticket in hand, None without one."""

    at: float
    clerk: str
    event: str
    from_state: str
    to_state: str
    regions: tuple[str, ...]
    region: str | None = None
    service: str | None = None


@dataclass(slots=True)
class _Open:
    region: str
    joined_at: float
    state: TicketState
    accepted_at: float | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Clerks of one region: how many are signed in and how many of those are available."""

    signed_in: int
    available: int


class Tally:
    """Counts by region. `zone` decides what today is."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._open: dict[str, _Open] = {}
        self._day = date.min
        self._begins_at = self._ends_at = 0.0
        self._closed: Counter[tuple[str, TicketState]] = Counter()
        self.numbers: set[str] = set()
        """Ticket numbers given out today."""
        self.recent: Final = Recent()
        """What forecasts are made of. Waits and calls come from the log; the hall adds what is not in it."""

    def day(self, now: float) -> date:
        """The day of a time, in the switchboard's time zone."""
        return datetime.fromtimestamp(now, self._zone).date()

    def start_of_day(self, now: float) -> float:
        """When the day of `now` began, seconds since the epoch."""
        return datetime.combine(self.day(now), datetime.min.time(), self._zone).timestamp()

    def turn_day(self, now: float) -> None:
        """Forget yesterday's counts and numbers when a new day has begun."""
        if self._begins_at <= now < self._ends_at:
            return
        today = self.day(now)
        self._begins_at = self.start_of_day(now)
        self._ends_at = datetime.combine(today + timedelta(days=1), datetime.min.time(), self._zone).timestamp()
        if today != self._day:
            self._day = today
            self._closed.clear()
            self.numbers.clear()
            self.recent.forget_grants()

    def replay(self, events: Iterable[Event]) -> None:
        """Count the stored log, oldest first."""
        for event in events:
            self.count(event)

    def count(self, event: Event) -> None:
        """Count one event."""
        self.turn_day(event.at)
        if event.about != ABOUT_TICKET:
            return
        state = _STATES[event.to_state]
        if event.event == JOINED:
            self.numbers.add(event.ticket)
            self._open[event.ticket] = _Open(event.region, event.at, state)
            return
        ticket = self._open.get(event.ticket)
        if ticket is None:
            return
        if ticket.state in QUEUED and state not in QUEUED and ticket.accepted_at is None:
            self.recent.waited(event.at - ticket.joined_at, gave_up=TICKET.final(state) or state in AWAY)
        if ticket.state not in CALLING and state in CALLING:
            ticket.accepted_at = event.at
        ticket.state = state
        if TICKET.final(state):
            del self._open[event.ticket]
            self._closed[ticket.region, state] += 1
            if state is TicketState.COMPLETED and ticket.accepted_at is not None:
                self.recent.called(event.at - ticket.accepted_at)

    def statistics(
        self, regions: Iterable[Region], staffing: Mapping[str, Staffing], minimum_group_size: int, now: float
    ) -> list[RegionStatistics]:
        """One entry for each region. A count of clerks is given only where at least `minimum_group_size` are
        signed in, so that no figure is about a single person."""
        self.turn_day(now)
        return [self._region(region, staffing.get(region.id), minimum_group_size, now) for region in regions]

    def _region(self, region: Region, staff: Staffing | None, minimum: int, now: float) -> RegionStatistics:
        mine = [ticket for ticket in self._open.values() if ticket.region == region.id]
        queued = [ticket for ticket in mine if ticket.state in QUEUED]
        return RegionStatistics(
            region=region.id,
            name=region.name,
            waiting=len(queued),
            in_call=sum(ticket.state in CALLING for ticket in mine),
            longest_wait_s=max((now - ticket.joined_at for ticket in queued), default=0.0),
            completed_today=self._closed[region.id, TicketState.COMPLETED],
            abandoned_today=self._closed[region.id, TicketState.ABANDONED],
            clerks_available=staff.available if staff and staff.signed_in >= minimum else None,
        )
