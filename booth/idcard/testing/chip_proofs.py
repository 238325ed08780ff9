"""The chip's private keys, and its ends of Chip and Active Authentication (ICAO 9303-11, 6.1 and 6.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from booth.idcard.card_access import GROUPS, SUITES
from booth.idcard.ciphers import CipherSuite
from booth.idcard.curves import Group, RandomBytes
from booth.idcard.errors import CardError
from booth.idcard.pace import session_keys
from booth.idcard.proofs import CHIP_AUTHENTICATION
from booth.idcard.secure_messaging import SessionKeys
from booth.idcard.testing.refusals import CONDITIONS_NOT_SATISFIED, WRONG_DATA, Refused

SHA256_TRAILER: Final = b"\x34\xcc"
"""Of ISO/IEC 9796-2: the hash is SHA-256."""

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class StaticKey:
    """The key of Chip Authentication. `suite`: 1 to 4; `key_id`: where DG14 numbers it."""

    parameter: int
    suite: int
    scalar: int
    key_id: int | None = None

    @classmethod
    def make(cls, parameter: int, suite: int, random_bytes: RandomBytes, key_id: int | None = None) -> StaticKey:
        return cls(parameter, suite, GROUPS[parameter].random_scalar(random_bytes), key_id)

    @property
    def group(self) -> Group:
        return GROUPS[self.parameter]

    @property
    def public_key(self) -> bytes:
        return self.group.encode(self.group.multiply(self.scalar, self.group.generator))

    def agree(self, objects: Mapping[int, bytes], peer_key: bytes) -> SessionKeys:
        """The keys after Chip Authentication. `objects`: of the MSE command. Raises Refused."""
        identifier = objects.get(0x80, CHIP_AUTHENTICATION + b"\x00\x01")
        number = objects.get(0x84)
        known = None if number is None else int.from_bytes(number, "big")
        if identifier[:-2] != CHIP_AUTHENTICATION or identifier[-1] != self.suite or known not in (None, self.key_id):
            raise Refused(WRONG_DATA)
        suite: CipherSuite = SUITES[self.suite]
        try:
            secret = self.group.shared_secret(self.group.multiply(self.scalar, self.group.decode(peer_key)))
        except CardError:
            raise Refused(WRONG_DATA) from None
        return SessionKeys(suite, *session_keys(suite, secret))


def sign(key: SigningKey | None, challenge: bytes, random_bytes: RandomBytes) -> bytes:
    """INTERNAL AUTHENTICATE's answer. Raises Refused."""
    if key is None:
        raise Refused(CONDITIONS_NOT_SATISFIED)
    if len(challenge) != 8:
        raise Refused(WRONG_DATA)
    if isinstance(key, rsa.RSAPrivateKey):
        return _sign_rsa(key, challenge, random_bytes)
    size = (key.curve.key_size + 7) // 8
    left, right = decode_dss_signature(key.sign(challenge, ec.ECDSA(hashes.SHA256())))
    return left.to_bytes(size, "big") + right.to_bytes(size, "big")


def _sign_rsa(key: rsa.RSAPrivateKey, challenge: bytes, random_bytes: RandomBytes) -> bytes:
    """ISO/IEC 9796-2, digital signature scheme 1, partial recovery (6.1.2.1): what the chip adds is recovered."""
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    recoverable = random_bytes(size - 1 - 32 - len(SHA256_TRAILER))
    digest = hashlib.sha256(recoverable + challenge).digest()
    block = b"\x6a" + recoverable + digest + SHA256_TRAILER
    return pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes(size, "big")
