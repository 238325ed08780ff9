"""Chip Authentication over a distance (ICAO 9303-11, 6.2; TR-03110-1, 3.4): the chip at the booth, the other key here.

The console makes the ephemeral key pair and the first command under the new session keys; the booth only carries both
to the chip and its protected response back. Who can answer with a right checksum holds the private key that belongs to
DG14, and answered this very command: neither a copied chip can, nor a booth that lies.

The secure messaging is written a second time here, after 9303-11, 9.8, because the booth's is another party's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import parser
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clerk_console.identity.errors import parsing
from clerk_console.identity.security_infos import (
    ID_CA,
    ChipSecurity,
    DhChipKey,
    EcChipKey,
    ListedProtocol,
    point_of,
)
from clerk_console.identity.signatures import native_curve

READ_SECURITY_OBJECT: Final = bytes.fromhex("0cb09d00")
"""READ BINARY of EF.SOD by its short identifier, which every document has."""
READ_LENGTH: Final = b"\x97\x01\x04"
MAC_KEY: Final = 2
CHECKSUM_BYTES: Final = 8
MAX_RESPONSE_BYTES: Final = 1024

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Suite:
    """How session keys are derived and messages protected; `key_bytes` of 3DES are those of its two keys."""

    triple_des: bool
    key_bytes: int

    @property
    def block(self) -> int:
        return 8 if self.triple_des else 16

    def derive(self, secret: bytes, purpose: int) -> bytes:
        """9303-11, 9.7.1."""
        digest = hashlib.sha256 if self.key_bytes > 16 else hashlib.sha1
        return digest(secret + purpose.to_bytes(4, "big")).digest()[: self.key_bytes]

    def checksum(self, key: bytes, counter: int, message: bytes) -> bytes:
        """The first eight octets of the MAC over the send sequence counter and the message, both padded."""
        return self._mac(key, _padded(counter.to_bytes(self.block, "big") + message, self.block))[:CHECKSUM_BYTES]

    def _mac(self, key: bytes, data: bytes) -> bytes:
        if not self.triple_des:
            mac = CMAC(algorithms.AES(key))
            mac.update(data)
            return mac.finalize()
        # ISO/IEC 9797-1, algorithm 3: single DES over all blocks, triple DES for the last.
        single = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor()
        chained = (single.update(data[:-8]) + single.finalize())[-8:] if len(data) > 8 else bytes(8)
        last = bytes(a ^ b for a, b in zip(chained, data[-8:], strict=True))
        final = Cipher(TripleDES(key[:8] + key[8:] + key[:8]), modes.ECB()).encryptor()  # noqa: S305
        return final.update(last) + final.finalize()


_suites: Final = {1: Suite(True, 16), 2: Suite(False, 16), 3: Suite(False, 24), 4: Suite(False, 32)}
"""By the last number of the object identifier."""
_dh, _ecdh = 1, 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the console asks of one chip, once, and how its answer will be known. `key`: the chip's public key it was
    made for, to be compared with the one the state signed."""

    protocol: str
    key_id: int | None
    public_key: bytes
    command: bytes
    key: EcChipKey | DhChipKey
    suite: Suite
    mac_key: bytes

    def __repr__(self) -> str:
        return f"Agreement({self.protocol})"

    @parsing("The chip's response")
    def is_answered_by(self, response: bytes) -> bool:
        """Whether the protected response, status word included, was made with the session keys. Raises
        IdentityDataError."""
        if not CHECKSUM_BYTES < len(response) <= MAX_RESPONSE_BYTES:
            return False
        body, status = response[:-2], response[-2:]
        objects = _objects(body)
        if not objects or objects[-1][0] != 0x8E:
            return False
        covered = body[: -objects[-1][2]]
        if [content for tag, content, _ in objects if tag == 0x99] != [status]:
            return False
        wanted = self.suite.checksum(self.mac_key, 2, covered)
        return hmac.compare_digest(wanted, objects[-1][1])


@parsing("The chip's key")
def agree(security: ChipSecurity, random_bytes: RandomBytes) -> Agreement | None:
    """The strongest Chip Authentication the chip offers, ready to be asked for; None where it offers none this program
    can use. Raises IdentityDataError for keys that are none."""
    for protocol in sorted(_protocols(security), key=lambda one: _strength(one.oid), reverse=True):
        key = _key_of(security, protocol)
        if key is not None:
            return _agreement(protocol, key, random_bytes)
    return None


def offers_chip_authentication(security: ChipSecurity) -> bool:
    """Whether the chip has a key for it, usable here or not."""
    return bool(security.keys)


def _protocols(security: ChipSecurity) -> tuple[ListedProtocol, ...]:
    """Those of a known kind. Where a chip lists keys alone, 3DES is meant, as the first edition had it."""
    known = tuple(one for one in security.protocols if _numbers(one.oid) is not None)
    if known or security.protocols:
        return known
    kinds = {(_ecdh if isinstance(one.key, EcChipKey) else _dh, one.key_id) for one in security.keys if one.key}
    return tuple(ListedProtocol(f"{ID_CA}.{kind}.1", key_id) for kind, key_id in kinds)


def _numbers(oid: str) -> tuple[int, int] | None:
    """Kind of the key agreement, and number of the suite."""
    parts = oid.removeprefix(f"{ID_CA}.").split(".")
    if len(parts) != 2 or parts[0] not in ("1", "2") or parts[1] not in ("1", "2", "3", "4"):
        return None
    return int(parts[0]), int(parts[1])


def _strength(oid: str) -> tuple[int, int]:
    kind, suite = _numbers(oid) or (0, 0)
    return suite, kind


def _key_of(security: ChipSecurity, protocol: ListedProtocol) -> EcChipKey | DhChipKey | None:
    kind, _ = _numbers(protocol.oid) or (0, 0)
    wanted = EcChipKey if kind == _ecdh else DhChipKey
    fitting = [one for one in security.keys if isinstance(one.key, wanted)]
    named = [one for one in fitting if one.key_id == protocol.key_id]
    # An identifier on one side only happens, and leaves no doubt while there is one key.
    chosen = named or (fitting if len(fitting) == 1 else [])
    return chosen[0].key if chosen else None


def _agreement(protocol: ListedProtocol, key: EcChipKey | DhChipKey, random_bytes: RandomBytes) -> Agreement:
    _, number = _numbers(protocol.oid) or (0, 0)
    suite = _suites[number]
    agreed = _agree_on_curve if isinstance(key, EcChipKey) else _agree_in_group
    public_key, secret = agreed(key, random_bytes)
    mac_key = suite.derive(secret, MAC_KEY)
    checksum = suite.checksum(mac_key, 1, _padded(READ_SECURITY_OBJECT, suite.block) + READ_LENGTH)
    body = READ_LENGTH + bytes((0x8E, CHECKSUM_BYTES)) + checksum
    command = READ_SECURITY_OBJECT + bytes((len(body),)) + body + b"\x00"
    return Agreement(protocol.oid, protocol.key_id, public_key, command, key, suite, mac_key)


def _agree_on_curve(key: Any, random_bytes: RandomBytes) -> tuple[bytes, bytes]:
    """The ephemeral public key and the shared secret, the x coordinate (9303-11, 9.6)."""
    private = _scalar(int(key.curve.order), random_bytes)
    theirs = point_of(key)
    native = native_curve(key.curve)
    if native is not None:
        own = ec.derive_private_key(private, native)
        public = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return public, own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(native, key.point))
    size = (int(key.curve.curve.p()).bit_length() + 7) // 8
    public = (key.curve.generator * private).to_bytes("uncompressed")
    return public, int((theirs.pubkey.point * private).x()).to_bytes(size, "big")


def _agree_in_group(key: Any, random_bytes: RandomBytes) -> tuple[bytes, bytes]:
    private = _scalar(key.prime - 1, random_bytes)
    size = (key.prime.bit_length() + 7) // 8
    public, shared = pow(key.generator, private, key.prime), pow(key.value, private, key.prime)
    return public.to_bytes(size, "big"), shared.to_bytes(size, "big")


def _scalar(order: int, random_bytes: RandomBytes) -> int:
    """Eight octets more than needed keep it even (FIPS 186-5, A.2.1)."""
    return 1 + int.from_bytes(random_bytes((order.bit_length() + 7) // 8 + 8), "big") % (order - 1)


def _padded(data: bytes, block: int) -> bytes:
    """ISO/IEC 9797-1, padding method 2."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def _objects(body: bytes) -> list[tuple[int, bytes, int]]:
    """The data objects: tag, content, and length of the whole."""
    objects = []
    while body:
        _, _, _, header, content, trailer = parser.parse(body)
        length = len(header) + len(content) + len(trailer)
        objects.append((header[0], content, length))
        body = body[length:]
    return objects
