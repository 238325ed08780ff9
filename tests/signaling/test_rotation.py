"""Two consoles of two authorities, one of which rotates its key while clerks of both come and go: nobody is refused,
and neither is believed about the other's regions or with the other's key."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling import directory, tokens
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.tokens import KeyRing, check_clerk
from tests.signaling.conftest import public
from tests.signaling.test_enrolment import TWO_AUTHORITIES

KNOWN = directory.parse(TWO_AUTHORITIES)
REGIONS = {"http://a": "elbtal", "http://b": "heide"}


class Consoles:
    """Two consoles: what each publishes, and which of its keys is in use."""

    def __init__(self) -> None:
        self.now = float(int(time.time()))
        self.published = {issuer: {"k1": Ed25519PrivateKey.generate()} for issuer in REGIONS}
        self.used = dict.fromkeys(REGIONS, "k1")
        self.fetched: list[str] = []
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._jwks))
        self.ring = KeyRing(client, lambda: self.now)

    def _jwks(self, request: httpx.Request) -> httpx.Response:
        issuer = f"http://{request.url.host}"
        self.fetched.append(issuer)
        keys = [
            {"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": public(key)}
            for kid, key in self.published[issuer].items()
        ]
        return httpx.Response(200, json={"keys": keys})

    def token(self, issuer: str, subject: str, *, signed_by: str | None = None, **claims: Any) -> str:
        body = {"iss": issuer, "sub": subject, "aud": "fernamt-switchboard", "iat": int(self.now)}
        body |= {"exp": int(self.now) + 600, "roles": ["clerk"], "regions": [REGIONS[issuer]]} | claims
        signer = signed_by or issuer
        kid = self.used[signer]
        return jwt.encode(body, self.published[signer][kid], algorithm="EdDSA", headers={"kid": kid})

    async def check(self, token: str) -> tokens.ClerkIdentity:
        return await check_clerk(token, keys=self.ring, directory=KNOWN, now=self.now)

    async def crowd(self) -> None:
        """Eight clerks of each console at once."""
        made = [self.token(issuer, f"clerk-{n}") for issuer in REGIONS for n in range(8)]
        found = await asyncio.gather(*(self.check(token) for token in made))
        assert len({identity.name for identity in found}) == 16


async def test_a_rotation_under_load_is_noticed_by_nobody() -> None:
    consoles = Consoles()
    issued: list[tuple[float, str]] = []
    for step in range(60):
        if step == 10:  # Published, 15 minutes before it is used; see clerk_console/token_keys.py.
            consoles.published["http://a"]["k2"] = Ed25519PrivateKey.generate()
        if step == 25:
            consoles.used["http://a"] = "k2"
        if step == 40:
            del consoles.published["http://a"]["k1"]
        await consoles.crowd()
        issued.append((consoles.now, consoles.token("http://a", "long-lived")))
        for made_at, token in issued:
            if consoles.now - made_at <= tokens.CLERK_TOKEN_S:
                await consoles.check(token)
        consoles.now += 60
    # Once each 10 minutes and for the new key at most: a crowd makes no more requests than one clerk.
    assert consoles.fetched.count("http://a") <= 60 * 60 / tokens.KEYS_FRESH_S + 2
    assert consoles.fetched.count("http://b") <= 60 * 60 / tokens.KEYS_FRESH_S + 1


async def test_a_key_that_was_destroyed_at_once_is_good_for_nothing_soon() -> None:
    consoles = Consoles()
    await consoles.crowd()
    stolen = consoles.token("http://a", "thief")
    consoles.published["http://a"] = {"k2": Ed25519PrivateKey.generate()}
    consoles.used["http://a"] = "k2"
    consoles.now += tokens.REFETCH_INTERVAL_S
    await consoles.check(consoles.token("http://a", "clerk-1"))
    with pytest.raises(ProtocolError) as refused:
        await consoles.check(stolen)
    assert refused.value.error == ErrorId.TOKEN_INVALID


async def test_no_console_speaks_for_the_other() -> None:
    consoles = Consoles()
    with pytest.raises(ProtocolError) as refused:
        await consoles.check(consoles.token("http://a", "x", signed_by="http://b"))
    assert refused.value.error == ErrorId.TOKEN_INVALID
    for regions in (["heide"], ["elbtal", "heide"]):
        with pytest.raises(ProtocolError, match="heide") as refused:
            await consoles.check(consoles.token("http://a", "x", regions=regions))
        assert refused.value.error == ErrorId.REGION_FOREIGN
