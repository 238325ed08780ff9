"""`python -m signaling`: what it says when it cannot run, and that it ends well."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from signaling.__main__ import main
from signaling.protocol import messages as m


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """`main` sets up the logs of the whole process; the tests after this want theirs back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def directory(town: Any, tmp_path: Path) -> Path:
    path = tmp_path / "directory.toml"
    path.write_text(town.directory_toml(), encoding="utf-8")
    return path


def test_unreadable_directory_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--directory", str(tmp_path / "none.toml")]) == 1
    assert "none.toml cannot be read" in capsys.readouterr().err


def test_port_in_use_is_named(directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--data", str(tmp_path), "--directory", str(directory), "--port", port]) == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in capsys.readouterr().err


def test_data_that_is_no_folder_is_named(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(directory), "--directory", str(directory), "--port", "0"]) == 1
    assert "--data" in capsys.readouterr().err


async def test_sigterm_ends_it_and_leaves_a_whole_database(
    town: Any, directory: Path, tmp_path: Path, make_switchboard: Any
) -> None:
    arguments = ["-m", "signaling", "--port", "0", "--data", str(tmp_path), "--directory", str(directory)]
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=asyncio.subprocess.PIPE)
    assert running.stderr is not None
    async with asyncio.timeout(60):
        entry = json.loads(await running.stderr.readline())
        assert (entry["event"], entry["host"], entry["level"]) == ("listening", "127.0.0.1", "info")
        switchboard = make_switchboard(town, entry["port"])
        _, _, number = await switchboard.call()
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0
        log = (await running.stderr.read()).decode()
    entries = [json.loads(line) for line in log.splitlines()]
    assert [entry["event_name"] for entry in entries if entry.get("ticket") == number] == [
        "joined",
        "offered",
        "accepted",
        "connected",
    ]
    for personal in ("clerk-1", "127.0.0.1", "token"):
        assert personal not in log
    await switchboard.close()
    database = sqlite3.connect(tmp_path / "switchboard.sqlite")
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert database.execute("pragma journal_mode").fetchone() == ("wal",)
    database.close()


async def test_a_database_that_cannot_be_written_ends_it(
    town: Any, directory: Path, tmp_path: Path, make_switchboard: Any
) -> None:
    """What cannot be stored is not promised: no ticket is given out, and the operator is told why."""
    arguments = ["-m", "signaling", "--port", "0", "--data", str(tmp_path), "--directory", str(directory)]
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, stderr=asyncio.subprocess.PIPE)
    assert running.stderr is not None
    async with asyncio.timeout(60):
        switchboard = make_switchboard(town, json.loads(await running.stderr.readline())["port"])
        booth, _ = await switchboard.booth()
        database = sqlite3.connect(tmp_path / "switchboard.sqlite", isolation_level=None)
        database.execute("drop table events")
        database.close()
        await booth.say(m.Join(service="registration-certificate", language="de"))
        assert (await booth.closed_with())[0] == 1012
        assert not [heard for heard in booth.passed_over if isinstance(heard, m.TicketUpdate)]
        assert await running.wait() == 1
        assert b"The database cannot be written: no such table: events" in await running.stderr.read()
    await switchboard.close()
