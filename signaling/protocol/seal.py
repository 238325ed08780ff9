"""Signed DTLS fingerprints: neither end believes the switchboard about the other.

A *seal* is a JWT (EdDSA, RFC 8037) over the fingerprints of one description, for one ticket, leg and generation and
one kind, so that it cannot be used for another. The booth signs with its device key, the console for its clerk with
its token key. The receiver checks the seal against a key it got outside the switchboard, and that every
`a=fingerprint` of the description (RFC 8122) is one the seal names.

    SealError
      the description is refused; `reason` is one of missing, invalid, expired, foreign, mismatch
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

AUDIENCE: Final = "fernamt-call"
LIFETIME_S: Final = 120
Kind = Literal["offer", "answer"]
Reason = Literal["missing", "invalid", "expired", "foreign", "mismatch"]

_fingerprint_line = re.compile(r"^a=fingerprint:(\S+) ([0-9A-Fa-f:]+)\s*$", re.MULTILINE)


class SealError(Exception):
    """A description whose fingerprints are not vouched for; nothing may be connected with it."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def fingerprints(sdp: str) -> list[str]:
    """The distinct fingerprints of a description, each `algorithm HEX`, in a fixed order and spelling."""
    return sorted({f"{algorithm.lower()} {value.upper()}" for algorithm, value in _fingerprint_line.findall(sdp)})


def seal_description(
    sdp: str,
    *,
    ticket: str,
    generation: int,
    kind: Kind,
    issuer: str,
    kid: str,
    key: Ed25519PrivateKey,
    now: float,
    leg: int = 0,
    subject: str | None = None,
) -> str:
    """Sign the fingerprints of `sdp`. `now`: seconds since the epoch; `subject`: the clerk it is of, as a pseudonym.
    Raises ValueError when there are none."""
    found = fingerprints(sdp)
    if not found:
        raise ValueError("A description without a DTLS fingerprint cannot be sealed.")
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": int(now),
        "exp": int(now) + LIFETIME_S,
        "ticket": ticket,
        "leg": leg,
        "generation": generation,
        "kind": kind,
        "fingerprints": found,
    }
    if subject is not None:
        claims["sub"] = subject
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})


def check_seal(
    seal: str,
    sdp: str,
    *,
    ticket: str,
    generation: int,
    kind: Kind,
    issuer: str,
    keys: Mapping[str, Ed25519PublicKey],
    now: float,
    leg: int = 0,
    subject: str | None = None,
) -> None:
    """Raise SealError unless `seal` vouches for `sdp`. `keys`: the issuer's public keys by `kid`; `subject`: the
    clerk it has to be of, where the issuer has more than one."""
    if not seal:
        raise SealError("missing", "The description carries no seal; the other end must sign its fingerprints.")
    try:
        kid = jwt.get_unverified_header(seal).get("kid", "")
        key = keys.get(kid)
        if key is None:
            raise SealError("foreign", "The seal was made with a key that is not the other end's.")
        claims = jwt.decode(
            seal,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=issuer,
            options={"require": ["iss", "aud", "exp", "iat"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidIssuerError as error:
        raise SealError("foreign", "The seal was made by somebody else than the other end.") from error
    except jwt.InvalidTokenError as error:
        raise SealError("invalid", f"The seal is not a valid signature: {error}") from error
    # The clocks of a booth and an authority may differ a little; the ticket and generation bind it more tightly.
    if not isinstance(claims["exp"], int) or now > claims["exp"] + LIFETIME_S:
        raise SealError("expired", "The seal is too old; check the clocks of both ends.")
    if subject is not None and claims.get("sub") != subject:
        raise SealError("foreign", "The seal was made for another clerk than the one at the other end.")
    # A seal without a leg is of an end that knows only the first one.
    sealed_for = (claims.get("ticket"), claims.get("leg", 0), claims.get("generation"), claims.get("kind"))
    if sealed_for != (ticket, leg, generation, kind):
        raise SealError("mismatch", "The seal belongs to another call.")
    found = fingerprints(sdp)
    if not found or any(line not in claims.get("fingerprints", []) for line in found):
        raise SealError("mismatch", "The description's DTLS fingerprint is not the one that was signed.")
