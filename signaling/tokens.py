"""Who is speaking: the tokens of `hello` (docs/architecture.md, "Keys and trust").

ProtocolError
  token_invalid   not a token, a wrong signature, a missing or wrong claim
  token_expired   past its `exp`
  token_foreign   made for another service or by a console this switchboard does not know
  region_foreign  claims a region that is not of its console's authority
  not_permitted   has no role that has anything to do here
  booth_unknown   `kid` is no booth of the directory, and none that a console has registered
  internal_error  the console's keys cannot be fetched at the moment
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Protocol

import httpx
import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from signaling.clerk import Grant
from signaling.directory import Booth, Console, Directory
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import Identifier
from signaling.protocol.pseudonym import pseudonym

AUDIENCE: Final = "fernamt-switchboard"
BOOTH_TOKEN_S: Final = 60
CLERK_TOKEN_S: Final = 600
LEEWAY_S: Final = 10
"""How far the clocks of a booth or a console may be off."""
FETCH_TIMEOUT_S: Final = 5.0
KEYS_FRESH_S: Final = 600.0
REFETCH_INTERVAL_S: Final = 10.0
RETRY_S: Final = 1.0
MAX_JWKS_BYTES: Final = 64 * 1024

log = structlog.get_logger(__name__)

Identifiers = Annotated[list[Identifier], Meta(max_length=256)]
Role = Literal["clerk", "supervisor", "operator"]


@dataclass(frozen=True, slots=True)
class BoothIdentity:
    """A booth whose key has been checked."""

    booth: Booth


@dataclass(frozen=True, slots=True)
class ClerkIdentity:
    """A clerk whose token has been checked. `name` is a pseudonym made of issuer and subject: unique over all
    consoles, and the only thing kept or logged; `peer` is the subject, which only the clerk's own browser is told."""

    name: str
    peer: str
    issuer: str
    grant: Grant


class ClerkClaims(Struct, frozen=True):
    """What a clerk's token must say; other claims are ignored."""

    iss: str
    sub: Identifier
    iat: int
    exp: int
    roles: Annotated[list[Role], Meta(min_length=1, max_length=3)]
    regions: Identifiers = []
    services: Identifiers = []
    languages: Annotated[list[Annotated[str, Meta(max_length=16)]], Meta(max_length=64)] = []
    needs: Identifiers = []

    def grant(self) -> Grant:
        """The same as sets."""
        lists = (self.roles, self.regions, self.services, self.languages, self.needs)
        return Grant(*(frozenset(values) for values in lists))


class Booths(Protocol):
    """Who knows the booths."""

    async def booth(self, booth_id: str) -> Booth | None:
        """The booth of this id, if its key is good."""


def _invalid(text: str) -> ProtocolError:
    return ProtocolError(ErrorId.TOKEN_INVALID, text)


def _unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header = jwt.get_unverified_header(token)
        return header, jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise _invalid(f"The token is not a JWT: {error}") from None


def _verify(token: str, key: Ed25519PublicKey, *, issuer: str, longest_s: int, now: float) -> dict[str, Any]:
    """The claims of a good token. The time is checked here, against the clock that was passed in."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": ["iss", "sub", "aud", "iat", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidAudienceError:
        raise ProtocolError(
            ErrorId.TOKEN_FOREIGN, f"The token was made for another service; `aud` must be {AUDIENCE}."
        ) from None
    except jwt.InvalidTokenError as error:
        raise _invalid(f"The token is not valid: {error}") from None
    issued, expires = claims["iat"], claims["exp"]
    if not (isinstance(issued, int) and isinstance(expires, int) and issued <= expires <= issued + longest_s):
        raise _invalid(f"The token must be good for at most {longest_s} s, with whole numbers as `iat` and `exp`.")
    if issued > now + LEEWAY_S:
        raise _invalid("The token was issued in the future; check the clock of its maker.")
    if now > expires + LEEWAY_S:
        raise ProtocolError(ErrorId.TOKEN_EXPIRED, "The token has expired; make a new one and check the clock.")
    return claims


async def check_booth(token: str, *, nonce: str, booths: Booths, now: float) -> BoothIdentity:
    """The booth that signed the token for this connection's nonce. Raises ProtocolError."""
    header, _ = _unverified(token)
    booth = await booths.booth(str(header.get("kid", "")))
    if booth is None:
        raise ProtocolError(ErrorId.BOOTH_UNKNOWN, "No booth of this `kid` is known, or not any more; enrol it first.")
    claims = _verify(token, booth.public_key(), issuer=booth.id, longest_s=BOOTH_TOKEN_S, now=now)
    if claims["sub"] != booth.id:
        raise _invalid("`sub` must be the booth's id.")
    if claims.get("nonce") != nonce:
        raise _invalid("The token was made for another connection; `nonce` must be the challenge's.")
    return BoothIdentity(booth)


async def check_clerk(token: str, *, keys: KeyRing, directory: Directory, now: float) -> ClerkIdentity:
    """The clerk the token was issued for. Raises ProtocolError."""
    header, unverified = _unverified(token)
    console = directory.console(str(unverified.get("iss", "")))
    if console is None:
        raise ProtocolError(ErrorId.TOKEN_FOREIGN, "The token's issuer is not a console of this switchboard.")
    key = await keys.key(console, str(header.get("kid", "")))
    claims = _verify(token, key, issuer=console.issuer, longest_s=CLERK_TOKEN_S, now=now)
    try:
        checked = msgspec.convert(claims, ClerkClaims)
    except msgspec.ValidationError as error:
        raise _invalid(f"A claim of the token is not as expected: {error}") from None
    own = directory.regions_of(console)
    if console.authority is not None and (foreign := sorted(set(checked.regions) - own)):
        raise ProtocolError(
            ErrorId.REGION_FOREIGN,
            f"The token names region {foreign[0]!r}, which is not of the console's authority {console.authority!r}.",
        )
    return ClerkIdentity(pseudonym(console.issuer, checked.sub), checked.sub, console.issuer, checked.grant())


def require_counter(clerk: ClerkIdentity) -> ClerkIdentity:
    """Raises ProtocolError (not_permitted) for those who only operate: they see no ticket and no citizen."""
    if not clerk.grant.roles & {"clerk", "supervisor"}:
        raise ProtocolError(
            ErrorId.NOT_PERMITTED, "An operator has no counter; the role clerk or supervisor is needed."
        )
    return clerk


@dataclass(slots=True)
class _Keys:
    by_kid: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    good_until: float = 0.0
    next_fetch: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeyRing:
    """The consoles' public keys, fetched when needed and kept.

    Keys are fetched anew when they are KEYS_FRESH_S old and for an unknown `kid`, but never more often than each
    REFETCH_INTERVAL_S (RETRY_S after a failure), whatever tokens arrive. While a console does not answer, keys once
    fetched stay good.
    """

    def __init__(self, client: httpx.AsyncClient, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._keys: dict[str, _Keys] = {}

    async def key(self, console: Console, kid: str) -> Ed25519PublicKey:
        """The console's key of this id. Raises ProtocolError."""
        keys = self._keys.setdefault(console.issuer, _Keys())
        async with keys.lock:
            now = self._clock()
            stale = kid not in keys.by_kid or now >= keys.good_until
            if stale and now >= keys.next_fetch:
                await self._refresh(console, keys)
        if kid in keys.by_kid:
            return keys.by_kid[kid]
        if not keys.by_kid:
            raise ProtocolError(ErrorId.INTERNAL_ERROR, "The console's keys cannot be fetched at the moment.")
        raise _invalid("The console does not know the key (`kid`) the token was signed with.")

    async def _refresh(self, console: Console, keys: _Keys) -> None:
        try:
            keys.by_kid = await self._fetch(console.jwks_url)
            keys.good_until = self._clock() + KEYS_FRESH_S
            keys.next_fetch = self._clock() + REFETCH_INTERVAL_S
        except (httpx.HTTPError, TimeoutError, ValueError, jwt.PyJWTError) as error:
            keys.next_fetch = self._clock() + RETRY_S
            log.warning("keys_not_fetched", issuer=console.issuer, error=error.__class__.__name__)

    async def _fetch(self, url: str) -> dict[str, Ed25519PublicKey]:
        body = b""
        async with asyncio.timeout(FETCH_TIMEOUT_S), self._client.stream("GET", url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_JWKS_BYTES:
                    raise ValueError(f"The key set is over {MAX_JWKS_BYTES} bytes.")
        return parse_jwks(body)


class _Jwks(Struct):
    keys: list[dict[str, Any]]


def parse_jwks(body: bytes) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 keys of a JWKS (RFC 7517, RFC 8037) by `kid`; other keys are passed over. Raises ValueError."""
    try:
        entries = msgspec.json.decode(body, type=_Jwks).keys
        found = {
            str(entry["kid"]): jwt.PyJWK(entry, algorithm="EdDSA").key
            for entry in entries
            if entry.get("kty") == "OKP" and entry.get("crv") == "Ed25519" and "kid" in entry
        }
    except (msgspec.DecodeError, jwt.PyJWTError) as error:
        raise ValueError(f"Not a JWKS: {error}") from None
    return {kid: key for kid, key in found.items() if isinstance(key, Ed25519PublicKey)}
