"""Tokens with which a clerk's browser speaks to the switchboard, and the public key to check them by."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clerk_console.staff import Staff
from signaling.protocol.pseudonym import pseudonym

AUDIENCE: Final = "fernamt-switchboard"
LIFETIME_S: Final = 600


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class TokenIssuer:
    """Signs for the office. `kid` is the key's thumbprint (RFC 7638), so a new key gets a new one."""

    def __init__(self, key: Ed25519PrivateKey, issuer: str) -> None:
        self.key = key
        self.issuer = issuer
        self._public = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(key.public_key().public_bytes_raw())}
        canonical = json.dumps(self._public, sort_keys=True, separators=(",", ":")).encode()
        self.kid = _base64url(hashlib.sha256(canonical).digest())

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK Set (RFC 7517, RFC 8037)."""
        return {"keys": [{**self._public, "kid": self.kid, "use": "sig", "alg": "EdDSA"}]}

    def name_of(self, staff: Staff) -> str:
        """What the switchboard calls a clerk when it tells others of them."""
        return pseudonym(self.issuer, staff.id)

    def switchboard_token(self, staff: Staff, now: float) -> str:
        """A token for `hello`, good for LIFETIME_S; it names no person. `now`: seconds since the epoch."""
        claims = {
            "iss": self.issuer,
            "sub": staff.id,
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now) + LIFETIME_S,
            "roles": staff.roles,
            "regions": staff.regions,
            "services": staff.services,
            "languages": staff.languages,
            "needs": staff.needs,
        }
        return jwt.encode(claims, self.key, algorithm="EdDSA", headers={"kid": self.kid})
