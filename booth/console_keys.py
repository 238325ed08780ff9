"""The public keys of the console this booth trusts, fetched from the console itself and kept for when it is away.

ConsoleKeysError
  neither the console nor the cache gives the key that is asked for
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

PATH: Final = "/.well-known/jwks.json"
CACHE: Final = "console-keys.json"
MAX_BYTES: Final = 64 * 1024
TIMEOUT_S: Final = 5.0
PAUSE_S: Final = 5.0
"""An unknown `kid` leads to at most one request in this time, whoever makes them up."""

log = structlog.get_logger(__name__)


class ConsoleKeysError(Exception):
    """The keys of the console cannot be had."""


class _Jwk(msgspec.Struct):
    kty: str = ""
    crv: str = ""
    kid: str = ""
    x: str = ""
    use: str = ""


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """An X25519 key to seal things for the console with; `x` in base64url (RFC 8037)."""

    kid: str
    x: str


class _Jwks(msgspec.Struct):
    keys: list[_Jwk]


def parse_jwks(data: bytes) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 keys of a JWKS (RFC 8037) by `kid`; others are left out. Raises ConsoleKeysError."""
    try:
        jwks = msgspec.json.decode(data, type=_Jwks)
        return {
            jwk.kid: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(jwk.x + "=="))
            for jwk in jwks.keys
            if (jwk.kty, jwk.crv) == ("OKP", "Ed25519") and jwk.kid
        }
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise ConsoleKeysError(f"Not a key set (JWKS): {error}") from None


def parse_encryption_key(data: bytes) -> EncryptionKey | None:
    """The first X25519 key of a JWKS that is for encryption, if there is one. Raises ConsoleKeysError."""
    try:
        for jwk in msgspec.json.decode(data, type=_Jwks).keys:
            if (jwk.kty, jwk.crv, jwk.use) == ("OKP", "X25519", "enc") and jwk.kid:
                X25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(jwk.x + "=="))
                return EncryptionKey(jwk.kid, jwk.x)
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError) as error:
        raise ConsoleKeysError(f"Not a key set (JWKS): {error}") from None
    return None


def kid_of(seal: str) -> str:
    """The name of the key a seal says it was made with; empty where there is none."""
    try:
        return str(jwt.get_unverified_header(seal).get("kid", ""))
    except jwt.InvalidTokenError:
        return ""


def fetch(url: str, authorities: ssl.SSLContext | None = None) -> bytes:
    """Get `url`; blocks up to TIMEOUT_S. `authorities`: the system's if None. Raises ConsoleKeysError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConsoleKeysError(f"The console's address must begin with http:// or https://: {url}")
    try:
        with urllib.request.urlopen(  # noqa: S310 (the scheme is checked)
            url, timeout=TIMEOUT_S, context=authorities
        ) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise ConsoleKeysError(f"{url} cannot be read: {error}") from None
    if len(data) > MAX_BYTES:
        raise ConsoleKeysError(f"{url} is over the limit of {MAX_BYTES} bytes.")
    return data


class ConsoleKeys:
    """Keys of `console` (its issuer URL), cached in `folder`."""

    def __init__(
        self,
        console: str,
        folder: Path,
        get: Callable[[str], bytes] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.console = console
        self._cache = folder / CACHE
        self._get = get
        self._clock = clock
        self._encryption_key: EncryptionKey | None = None
        self._keys = self._cached()
        self._asked_at: float | None = None
        self._lock = asyncio.Lock()

    async def keys(self, kid: str) -> Mapping[str, Ed25519PublicKey]:
        """All keys, fetched again if `kid` is not among them; it may still be missing. Never raises."""
        async with self._lock:
            due = self._asked_at is None or self._clock() - self._asked_at >= PAUSE_S
            if kid not in self._keys and due:
                await self._refresh()
            return self._keys

    async def encryption_key(self) -> EncryptionKey:
        """The console's present key for what only the console may read: fetched now, or the one known before while the
        console is away. Raises ConsoleKeysError."""
        async with self._lock:
            await self._refresh()
            if self._encryption_key is None:
                raise ConsoleKeysError("The console has no encryption key that could be fetched.")
            return self._encryption_key

    async def warm(self) -> None:
        """Fetch ahead of the first call, so that its answer need not wait."""
        async with self._lock:
            await self._refresh()

    async def _refresh(self) -> None:
        self._asked_at = self._clock()
        try:
            data = await asyncio.to_thread(self._get, self.console.rstrip("/") + PATH)
            self._keys, self._encryption_key = parse_jwks(data), parse_encryption_key(data)
            await asyncio.to_thread(self._cache.write_bytes, data)
        except (ConsoleKeysError, OSError) as error:
            log.warning("console keys not fetched", error=str(error))

    def _cached(self) -> dict[str, Ed25519PublicKey]:
        try:
            data = self._cache.read_bytes()
            self._encryption_key = parse_encryption_key(data)
            return parse_jwks(data)
        except (OSError, ConsoleKeysError):
            return {}
