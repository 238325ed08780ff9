"""How many appointments were booked, moved, cancelled, kept, kept late and missed, by day, region and service.

Counted from the event log alone. A day that is over is counted once and kept, since the log goes after
`event_log_days`; days that are not kept yet are counted afresh. Nothing in it is about a person.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.appointments.appointment import APPOINTMENT, AppointmentEvent, AppointmentState
from signaling.appointments.check_in import Arrival
from signaling.opening import instant
from signaling.protocol.messages import Identifier
from signaling.storage.schema import appointment_days as kept
from signaling.storage.schema import events

Key = tuple[str, str, str]
"""Day (ISO 8601), region, service."""


class AppointmentCount(Struct, frozen=True, kw_only=True):
    """What happened on a day; `booked` are those booked then, whenever they are for. `checked_in`: citizens who came,
    each once; `late`: those of them who came after the grace; `after_all`: those of `late` who had been counted in
    `no_show` before."""

    day: datetime.date
    region: Identifier
    service: Identifier
    booked: int = 0
    moved: int = 0
    cancelled: int = 0
    checked_in: int = 0
    late: int = 0
    after_all: int = 0
    attended: int = 0
    no_show: int = 0


class AppointmentCounts:
    """`clock`: seconds since the epoch."""

    def __init__(self, engine: AsyncEngine, zone: ZoneInfo, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._zone = zone
        self._clock = clock
        self._kept_until: datetime.date | None = None

    async def keep(self) -> None:
        """Count the days that are over and not counted yet. Does nothing twice a day."""
        today = self._today()
        if self._kept_until == today:
            return
        async with self._engine.begin() as connection:
            for day in await self._open_days(connection, today):
                await connection.execute(delete(kept).where(kept.c.day == str(day)))
                rows = [
                    {"day": str(day), "region": region, "service": service, "event": event, "number": count}
                    for region, service, event, count in await self._counted(connection, day)
                ]
                if rows:
                    await connection.execute(kept.insert(), rows)
        self._kept_until = today

    async def of(self, first: datetime.date, last: datetime.date, regions: Collection[str]) -> list[AppointmentCount]:
        """The days of a period, both ends included, in these regions; days without anything are left out."""
        async with self._engine.connect() as connection:
            fields = (kept.c.day, kept.c.region, kept.c.service, kept.c.event, kept.c.number)
            query = select(*fields).where(kept.c.day.between(str(first), str(last)), kept.c.region.in_(regions))
            found = [tuple(row) for row in await connection.execute(query)]
            for day in await self._open_days(connection, self._today() + datetime.timedelta(days=1)):
                if first <= day <= last:
                    found += [
                        (str(day), region, service, event, count)
                        for region, service, event, count in await self._counted(connection, day)
                        if region in regions
                    ]
        return _lines(found)

    async def _open_days(self, connection: AsyncConnection, end: datetime.date) -> list[datetime.date]:
        """The days before `end` that the log may know something about and that are not kept."""
        newest = (await connection.execute(select(func.max(kept.c.day)))).scalar()
        about = events.c.about == APPOINTMENT.name
        oldest = (await connection.execute(select(func.min(events.c.at)).where(about))).scalar()
        if oldest is None:
            return []
        day = datetime.datetime.fromtimestamp(oldest, self._zone).date()
        if newest is not None:
            day = max(day, datetime.date.fromisoformat(newest) + datetime.timedelta(days=1))
        return [day + datetime.timedelta(days=n) for n in range((end - day).days)]

    async def _counted(self, connection: AsyncConnection, day: datetime.date) -> list[tuple[str, str, str, int]]:
        first, end = (instant(day + datetime.timedelta(days=n), 0, self._zone) for n in (0, 1))
        kinds = (events.c.region, events.c.service, events.c.event, events.c.from_state, events.c.reason)
        query = (
            select(*kinds, func.count())
            .where(events.c.about == APPOINTMENT.name, events.c.at >= first, events.c.at < end)
            .group_by(*kinds)
        )
        counts: Counter[tuple[str, str, str]] = Counter()
        for region, service, event, before, reason, number in await connection.execute(query):
            for name in _names(event, before, reason):
                counts[region, service, name] += int(number)
        return [(*key, number) for key, number in sorted(counts.items())]

    def _today(self) -> datetime.date:
        return datetime.datetime.fromtimestamp(self._clock(), self._zone).date()


def _names(event: str, before: str | None, reason: str | None) -> Iterator[str]:
    """What an event is counted as."""
    if event != AppointmentEvent.CHECKED_IN:
        yield event
    elif before != AppointmentState.CHECKED_IN:  # Who has given a ticket back and takes another has come already.
        yield event
        if reason == Arrival.LATE:
            yield "late"
        if before == AppointmentState.MISSED:
            yield "after_all"


def _lines(found: Iterable[tuple[str, str, str, str, int]]) -> list[AppointmentCount]:
    counts: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    for day, region, service, event, count in found:
        counts[day, region, service][event] = count
    return [
        AppointmentCount(day=datetime.date.fromisoformat(day), region=region, service=service, **events_)
        for (day, region, service), events_ in sorted(counts.items())
    ]
