"""After a whole visit nobody but the authority's encrypted store holds anything of the citizen."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Iterator
from mmap import PAGESIZE
from pathlib import Path

import psutil
import pytest

from booth.idcard.testing.personas import PERSONAS
from scripts.media_files import MediaFiles
from scripts.stack import SITE, Program, Stack, free_port
from scripts.visit import FORM
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay

pytestmark = pytest.mark.e2e

WRITTEN = "Ich heiße jetzt Wacholderbusch"


def spellings(value: str) -> list[bytes]:
    """How a value could stand in a file or in memory: plain in any case, as Qt has it, and in base64 at each of its
    three alignments."""
    plain = value.encode()
    encoded = [base64.b64encode(b"x" * pad + plain)[4:-4] for pad in range(3)]
    wide = [text.encode("utf-16-le") for text in (value, value.upper())]
    return [plain, plain.upper(), plain.lower(), *wide, *(part for part in encoded if len(part) >= 8)]


def processes_of(booth: Program) -> list[psutil.Process]:
    """All processes of a booth: the one that keeps it, the one that serves, and what they have started."""
    keeper = psutil.Process(booth.pid)
    return [keeper, *keeper.children(recursive=True)]


async def relieved(booth: Program, before: list[psutil.Process]) -> list[psutil.Process]:
    """The booth's processes when those that were there `before` have gone, but for the one that keeps it."""
    await asyncio.to_thread(psutil.wait_procs, before[1:], 60)
    assert not any(process.is_running() for process in before[1:])
    return processes_of(booth)


def memory_of(pid: int) -> Iterator[bytes]:
    """All that a process may write to and has written to, area by area."""
    untouched = bytes(PAGESIZE)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(edge, 16) for edge in span.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                with contextlib.suppress(OSError):  # gone meanwhile
                    yield memory.read(end - start).replace(untouched, b"")


def held_by(processes: list[psutil.Process], secrets: list[str]) -> dict[str, set[str]]:
    """Which of the secrets each process has in its memory."""
    return {
        f"{process.pid} {process.name()}": {leak for area in memory_of(process.pid) for leak in leaks(area, secrets)}
        for process in processes
    }


def leaks(data: bytes, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if any(spelling in data for spelling in spellings(secret))]


async def test_only_the_authority_keeps_the_citizens_data(
    tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    stack = Stack(tmp_path)
    relay = Relay(stack.switchboard_url, free_port())
    bearer = PERSONAS["erika"].bearer
    secrets = [bearer.family_name, bearer.document_number, FORM["street"], WRITTEN]
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url) as office:
        before = processes_of(office.booth)
        office.visit.writes = WRITTEN
        await office.visit.whole(measured_seconds=1)
        assert office.visit.document
        office.visit.document.unlink()
        after = await relieved(office.booth, before)
        held = await asyncio.to_thread(held_by, after, [*secrets, SITE])
        # The memory of all of them can be read: where the booth stands is in it.
        assert list(held.values()) == [{SITE}, {SITE}]
        # It is the same booth for the switchboard, which never saw it go.
        await office.visit.take_ticket()
    assert leaks("".join(relay.seen).encode(), secrets) == []
    looked_at = [path for path in tmp_path.rglob("*") if path.is_file() and "pki" not in path.parts]
    assert {path.name for path in looked_at} >= {"switchboard.log", "console.log", "booth-elbtal-1.log"}
    found = {
        str(path.relative_to(tmp_path)): leak for path in looked_at if (leak := leaks(path.read_bytes(), secrets))
    }
    assert found == {}


def test_leaks_are_noticed() -> None:
    assert leaks(b"... MUSTERMANN<<ERIKA", ["Mustermann"]) == ["Mustermann"]
    assert leaks(base64.b64encode(b"surname: Mustermann, Erika"), ["Mustermann"]) == ["Mustermann"]
    assert leaks(b"nothing here", ["Mustermann"]) == []
