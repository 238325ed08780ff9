"""PACE's integrated mapping (ICAO 9303-11, 4.4.3.3.2): from two nonces, one of them secret, to a number of the field.

The group makes an element of that number (`Group.map_number`). Checked against the worked examples of appendix H.
"""

from __future__ import annotations

from typing import Final

from booth.idcard.ciphers import CipherSuite

SURPLUS_BITS: Final = 64
"""So many more bits than the field needs keep the number close to uniform."""

_constants: Final = {
    16: (
        bytes.fromhex("a668892a7c41e3ca739f40b057d85904"),
        bytes.fromhex("a4e136ac725f738b01c1f60217c188ad"),
    ),
    32: (
        bytes.fromhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"),
        bytes.fromhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"),
    ),
}
"""c0 and c1, by the bytes of the chip's nonce."""


def pseudo_random_number(suite: CipherSuite, nonce: bytes, terminal_nonce: bytes, prime: int) -> int:
    """R_p(s, t): `nonce` is the chip's, 16 or 32 bytes; `terminal_nonce` as long as a key. Raises ValueError for
    another length."""
    if len(nonce) not in _constants or len(terminal_nonce) != suite.key_bytes:
        raise ValueError("A nonce of the integrated mapping has another length.")
    onward, outward = _constants[len(nonce)]
    key = suite.encrypt(terminal_nonce, nonce)
    output = b""
    while 8 * len(output) < prime.bit_length() + SURPLUS_BITS:
        key = key[: suite.key_bytes]
        output += suite.encrypt(key, outward)
        key = suite.encrypt(key, onward)
    return int.from_bytes(output, "big") % prime
