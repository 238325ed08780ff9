"""After a whole visit nobody but the authority's encrypted store holds anything of the citizen."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path

import pytest

from booth.idcard.testing.personas import PERSONAS
from scripts.media_files import MediaFiles
from scripts.stack import Stack, free_port
from scripts.visit import FORM
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay

pytestmark = pytest.mark.e2e

OVERWRITTEN = {"GLIBC_TUNABLES": "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0"}
"""What the booth gives back is overwritten at once, so that what is found in its memory is what it still holds."""


def spellings(value: str) -> list[bytes]:
    """How a value could stand in a file or in memory: plain in any case, as Qt has it, and in base64 at each of its
    three alignments."""
    plain = value.encode()
    encoded = [base64.b64encode(b"x" * pad + plain)[4:-4] for pad in range(3)]
    wide = [text.encode("utf-16-le") for text in (value, value.upper())]
    return [plain, plain.upper(), plain.lower(), *wide, *(part for part in encoded if len(part) >= 8)]


def memory_of(pid: int) -> bytes:
    """All that a process may write to."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(edge, 16) for edge in span.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                with contextlib.suppress(OSError):  # gone meanwhile
                    found.append(memory.read(end - start))
    return b"".join(found)


def leaks(data: bytes, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if any(spelling in data for spelling in spellings(secret))]


async def test_only_the_authority_keeps_the_citizens_data(
    tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    stack = Stack(tmp_path)
    relay = Relay(stack.switchboard_url, free_port())
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url, **OVERWRITTEN) as office:
        await office.visit.whole(measured_seconds=1)
        assert office.visit.document
        office.visit.document.unlink()
        await office.robot.state()  # so its screens have come to rest
        memory = memory_of(office.booth.pid)
        assert b"booth-elbtal-1" in memory
    bearer = PERSONAS["erika"].bearer
    secrets = [bearer.family_name, bearer.document_number, FORM["street"]]
    assert leaks("".join(relay.seen).encode(), secrets) == []
    assert leaks(memory, secrets) == []
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
