"""The console's SQLite file: its tables, and how it is opened.

Staff, sessions, booths and the audit log are kept as they are; what a case says about a citizen is only in the column
`payload`, encrypted. Call reports are about nobody.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import JSON

from clerk_console.errors import SetupError

FILE: Final = "console.sqlite"
SCHEMA_VERSION: Final = 1

metadata = MetaData()

staff = Table(
    "staff",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("display_name", String, nullable=False),
    Column("office", String, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("regions", JSON, nullable=False),
    Column("services", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("needs", JSON, nullable=False),
    Column("password_hash", String, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

call_reports = Table(
    "call_reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("booth", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("generations", Integer, nullable=False),
    Column("interruptions", Integer, nullable=False),
    Column("interrupted_share", Float),
    Column("set_up_ms", Float),
    Column("round_trip_ms", Float),
    Column("to_clerk", JSON(none_as_null=True)),
    Column("to_booth", JSON(none_as_null=True)),
    Index("call_reports_by_day", "day", "booth"),
    # In the order of their random ids: the order in which they came would tell which call was whose.
    sqlite_with_rowid=False,
)

cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("clerk", String, nullable=False),
    Column("ticket", String, nullable=False),
    Column("service", String, nullable=False),
    Column("booth", String, nullable=False),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("end_reason", String),
    Column("payload", LargeBinary),
    Column("document", JSON(none_as_null=True)),
    Index("cases_by_clerk", "clerk", "created_at"),
    Index("cases_by_state", "state", "changed_at"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("clerk", String, nullable=False),
    Column("granted_at", Float, nullable=False),
)
"""Who may take over a case, said by the clerk who has it."""

booths = Table(
    "booths",
    metadata,
    Column("id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("site", String, nullable=False),
    Column("services", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("key", String),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("trouble", String),
)

booth_codes = Table(
    "booth_codes",
    metadata,
    Column("booth", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("failures", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("result", String, nullable=False),
    Column("before", String, nullable=False),
    Column("hash", String, nullable=False),
)


def prepare_folder(folder: Path) -> None:
    """Make the data folder and the database file, for their owner alone. Raises SetupError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SetupError(f"The data folder {folder} cannot be used: {error.strerror}.") from error


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[AsyncEngine]:
    """The database of `folder`, made when it is not there. Raises SetupError when a newer program made it."""
    prepare_folder(folder)
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / FILE}", hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _set_up_connection)
    try:
        async with engine.begin() as connection:
            found = (await connection.execute(text("PRAGMA user_version"))).scalar_one()
            if found > SCHEMA_VERSION:
                raise SetupError(f"{folder / FILE} was made by a newer version of the program. Update the program.")
            await connection.run_sync(metadata.create_all)
            await connection.execute(text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
        yield engine
    finally:
        await engine.dispose()


def _set_up_connection(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # secure_delete overwrites what is deleted, so that an abandoned case leaves not even its ciphertext.
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 5000", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
