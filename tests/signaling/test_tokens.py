"""The key ring: fetched once, kept while a console is away, never hammered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling import tokens
from signaling.directory import Console
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.tokens import KeyRing, parse_jwks, pseudonym

CONSOLE = Console("http://console", "http://console/jwks.json")


class Office:
    """A console's key set behind httpx's own mock transport, and a clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.fetched = 0
        self.answer: Callable[[], httpx.Response] = lambda: self.keys("k1")
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._handle))
        self.ring = KeyRing(client, lambda: self.now)

    def _handle(self, _request: httpx.Request) -> httpx.Response:
        self.fetched += 1
        return self.answer()

    def keys(self, *kids: str) -> httpx.Response:
        entry = jwt.algorithms.OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate().public_key(), as_dict=True)
        return httpx.Response(200, json={"keys": [entry | {"kid": kid} for kid in kids], "note": 1})

    async def refusal(self, kid: str) -> ErrorId:
        with pytest.raises(ProtocolError) as error:
            await self.ring.key(CONSOLE, kid)
        return error.value.error


async def test_keys_are_fetched_once_and_again_when_old() -> None:
    office = Office()
    for _ in range(3):
        await office.ring.key(CONSOLE, "k1")
    assert office.fetched == 1
    office.now += tokens.KEYS_FRESH_S
    await office.ring.key(CONSOLE, "k1")
    assert office.fetched == 2


async def test_unknown_kids_cannot_make_it_fetch_all_the_time() -> None:
    office = Office()
    await office.ring.key(CONSOLE, "k1")
    for n in range(50):
        assert await office.refusal(f"guess-{n}") == ErrorId.TOKEN_INVALID
    assert office.fetched == 1
    office.answer = lambda: office.keys("k1", "k2")
    office.now += tokens.REFETCH_INTERVAL_S
    await office.ring.key(CONSOLE, "k2")
    assert office.fetched == 2


BROKEN: dict[str, Callable[[], httpx.Response]] = {
    "down": lambda: (_ for _ in ()).throw(httpx.ConnectError("refused")),
    "error": lambda: httpx.Response(500),
    "page": lambda: httpx.Response(200, text="<html>"),
    "huge": lambda: httpx.Response(200, text="x" * (tokens.MAX_JWKS_BYTES + 1)),
    "bad key": lambda: httpx.Response(200, json={"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": "!"}]}),
    "elsewhere": lambda: httpx.Response(302, headers={"location": "http://elsewhere"}),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_a_console_that_does_not_answer_well(answer: Callable[[], httpx.Response]) -> None:
    office = Office()
    office.answer = answer
    assert await office.refusal("k1") == ErrorId.INTERNAL_ERROR
    assert await office.refusal("k1") == ErrorId.INTERNAL_ERROR
    assert office.fetched == 1
    office.answer = lambda: office.keys("k1")
    office.now += tokens.RETRY_S
    await office.ring.key(CONSOLE, "k1")
    office.answer = answer
    office.now += tokens.KEYS_FRESH_S
    await office.ring.key(CONSOLE, "k1")  # Known keys stay good while the console is away.
    assert office.fetched == 3


def test_other_keys_are_passed_over() -> None:
    other: dict[str, Any] = {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}
    assert parse_jwks(httpx.Response(200, json={"keys": [other]}).content) == {}


def test_pseudonyms_tell_consoles_apart_and_hide_the_clerk() -> None:
    names = {pseudonym(issuer, clerk) for issuer in ("http://a", "http://b") for clerk in ("clerk-1", "clerk-2")}
    assert len(names) == 4
    assert not any("clerk" in name for name in names)
