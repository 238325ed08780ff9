"""`python -m signaling move …`: takes what an SQLite database holds over into an empty PostgreSQL database.

All rows go in one transaction of the new database: either everything is there and was counted and compared, or nothing
is. The old one is only read, apart from being brought to this version's schema, and stays where it is. Leadership and
what gateways have been served begin anew: no node runs on either database meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import URL, RowMapping, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.audit.log import entry_of
from signaling.cluster.identity import lock_file, node_name
from signaling.protocol.chain import ChainBroken, check
from signaling.storage.database import FILE_NAME, POSTGRESQL, StoreError, name_of, sqlite, unwritable
from signaling.storage.schema import audit, gateways, leadership, metadata
from signaling.storage.store import Store

BATCH: Final = 2000
"""Rows that are in memory at a time."""
ANEW: Final = frozenset({leadership.name, gateways.name})
TABLES: Final = tuple(table for table in metadata.sorted_tables if table.name not in ANEW)


@dataclass(slots=True)
class Sum:
    """How many rows, and a sum over them that does not depend on their order: databases sort names differently."""

    rows: int = 0
    digests: int = 0

    def add(self, rows: Iterable[RowMapping]) -> None:
        for row in rows:
            digest = hashlib.sha256(msgspec.json.encode(list(row.values()), order="deterministic")).digest()
            self.digests = (self.digests + int.from_bytes(digest)) % 2**256
            self.rows += 1


async def run(data: Path, target: URL) -> str:
    """What to say afterwards. Raises StoreError: one of the two cannot be used, the old one is in use, the new one is
    not empty, or what arrived is not what was sent."""
    source = data / FILE_NAME
    if target.drivername != POSTGRESQL:
        raise StoreError(f"Give --database as {POSTGRESQL}://USER:PASSWORD@HOST/NAME: the database to move to.")
    if not source.is_file():
        raise StoreError(f"There is no {source}; give the folder of the switchboard that is to move with --data.")
    with node_name(lock_file(sqlite(source), data)):
        old = await Store.open(sqlite(source))
        try:
            new = await Store.open(target)
            try:
                moved, head = await _move(old, new, name_of(target))
            finally:
                await new.close()
        finally:
            await old.close()
    listed = "\n".join(f"{table.name}: {count}" for table, count in moved.items())
    return (
        f"{listed}\n{sum(moved.values())} rows are in {name_of(target)}, as they were in {source}."
        f"\nThe audit log arrived unchanged, up to {head}"
    )


async def _move(old: Store, new: Store, name: str) -> tuple[dict[Table, int], str]:
    moved: dict[Table, int] = {}
    try:
        async with old.engine.connect() as reading, new.engine.begin() as writing:
            await _must_be_empty(writing, name)
            for table in TABLES:
                sent = await _copy(reading, writing, table)
                if await _arrived(writing, table) != sent:
                    raise StoreError(f"Table {table.name} arrived otherwise than it was sent; nothing was moved.")
                moved[table] = sent.rows
                await _count_on(writing, table)
            return moved, await _head(writing)
    except (OSError, SQLAlchemyError) as error:
        raise unwritable(error) from None


async def _must_be_empty(connection: AsyncConnection, name: str) -> None:
    for table in TABLES:
        if (await connection.execute(select(1).select_from(table).limit(1))).first() is not None:
            raise StoreError(f"The database {name} is not empty: table {table.name} has rows. Give a new one.")


async def _copy(reading: AsyncConnection, writing: AsyncConnection, table: Table) -> Sum:
    """What was sent."""
    sent = Sum()
    async with reading.stream(select(table)) as rows:
        async for batch in rows.mappings().partitions(BATCH):
            sent.add(batch)
            await writing.execute(table.insert(), [dict(row) for row in batch])
    return sent


async def _arrived(connection: AsyncConnection, table: Table) -> Sum:
    arrived = Sum()
    async with connection.stream(select(table)) as rows:
        async for batch in rows.mappings().partitions(BATCH):
            arrived.add(batch)
    return arrived


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """The next row that is numbered by the database gets the number after the last one."""
    column = table.autoincrement_column
    if column is None:
        return
    last = (await connection.execute(select(func.max(column)))).scalar()
    if last is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        await connection.execute(sequence, {"table": table.name, "column": column.name, "last": last})


async def _head(connection: AsyncConnection) -> str:
    rows = (await connection.execute(select(audit).order_by(audit.c.number))).mappings()
    try:
        return check([entry_of(row) for row in rows])
    except ChainBroken as error:
        raise StoreError(f"{error} It was changed before the move; look at `fernamt-signaling audit` first.") from None
