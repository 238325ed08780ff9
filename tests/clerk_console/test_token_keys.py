"""Rotation: nobody meets a key that is not published, and none is kept longer than what it signed is good."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import jwt
import pytest

from clerk_console.__main__ import COMMANDS, main
from clerk_console.errors import SetupError
from clerk_console.keys import TOKEN_KEY
from clerk_console.office import Office
from clerk_console.token_keys import KEPT_S, PUBLISHED_FIRST_S, TokenKeys
from clerk_console.tokens import LIFETIME_S
from tests.clerk_console.counter import Clock, add_staff


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> TokenKeys:
    return TokenKeys(tmp_path, clock)


def published(keys: TokenKeys) -> list[str]:
    return [key.kid for key in keys.published()]


def test_a_key_is_published_before_it_is_used_and_after(keys: TokenKeys, clock: Clock, tmp_path: Path) -> None:
    first = keys.current()
    assert published(keys) == [first.kid]
    second = keys.rotate()
    assert stat.S_IMODE(second.path.stat().st_mode) == 0o600
    assert keys.current() == first and published(keys) == [first.kid, second.kid]
    clock.time += PUBLISHED_FIRST_S - 1
    assert keys.current() == first
    clock.time += 1
    assert keys.current().kid == second.kid and published(keys) == [first.kid, second.kid]
    clock.time += KEPT_S - 1
    assert keys.destroy_old() == 0 and published(keys) == [first.kid, second.kid]
    clock.time += 1
    assert published(keys) == [second.kid]
    assert keys.destroy_old() == 1 and not (tmp_path / TOKEN_KEY).exists()
    assert TokenKeys(tmp_path, clock).current().kid == second.kid
    assert min(PUBLISHED_FIRST_S, KEPT_S) > LIFETIME_S


def test_one_rotation_at_a_time(keys: TokenKeys, clock: Clock) -> None:
    keys.rotate()
    with pytest.raises(SetupError, match="--now"):
        keys.rotate()
    clock.time += PUBLISHED_FIRST_S
    keys.rotate()
    assert len(published(keys)) == 3


def test_a_key_somebody_may_have_is_gone_at_once(keys: TokenKeys, clock: Clock, tmp_path: Path) -> None:
    keys.rotate()
    clock.time += 1
    new = keys.rotate(at_once=True)
    assert published(keys) == [new.kid] and keys.current().kid == new.kid
    assert [path.name for path in tmp_path.glob("*.key")] == [new.path.name]


async def test_the_running_office_takes_over_what_the_command_did(
    office: Office, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    staff = await add_staff(office, "sabine")
    data = str(office.settings.data)

    def kid() -> str:
        return str(jwt.get_unverified_header(office.tokens.switchboard_token(staff, clock()))["kid"])

    before = kid()
    arguments = COMMANDS["key"].parser().parse_args(["rotate", "--data", data])
    said = await COMMANDS["key"].run(arguments, office.sources)
    assert len(office.tokens.jwks()["keys"]) == 2 and kid() == before
    clock.time += PUBLISHED_FIRST_S
    assert kid() in said and kid() != before
    listed = await COMMANDS["key"].run(COMMANDS["key"].parser().parse_args(["list", "--data", data]), office.sources)
    assert [line.endswith("in use") for line in listed.splitlines()] == [False, True]
    await office.retention.sweep()
    clock.time += KEPT_S
    await office.retention.sweep()
    assert [key["kid"] for key in office.tokens.jwks()["keys"]] == [kid()]
    acts = [(entry.actor, entry.act, entry.subject) for entry in await office.audit.entries()]
    assert acts[-1] == ("host", "key_rotated", kid())
    assert await asyncio.to_thread(main, ["audit", "--data", data]) == 0
    assert f"{len(acts)} acts, unchanged" in capsys.readouterr().out
