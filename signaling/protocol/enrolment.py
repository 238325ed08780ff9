"""Enrolling a booth with a one-time code: what booth and console say to each other, and the proof in it.

The console makes a code and tells it to whoever sets the booth up. The booth asks the console for a nonce, makes its
device key and sends the public part, the code, and a *proof*: a JWT signed with that key over code, nonce and the
console's address. So the console knows that whoever has the code has the key, and has it now.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Annotated, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from signaling.protocol.messages import Identifier, ShortText

AUDIENCE: Final = "fernamt-enrolment"
ALPHABET: Final = "ACDEFHJKLMNPRTUVWXY0123456789"
"""Letters of ticket numbers, which are not mistaken for a digit or for each other, and digits."""
CODE_LENGTH: Final = 12
"""58 bits."""
GROUP: Final = 4
CHALLENGE_PATH: Final = "/api/enrolment/challenge"
PATH: Final = "/api/enrolment"

Code = Annotated[str, Meta(min_length=CODE_LENGTH, max_length=40)]
Nonce = Annotated[str, Meta(min_length=16, max_length=200)]
PublicKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$", description="Ed25519 public key, base64url, 32 bytes")]


class EnrolmentChallenge(Struct, frozen=True):
    """The console's answer to the first request."""

    nonce: Nonce


class EnrolmentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The booth's second request."""

    code: Code
    nonce: Nonce
    key: PublicKey
    proof: Annotated[str, Meta(max_length=4096)]


class Enrolled(Struct, frozen=True):
    """What a booth has to know from then on. `site`: where it stands, in words; `services`: what it offers."""

    booth: Identifier
    site: ShortText
    services: list[Identifier]
    switchboard: Annotated[str, Meta(max_length=300)]
    console: Annotated[str, Meta(max_length=300)]


class ProofError(Exception):
    """The proof is not one of this key, code and nonce."""


def spelled(code: str) -> str:
    """The code in groups, as it is told to people."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def normalised(text: str) -> str:
    """The code somebody typed, however grouped. Raises ValueError."""
    code = "".join(text.upper().split()).replace("-", "")
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise ValueError(f"A code has {CODE_LENGTH} of the characters {ALPHABET}.")
    return code


def digest(code: str) -> str:
    """What is kept of a code, and signed."""
    return hashlib.sha256(f"{AUDIENCE}:{code}".encode()).hexdigest()


def spelling(key: Ed25519PublicKey) -> str:
    """A public key in base64url without padding."""
    return base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode()


def read_key(text: str) -> Ed25519PublicKey:
    """Raises ProofError, also for another spelling of a good key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise ProofError("The key is not an Ed25519 public key of 32 bytes in base64url.") from None
    if spelling(key) != text:
        raise ProofError("The key is spelled in a way it must not be.")
    return key


def prove(key: Ed25519PrivateKey, *, code: str, nonce: str, console: str, now: float) -> str:
    """The proof. `console`: its address, as `Enrolled` has it; `now`: seconds since the epoch."""
    claims = {
        "aud": AUDIENCE,
        "console": console,
        "code": digest(code),
        "nonce": nonce,
        "iat": int(now),
    }
    return jwt.encode(claims, key, algorithm="EdDSA")


def check_proof(request: EnrolmentRequest, *, code: str, console: str) -> None:
    """Raises ProofError unless whoever sent the request holds the key. That the nonce is the console's own and fresh
    is for the caller to check; clocks do not come into it."""
    key = read_key(request.key)
    try:
        claims = jwt.decode(
            request.proof,
            key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            options={"require": ["aud", "console", "code", "nonce"], "verify_iat": False},
        )
    except jwt.InvalidTokenError as error:
        raise ProofError(f"The proof is not signed with the key: {error}") from None
    expected = (digest(code), request.nonce, console)
    found = (str(claims["code"]), str(claims["nonce"]), str(claims["console"]))
    if not hmac.compare_digest("\0".join(expected).encode(), "\0".join(found).encode()):
        raise ProofError(f"The proof is for another code, nonce or console; this one is {console}.")
