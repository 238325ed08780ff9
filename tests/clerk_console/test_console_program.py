"""The program as it is run: another process, a real socket, signals."""

import asyncio
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from clerk_console.__main__ import main
from clerk_console.settings import Settings
from tests.clerk_console.counter import CSRF, PASSWORD, SERVICE, confirmed_case, sign_in

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    process: asyncio.subprocess.Process
    url: str

    async def stop(self, how: signal.Signals) -> tuple[int, str]:
        """The exit status and everything it logged."""
        self.process.send_signal(how)
        _, errors = await asyncio.wait_for(self.process.communicate(), 20)
        return self.process.returncode or 0, errors.decode()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Running]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clerk_console", "--port", str(port), "--issuer", url),
        *("--data", str(settings.data), "--booths", str(settings.booths), "--switchboard", settings.switchboard),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        while b"console.serving" not in await asyncio.wait_for(process.stderr.readline(), 30):
            assert not process.stderr.at_eof()
        yield Running(process, url)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def browser_at(url: str) -> httpx.AsyncClient:
    """Patient: the first document loads fonts, on a machine that may be busy."""
    return httpx.AsyncClient(base_url=url, headers=CSRF, timeout=60)


def staff(settings: Settings, *words: str) -> int:
    return main(["staff", *words, "--data", str(settings.data)])


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return path


@pytest.fixture
def sabine(settings: Settings, password_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--display-name", "Sabine Vogt", "--services", SERVICE, "--regions", "elbtal", "--languages", "de,en")
    assert staff(settings, "add", "sabine", *options, "--password-file", str(password_file)) == 0
    assert "sabine can sign in now" in capsys.readouterr().out


@pytest.mark.usefixtures("sabine")
async def test_a_case_survives_a_restart_of_the_program(settings: Settings) -> None:
    async with running(settings) as program, browser_at(program.url) as client:
        assert (await sign_in(client, "sabine")).status_code == 200
        case = await confirmed_case(client)
        cookies = dict(client.cookies)
        keys = (await client.get("/.well-known/jwks.json")).json()
        status, _ = await program.stop(signal.SIGKILL)
        assert status == -signal.SIGKILL
    async with running(settings) as program, browser_at(program.url) as client:
        client.cookies.update(cookies)
        assert (await client.get("/.well-known/jwks.json")).json() == keys
        completed = await client.post(f"/api/cases/{case}/complete")
        assert completed.json()["state"] == "completed"
        assert (await client.get(f"/api/cases/{case}/document")).content.startswith(b"%PDF-")
        status, logged = await program.stop(signal.SIGTERM)
    assert status in (0, -signal.SIGTERM)
    assert "Traceback" not in logged and "Jördis" not in logged


async def test_the_program_says_why_it_cannot_start(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def start(**changes: str) -> str:
        words = {"data": str(settings.data), "issuer": "http://x.test", "switchboard": "ws://x.test/ws"}
        words |= {"booths": str(settings.booths)} | changes
        assert main([part for name, value in words.items() for part in (f"--{name}", value)]) == 1
        return capsys.readouterr().err

    def starts() -> list[str]:
        return [
            start(booths=str(tmp_path / "none.json")),
            start(switchboard="http://x.test"),
            start(csca=str(tmp_path / "none")),
            start(authority=str(tmp_path / "none.toml")),
            start(data=str(settings.booths)),
            start(port=taken),
        ]

    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        said = await asyncio.to_thread(starts)
    assert all(text.splitlines()[-1].startswith("fernamt-console: ") for text in said)
    assert all("Traceback" not in text for text in said)
    assert "none.json cannot be read" in said[0]
    (settings.data / "case.key").chmod(0o644)
    assert "chmod 600" in await asyncio.to_thread(start)


@pytest.mark.usefixtures("sabine")
def test_accounts_are_listed_changed_and_closed(
    settings: Settings, password_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert staff(settings, "list") == 0
    assert capsys.readouterr().out.split("\t") == ["sabine", "Sabine Vogt", "clerk\n"]
    options = ("--password-file", str(password_file))
    assert staff(settings, "add", "sabine", "--display-name", "S", *options) == 1
    assert "already an account named sabine" in capsys.readouterr().err
    assert staff(settings, "password", "sabine", *options) == 0
    assert staff(settings, "password", "nobody", *options) == 1
    assert "no account named nobody" in capsys.readouterr().err
    password_file.write_text("short\n")
    assert staff(settings, "password", "sabine", *options) == 1
    assert staff(settings, "password", "sabine", "--password-file", "/nowhere/x") == 1
    assert staff(settings, "remove", "sabine") == 0
    capsys.readouterr()
    assert staff(settings, "list") == 0
    assert capsys.readouterr().out == "\n"


def test_a_database_of_a_newer_program_is_left_alone(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:

    assert staff(settings, "list") == 0
    connection = sqlite3.connect(settings.data / "console.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert staff(settings, "list") == 1
    assert "newer version" in capsys.readouterr().err
