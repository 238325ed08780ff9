"""The symmetric half of PACE and secure messaging (ICAO 9303-11, 9.7 and 9.8): key derivation, CBC and MAC.

Checked against the worked examples of ICAO 9303-11, appendices D and G.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

MAC_BYTES: Final = 8

DERIVE_ENCRYPTION: Final = 1
DERIVE_AUTHENTICATION: Final = 2
DERIVE_PASSWORD: Final = 3


def pad(data: bytes, block: int) -> bytes:
    """ISO/IEC 9797-1 padding method 2: 80, then zeros up to a multiple of `block`."""
    padded = data + b"\x80"
    return padded + bytes(-len(padded) % block)


def unpad(data: bytes) -> bytes:
    """Take padding method 2 off. Raises ValueError when there is none."""
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise ValueError("The padding is not ISO/IEC 9797-1 method 2.")
    return stripped[:-1]


def _run(context: CipherContext, data: bytes) -> bytes:
    return context.update(data) + context.finalize()


def _with_odd_parity(key: bytes) -> bytes:
    return bytes((byte & 0xFE) | ((byte >> 1).bit_count() + 1) % 2 for byte in key)


def _single_des(key: bytes) -> TripleDES:
    return TripleDES(key * 3)


def _retail_mac(key: bytes, data: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3 over whole blocks, DES, zero initial value."""
    first, second = _single_des(key[:8]), _single_des(key[8:16])
    chained = _run(Cipher(first, modes.CBC(bytes(8))).encryptor(), data)[-8:]
    inner = _run(Cipher(second, modes.ECB()).decryptor(), chained)  # noqa: S305
    return _run(Cipher(first, modes.ECB()).encryptor(), inner)  # noqa: S305


class CipherSuite(Enum):
    """A block cipher with its key length; the value is (name, key bytes, block bytes)."""

    TRIPLE_DES = ("3DES", 16, 8)
    AES_128 = ("AES-128", 16, 16)
    AES_192 = ("AES-192", 24, 16)
    AES_256 = ("AES-256", 32, 16)

    @property
    def key_bytes(self) -> int:
        return self.value[1]

    @property
    def block_bytes(self) -> int:
        return self.value[2]

    def derive_key(self, secret: bytes | bytearray, purpose: int) -> bytes:
        """KDF of ICAO 9303-11, 9.7.1: SHA-1 for keys up to 128 bits, SHA-256 above; odd parity for 3DES."""
        digest = hashlib.new("sha1" if self.key_bytes == 16 else "sha256")
        digest.update(secret)  # in two steps: no copy of the secret is left behind
        digest.update(purpose.to_bytes(4, "big"))
        key = digest.digest()[: self.key_bytes]
        return _with_odd_parity(key) if self is CipherSuite.TRIPLE_DES else key

    def _algorithm(self, key: bytes) -> AES | TripleDES:
        return TripleDES(key + key[:8]) if self is CipherSuite.TRIPLE_DES else AES(key)

    def encrypt(self, key: bytes, data: bytes, vector: bytes | None = None) -> bytes:
        """CBC over whole blocks; the initial vector is zero unless given."""
        mode = modes.CBC(vector or bytes(self.block_bytes))
        return _run(Cipher(self._algorithm(key), mode).encryptor(), data)

    def decrypt(self, key: bytes, data: bytes, vector: bytes | None = None) -> bytes:
        """CBC over whole blocks. Raises ValueError when `data` is not whole blocks."""
        mode = modes.CBC(vector or bytes(self.block_bytes))
        return _run(Cipher(self._algorithm(key), mode).decryptor(), data)

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Eight bytes: CMAC (AES) or retail MAC (3DES, `data` in whole blocks)."""
        if self is CipherSuite.TRIPLE_DES:
            return _retail_mac(key, data)
        cmac = CMAC(AES(key))
        cmac.update(data)
        return cmac.finalize()[:MAC_BYTES]
