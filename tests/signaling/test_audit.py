"""The switchboard's audit log, on SQLite and PostgreSQL: one row after another, whoever writes at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, update

from signaling import __main__ as program
from signaling import directory
from signaling.audit.log import AuditLog, directory_digest
from signaling.protocol.chain import Act, check
from signaling.storage.rows import Changes
from signaling.storage.schema import audit
from signaling.storage.store import Store
from tests.signaling.asking import Rest


def act(subject: str) -> Act:
    return Act(actor="somebody", act="booth_registered", subject=subject)


async def test_many_write_at_once_and_the_chain_holds(database_url: URL) -> None:
    store, other = await Store.open(database_url), await Store.open(database_url)
    logs = [AuditLog(store.engine, lambda: 1000.1234), AuditLog(other.engine, lambda: 2000.0)]
    await asyncio.gather(*(logs[n % 2].add(act(f"booth-{n}"), issuer=f"http://{n % 3}") for n in range(20)))
    entries = await logs[0].whole()
    assert [entry.number for entry in entries] == list(range(1, 21))
    assert {entry.subject for entry in entries} == {f"booth-{n}" for n in range(20)}
    assert check(entries) == entries[-1].hash
    own = await logs[1].entries(issuer="http://2", after=1, limit=4)
    assert [one.number for one in await logs[0].entries(before=18, limit=3)] == [15, 16, 17]
    assert [one.number for one in await logs[0].entries(subject="booth-7", act="booth_registered")] != []
    assert await logs[0].entries(actor="nobody") == []
    assert len(own) == 4 and all(int(entry.subject.removeprefix("booth-")) % 3 == 2 for entry in own)
    for one in (store, other):
        await one.close()


async def test_what_fails_leaves_no_row(database_url: URL) -> None:
    store = await Store.open(database_url)
    log = AuditLog(store.engine, lambda: 1.0)

    async def failing() -> None:
        async with log.writing() as connection:
            await log.note(connection, act("booth-1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    assert await log.whole() == []
    await store.close()


async def test_acts_of_the_core_are_written_with_what_they_changed(database_url: URL) -> None:
    store = await Store.open(database_url)
    log = AuditLog(store.engine, lambda: 2.0)
    await log.add(act("booth-1"))
    await store.save(Changes(acts=[(3.0, act("AA001"), "http://a"), (4.0, act("AA002"), "http://a")]))
    assert [(entry.number, entry.at, entry.subject) for entry in await log.whole()] == [
        (1, 2.0, "booth-1"),
        (2, 3.0, "AA001"),
        (3, 4.0, "AA002"),
    ]
    check(await log.whole())
    await store.close()


async def test_a_changed_directory_is_noted_once(town: Any, tmp_path: Path, start_switchboard: Any) -> None:
    async def noted() -> list[str]:
        async with start_switchboard() as running:
            return [entry.subject for entry in await Rest.of(running).app.state.house.audit.whole()]

    first = directory_digest(directory.parse(town.directory_toml()))
    assert await noted() == [first]
    assert await noted() == [first]
    del town.device_keys["booth-3"]
    assert await noted() == [first, directory_digest(directory.parse(town.directory_toml()))]


def test_the_relays_secrets_are_not_in_the_digest(town: Any) -> None:
    known = directory.parse(town.directory_toml())
    relay = directory.RelayServer(urls=["turn:turn.example.org"], secret="secret")
    assert directory_digest(directory.Directory(**{**_fields(known), "ice_servers": [relay]})) == directory_digest(
        known
    )


def _fields(known: directory.Directory) -> dict[str, Any]:
    return {name: getattr(known, name) for name in known.__struct_fields__}


async def test_the_command_finds_what_was_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["audit", "--data", str(tmp_path)]
    url = program.database_url(program.parse_audit_arguments(arguments[1:]))
    store = await Store.open(url)
    log = AuditLog(store.engine, lambda: 1.0)
    for n in range(3):
        await log.add(act(f"booth-{n}"))
    assert await asyncio.to_thread(program.main, arguments) == 0
    said = capsys.readouterr().out
    head = said.strip().rsplit(" ", 1)[1]
    assert said.startswith("3 acts")
    assert await asyncio.to_thread(program.main, [*arguments, "--head", head]) == 0
    async with store.engine.begin() as connection:
        await connection.execute(update(audit).where(audit.c.number == 2).values(subject="booth-9"))
    await store.close()
    assert await asyncio.to_thread(program.main, arguments) == 1
    assert "Row 2" in capsys.readouterr().err
