"""Brings a database to the schema of this version (Alembic). Run at each start, by one switchboard at a time.

A database that was made before there were migrations (SQLite, user_version 1) is as `0001` left it and is taken
over. One that was written by a later version is left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from signaling.storage.database import StoreError

BEFORE_MIGRATIONS: Final = 1
"""SQLite's user_version of a database that was made before there were migrations."""
WITH_MIGRATIONS: Final = 2
"""From then on; a switchboard of that time refuses it."""
LOCK: Final = 0x6665726E616D74
"""PostgreSQL's advisory lock that is held meanwhile."""


def configuration() -> Config:
    """Alembic's, which needs no file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction of the connection. Raises StoreError."""
    config = configuration()
    config.attributes["connection"] = connection
    if connection.dialect.name == "sqlite":
        _take_over(connection, config)
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    _refuse_later(connection, config)
    command.upgrade(config, "head")


def _take_over(connection: Connection, config: Config) -> None:
    found = connection.execute(text("PRAGMA user_version")).scalar_one()
    if found not in (0, BEFORE_MIGRATIONS, WITH_MIGRATIONS):
        raise StoreError(
            f"The database has schema version {found}, which this switchboard does not read;"
            " use the switchboard that wrote it, or another folder with --data."
        )
    if found == BEFORE_MIGRATIONS and inspect(connection).has_table("events"):
        command.stamp(config, "0001")
    connection.execute(text(f"PRAGMA user_version={WITH_MIGRATIONS}"))


def _refuse_later(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise StoreError(
                f"The database has schema {revision}, which this switchboard does not know yet;"
                " use the version of the switchboard that wrote it, or a later one."
            )
