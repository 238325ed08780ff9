"""What the switchboard keeps: open tickets, signed-in clerks and the event log, in SQLite (WAL).

    tickets  the open tickets as they stand; a closed ticket lives on in the log only
    clerks   the state of those signed in, by pseudonym, so that a restart changes nobody's availability
    events   every transition, append-only; statistics derive from it alone

No column holds anything about a citizen or what the matter is about beyond the id of the service. All changes of one
moment go into one transaction, and nothing is told to a peer before its transaction has been committed.

    StoreError
      the database cannot be used; the text names the file and what to do
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, Column, Float, Integer, MetaData, String, Table, delete, event, or_, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from signaling.clerk import Clerk
from signaling.protocol.messages import ClerkState, TicketState
from signaling.tally import Event
from signaling.ticket import Ticket

SCHEMA_VERSION: Final = 1

metadata = MetaData()
tickets = Table(
    "tickets",
    metadata,
    Column("number", String, primary_key=True),
    Column("booth", String, nullable=False),
    Column("region", String, nullable=False),
    Column("service", String, nullable=False),
    Column("language", String, nullable=False),
    Column("needs", JSON, nullable=False),
    Column("appointment", String),
    Column("joined_at", Float, nullable=False),
    Column("state", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("clerk", String),
    Column("clerk_issuer", String),
    Column("clerk_instance", String),
    Column("booth_instance", String),
    Column("refused", JSON, nullable=False),
)
clerks = Table(
    "clerks",
    metadata,
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("since", Float, nullable=False),
    Column("ticket", String),
)
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False, index=True),
    Column("ticket", String, nullable=False, index=True),
    Column("event", String, nullable=False),
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("region", String, nullable=False),
    Column("service", String, nullable=False),
    Column("reason", String),
    Column("clerk", String),
    sqlite_autoincrement=True,
)


class StoreError(Exception):
    """The database cannot be used."""


@dataclass(slots=True)
class Changes:
    """Rows to write at once; None stands for a row to delete."""

    tickets: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    clerks: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.tickets or self.clerks or self.events)

    def merge(self, later: Changes) -> None:
        """Take over what happened afterwards."""
        self.tickets |= later.tickets
        self.clerks |= later.clerks
        self.events += later.events


@dataclass(frozen=True, slots=True)
class Contents:
    """What was stored when the switchboard stopped."""

    tickets: list[Ticket]
    clerks: list[Clerk]
    events: list[Event]


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """The row of a ticket."""
    row = {column.name: getattr(ticket, column.name) for column in tickets.columns}
    return row | {"needs": list(ticket.needs), "refused": dict(ticket.refused)}


def clerk_row(clerk: Clerk) -> dict[str, Any]:
    """The row of a clerk."""
    return {column.name: getattr(clerk, column.name) for column in clerks.columns}


def _ticket(row: dict[str, Any]) -> Ticket:
    return Ticket(**{**row, "needs": tuple(row["needs"]), "state": TicketState(row["state"])})


def _clerk(row: dict[str, Any]) -> Clerk:
    return Clerk(**{**row, "state": ClerkState(row["state"])})


def _configure(connection: Any, _record: Any) -> None:
    """Settings of each SQLite connection: readers do not block the writer, a commit survives a power cut."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


class Store:
    """The database. One writer: the exchange."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, path: Path) -> Store:
        """Open or create the database. Raises StoreError."""
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        event.listen(engine.sync_engine, "connect", _configure)
        try:
            _make_private(path)
            async with engine.begin() as connection:
                await _check_version(connection)
                await connection.run_sync(metadata.create_all)
        except (OSError, SQLAlchemyError) as error:
            await engine.dispose()
            raise StoreError(
                f"The database {path} cannot be opened: {error.__class__.__name__}: {getattr(error, 'orig', error)}."
                " The folder given with --data must be writable and hold a switchboard's database or none."
            ) from None
        except StoreError:
            await engine.dispose()
            raise
        return cls(engine)

    async def load(self, since: float) -> Contents:
        """Open tickets, clerks, and the events since a time or of open tickets, oldest first."""
        wanted = or_(events.c.at >= since, events.c.ticket.in_(select(tickets.c.number)))
        fields = [column for column in events.columns if column.name != "id"]
        async with self._engine.connect() as connection:
            return Contents(
                [_ticket(dict(row)) for row in (await connection.execute(select(tickets))).mappings()],
                [_clerk(dict(row)) for row in (await connection.execute(select(clerks))).mappings()],
                [
                    Event(**row)
                    for row in (
                        await connection.execute(select(*fields).where(wanted).order_by(events.c.id))
                    ).mappings()
                ],
            )

    async def save(self, changes: Changes) -> None:
        """Write all of it in one transaction. Raises StoreError; then nothing is written."""
        try:
            async with self._engine.begin() as connection:
                await _write(connection, tickets, tickets.c.number, changes.tickets)
                await _write(connection, clerks, clerks.c.name, changes.clerks)
                if changes.events:
                    await connection.execute(events.insert(), [asdict(entry) for entry in changes.events])
        except SQLAlchemyError as error:
            raise StoreError(f"The database cannot be written: {getattr(error, 'orig', error)}") from None

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _make_private(path: Path) -> None:
    """An empty file only its owner can read; SQLite gives its other files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


async def _check_version(connection: AsyncConnection) -> None:
    found = (await connection.execute(text("PRAGMA user_version"))).scalar_one()
    if found not in (0, SCHEMA_VERSION):
        raise StoreError(
            f"The database has schema version {found}, this switchboard reads {SCHEMA_VERSION};"
            " use the switchboard that wrote it, or another folder with --data."
        )
    await connection.execute(text(f"PRAGMA user_version={SCHEMA_VERSION}"))


async def _write(
    connection: AsyncConnection, table: Table, key: Column[str], rows: dict[str, dict[str, Any] | None]
) -> None:
    gone = [name for name, row in rows.items() if row is None]
    kept = _rows(rows.values())
    if gone:
        await connection.execute(delete(table).where(key.in_(gone)))
    if kept:
        statement = insert(table)
        update = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
        await connection.execute(statement.on_conflict_do_update(index_elements=[key.name], set_=update), kept)


def _rows(rows: Iterable[dict[str, Any] | None]) -> list[dict[str, Any]]:
    return [row for row in rows if row is not None]
