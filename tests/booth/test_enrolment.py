"""`python -m booth enrol` against a real console on a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from booth import __main__ as program
from booth import device_key, enrolment
from booth.enrolment import EnrolmentError, authorities_of, read
from clerk_console.app import make_app
from clerk_console.enrolment.enrolment import Invitation
from clerk_console.enrolment.life import BoothState
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from signaling.protocol.enrolment import spelled


class Console:
    """An office that serves."""

    def __init__(self, office: Office, url: str) -> None:
        self.office = office
        self.url = url

    async def code(self, booth: str = "booth-1") -> str:
        wanted = Invitation(id=booth, region="elbtal", site="Bücherei", services=["registration-certificate"])
        return spelled((await self.office.enrolment.invite(wanted, "host")).code)

    async def key_of(self, booth: str = "booth-1") -> str | None:
        return next(one.key for one in await self.office.enrolment.all() if one.id == booth)


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    # Nothing answers at the switchboard: enrolling does not wait for it.
    settings = Settings(data=tmp_path / "office", issuer=url, switchboard="ws://127.0.0.1:9/ws", static=tmp_path)
    async with opened(settings) as office:
        config = uvicorn.Config(make_app(office), lifespan="off", ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]), name="console")
        yield Console(office, url)
        server.should_exit = True
        await serving


async def enrol(folder: Path, console: str, code: str, *more: str) -> int:
    arguments = ["enrol", "--data", str(folder), "--console", console, "--code", code, *more]
    return await asyncio.to_thread(program.main, arguments)


async def test_a_booth_enrols_and_needs_no_option_any_more(
    console: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "booth"
    assert await enrol(folder, console.url, (await console.code()).lower()) == 0
    assert "booth-1 (Bücherei)" in capsys.readouterr().out
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (device_key.NAME, enrolment.NAME)} == {0o600}
    assert await console.key_of() == device_key.load(folder).public
    options = program.parser().parse_args(["--data", str(folder)])
    program._complete(options, program.parser())
    assert (options.booth, options.site, options.services) == ("booth-1", "Bücherei", ["registration-certificate"])
    assert (options.switchboard, options.console) == ("ws://127.0.0.1:9/ws", console.url)
    chosen = program.parser().parse_args(["--data", str(folder), "--site", "Rathaus", "--service", "other"])
    program._complete(chosen, program.parser())
    assert (chosen.site, chosen.services, chosen.booth) == ("Rathaus", ["other"], "booth-1")


async def test_enrolled_anew_only_when_that_is_meant(
    console: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "booth"
    await enrol(folder, console.url, await console.code())
    before = device_key.load(folder).public
    await console.office.enrolment.revoke("booth-1", "host")
    code = await console.code("booth-2")
    assert await enrol(folder, console.url, code) == 1
    assert "--replace" in capsys.readouterr().err
    assert await enrol(folder, console.url, code, "--replace") == 0
    assert device_key.load(folder).public not in (before, None)
    enrolled = read(folder)
    assert enrolled is not None and enrolled.booth == "booth-2"


async def test_what_goes_wrong_is_said_and_changes_nothing(
    console: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "booth"
    code = await console.code()
    other_name = console.url.replace("127.0.0.1", "localhost")
    cases = [
        (console.url, "ACDE-FHJK-LMNP", "Ask the authority for a new one"),
        (console.url, "ACDE", "mistyped"),
        ("http://console.example", code, "only sent over https://"),
        ("http://127.0.0.1:9", code, "cannot be asked"),
        (other_name, code, f"this one is {console.url}"),
    ]
    for url, given, said in cases:
        assert await enrol(folder, url, given) == 1
        assert said in capsys.readouterr().err
    assert not folder.exists()
    assert [one.state for one in await console.office.enrolment.all()] == [BoothState.INVITED]


async def test_certificate_authorities_are_kept_with_it(console: Console, tmp_path: Path) -> None:
    folder, file = tmp_path / "booth", tmp_path / "ca.pem"
    import certifi

    file.write_bytes(Path(certifi.where()).read_bytes())
    assert await enrol(folder, console.url, await console.code(), "--ca", str(file)) == 0
    kept = authorities_of(folder)
    assert kept is not None and kept.read_bytes() == file.read_bytes()


def test_a_booth_without_a_code_has_to_be_told_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--data", str(tmp_path), "--booth", "booth-1"])
    assert "--switchboard, --console, --site" in capsys.readouterr().err
    (tmp_path / enrolment.NAME).write_text(json.dumps({"booth": 1}))
    with pytest.raises(EnrolmentError, match="Enrol the booth anew"):
        read(tmp_path)
