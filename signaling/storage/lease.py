"""Who leads, kept as one row: the term, its holder, and a beat that counts up while the holder lives.

Nobody compares clocks. Whoever would lead watches the row; when its beat has stood still for the length of the lease
by the watcher's own clock, the term is taken by an update that changes nothing if the row has moved meanwhile. Each
save of a leader counts the beat up where the row still has its term (`fence`); a leader of an earlier term writes
nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from signaling.storage.database import READS_THEN_WRITES, unwritable
from signaling.storage.schema import leadership


class LeadershipLost(Exception):
    """Another node leads by now; what was to be written is not."""


@dataclass(frozen=True, slots=True)
class Held:
    """The lease as it was seen. `holder` is None when nobody leads."""

    term: int
    beat: int
    holder: str | None


async def fence(connection: AsyncConnection, term: int) -> None:
    """Make sure that the transaction counts only while the term lasts. Raises LeadershipLost."""
    beat = update(leadership).where(leadership.c.term == term).values(beat=leadership.c.beat + 1)
    if (await connection.execute(beat)).rowcount != 1:
        raise LeadershipLost(f"Term {term} is over.")


class Lease:
    """Raises StoreError where the database cannot be used."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def enter(self) -> tuple[int, str]:
        """A number no start of a program has had, and the name of the cluster. The first one makes the row."""
        try:
            async with self._engine.execution_options(**{READS_THEN_WRITES: True}).begin() as connection:
                statement = update(leadership).values(runs=leadership.c.runs + 1)
                row = (await connection.execute(statement.returning(leadership.c.runs, leadership.c.cluster))).one()
                cluster = row.cluster or secrets.token_hex(8)
                if row.cluster is None:
                    await connection.execute(update(leadership).values(cluster=cluster))
                return row.runs, cluster
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None

    async def look(self) -> Held:
        """The lease as it is."""
        try:
            async with self._engine.connect() as connection:
                row = (await connection.execute(select(leadership))).one()
                return Held(row.term, row.beat, row.holder)
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None

    async def take(self, seen: Held, holder: str) -> int | None:
        """Begin the next term. None when the lease is not as it was seen any more."""
        statement = (
            update(leadership)
            .where(leadership.c.term == seen.term, leadership.c.beat == seen.beat)
            .values(term=seen.term + 1, beat=seen.beat + 1, holder=holder)
        )
        try:
            async with self._engine.begin() as connection:
                taken = (await connection.execute(statement)).rowcount == 1
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None
        return seen.term + 1 if taken else None

    async def renew(self, term: int) -> None:
        """Show that the holder lives. Raises LeadershipLost."""
        try:
            async with self._engine.begin() as connection:
                await fence(connection, term)
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None

    async def release(self, term: int) -> None:
        """Lead no more; whoever is next need not wait."""
        statement = update(leadership).where(leadership.c.term == term).values(holder=None, beat=leadership.c.beat + 1)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(statement)
        except (OSError, SQLAlchemyError) as error:
            raise unwritable(error) from None
