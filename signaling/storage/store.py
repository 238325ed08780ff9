"""The database as the exchange uses it.

All changes of one moment go into one transaction, and nothing is told to a peer before its transaction has been
committed.

    StoreError
      the database cannot be used; the text names it and what to do
    LeadershipLost
      the term in whose name something was to be written is over
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from msgspec.structs import asdict
from sqlalchemy import URL, Column, Executable, Table, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.audit.log import alone, append
from signaling.storage import migrations
from signaling.storage.database import READS_THEN_WRITES, StoreError, connect, unusable, unwritable
from signaling.storage.lease import fence
from signaling.storage.rows import Changes, Contents, Row, booth_of, clerk_of, help_of, ticket_of
from signaling.storage.schema import (
    appointments,
    booth_lines,
    booths,
    clerks,
    duties,
    events,
    gateways,
    help_requests,
    tickets,
)
from signaling.tally import Event

__all__ = ["Store", "StoreError"]


class Store:
    """The database. `engine` is for those who keep tables of their own in it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine: Final = engine

    @classmethod
    async def open(cls, url: URL) -> Store:
        """Open or create the database, in the schema of this version. Raises StoreError."""
        try:
            engine = connect(url)
        except OSError as error:
            raise unusable(url, error) from None
        try:
            async with engine.execution_options(**{READS_THEN_WRITES: True}).begin() as connection:
                await connection.run_sync(migrations.upgrade)
        except (OSError, SQLAlchemyError) as error:
            await engine.dispose()
            raise unusable(url, error) from None
        except StoreError:
            await engine.dispose()
            raise
        return cls(engine)

    async def load(self, since: float) -> Contents:
        """Open tickets, clerks, the events since a time or of open tickets, oldest first, and registered booths."""
        wanted = or_(events.c.at >= since, events.c.ticket.in_(select(tickets.c.number)))
        fields = [column for column in events.columns if column.name != "id"]
        registered = select(booths).where(booths.c.revoked_at.is_(None))
        log = select(*fields).where(wanted).order_by(events.c.id)
        async with self.engine.connect() as connection:
            return Contents(
                [ticket_of(row) for row in (await connection.execute(select(tickets))).mappings()],
                [clerk_of(row) for row in (await connection.execute(select(clerks))).mappings()],
                [Event(**row) for row in (await connection.execute(log)).mappings()],
                [booth_of(row) for row in (await connection.execute(registered)).mappings()],
                {row.run: row.served for row in await connection.execute(select(gateways))},
                [help_of(row) for row in (await connection.execute(select(help_requests))).mappings()],
                list((await connection.execute(select(booth_lines.c.booth).where(booth_lines.c.online))).scalars()),
            )

    async def save(
        self, changes: Changes, *, term: int | None = None, served: Mapping[int, int | None] | None = None
    ) -> None:
        """Write all of it in one transaction. `term`: the leader's, in whose name it is written; `served`: up to which
        message of each gateway this is what came of it, None for a gateway that is no more. Raises StoreError, or
        LeadershipLost when the term is over; then nothing is written."""
        engine = self.engine.execution_options(**{READS_THEN_WRITES: True}) if changes.acts else self.engine
        try:
            async with engine.begin() as connection:
                if term is not None:
                    await fence(connection, term)
                await _write(connection, tickets, tickets.c.number, changes.tickets)
                await _write(connection, clerks, clerks.c.name, changes.clerks)
                for appointment, state in changes.appointments.items():
                    mark = update(appointments).where(appointments.c.id == appointment).values(state=state)
                    await connection.execute(mark)
                await _write(connection, help_requests, help_requests.c.id, changes.help_calls)
                await _write(connection, booth_lines, booth_lines.c.booth, changes.lines)
                if changes.events:
                    await connection.execute(events.insert(), [asdict(entry) for entry in changes.events])
                if changes.duties:
                    await connection.execute(duties.insert(), [asdict(entry) for entry in changes.duties])
                if changes.acts:
                    await alone(connection)
                for at, act, issuer in changes.acts:
                    await append(connection, act, at=at, issuer=issuer)
                if served:
                    rows = {run: None if n is None else {"run": run, "served": n} for run, n in served.items()}
                    await _write(connection, gateways, gateways.c.run, rows)
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def _write(connection: AsyncConnection, table: Table, key: Column[Any], rows: Mapping[Any, Row | None]) -> None:
    gone = [name for name, row in rows.items() if row is None]
    kept = _rows(rows.values())
    if gone:
        await connection.execute(delete(table).where(key.in_(gone)))
    if kept:
        await connection.execute(_upsert(table, key, connection.dialect.name), kept)


@cache
def _upsert(table: Table, key: Column[Any], dialect: str) -> Executable:
    """Made once: making it takes longer than running it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table)
    update = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=[key.name], set_=update)


def _rows(rows: Iterable[Row | None]) -> list[Row]:
    return [row for row in rows if row is not None]
