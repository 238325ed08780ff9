"""The appointment book: booking, moving, cancelling and missing, in the database.

Two who want the last place at the same moment, in whichever process, meet at the primary key of `appointment_places`:
one is written, the other begins anew, sees what is taken by now and either finds another place or is told the next
free slots. Every turn somebody else has won a place, so there are at most as many turns as there are places.

Each change is a row of the event log, in the same transaction. The log has the appointment's id, never its code.
"""

from __future__ import annotations

import asyncio
import datetime
import math
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.appointments.appointment import APPOINTMENT, Appointment, AppointmentEvent, AppointmentState
from signaling.appointments.code import code_of, digest
from signaling.appointments.counts import AppointmentCounts
from signaling.appointments.errors import CodeUnknown, NotChangeable, SlotTaken, SlotUnknown
from signaling.appointments.log import event_of
from signaling.appointments.offerings import Matter, Offerings
from signaling.appointments.places import Resource, Taken
from signaling.appointments.slots import CELL_S, Slot
from signaling.storage.database import READS_THEN_WRITES
from signaling.storage.schema import appointment_places as places
from signaling.storage.schema import appointments, booths, events

NEXT_FREE: Final = 3
TIDY_S: Final = 30.0
DAY_S: Final = 86_400.0
log = structlog.get_logger(__name__)
_FIELDS: Final = [column for column in appointments.columns if column.name != "digest"]


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment and the code that opens it."""

    appointment: Appointment
    code: str


class AppointmentBook:
    """`clock`: seconds since the epoch; `chance` spreads those who book at once over the places."""

    def __init__(
        self, engine: AsyncEngine, offerings: Offerings, clock: Callable[[], float], chance: random.Random
    ) -> None:
        self._engine = engine
        self._engine_for_writing = engine.execution_options(**{READS_THEN_WRITES: True})
        # SQLite has one writer; those of this process queue here, in order, and not at its file lock, by chance.
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self.offerings: Final = offerings
        self.clock: Final = clock
        self._chance = chance
        self._counted_at = -math.inf
        self.counts: Final = AppointmentCounts(engine, offerings.directory.zone(), clock)

    async def run(self) -> None:
        """Give missed places back and forget what is over, until cancelled; one node is enough. What fails is tried
        again the next time."""
        directory = self.offerings.directory
        while True:
            try:
                missed = await self.tidy(directory.appointment_grace_seconds, directory.appointment_keep_days * DAY_S)
                await self.counts.keep()
                if missed:
                    log.info("appointments_missed", count=len(missed))
            except (OSError, SQLAlchemyError) as error:
                log.error("appointments_not_tidied", error=type(error).__name__)
            await asyncio.sleep(TIDY_S)

    async def know_booths(self) -> None:
        """Count the booths that consoles have registered, now and then: a new one can be booked within a minute."""
        now = self.clock()
        if now < self._counted_at + TIDY_S:
            return
        self._counted_at = now
        counting = (
            select(booths.c.site, func.count().label("number"))
            .where(booths.c.revoked_at.is_(None))
            .group_by(booths.c.site)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(counting)
            self.offerings.registered = {row.site: int(row.number) for row in rows}

    async def matter(self, service: str, region: str | None, site: str | None) -> Matter:
        """A wish, checked against what there is now. Raises NotOffered."""
        await self.know_booths()
        return self.offerings.matter(service, region, site)

    async def free_slots(self, matter: Matter, day: datetime.date) -> list[Slot]:
        """What can still be booked on a day. Raises NotOffered."""
        async with self._engine.connect() as connection:
            return await self._free(connection, matter, day)

    async def next_free(self, matter: Matter, count: int = 1) -> list[Slot]:
        """The first free slots from now on. Raises NotOffered."""
        found: list[Slot] = []
        async with self._engine.connect() as connection:
            for day in self.offerings.offering(matter).days(self.clock()):
                found += await self._free(connection, matter, day)
                if len(found) >= count:
                    break
        return found[:count]

    async def find(self, code: str) -> Appointment | None:
        """The appointment that a code opens."""
        async with self._engine.connect() as connection:
            return await _find(connection, code)

    async def book(self, matter: Matter, starts_at: float, request: str) -> Booked:
        """Take a slot. The same `request` books once, however often it comes. Raises NotOffered, SlotUnknown,
        SlotTaken, NotChangeable (the request has booked something else, or that is over)."""
        code = code_of(request)

        async def write(connection: AsyncConnection) -> Appointment:
            known = await _find(connection, code)
            if known is not None:
                if (known.service, known.site, known.starts_at) != (matter.service, matter.site, starts_at):
                    raise NotChangeable(known.state)
                return known
            slot = self._slot(matter, starts_at)
            made = Appointment(
                secrets.token_hex(8), matter.region, matter.service, matter.site, slot.starts_at, slot.ends_at
            )
            await connection.execute(appointments.insert(), {**asdict(made), "digest": digest(code)})
            await self._take(connection, matter, slot, made.id)
            await self._log(connection, [made], AppointmentEvent.BOOKED, None)
            return made

        return Booked(await self._until_written(write, matter), code)

    async def move(self, code: str, starts_at: float, site: str | None) -> Appointment:
        """Another slot, perhaps at another site of the region; the old one stays if that cannot be had. Raises
        CodeUnknown, NotChangeable, NotOffered, SlotUnknown, SlotTaken."""
        known = await self._changeable(self._engine, code, AppointmentEvent.MOVED)
        matter = await self.matter(known.service, known.region, site)

        async def write(connection: AsyncConnection) -> Appointment:
            now_known = await self._changeable(connection, code, AppointmentEvent.MOVED)
            if (now_known.starts_at, now_known.site) == (starts_at, site):
                return now_known
            slot = self._slot(matter, starts_at)
            await connection.execute(delete(places).where(places.c.appointment == now_known.id))
            await self._take(connection, matter, slot, now_known.id)
            made = Appointment(now_known.id, matter.region, matter.service, site, slot.starts_at, slot.ends_at)
            await connection.execute(
                update(appointments)
                .where(appointments.c.id == made.id)
                .values(site=site, starts_at=made.starts_at, ends_at=made.ends_at)
            )
            await self._log(connection, [made], AppointmentEvent.MOVED, now_known.state)
            return made

        return await self._until_written(write, matter)

    async def cancel(self, code: str) -> Appointment:
        """Give the slot back. Raises CodeUnknown, NotChangeable."""
        async with self._writing() as connection:
            known = await self._changeable(connection, code, AppointmentEvent.CANCELLED)
            await connection.execute(delete(places).where(places.c.appointment == known.id))
            return (await self._become(connection, [known], AppointmentEvent.CANCELLED))[0]

    async def tidy(self, grace_s: float, keep_s: float) -> list[Appointment]:
        """Give back the places of those that began `grace_s` ago and nobody has come for; forget what was over
        `keep_s` ago. The answer is who was missed. May run on several nodes at once."""
        now = self.clock()
        late = and_(appointments.c.state == AppointmentState.BOOKED, appointments.c.starts_at < now - grace_s)
        async with self._writing() as connection:
            rows = await connection.execute(select(*_FIELDS).where(late).with_for_update(skip_locked=True))
            missed = await self._become(connection, _appointments(rows.all()), AppointmentEvent.NO_SHOW)
            free = or_(
                places.c.cell < int(now // CELL_S) - 1, places.c.appointment.in_([found.id for found in missed])
            )
            await connection.execute(delete(places).where(free))
            await connection.execute(delete(appointments).where(appointments.c.ends_at < now - keep_s))
        return missed

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._turn or nullcontext(), self._engine_for_writing.begin() as connection:
            yield connection

    def _slot(self, matter: Matter, starts_at: float) -> Slot:
        slot = self.offerings.offering(matter).slot_at(starts_at, self.clock())
        if slot is None:
            raise SlotUnknown
        return slot

    async def _free(self, connection: AsyncConnection, matter: Matter, day: datetime.date) -> list[Slot]:
        slots = list(self.offerings.offering(matter).slots(day, self.clock()))
        if not slots:
            return []
        resources = self.offerings.resources(matter)
        cells = (slots[0].cells[0], slots[-1].cells[-1])
        taken = await _taken(connection, resources, cells)
        return [slot for slot in slots if taken.has_room(resources, slot)]

    async def _take(self, connection: AsyncConnection, matter: Matter, slot: Slot, appointment: str) -> None:
        """Raises IntegrityError when somebody else is faster, _Full when there is no place."""
        resources = self.offerings.resources(matter)
        taken = await _taken(connection, resources, (slot.cells[0], slot.cells[-1]))
        rows = []
        # In one order for everybody, so that two never wait for each other.
        for resource in sorted(resources):
            free = taken.free(resource, slot)
            if not free:
                raise _Full
            place = free[0] if resource.mixed else self._chance.choice(free)
            rows += [
                {"resource": resource.name, "cell": cell, "place": place, "appointment": appointment}
                for cell in slot.cells
            ]
        await connection.execute(places.insert(), rows)

    async def _until_written(
        self,
        write: Callable[[AsyncConnection], Awaitable[Appointment]],
        matter: Matter,
    ) -> Appointment:
        """The result of `write` in a transaction; once more, from the start, whenever somebody else was faster."""
        turns = sum(resource.places for resource in self.offerings.resources(matter)) + 2
        for _ in range(turns):
            try:
                async with self._writing() as connection:
                    return await write(connection)
            except IntegrityError:
                continue
            except _Full:
                break
        raise SlotTaken(await self.next_free(matter, NEXT_FREE))

    async def _changeable(
        self, where: AsyncEngine | AsyncConnection, code: str, event: AppointmentEvent
    ) -> Appointment:
        """The appointment of a code, held until the transaction ends. Raises CodeUnknown, NotChangeable."""
        if isinstance(where, AsyncEngine):
            found = await self.find(code)
        else:
            found = await _find(where, code, hold=True)
        if found is None:
            raise CodeUnknown
        if not found.takes(event):
            raise NotChangeable(found.state)
        return found

    async def _become(
        self, connection: AsyncConnection, found: Sequence[Appointment], event: AppointmentEvent
    ) -> list[Appointment]:
        """The next state of some appointments that are in the same one."""
        if not found:
            return []
        before = found[0].state
        state = APPOINTMENT.after(before, event)
        changed = [
            Appointment(one.id, one.region, one.service, one.site, one.starts_at, one.ends_at, state) for one in found
        ]
        ids = [one.id for one in found]
        await connection.execute(update(appointments).where(appointments.c.id.in_(ids)).values(state=state))
        await self._log(connection, changed, event, before)
        return changed

    async def _log(
        self,
        connection: AsyncConnection,
        changed: Iterable[Appointment],
        event: AppointmentEvent,
        before: AppointmentState | None,
    ) -> None:
        now = self.clock()
        logged = [event_of(one.id, event, before, one.state, one.region, one.service, now) for one in changed]
        rows = [msgspec.structs.asdict(one) for one in logged]
        await connection.execute(events.insert(), rows)


class _Full(Exception):
    """There is no place left."""


async def _find(connection: AsyncConnection, code: str, *, hold: bool = False) -> Appointment | None:
    statement = select(*_FIELDS).where(appointments.c.digest == digest(code))
    row = (await connection.execute(statement.with_for_update() if hold else statement)).first()
    return None if row is None else _appointments([row])[0]


def _appointments(rows: Iterable[Row[Any]]) -> list[Appointment]:
    return [Appointment(**{**row._mapping, "state": AppointmentState(row._mapping["state"])}) for row in rows]


async def _taken(connection: AsyncConnection, resources: Iterable[Resource], cells: tuple[int, int]) -> Taken:
    names = [resource.name for resource in resources]
    statement = select(places.c.resource, places.c.cell, places.c.place).where(
        places.c.resource.in_(names), places.c.cell.between(*cells)
    )
    return Taken((row.resource, row.cell, row.place) for row in await connection.execute(statement))
