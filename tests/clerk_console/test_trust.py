"""A changed folder of trust anchors takes effect in a running office; nothing broken replaces anything good."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from clerk_console import csca_command, trust
from clerk_console.audit import What
from clerk_console.identity import Check, verify
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from tests.clerk_console.counter import Clock
from tests.clerk_console.test_csca_command import csca, list_signer, master_list
from tests.identity import state
from tests.identity.state import NOW

ZONE = {"0101": b"\x61\x02\x5f\x1f"}


@pytest.fixture
def folder(settings: Settings) -> Path:
    assert settings.csca is not None
    return settings.csca


def put(folder: Path, name: str, content: bytes) -> None:
    """As the command does: whole or not at all."""
    unfinished = folder / f".{name}.new"
    unfinished.write_bytes(content)
    os.replace(unfinished, folder / name)


def chain(office: Office) -> str:
    """What a running office says of a document signed under `csca`."""
    signer = state.issue("Document Signer", csca().key, csca(), serial=8)
    files = {"011d": state.sod({1: ZONE["0101"]}, signer), **ZONE}
    result = verify(files, office.trust.anchors, NOW.date()).result(Check.CERTIFICATE_CHAIN)
    return str(result.reason or result.verdict)


async def loaded(office: Office) -> list[str]:
    return [entry.subject for entry in await office.audit.entries(act=What.CSCA_LOADED)]


async def test_a_new_list_takes_effect(office: Office, folder: Path) -> None:
    assert chain(office) == "issuer_unknown"
    assert not await office.trust.refresh()
    put(folder, "de.ml", master_list())
    begun_with = office.trust.anchors
    assert await office.trust.refresh()
    assert chain(office) == "passed"
    assert office.trust.anchors is not begun_with and len(begun_with) == 1  # a check that had begun ends as it began
    (folder / "de.ml").unlink()
    assert await office.trust.refresh()
    assert chain(office) == "issuer_unknown"
    first, second, third = await loaded(office)
    assert first == third != second


@pytest.mark.parametrize("spoilt", [b"", b"noise", "cut", "turned"])
async def test_a_broken_list_never_takes_a_good_ones_place(office: Office, folder: Path, spoilt: bytes | str) -> None:
    good = master_list()
    put(folder, "de.ml", good)
    await office.trust.refresh()
    turned = good[:-1] + bytes([good[-1] ^ 1])
    broken = {"cut": good[: len(good) // 2], "turned": turned}.get(spoilt) if isinstance(spoilt, str) else spoilt
    assert broken is not None
    put(folder, "de.ml", broken)
    with capture_logs() as logs:
        await office.trust.refresh()
        await office.trust.refresh()
    assert chain(office) == "passed"
    assert len([entry for entry in logs if "before still counts" in entry.get("problem", "")]) == 1
    put(folder, "de.ml", master_list(csca(3)))
    await office.trust.refresh()
    assert len(office.trust.anchors) == 3
    assert not any("before still counts" in problem for problem in office.trust.anchors.problems)


async def test_a_folder_that_is_gone_takes_nothing_away(office: Office, folder: Path) -> None:
    put(folder, "de.ml", master_list())
    await office.trust.refresh()
    folder.rename(folder.parent / "elsewhere")
    with capture_logs() as logs:
        assert not await office.trust.refresh()
        assert not await office.trust.refresh()
    assert [entry["event"] for entry in logs] == ["csca.folder_gone"]
    assert chain(office) == "passed"
    (folder.parent / "elsewhere").rename(folder)
    assert not await office.trust.refresh()


async def test_the_command_reaches_a_running_office(
    settings: Settings, folder: Path, clock: Clock, hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks it to look: it does by itself."""
    monkeypatch.setattr(trust, "EVERY_S", 0.01)
    incoming = folder.parent / "new.cer"
    incoming.write_bytes(csca().der)

    async def command(*words: str) -> None:
        arguments = [*words, "--csca", str(folder), "--data", str(settings.data)]
        await csca_command.run(csca_command.parser().parse_args(arguments), Sources(now=clock))

    async with opened(settings, Sources(now=clock), hasher) as office:
        print_of = csca_command.fingerprint(csca().certificate)
        await command("add", str(incoming), "--trust", print_of)
        await until(lambda: chain(office) == "passed")
        await command("remove", "new.cer")
        await until(lambda: chain(office) == "issuer_unknown")
        acts = [entry.act for entry in await office.audit.entries(before=sys.maxsize, limit=10)]
    assert acts.count("csca_added") == acts.count("csca_removed") == 1


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  the office looks by itself, and tells nobody when
            await asyncio.sleep(0.01)


async def test_the_audit_log_names_a_change_made_while_nothing_ran(
    settings: Settings, folder: Path, clock: Clock, hasher: PasswordHasher
) -> None:
    async def start() -> int:
        async with opened(settings, Sources(now=clock), hasher) as office:
            return len(await loaded(office))

    assert await start() == 1
    assert await start() == 1
    put(folder, "de.ml", master_list())
    assert await start() == 2


async def test_what_is_outdated_is_told_once_a_day(office: Office, folder: Path, clock: Clock) -> None:
    listed = state.revocation_list(csca(), [99])
    put(folder, "de.ml", state.master_list([csca().certificate], list_signer()))
    put(folder, "de.crl", listed)
    with capture_logs() as logs:
        await office.trust.refresh()
        await office.trust.refresh()
        clock.time += 86_400
        await office.trust.refresh()
    told = [entry["what"] for entry in logs if entry["event"] == "csca.outdated"]
    assert len(told) == 2
    assert "CSCA 0" in told[0] and "2026-07-01" in told[0]
