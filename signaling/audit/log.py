"""Append and read. Rows are only ever added; each holds the hash of the one before (`signaling.protocol.chain`)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.directory import Directory
from signaling.protocol.chain import START, Act, Entry, seal
from signaling.storage.database import READS_THEN_WRITES
from signaling.storage.schema import audit

HOST: Final = "host"
"""The actor of what was done on the machine itself."""
DIRECTORY_CHANGED: Final = "directory_changed"
LOCK: Final = 0x617564697431
"""PostgreSQL's advisory lock that is held meanwhile."""


class AuditLog:
    """The log of a database. `clock`: seconds since the epoch."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which something is done and noted: both, or neither. One at a time, on whichever node."""
        async with self._engine.execution_options(**{READS_THEN_WRITES: True}).begin() as connection:
            await alone(connection)
            yield connection

    async def note(self, connection: AsyncConnection, act: Act, *, issuer: str = "") -> None:
        """Add a row in a transaction of `writing`. `issuer`: of the actor's console, which may read the row."""
        await append(connection, act, at=self._clock(), issuer=issuer)

    async def add(self, act: Act, *, issuer: str = "") -> None:
        """Add a row about something that changed nothing here, or is done already."""
        async with self.writing() as connection:
            await self.note(connection, act, issuer=issuer)

    async def entries(
        self, *, after: int = 0, before: int | None = None, limit: int = 1000, **wanted: str
    ) -> Sequence[Entry]:
        """Rows from `after` on, or the last ones before `before`; oldest first. `wanted`: what a column has to be, for
        example `issuer`, of whose console it is."""
        query = select(audit).where(audit.c.number > after).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        query = query.order_by(audit.c.number if before is None else audit.c.number.desc())
        query = query.where(*(audit.c[name] == value for name, value in wanted.items()))
        async with self._engine.connect() as connection:
            found = [entry_of(row) for row in (await connection.execute(query)).mappings()]
        return found if before is None else found[::-1]

    async def whole(self) -> Sequence[Entry]:
        """All rows, to be checked."""
        return await self.entries(limit=2**62)

    async def note_directory(self, directory: Directory) -> None:
        """Add a row if the directory is another than at the last start."""
        digest = directory_digest(directory)
        query = (
            select(audit.c.subject).where(audit.c.act == DIRECTORY_CHANGED).order_by(audit.c.number.desc()).limit(1)
        )
        async with self.writing() as connection:
            if (await connection.execute(query)).scalar() != digest:
                await self.note(connection, Act(actor=HOST, act=DIRECTORY_CHANGED, subject=digest))


async def alone(connection: AsyncConnection) -> None:
    """Nobody else adds rows until the end of the transaction; SQLite's was begun so (READS_THEN_WRITES)."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def append(connection: AsyncConnection, act: Act, *, at: float, issuer: str) -> None:
    """Add a row in a transaction that is `alone`."""
    last = (await connection.execute(select(audit).order_by(audit.c.number.desc()).limit(1))).mappings().first()
    number, before = (last["number"] + 1, last["hash"]) if last else (1, START)
    entry = seal(act, number=number, at=at, before=before)
    await connection.execute(audit.insert().values(**msgspec.structs.asdict(entry), issuer=issuer))


def directory_digest(directory: Directory) -> str:
    """SHA-256 of a directory, without the relays and their secrets."""
    told = msgspec.structs.replace(directory, ice_servers=[])
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


def entry_of(row: RowMapping) -> Entry:
    """The entry of a row."""
    return Entry(**{name: row[name] for name in Entry.__struct_fields__})
