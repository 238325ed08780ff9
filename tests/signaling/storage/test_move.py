"""A switchboard moves from SQLite to a real PostgreSQL: everything or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, select, update

from signaling import __main__ as program
from signaling.audit.log import AuditLog
from signaling.clerk import Clerk
from signaling.cluster.identity import lock_file, node_name
from signaling.help_call import HelpCall
from signaling.protocol.chain import Act
from signaling.protocol.messages import ClerkState, HelpProgress
from signaling.storage import move
from signaling.storage.database import FILE_NAME, StoreError, sqlite
from signaling.storage.rows import Changes, clerk_row, help_row, ticket_row
from signaling.storage.schema import appointment_days, audit, booths, work_days
from signaling.storage.store import Store
from tests.signaling.storage.test_store import NOON, event, ticket, visit

BOOTH = {
    "key": "k1",
    "id": "booth-9",
    "region": "elbtal",
    "site": "Rathaus Überlingen",
    "issuer": "http://console",
    "registered_at": NOON + 0.1234567,
}


async def live(data: Path) -> None:
    """A switchboard's database after some days."""
    store = await Store.open(sqlite(data / FILE_NAME))
    changes = Changes({t.number: ticket_row(t) for t in (ticket("AA001"), ticket("ä2"))}, {}, [])
    changes.events += [one for n in range(move.BATCH // 3 + 1) for one in visit(NOON + n / 7, f"T{n:05}")]
    changes.clerks["c1"] = clerk_row(Clerk("c1", NOON, state=ClerkState.IN_CALL, ticket="AA001", pause_wanted=True))
    asked = HelpCall("h1", "c1", ["elbtal"], NOON, state=HelpProgress.ASKED)
    changes.help_calls["h1"] = help_row(asked)
    await store.save(changes)
    log = AuditLog(store.engine, lambda: NOON + 0.5)
    for n in range(3):
        await log.add(Act(actor="host", act="booth_registered", subject=f"booth-{n}"), issuer="http://console")
    async with store.engine.begin() as connection:
        await connection.execute(booths.insert(), BOOTH)
        await connection.execute(work_days.insert(), {"day": "2026-03-02", "blocks": '[{"clerks": 5}]'})
        counted = {"day": "2026-03-02", "region": "elbtal", "service": "s", "event": "booked", "number": 7}
        await connection.execute(appointment_days.insert(), counted)
    await store.close()


async def contents(url: URL) -> dict[str, list[str]]:
    """All rows of all tables that move."""
    store = await Store.open(url)
    async with store.engine.connect() as connection:
        found = {
            table.name: sorted(repr(tuple(row)) for row in await connection.execute(select(table)))
            for table in move.TABLES
        }
    await store.close()
    return found


async def test_everything_arrives_and_goes_on(tmp_path: Path, new_postgresql_database: Callable[[], URL]) -> None:
    await live(tmp_path)
    target = new_postgresql_database()
    said = await move.run(tmp_path, target)
    assert "events: 2001" in said and "tickets: 2" in said
    before = await contents(sqlite(tmp_path / FILE_NAME))
    assert await contents(target) == before
    assert all(before[name] for name in ("tickets", "clerks", "help_requests", "events", "booths", "audit"))

    store = await Store.open(target)
    await store.save(Changes({}, {}, [event(NOON + 9e6, "AB001", "joined", None, "waiting")]))
    assert [one.ticket for one in (await store.load(NOON + 8e6)).events][-1] == "AB001"
    await AuditLog(store.engine, lambda: NOON).add(Act(actor="host", act="booth_revoked", subject="booth-1"))
    await store.close()
    again = ["audit", "--data", str(tmp_path), "--database", target.render_as_string(hide_password=False)]
    assert await asyncio.to_thread(program.main, again) == 0


async def test_a_database_with_rows_is_left_alone(
    tmp_path: Path, new_postgresql_database: Callable[[], URL], capsys: pytest.CaptureFixture[str]
) -> None:
    await live(tmp_path)
    target = new_postgresql_database()
    arguments = ["move", "--data", str(tmp_path), "--database", target.render_as_string(hide_password=False)]
    assert await asyncio.to_thread(program.main, arguments) == 0
    assert "as they were" in capsys.readouterr().out
    there = await contents(target)
    assert await asyncio.to_thread(program.main, arguments) == 1
    assert "is not empty" in capsys.readouterr().err
    assert await contents(target) == there


async def test_what_arrives_otherwise_is_not_moved_at_all(
    tmp_path: Path, new_postgresql_database: Callable[[], URL], monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(tmp_path)
    target = new_postgresql_database()
    copy = move._copy

    async def losing(reading: Any, writing: Any, table: Any) -> move.Sum:
        sent = await copy(reading, writing, table)
        if table is audit:
            await writing.execute(update(audit).where(audit.c.number == 2).values(subject="booth-7"))
        return sent

    monkeypatch.setattr(move, "_copy", losing)
    with pytest.raises(StoreError, match="Table audit arrived otherwise"):
        await move.run(tmp_path, target)
    assert not any((await contents(target)).values())


async def test_a_changed_audit_log_is_not_carried_on(
    tmp_path: Path, new_postgresql_database: Callable[[], URL]
) -> None:
    await live(tmp_path)
    store = await Store.open(sqlite(tmp_path / FILE_NAME))
    async with store.engine.begin() as connection:
        await connection.execute(update(audit).where(audit.c.number == 2).values(subject="booth-7"))
    await store.close()
    with pytest.raises(StoreError, match="Row 2"):
        await move.run(tmp_path, new_postgresql_database())


async def test_a_running_switchboard_is_not_moved(tmp_path: Path, new_postgresql_database: Callable[[], URL]) -> None:
    await live(tmp_path)
    with (
        node_name(lock_file(sqlite(tmp_path / FILE_NAME), tmp_path)),
        pytest.raises(StoreError, match="Another switchboard runs"),
    ):
        await move.run(tmp_path, new_postgresql_database())


async def test_what_cannot_be_moved_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the database to move to"):
        await move.run(tmp_path, sqlite(tmp_path / "other.sqlite"))
    target = URL.create("postgresql+asyncpg", host="127.0.0.1", database="none")
    with pytest.raises(StoreError, match="There is no"):
        await move.run(tmp_path, target)
