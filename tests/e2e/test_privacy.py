"""After a whole visit nobody but the authority's encrypted store holds anything of the citizen."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from booth.idcard.testing.personas import PERSONAS
from scripts.media_files import MediaFiles
from scripts.stack import Stack, free_port
from scripts.visit import FORM
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay

pytestmark = pytest.mark.e2e


def spellings(value: str) -> list[bytes]:
    """How a value could stand in a file: plain in any case, and in base64 at each of its three alignments."""
    plain = value.encode()
    encoded = [base64.b64encode(b"x" * pad + plain)[4:-4] for pad in range(3)]
    return [plain, plain.upper(), plain.lower(), *(part for part in encoded if len(part) >= 8)]


def leaks(data: bytes, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if any(spelling in data for spelling in spellings(secret))]


async def test_only_the_authority_keeps_the_citizens_data(
    tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    stack = Stack(tmp_path)
    relay = Relay(stack.switchboard_url, free_port())
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url) as office:
        await office.visit.whole(measured_seconds=1)
        assert office.visit.document
        office.visit.document.unlink()
    bearer = PERSONAS["erika"].bearer
    secrets = [bearer.family_name, bearer.document_number, FORM["street"]]
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
