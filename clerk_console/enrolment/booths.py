"""The tables of the office's booths and of their codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from clerk_console import database
from clerk_console.enrolment.life import BoothState

_booths = database.booths
_codes = database.booth_codes


class Booth(Struct, frozen=True, kw_only=True):
    """A booth of this office. `key`: None until it has enrolled; `changed_by`: who made the last step, a pseudonym or
    `host`; `trouble`: why the switchboard has not taken it yet; times in seconds since the epoch."""

    id: str
    region: str
    site: str
    services: list[str]
    state: BoothState
    key: str | None
    changed_by: str
    changed_at: float
    trouble: str | None = None


class Code(Struct, frozen=True, kw_only=True):
    """An open code."""

    booth: str
    digest: str
    expires_at: float
    failures: int = 0


class BoothTables:
    """Reads and writes; what may follow on what is `Enrolment`'s matter."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def all(self, states: Collection[BoothState] = tuple(BoothState)) -> Sequence[Booth]:
        query = select(_booths).where(_booths.c.state.in_(states)).order_by(_booths.c.id)
        async with self.engine.connect() as connection:
            return [_booth(row) for row in (await connection.execute(query)).mappings()]

    async def codes(self) -> Sequence[Code]:
        """All open codes."""
        async with self.engine.connect() as connection:
            return [Code(**row) for row in (await connection.execute(select(_codes))).mappings()]


async def find(connection: AsyncConnection, booth: str) -> Booth | None:
    row = (await connection.execute(select(_booths).where(_booths.c.id == booth))).mappings().one_or_none()
    return None if row is None else _booth(row)


async def put(connection: AsyncConnection, booth: Booth) -> None:
    """Write the booth as it is now."""
    await connection.execute(delete(_booths).where(_booths.c.id == booth.id))
    await connection.execute(insert(_booths).values(msgspec.structs.asdict(booth)))


async def put_code(connection: AsyncConnection, code: Code) -> None:
    """The one code of its booth; an earlier one is worth nothing any more."""
    await drop_code(connection, code.booth)
    await connection.execute(insert(_codes).values(msgspec.structs.asdict(code)))


async def drop_code(connection: AsyncConnection, booth: str) -> bool:
    """Whether there was one."""
    return bool((await connection.execute(delete(_codes).where(_codes.c.booth == booth))).rowcount)


async def count_failure(connection: AsyncConnection, booth: str) -> None:
    await connection.execute(update(_codes).where(_codes.c.booth == booth).values(failures=_codes.c.failures + 1))


def _booth(row: RowMapping) -> Booth:
    fields: dict[str, Any] = {name: row[name] for name in Booth.__struct_fields__}
    return Booth(**(fields | {"state": BoothState(row["state"])}))
