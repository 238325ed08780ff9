"""The office's two keys: `token.key` signs for its clerks (and its successors, see `token_keys`), `case.key` encrypts
its cases.

Both are made at the first start and live beside the data, readable by their owner alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from clerk_console.errors import ConsoleError, ErrorId, SetupError

TOKEN_KEY: Final = "token.key"  # noqa: S105
CASE_KEY: Final = "case.key"
CASE_KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class Vault:
    """AES-256-GCM under the case key. `about` binds a ciphertext to the record it belongs to."""

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(key)
        self._random_bytes = random_bytes

    def lock(self, clear: bytes, about: str) -> bytes:
        """The nonce followed by ciphertext and tag."""
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, about.encode())

    def unlock(self, sealed: bytes, about: str) -> bytes:
        """Raises ConsoleError (record_damaged) when a byte was changed or it belongs to another record."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise ConsoleError(
                ErrorId.RECORD_DAMAGED,
                f"The record {about} does not decrypt: it was changed on disk or {CASE_KEY} is another one. "
                "Restore both from the same backup.",
            ) from None


def load_token_key(folder: Path) -> Ed25519PrivateKey:
    """The Ed25519 key of the office, made at the first start. Raises SetupError."""
    path = folder / TOKEN_KEY
    if not path.exists():
        add_token_key(path)
    return read_token_key(path)


def add_token_key(path: Path) -> Ed25519PrivateKey:
    """A new key in a new file."""
    key = Ed25519PrivateKey.generate()
    write_new(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def read_token_key(path: Path) -> Ed25519PrivateKey:
    """The key of a file. Raises SetupError."""
    try:
        key = load_pem_private_key(read_private(path), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SetupError(f"{path} is not an Ed25519 private key in PEM. Restore it, or move it away for a new one.")
    return key


def load_vault(folder: Path, random_bytes: Callable[[int], bytes]) -> Vault:
    """The vault of the office, its key made at the first start. Raises SetupError."""
    path = folder / CASE_KEY
    if not path.exists():
        write_new(path, random_bytes(CASE_KEY_BYTES))
    key = read_private(path)
    if len(key) != CASE_KEY_BYTES:
        raise SetupError(f"{path} has {len(key)} bytes instead of {CASE_KEY_BYTES}. Restore it from the backup.")
    return Vault(key, random_bytes)


def write_new(path: Path, content: bytes) -> None:
    """Write a key that was not there, for its owner alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path) -> bytes:
    """A key that nobody else can read. Raises SetupError."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SetupError(f"{path} can be read by others (mode {mode:04o}). Run: chmod 600 {path}")
    return path.read_bytes()
