"""The chip's side of its proofs, by the booth's secure messaging and by bare arithmetic: not by what judges them."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import ecdsa
from asn1crypto import core, keys
from cryptography.hazmat.primitives.asymmetric import rsa

from booth.idcard.ciphers import CipherSuite, pad
from booth.idcard.secure_messaging import SessionKeys
from booth.idcard.testing.personas import Persona
from tests.identity.state import public, tlv

SUITES = {1: CipherSuite.TRIPLE_DES, 2: CipherSuite.AES_128, 3: CipherSuite.AES_192, 4: CipherSuite.AES_256}
OK = b"\x90\x00"

# RFC 3526, group 14.
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
NUMBERS = {"NIST256p": 12, "BRAINPOOLP256r1": 13, "BRAINPOOLP384r1": 16, "BRAINPOOLP320r1": 14}


def info(oid: str, required: bytes, optional: bytes = b"") -> bytes:
    return tlv(0x30, core.ObjectIdentifier(oid).dump() + required + optional)


def number(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def bits(octets: bytes) -> bytes:
    return tlv(3, b"\x00" + octets)


def without_keys(persona: Persona) -> Persona:
    """The same one with a document of the first years, whose chip has no key."""
    make = dataclasses.replace(persona.make, pace=(), chip_key=None, active=None)
    return dataclasses.replace(persona, make=make)


class CurveChip:
    """A chip with a key on a curve; `standardized` writes the curve as a number."""

    kind = 2

    def __init__(self, curve: Any = ecdsa.curves.BRAINPOOLP256r1, *, standardized: bool = False) -> None:
        self.key = ecdsa.SigningKey.generate(curve)
        self.curve = curve
        self.standardized = standardized

    def spki(self) -> bytes:
        if not self.standardized:
            return bytes(self.key.verifying_key.to_der("uncompressed"))
        algorithm = core.ObjectIdentifier("0.4.0.127.0.7.1.2").dump() + number(NUMBERS[self.curve.name])
        return tlv(0x30, tlv(0x30, algorithm) + bits(self.key.verifying_key.to_string("uncompressed")))

    def secret(self, theirs: bytes) -> bytes:
        point = ecdsa.VerifyingKey.from_string(theirs, self.curve).pubkey.point * self.key.privkey.secret_multiplier
        return int(point.x()).to_bytes((int(self.curve.curve.p()).bit_length() + 7) // 8, "big")


class GroupChip:
    """A chip with a key in a Diffie-Hellman group, its parameters as PKCS #3 has them."""

    kind = 1

    def __init__(self) -> None:
        self.private = secrets.randbelow(PRIME - 3) + 2

    def spki(self) -> bytes:
        algorithm = core.ObjectIdentifier("1.2.840.113549.1.3.1").dump() + tlv(0x30, number(PRIME) + number(2))
        return tlv(0x30, tlv(0x30, algorithm) + bits(number(pow(2, self.private, PRIME))))

    def secret(self, theirs: bytes) -> bytes:
        return pow(int.from_bytes(theirs, "big"), self.private, PRIME).to_bytes(len(theirs), "big")


Chip = CurveChip | GroupChip


def dg14(chip: Chip, suite: int | None = 2, key_id: int | None = None, more: bytes = b"") -> bytes:
    """Without `suite` only the key, as the first edition allowed."""
    identifier = number(key_id) if key_id is not None else b""
    infos = info(f"0.4.0.127.0.7.2.2.1.{chip.kind}", chip.spki(), identifier) + more
    if suite is not None:
        infos += info(f"0.4.0.127.0.7.2.2.3.{chip.kind}.{suite}", number(1), identifier)
    return tlv(0x6E, tlv(0x31, infos))


def answer(chip: Chip, suite: int, public_key: bytes, command: bytes, status: bytes = OK) -> bytes:
    """The protected response of a chip that holds the key; raises AssertionError if the command is not authentic."""
    ciphers = SUITES[suite]
    secret = chip.secret(public_key)
    session = SessionKeys(ciphers, ciphers.derive_key(secret, 1), ciphers.derive_key(secret, 2))
    session.advance()
    header, body = command[:4], command[5:-1]
    covered, mac = body[:-10], body[-8:]
    assert command[4] == len(body)
    assert body[-10:-8] == b"\x8e\x08"
    assert session.mac(pad(header, ciphers.block_bytes) + session.pad(covered)) == mac
    session.advance()
    objects = tlv(0x87, b"\x01" + session.encrypt(b"\x77\x82\x06\x00")) + b"\x99\x02" + status
    return objects + b"\x8e\x08" + session.mac(session.pad(objects)) + status


@dataclass
class RsaChip:
    """Active Authentication by ISO/IEC 9796-2."""

    key: rsa.RSAPrivateKey

    def dg15(self) -> bytes:
        return tlv(0x6F, public(self.key).dump())

    def sign(
        self, challenge: bytes, trailer: bytes = b"\xbc", digest: str = "sha1", header: int = 0x6A, padding: int = 0
    ) -> bytes:
        numbers = self.key.private_numbers()
        size = self.key.key_size // 8
        front = bytes((header,)) if not padding else b"\x6b" + b"\xbb" * (padding - 1) + b"\xba"
        room = size - len(front) - hashlib.new(digest).digest_size - len(trailer)
        recoverable = secrets.token_bytes(room)
        block = front + recoverable + hashlib.new(digest, recoverable + challenge).digest() + trailer
        value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
        return value.to_bytes(size, "big")


def ec_dg15(key: ecdsa.SigningKey) -> bytes:
    return tlv(0x6F, keys.PublicKeyInfo.load(key.verifying_key.to_der("uncompressed")).dump())
