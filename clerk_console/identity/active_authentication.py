"""Active Authentication (ICAO 9303-11, 6.1): the chip signs the console's eight bytes with the key of DG15.

RSA signatures follow ISO/IEC 9796-2, digital signature scheme 1, with partial recovery: the message is what the
signature itself gives back, then the challenge. ECDSA signatures are plain (TR-03111, 5.2.1.1): r, then s.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from asn1crypto import keys
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.groups import child
from clerk_console.identity.signatures import HASHES, is_ecdsa_signature, rsa_numbers

CHALLENGE_BYTES: Final = 8
MAX_SIGNATURE_BYTES: Final = 1024

IMPLICIT_TRAILER: Final = 0xBC
EXPLICIT_TRAILER: Final = 0xCC
_trailers: Final = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Hash functions by their number in ISO/IEC 10118-3."""
_partial_recovery: Final = 0x60
"""The bits 01, and that more of the message lies outside the signature."""


@parsing("DG15")
def parse_dg15(file: bytes) -> keys.PublicKeyInfo:
    """Raises IdentityDataError."""
    return keys.PublicKeyInfo.load(child(file, (1, 0x0F)), strict=True)


@parsing("The chip's signature or its key")
def is_response_to(key: keys.PublicKeyInfo, challenge: bytes, response: bytes, *, digest: str | None = None) -> bool:
    """Whether the chip with that key answered the challenge. `digest`: the hash DG14 names for ECDSA; without it any
    will do, as each alone is a signature. Raises AlgorithmUnsupported, IdentityDataError for malformed keys."""
    if len(challenge) != CHALLENGE_BYTES:
        raise IdentityDataError("The challenge is not eight octets long.")
    if not 0 < len(response) <= MAX_SIGNATURE_BYTES:
        return False
    if key["algorithm"]["algorithm"].native in ("rsa", "rsassa_pss"):
        return _check_iso_9796(key, challenge, response)
    if key["algorithm"]["algorithm"].native != "ec":
        raise AlgorithmUnsupported("The key of Active Authentication is of an unsupported kind.")
    signature = _der(response)
    return any(is_ecdsa_signature(key, signature, challenge, name) for name in ([digest] if digest else HASHES))


def _der(response: bytes) -> bytes:
    """Some chips write the two numbers in DER, as X.509 has them."""
    if response[0] == 0x30 and len(response) > 2 and response[1] == len(response) - 2:
        return response
    if len(response) % 2:
        raise IdentityDataError("A plain ECDSA signature has two halves.")
    half = len(response) // 2
    return encode_dss_signature(int.from_bytes(response[:half], "big"), int.from_bytes(response[half:], "big"))


def _check_iso_9796(key: keys.PublicKeyInfo, challenge: bytes, response: bytes) -> bool:
    modulus, exponent = rsa_numbers(key)
    if modulus.bit_length() % 8:
        raise AlgorithmUnsupported(f"An RSA key of {modulus.bit_length()} bits is not supported here.")
    size = modulus.bit_length() // 8
    signature = int.from_bytes(response, "big")
    if len(response) != size or not 0 < signature < modulus:
        return False
    recovered = _opened(pow(signature, exponent, modulus), modulus)
    if recovered is None:
        return False
    return _is_message(recovered.to_bytes(size, "big"), challenge)


def _opened(value: int, modulus: int) -> int | None:
    """The signer may have kept the smaller of the signature and its complement; the last nibble tells."""
    return next((one for one in (value, modulus - value) if one & 0x0F == 0x0C), None)


def _is_message(block: bytes, challenge: bytes) -> bool:
    """Header, recoverable part, hash, trailer."""
    digest, trailer = _trailer(block)
    if digest is None:
        return False
    start = _start(block)
    size = hashlib.new(digest).digest_size
    end = len(block) - trailer - size
    if start is None or start >= end:
        return False
    hashed = hashlib.new(digest, block[start:end] + challenge).digest()
    return hmac.compare_digest(hashed, block[end : end + size])


def _trailer(block: bytes) -> tuple[str | None, int]:
    """The hash and the trailer's length. A single octet stands for SHA-1 (9303-11, 6.1.2.3)."""
    if block[-1] == IMPLICIT_TRAILER:
        return "sha1", 1
    if block[-1] != EXPLICIT_TRAILER:
        return None, 0
    if block[-2] not in _trailers:
        raise AlgorithmUnsupported("The hash of Active Authentication is not supported.")
    return _trailers[block[-2]], 2


def _start(block: bytes) -> int | None:
    """Where the recoverable part begins: behind 6A, or behind padding 6B BB … BA."""
    if block[0] & 0xF0 != _partial_recovery:
        return None
    position = 0
    low = block[0] & 0x0F
    while low == 0x0B and position + 1 < len(block) and block[position + 1] >> 4 == 0x0B:
        position += 1
        low = block[position] & 0x0F
    return position + 1 if low == 0x0A else None
