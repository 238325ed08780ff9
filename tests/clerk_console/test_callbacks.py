"""Numbers to call back: sealed by a booth for the office, opened for its clerks alone, kept and logged nowhere."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey
from structlog.testing import capture_logs

from booth.callback_desk import seal_number
from booth.console_keys import EncryptionKey, parse_encryption_key, parse_jwks
from clerk_console.callback_key import CALLBACK_KEY, load_callback_key
from clerk_console.errors import SetupError
from clerk_console.office import Office
from signaling.tokens import parse_jwks as parse_at_switchboard

NUMBER = "+493511234567"


async def published(client: httpx.AsyncClient) -> EncryptionKey:
    found = parse_encryption_key((await client.get("/.well-known/jwks.json")).content)
    assert found is not None
    return found


async def opened(client: httpx.AsyncClient, sealed: str) -> httpx.Response:
    return await client.post("/api/callbacks/open", json={"ticket": "E017", "sealed": sealed})


async def test_what_a_booth_seals_the_office_opens(clerk: httpx.AsyncClient) -> None:
    key = await published(clerk)
    answer = await opened(clerk, seal_number(key, NUMBER, "Erika Mustermann"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {"number": NUMBER, "name": "Erika Mustermann"}
    assert (await opened(clerk, seal_number(key, NUMBER, ""))).json() == {"number": NUMBER, "name": ""}


async def test_both_kinds_of_keys_are_found_by_those_who_look_for_them(clerk: httpx.AsyncClient) -> None:
    keys = (await clerk.get("/.well-known/jwks.json")).content
    (signing,) = parse_jwks(keys)
    assert list(parse_at_switchboard(keys)) == [signing]
    assert signing != (await published(clerk)).kid


async def test_the_number_is_neither_logged_nor_stored(office: Office, clerk: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await opened(clerk, seal_number(await published(clerk), NUMBER, "Erika Mustermann"))
    assert {line["event"] for line in lines} == {"callback.opened"}
    assert NUMBER[1:] not in str(lines)
    stored = b"".join(path.read_bytes() for path in office.settings.data.rglob("*") if path.is_file())
    assert NUMBER[1:].encode() not in stored
    assert b"Mustermann" not in stored


async def test_a_number_for_another_office_is_refused_without_being_named(clerk: httpx.AsyncClient) -> None:
    foreign = OKPKey.generate_key("X25519").as_dict(private=False)
    answer = await opened(clerk, seal_number(EncryptionKey("other", foreign["x"]), NUMBER, ""))
    assert (answer.status_code, answer.json()["error"]) == (422, "callback_unreadable")


@pytest.mark.parametrize("number", ["", "call me", "+49" + "1" * 20])
async def test_what_is_no_number_is_refused(clerk: httpx.AsyncClient, number: str) -> None:
    answer = await opened(clerk, seal_number(await published(clerk), number, ""))
    assert (answer.status_code, answer.json()["error"]) == (422, "callback_unreadable")


async def test_only_clerks_open_numbers(stranger: httpx.AsyncClient, clerk: httpx.AsyncClient) -> None:
    sealed = seal_number(await published(clerk), NUMBER, "")
    assert (await opened(stranger, sealed)).json()["error"] == "signed_out"


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    kid = load_callback_key(tmp_path).kid
    assert load_callback_key(tmp_path).kid == kid
    path = tmp_path / CALLBACK_KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"not a key")
    with pytest.raises(SetupError, match="not an X25519"):
        load_callback_key(tmp_path)
    path.chmod(0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        load_callback_key(tmp_path)
