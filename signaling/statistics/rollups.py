"""Days in the database: made from the log when they are over, kept when the log is pruned, read for a period.

A day is made once it has settled, SETTLED_S after its end, and can be made anew for as long as its log is kept; it
comes out the same. The log goes after so many days, with it the pseudonyms of clerks; made days name nobody. Days
that are not made, today first of all, are counted from the log as it grows: whoever asks again pays for the new events
alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Select, Table, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.directory import Directory
from signaling.statistics.groups import Block
from signaling.statistics.ledger import LOOK_BACK_S, SETTLED_S, Day, Ledger, Row, bounds, rollup
from signaling.storage.database import READS_THEN_WRITES
from signaling.storage.schema import duties, events, queue_days, tickets, work_days
from signaling.tally import ABOUT_TICKET, Duty, Event

BATCH: Final = 10_000
EVERY_S: Final = 900.0
"""How often is looked whether a day has settled."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Live:
    """The days that are not made yet, as far as the log has been read."""

    first: date
    ledger: Ledger
    read_to: int = 0


class Rollups:
    """`clock`: seconds since the epoch. `minimum`: fewest clerks a block is about. `log_days`: how long the log is
    kept."""

    def __init__(
        self, engine: AsyncEngine, zone: tzinfo, clock: Callable[[], float], *, minimum: int, log_days: int
    ) -> None:
        self._engine = engine
        self._zone = zone
        self._clock = clock
        self._minimum = minimum
        self._log_days = log_days
        self._live: _Live | None = None
        self._reading = asyncio.Lock()

    @classmethod
    def of(cls, directory: Directory, engine: AsyncEngine, clock: Callable[[], float]) -> Rollups:
        """As the directory wants it."""
        minimum, log_days = directory.minimum_group_size, directory.event_log_days
        return cls(engine, directory.zone(), clock, minimum=minimum, log_days=log_days)

    def today(self) -> date:
        """In the switchboard's time zone."""
        return self._day(self._clock())

    async def run(self) -> None:
        """Make and prune until cancelled. What fails is tried again the next time: the log is still there."""
        while True:
            try:
                await self.keep()
            except (OSError, SQLAlchemyError) as error:
                log.error("days_not_made", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def keep(self) -> None:
        """Make what has settled, then prune what is old."""
        for day in await self._settled():
            await self.make(day)
            log.info("day_made", day=day.isoformat())
        await self._prune()

    async def make(self, day: date) -> None:
        """Make a day from the log, in place of an earlier row."""
        first, end = bounds(day, self._zone)
        async with self._engine.connect() as connection:
            of_tickets = await _events(connection, _between(events, first, end + SETTLED_S))
            of_clerks = await _duties(connection, _between(duties, first - LOOK_BACK_S, end + SETTLED_S))
        made = await asyncio.to_thread(rollup, day, of_tickets, of_clerks, self._zone, self._minimum)
        rows: dict[str, list[Row]] = {}
        for row in made.rows:
            rows.setdefault(row.region, []).append(row)
        name = day.isoformat()
        async with self._engine.execution_options(**{READS_THEN_WRITES: True}).begin() as connection:
            for table in (queue_days, work_days):
                await connection.execute(delete(table).where(table.c.day == name))
            await connection.execute(insert(work_days), [{"day": name, "blocks": _text(made.blocks)}])
            if rows:
                of_regions = [{"day": name, "region": region, "rows": _text(mine)} for region, mine in rows.items()]
                await connection.execute(insert(queue_days), of_regions)

    async def read(self, first: date, last: date, regions: Iterable[str]) -> dict[date, Day]:
        """The days from `first` to `last`, both included, with the queues of these regions. Today's are as they are
        now."""
        wanted = sorted(set(regions))
        async with self._reading:
            async with self._engine.connect() as connection:
                found = await self._made(connection, first, last, wanted)
                await self._read_on(connection)
            for day, counted in self._counted().items():
                if first <= day <= last and day not in found:
                    found[day] = counted
        return dict(sorted(found.items()))

    async def _made(
        self, connection: AsyncConnection, first: date, last: date, regions: Sequence[str]
    ) -> dict[date, Day]:
        work = await connection.execute(
            select(work_days).where(work_days.c.day.between(first.isoformat(), last.isoformat()))
        )
        found = {
            date.fromisoformat(row.day): Day([], msgspec.json.decode(row.blocks, type=list[Block])) for row in work
        }
        of_queues = select(queue_days).where(
            queue_days.c.day.between(first.isoformat(), last.isoformat()), queue_days.c.region.in_(regions)
        )
        for row in await connection.execute(of_queues.order_by(queue_days.c.day, queue_days.c.region)):
            found[date.fromisoformat(row.day)].rows += msgspec.json.decode(row.rows, type=list[Row])
        return found

    async def _read_on(self, connection: AsyncConnection) -> None:
        """Count what has been logged since the last time, from the first day that is not made."""
        newest = (await connection.execute(select(func.max(work_days.c.day)))).scalar()
        first = date.fromisoformat(newest) + timedelta(days=1) if newest else date.min
        if self._live is None or self._live.first != first:
            self._live = _Live(first, Ledger(self._zone))
        live = self._live
        begin = bounds(first, self._zone)[0] if newest else 0.0
        while True:
            # Of tickets alone: those have one writer, so that their ids are committed in order.
            of_tickets = events.c.about == ABOUT_TICKET, events.c.id > live.read_to, events.c.at >= begin
            query = select(events).where(*of_tickets).order_by(events.c.id)
            rows = (await connection.execute(query.limit(BATCH))).all()
            if not rows:
                return
            live.ledger.count([_event(row) for row in rows])
            live.read_to = rows[-1].id

    def _counted(self) -> dict[date, Day]:
        return {} if self._live is None else self._live.ledger.days(self._clock(), self._minimum)

    async def _settled(self) -> list[date]:
        """Days that are over and not made yet, oldest first."""
        async with self._engine.connect() as connection:
            newest = (await connection.execute(select(func.max(work_days.c.day)))).scalar()
            oldest = (await connection.execute(select(func.min(events.c.at)))).scalar()
        if oldest is None:
            return []
        day = date.fromisoformat(newest) + timedelta(days=1) if newest else self._day(oldest)
        last = self._day(self._clock() - SETTLED_S)
        return [day + timedelta(days=n) for n in range((last - day).days)]

    async def _prune(self) -> None:
        before = bounds(self.today() - timedelta(days=self._log_days), self._zone)[0]
        async with self._engine.begin() as connection:
            # An open ticket needs its events, however old it is.
            still_open = select(tickets.c.number)
            await connection.execute(delete(events).where(events.c.at < before, events.c.ticket.not_in(still_open)))
            await connection.execute(delete(duties).where(duties.c.at < before))

    def _day(self, at: float) -> date:
        return datetime.fromtimestamp(at, self._zone).date()


def _between(table: Table, first: float, end: float) -> Select[tuple[object, ...]]:
    return select(table).where(table.c.at >= first, table.c.at < end).order_by(table.c.id)


async def _events(connection: AsyncConnection, query: Select[tuple[object, ...]]) -> list[Event]:
    return [_event(row) for row in await connection.execute(query)]


async def _duties(connection: AsyncConnection, query: Select[tuple[object, ...]]) -> list[Duty]:
    return [
        Duty(
            at=row.at,
            clerk=row.clerk,
            event=row.event,
            from_state=row.from_state,
            to_state=row.to_state,
            regions=tuple(row.regions),
            region=row.region,
            service=row.service,
        )
        for row in await connection.execute(query)
    ]


def _event(row: sa.Row[Any]) -> Event:
    fields: list[Any] = list(row)[1:]
    return Event(*fields)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
