"""The booth's Ed25519 key: made once, kept in a file that only the booth can read, never sent anywhere.

DeviceKeyError
  no key, a key others could read, or a file that is no key; the text says what to do
"""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from signaling.protocol.seal import Kind, seal_description

NAME: Final = "device.key"
AUDIENCE: Final = "fernamt-switchboard"
TOKEN_LIFETIME_S: Final = 60
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class DeviceKeyError(Exception):
    """The device key cannot be used."""


class DeviceKey:
    """Signs for the booth `booth`: its tokens and the seals of its descriptions."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """The public key, base64url without padding, as `directory.toml` and a JWK's `x` have it."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def token(self, booth: str, nonce: str, now: float) -> str:
        """The JWT of a `hello`, good for this challenge only. `now`: seconds since the epoch."""
        claims = {
            "iss": booth,
            "sub": booth,
            "aud": AUDIENCE,
            "nonce": nonce,
            "iat": int(now),
            "exp": int(now) + TOKEN_LIFETIME_S,
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": booth})

    def seal(self, sdp: str, *, ticket: str, generation: int, kind: Kind, booth: str, now: float, leg: int = 0) -> str:
        """The seal of a description of this booth."""
        return seal_description(
            sdp,
            ticket=ticket,
            leg=leg,
            generation=generation,
            kind=kind,
            issuer=booth,
            kid=booth,
            key=self._key,
            now=now,
        )


def make(folder: Path) -> DeviceKey:
    """Make `folder`/device.key, or load the one that is there. Raises DeviceKeyError."""
    path = folder / NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return load(folder)
    key = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "wb") as file:
        file.write(_pem(key))
    return DeviceKey(key)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keep(folder: Path, key: Ed25519PrivateKey) -> DeviceKey:
    """Write `key` to `folder`/device.key in one step, over one that was there. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{NAME}.new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_pem(key))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / NAME)
    return DeviceKey(key)


def load(folder: Path) -> DeviceKey:
    """Raises DeviceKeyError."""
    path = folder / NAME
    if not path.is_file():
        raise DeviceKeyError(f"{path} is not there; make it with: python -m booth enrol --data {folder} …")
    if path.stat().st_mode & OTHERS:
        raise DeviceKeyError(f"{path} can be read or written by others; make it private with: chmod 600 {path}")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DeviceKeyError(f"{path} is not a private key in PEM; remove it and make a new one.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise DeviceKeyError(f"{path} is not an Ed25519 key; remove it and make a new one.")
    return DeviceKey(key)
