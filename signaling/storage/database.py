"""Databases: their addresses, their connections, and what is said when one cannot be used.

An address is an SQLAlchemy URL. It may hold a password, so it is shown nowhere; `name_of` says which database is
meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

SQLITE: Final = "sqlite+aiosqlite"
POSTGRESQL: Final = "postgresql+asyncpg"
FILE_NAME: Final = "switchboard.sqlite"
READS_THEN_WRITES: Final = "fernamt_reads_then_writes"
"""Execution option of a transaction that reads before it writes; SQLite has to know beforehand."""


class StoreError(Exception):
    """The database cannot be used; the text names it and says what to do."""


def sqlite(path: Path) -> URL:
    """The address of an SQLite file."""
    return URL.create(SQLITE, database=str(path))


def parse_url(text: str) -> URL:
    """The address given with --database. Raises StoreError; its text does not repeat the address."""
    expected = f"Give --database as {POSTGRESQL}://USER:PASSWORD@HOST/NAME or {SQLITE}:////PATH."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"The address of the database cannot be read. {expected}") from None
    if url.drivername not in (SQLITE, POSTGRESQL):
        raise StoreError(f"There is no way to speak to {url.drivername} databases. {expected}")
    if not url.database or url.database == ":memory:":
        raise StoreError(f"The address of the database names none. {expected}")
    return url


def name_of(url: URL) -> str:
    """What a database is called in logs and errors: without user, password and options."""
    if url.drivername == SQLITE:
        return str(url.database)
    return f"{url.database} on {url.host or 'the local socket'}{f':{url.port}' if url.port else ''}"


def connect(url: URL) -> AsyncEngine:
    """An engine for the database; nothing is opened yet. Raises StoreError, OSError."""
    if url.drivername != SQLITE:
        return create_async_engine(url)
    if url.database:
        _make_private(Path(url.database))
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def unusable(url: URL, error: Exception) -> StoreError:
    """What to tell the operator when the database cannot be opened."""
    advice = (
        "The folder given with --data must be writable and hold a switchboard's database or none."
        if url.drivername == SQLITE
        else "It must run, be reachable, and let the user given with --database create tables in it."
    )
    return StoreError(
        f"The database {name_of(url)} cannot be opened: {error.__class__.__name__}: {_reason(error)}. {advice}"
    )


def unwritable(error: SQLAlchemyError | OSError) -> StoreError:
    """What to tell the operator when a row cannot be written."""
    return StoreError(f"The database cannot be written: {_reason(error)}")


def _reason(error: BaseException) -> str:
    """The driver's own words. What PostgreSQL adds on further lines would repeat the row in question."""
    driver = getattr(error, "orig", None) or error
    first, _, _ = str(driver.__cause__ or driver).strip().partition("\n")
    return first


def _configure(connection: Any, _record: Any) -> None:
    """Settings of each SQLite connection: readers do not block the writer, a commit survives a power cut. Transactions
    are begun by `_begin`, so that changes of tables are part of them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Who reads before writing must be the only writer from the start (execution option READS_THEN_WRITES)."""
    alone = connection.get_execution_options().get(READS_THEN_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _make_private(path: Path) -> None:
    """An empty file only its owner can read; SQLite gives its other files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
