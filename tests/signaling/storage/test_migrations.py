"""Databases of earlier versions become databases of this one; those of later versions are left alone."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, text

from signaling.storage.database import FILE_NAME, connect, sqlite
from signaling.storage.migrations import configuration
from signaling.storage.schema import metadata
from signaling.storage.store import Store, StoreError

FIRST_SCHEMA = """
CREATE TABLE tickets (number VARCHAR NOT NULL, booth VARCHAR NOT NULL, region VARCHAR NOT NULL,
    service VARCHAR NOT NULL, language VARCHAR NOT NULL, needs JSON NOT NULL, appointment VARCHAR,
    joined_at FLOAT NOT NULL, state VARCHAR NOT NULL, generation INTEGER NOT NULL, clerk VARCHAR,
    clerk_issuer VARCHAR, clerk_instance VARCHAR, booth_instance VARCHAR, refused JSON NOT NULL, PRIMARY KEY (number));
CREATE TABLE clerks (name VARCHAR NOT NULL, state VARCHAR NOT NULL, since FLOAT NOT NULL, ticket VARCHAR,
    PRIMARY KEY (name));
CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at FLOAT NOT NULL, ticket VARCHAR NOT NULL,
    event VARCHAR NOT NULL, from_state VARCHAR, to_state VARCHAR NOT NULL, region VARCHAR NOT NULL,
    service VARCHAR NOT NULL, reason VARCHAR, clerk VARCHAR);
CREATE INDEX ix_events_at ON events (at);
CREATE INDEX ix_events_ticket ON events (ticket);
INSERT INTO tickets VALUES ('AA001', 'booth-1', 'elbtal', 'certificate', 'de', '["signing"]', NULL, 1000.5, 'in_call',
    2, 'c1', 'http://console', 'run-1', 'run-2', '{"c2": 1001.0}');
INSERT INTO clerks VALUES ('c1', 'in_call', 1002.0, 'AA001');
INSERT INTO events (at, ticket, event, to_state, region, service)
    VALUES (1000.5, 'AA001', 'joined', 'waiting', 'elbtal', 'certificate');
PRAGMA user_version=1;
"""
"""As the switchboard made it before there were migrations."""


def differences(connection: Connection) -> list[Any]:
    """Between the database and the tables of the program."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_migrations_make_the_tables_of_the_program(database_url: URL) -> None:
    store = await Store.open(database_url)
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await store.close()


async def test_database_from_before_migrations_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as old:
        old.executescript(FIRST_SCHEMA)
    old.close()
    store = await Store.open(sqlite(path))
    contents = await store.load(0.0)
    assert [(t.number, t.generation, t.needs, t.refused) for t in contents.tickets] == [
        ("AA001", 2, ("signing",), {"c2": 1001.0})
    ]
    assert [(clerk.name, clerk.ticket) for clerk in contents.clerks] == [("c1", "AA001")]
    assert [entry.event for entry in contents.events] == ["joined"]
    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await store.close()
    await (await Store.open(sqlite(path))).close()  # And is an ordinary one from then on.


async def test_database_of_an_unknown_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as other:
        other.execute("pragma user_version = 99")
    other.close()
    with pytest.raises(StoreError, match="schema version 99"):
        await Store.open(sqlite(path))
    with sqlite3.connect(path) as other:
        assert other.execute("select count(*) from sqlite_master").fetchone() == (0,)
    other.close()


async def test_database_of_a_later_version_is_left_alone(database_url: URL) -> None:
    store = await Store.open(database_url)
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await store.close()
    with pytest.raises(StoreError, match="has schema 9999"):
        await Store.open(database_url)


async def test_a_migration_that_fails_changes_nothing(
    database_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    ours = Path(configuration().get_main_option("script_location") or "")
    (folder / "env.py").write_text((ours / "env.py").read_text())
    (folder / "versions" / "0001_broken.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '0001', None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    op.execute('SELECT no_such')\n"
    )
    config = configuration()
    config.set_main_option("script_location", str(folder))
    with monkeypatch.context() as patch:
        patch.setattr("signaling.storage.migrations.configuration", lambda: config)
        with pytest.raises(StoreError, match="no_such"):
            await Store.open(database_url)
    engine = connect(database_url)
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda inner: inner.dialect.get_table_names(inner))
    await engine.dispose()
    assert found == []


async def test_several_may_start_at_once(database_url: URL) -> None:
    stores = await asyncio.gather(*(Store.open(database_url) for _ in range(4)))
    for store in stores:
        assert (await store.load(0.0)).tickets == []
        await store.close()


def test_migrations_are_numbered_in_one_line() -> None:
    script = ScriptDirectory.from_config(configuration())
    numbers = [int(one.revision) for one in script.walk_revisions()]
    assert numbers == list(range(len(numbers), 0, -1))
    for one in script.walk_revisions():
        assert Path(one.path).name.startswith(f"{one.revision}_")
