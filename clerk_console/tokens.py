"""Tokens with which the office speaks to the switchboard, and the public keys to check them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clerk_console.staff import Staff
from clerk_console.token_keys import TokenKeys
from signaling.protocol.pseudonym import pseudonym

AUDIENCE: Final = "fernamt-switchboard"
LIFETIME_S: Final = 600


class TokenIssuer:
    """Signs for the office, with the key that is in use at the moment."""

    def __init__(self, keys: TokenKeys, issuer: str) -> None:
        self.keys = keys
        self.issuer = issuer

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key in use."""
        return self.keys.current().key

    @property
    def kid(self) -> str:
        """Its thumbprint (RFC 7638), so a new key gets a new one."""
        return self.keys.current().kid

    def public_keys(self) -> dict[str, Ed25519PublicKey]:
        """The public keys the office answers for at the moment, by `kid`."""
        return {key.kid: key.key.public_key() for key in self.keys.published()}

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK Set (RFC 7517, RFC 8037): in use, to be used, and just out of use."""
        published = self.keys.published()
        return {"keys": [{**key.public, "kid": key.kid, "use": "sig", "alg": "EdDSA"} for key in published]}

    def name_of(self, staff: Staff) -> str:
        """What the switchboard calls a clerk when it tells others of them."""
        return pseudonym(self.issuer, staff.id)

    def switchboard_token(self, staff: Staff, now: float) -> str:
        """A token for `hello`, good for LIFETIME_S; it names no person. `now`: seconds since the epoch."""
        names = ("roles", "regions", "services", "languages", "needs")
        return self._signed(staff.id, now, {name: getattr(staff, name) for name in names})

    def operator_token(self, subject: str, regions: Sequence[str], now: float) -> str:
        """A token with which the console itself acts for an operator, in these regions alone."""
        return self._signed(subject, now, {"roles": ["operator"], "regions": list(regions)})

    def _signed(self, subject: str, now: float, may: dict[str, list[str]]) -> str:
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now) + LIFETIME_S,
            **may,
        }
        current = self.keys.current()
        return jwt.encode(claims, current.key, algorithm="EdDSA", headers={"kid": current.kid})
