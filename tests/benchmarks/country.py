"""A country for the switchboard's benchmarks: booths and clerks by number, their keys, and the directory they are in.

Keys are made from the numbers, so that every process of a benchmark has the same ones without being told.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

REGIONS = 20
SERVICES = ("registration-certificate", "parking-permit", "id-card")
LANGUAGES = ("de", "en")
GROUPS = 4
"""Clerks of one group serve the same regions."""
KID = "console-key-1"
AUDIENCE = "fernamt-switchboard"
CLERK_TOKEN_S = 600


def booth_id(number: int) -> str:
    return f"booth-{number:05d}"


def clerk_id(number: int) -> str:
    return f"clerk-{number:05d}"


def region_of(booth: int) -> str:
    return f"region-{booth % REGIONS:02d}"


@cache
def key_of(name: str) -> Ed25519PrivateKey:
    """Of a booth, or of the console by the name `console`."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"benchmark {name}".encode()).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _public(name: str) -> str:
    return _text(key_of(name).public_key().public_bytes_raw())


def jwks() -> bytes:
    """What the console publishes."""
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": _public("console"), "kid": KID}]}).encode()


def directory_toml(booths: int, issuer: str) -> str:
    """The directory of a country with one console, whose keys are at `issuer`/jwks.json."""
    parts = [f'[[services]]\nid = "{service}"' for service in SERVICES]
    parts += [f'[[regions]]\nid = "{region_of(n)}"\nname = "Region {n}"' for n in range(REGIONS)]
    parts.append(f'[[consoles]]\nissuer = "{issuer}"\njwks_url = "{issuer}/jwks.json"')
    parts += [
        f'[[booths]]\nid = "{booth_id(n)}"\nregion = "{region_of(n)}"\nsite = "Hall {n}"\n'
        f'key = "{_public(booth_id(n))}"'
        for n in range(booths)
    ]
    return "\n".join(parts) + "\n"


def _token(kid: str, key: Ed25519PrivateKey, claims: dict[str, object]) -> str:
    """A JWT, made by hand: ten thousand are signed in a moment."""
    header = {"alg": "EdDSA", "typ": "JWT", "kid": kid}
    signed = ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def booth_token(number: int, nonce: str) -> str:
    now, name = int(time.time()), booth_id(number)
    claims = {"iss": name, "sub": name, "aud": AUDIENCE, "nonce": nonce, "iat": now, "exp": now + 60}
    return _token(name, key_of(name), claims)


def clerk_token(number: int, issuer: str) -> str:
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": clerk_id(number),
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + CLERK_TOKEN_S,
        "roles": ["clerk"],
        "regions": [region_of(n) for n in range(REGIONS) if n % GROUPS == number % GROUPS],
        "services": list(SERVICES),
        "languages": list(LANGUAGES),
        "needs": [],
    }
    return _token(KID, key_of("console"), claims)
