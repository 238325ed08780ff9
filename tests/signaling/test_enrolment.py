"""Booths that a console registers: believed about its own regions, usable at once, refused once revoked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import URL

from signaling import directory
from signaling.audit.log import AuditLog
from signaling.clerk import Grant
from signaling.directory import Booth
from signaling.enrolment.registry import BoothRegistry
from signaling.protocol import messages as m
from signaling.protocol.chain import check
from signaling.protocol.errors import ErrorId
from signaling.rest.errors import ErrorId as RestErrorId
from signaling.rest.errors import RestError
from signaling.storage.store import Store
from signaling.tokens import ClerkIdentity
from tests.signaling.asking import Rest
from tests.signaling.conftest import public


def new_booth(device_key: Ed25519PrivateKey, booth: str = "booth-new", **fields: Any) -> dict[str, Any]:
    return {"id": booth, "region": "elbtal", "site": "Library", "key": public(device_key), **fields}


async def register(rest: Rest, booth: dict[str, Any], **token: Any) -> Any:
    return await rest.ask("POST", "/api/booths", token=rest.token("operator", **token), json=booth)


@pytest.fixture
def enrolled(town: Any) -> Ed25519PrivateKey:
    """The device key of a booth the directory does not know."""
    key = town.device_keys["booth-new"] = Ed25519PrivateKey.generate()
    town.listed = [booth for booth in town.device_keys if booth != "booth-new"]
    return key


async def test_a_registered_booth_serves_until_it_is_revoked(
    enrolled: Ed25519PrivateKey,
    switchboard: Any,
    rest: Rest,
) -> None:
    refused = await switchboard.hello("booth", lambda nonce: switchboard.town.booth_token("booth-new", nonce))
    assert await refused.closed_with() == (4000, ErrorId.BOOTH_UNKNOWN)
    for _ in range(2):  # The console asks until it is answered.
        assert (await register(rest, new_booth(enrolled))).status_code == 201
    booth, number = await switchboard.joined("booth-new")
    clerk = await switchboard.available()
    await clerk.hear(m.Offer)
    await clerk.say(m.Accept(ticket=number))
    await booth.hear(m.Call)

    revoked = await rest.ask("DELETE", "/api/booths/booth-new", token=rest.token("operator"))
    assert revoked.status_code == 204
    assert await booth.closed_with() == (4000, ErrorId.BOOTH_UNKNOWN)
    await clerk.hear(m.CallEnded, ticket=number, reason=m.EndReason.BOOTH_LOST)
    again = await switchboard.hello("booth", lambda nonce: switchboard.town.booth_token("booth-new", nonce))
    assert await again.closed_with() == (4000, ErrorId.BOOTH_UNKNOWN)
    assert (await register(rest, new_booth(enrolled))).json()["error"] == RestErrorId.KEY_REVOKED
    assert (await register(rest, new_booth(enrolled, "booth-other"))).json()["error"] == RestErrorId.KEY_REVOKED

    other = switchboard.town.device_keys["booth-new"] = Ed25519PrivateKey.generate()
    assert (await register(rest, new_booth(other))).status_code == 201
    await switchboard.booth("booth-new")
    listed = (await rest.ask("GET", "/api/booths", token=rest.token("operator"))).json()
    assert [(booth["key"], booth["revoked_at"] is None) for booth in listed] == [
        (public(enrolled), False),
        (public(other), True),
    ]
    audit = (await rest.ask("GET", "/api/audit", token=rest.token("operator"))).json()
    assert [(entry["act"], entry["subject"], entry["result"]) for entry in audit] == [
        ("booth_registered", "booth-new", "done"),
        ("booth_revoked", "booth-new", "done"),
        ("booth_registered", "booth-new", "key_revoked"),
        ("booth_registered", "booth-other", "key_revoked"),
        ("booth_registered", "booth-new", "done"),
    ]
    assert "person-1" not in str(audit)


async def test_a_place_in_the_queue_outlives_a_restart(
    enrolled: Ed25519PrivateKey, town: Any, start_switchboard: Any
) -> None:
    async with start_switchboard() as first:
        await register(Rest.of(first), new_booth(enrolled))
        _, number = await first.joined("booth-new")
    async with start_switchboard() as second:
        _, welcome = await second.booth("booth-new")
        assert welcome.ticket.number == number


WRONG: list[tuple[dict[str, Any], dict[str, Any], RestErrorId]] = [
    ({"id": "booth-1"}, {}, RestErrorId.BOOTH_EXISTS),
    ({"region": "heide"}, {}, RestErrorId.NOT_PERMITTED),
    ({"region": "nowhere"}, {"regions": ["nowhere"]}, RestErrorId.BOOTH_UNFIT),
    ({"key": "A" * 42 + "B"}, {}, RestErrorId.BOOTH_UNFIT),
    ({"key": "A" * 44}, {}, RestErrorId.MALFORMED_REQUEST),
    ({"owner": "me"}, {}, RestErrorId.MALFORMED_REQUEST),
]


@pytest.mark.parametrize(("fields", "token", "expected"), WRONG)
async def test_what_cannot_be_registered(
    rest: Rest,
    fields: dict[str, Any],
    token: dict[str, Any],
    expected: RestErrorId,
) -> None:
    answer = await register(rest, new_booth(Ed25519PrivateKey.generate(), **fields), **token)
    assert answer.json()["error"] == expected


@pytest.mark.parametrize(
    ("booth", "expected"), [("booth-1", RestErrorId.BOOTH_FIXED), ("booth-nobody", RestErrorId.BOOTH_UNKNOWN)]
)
async def test_what_cannot_be_revoked(rest: Rest, booth: str, expected: RestErrorId) -> None:
    answer = await rest.ask("DELETE", f"/api/booths/{booth}", token=rest.token("operator"))
    assert answer.json()["error"] == expected


TWO_AUTHORITIES = """
[[authorities]]
id = "a"
name = "A"
[[authorities]]
id = "b"
name = "B"
[[regions]]
id = "elbtal"
name = "Elbtal"
authority = "a"
[[regions]]
id = "heide"
name = "Heide"
authority = "b"
[[services]]
id = "registration-certificate"
[[consoles]]
issuer = "http://a"
jwks_url = "http://a/jwks.json"
authority = "a"
[[consoles]]
issuer = "http://b"
jwks_url = "http://b/jwks.json"
authority = "b"
"""


def operator(issuer: str, region: str) -> ClerkIdentity:
    return ClerkIdentity(f"name-{issuer}", "o", issuer, Grant(frozenset({"operator"}), frozenset({region})))


async def test_consoles_know_nothing_of_each_others_booths(database_url: URL) -> None:
    store = await Store.open(database_url)
    audit = AuditLog(store.engine, lambda: 5.0)
    registry = BoothRegistry(store.engine, directory.parse(TWO_AUTHORITIES), audit, lambda: 5.0)
    keys = [public(Ed25519PrivateKey.generate()) for _ in range(2)]
    own, foreign = operator("http://a", "elbtal"), operator("http://b", "heide")
    first = Booth("booth-1", "elbtal", "Hall", keys[0])
    await registry.register(first, own)
    taken = [Booth("booth-1", "heide", "Hall", keys[1]), Booth("booth-2", "heide", "Hall", keys[0])]
    for booth in taken:
        with pytest.raises(RestError) as error:
            await registry.register(booth, foreign)
        assert error.value.error == RestErrorId.BOOTH_EXISTS
    with pytest.raises(RestError) as error:
        await registry.revoke("booth-1", foreign)
    assert error.value.error == RestErrorId.BOOTH_UNKNOWN
    assert await registry.booth("booth-1") == first
    assert await registry.of_console("http://b") == []
    await registry.revoke("booth-1", own)
    assert await registry.booth("booth-1") is None
    check(await audit.whole())
    await store.close()


async def test_one_booth_is_registered_once_however_many_ask(database_url: URL) -> None:
    store = await Store.open(database_url)
    audit = AuditLog(store.engine, lambda: 5.0)
    registry = BoothRegistry(store.engine, directory.parse(TWO_AUTHORITIES), audit, lambda: 5.0)
    booths = [Booth("booth-1", "elbtal", "Hall", public(Ed25519PrivateKey.generate())) for _ in range(6)]
    results = await asyncio.gather(
        *(registry.register(booth, operator("http://a", "elbtal")) for booth in booths), return_exceptions=True
    )
    good = [result for result in results if not isinstance(result, RestError)]
    assert len(good) == 1 and await registry.booth("booth-1") == good[0].booth  # type: ignore[union-attr]
    await store.close()


async def test_operators_have_no_counter(switchboard: Any) -> None:
    peer = await switchboard.hello("clerk", lambda _nonce: switchboard.town.clerk_token("c", roles=["operator"]))
    assert await peer.closed_with() == (4000, ErrorId.NOT_PERMITTED)
    await switchboard.clerk("d", roles=["operator", "clerk"])


async def test_a_console_is_believed_about_its_own_regions_only(town: Any, start_switchboard: Any) -> None:
    town.authority = "a"
    async with start_switchboard() as running:
        await running.clerk("clerk-1", regions=["elbtal"])
        for regions in (["heide"], ["elbtal", "heide"], ["nowhere"]):
            token = town.clerk_token("clerk-1", regions=regions)
            peer = await running.hello("clerk", lambda _nonce, token=token: token)
            assert await peer.closed_with() == (4000, ErrorId.REGION_FOREIGN)
            rest = Rest.of(running)
            answer = await rest.ask("GET", "/api/booths", token=rest.token("operator", regions=regions))
            assert (answer.status_code, answer.json()["error"]) == (403, RestErrorId.REGION_FOREIGN)


def test_several_consoles_have_to_say_whose_they_are() -> None:
    directory.parse(TWO_AUTHORITIES)
    with pytest.raises(directory.DirectoryError, match="one of several"):
        directory.parse(TWO_AUTHORITIES.replace('json"\nauthority = "b"', 'json"'))
    with pytest.raises(directory.DirectoryError, match="authority 'c'"):
        directory.parse(TWO_AUTHORITIES.replace('json"\nauthority = "b"', 'json"\nauthority = "c"'))
