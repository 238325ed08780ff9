"""The office's audit log: every administrative act, in a table whose rows are only ever added. Each has the hash of
the one before (`signaling.protocol.chain`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from clerk_console import database
from signaling.protocol.chain import START, Act, Entry, seal

CONSOLE: Final = "console"
"""The actor of what the running console noticed and did by itself."""
HOST: Final = "host"
"""The actor of what was done by command line on the machine itself."""

_audit = database.audit


class What(StrEnum):
    """The acts."""

    BOOTH_INVITED = "booth_invited"
    BOOTH_ENROLLED = "booth_enrolled"
    BOOTH_REGISTERED = "booth_registered"
    BOOTH_REVOKED = "booth_revoked"
    BOOTH_UNREGISTERED = "booth_unregistered"
    KEY_ROTATED = "key_rotated"
    CSCA_ADDED = "csca_added"
    CSCA_REMOVED = "csca_removed"
    CSCA_LOADED = "csca_loaded"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    STAFF_REMOVED = "staff_removed"
    PASSWORD_SET = "password_set"  # noqa: S105


class AuditLog:
    """The log of a database. `now`: seconds since the epoch."""

    def __init__(self, engine: AsyncEngine, now: Callable[[], float]) -> None:
        self._engine = engine
        self._now = now

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which something is done and noted: both, or neither. One at a time, in all processes."""
        async with self._engine.begin() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    async def note(
        self, connection: AsyncConnection, actor: str, what: What, subject: str, result: str = "done"
    ) -> None:
        """Add a row, in a transaction of `writing`."""
        query = select(_audit.c.number, _audit.c.hash).order_by(_audit.c.number.desc()).limit(1)
        last = (await connection.execute(query)).one_or_none()
        number, before = (last.number + 1, last.hash) if last else (1, START)
        act = Act(actor=actor, act=what, subject=subject, result=result)
        entry = seal(act, number=number, at=self._now(), before=before)
        await connection.execute(insert(_audit).values(msgspec.structs.asdict(entry)))

    async def add(self, actor: str, what: What, subject: str, result: str = "done") -> None:
        """Add a row about something that changed nothing here, or is done already."""
        async with self.writing() as connection:
            await self.note(connection, actor, what, subject, result)

    async def entries(
        self, *, after: int = 0, before: int | None = None, limit: int | None = None, **wanted: str
    ) -> Sequence[Entry]:
        """Rows from `after` on, or the last ones before `before`; oldest first. `wanted`: what a column has to be."""
        query = select(_audit).where(
            _audit.c.number > after, *(_audit.c[name] == value for name, value in wanted.items())
        )
        if before is not None:
            query = query.where(_audit.c.number < before)
        query = query.order_by(_audit.c.number if before is None else _audit.c.number.desc()).limit(limit)
        async with self._engine.connect() as connection:
            found = [Entry(**row) for row in (await connection.execute(query)).mappings()]
        return found if before is None else found[::-1]
