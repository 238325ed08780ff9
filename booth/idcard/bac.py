"""Basic Access Control (ICAO 9303-11, 4.3): how passports without PACE are opened by their machine-readable zone."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Final

from booth.idcard.apdu import OK, Command, Response
from booth.idcard.ciphers import DERIVE_AUTHENTICATION, DERIVE_ENCRYPTION, CipherSuite, pad
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import CardError, CardUnsupported, WrongMachineReadableZone
from booth.idcard.keys import MachineReadableZoneKey
from booth.idcard.secure_messaging import SessionKeys

SUITE: Final = CipherSuite.TRIPLE_DES
CHALLENGE_BYTES: Final = 8
KEYING_BYTES: Final = 16
TOKEN_BYTES: Final = 32
INSTRUCTION_UNKNOWN: Final = 0x6D00

Exchange = Callable[[Command], Response]


def seal(seed: bytes | bytearray, token: bytes) -> bytes:
    """A token encrypted and authenticated with the document's keys: both ends send one (4.3.4)."""
    secret = SUITE.encrypt(SUITE.derive_key(seed, DERIVE_ENCRYPTION), token)
    return secret + SUITE.mac(SUITE.derive_key(seed, DERIVE_AUTHENTICATION), pad(secret, SUITE.block_bytes))


def unseal(seed: bytes | bytearray, sealed: bytes) -> bytes:
    """The other end's token. Raises ValueError unless it is authentic."""
    secret, mac = sealed[:TOKEN_BYTES], sealed[TOKEN_BYTES:]
    expected = SUITE.mac(SUITE.derive_key(seed, DERIVE_AUTHENTICATION), pad(secret, SUITE.block_bytes))
    if len(secret) != TOKEN_BYTES or not hmac.compare_digest(mac, expected):
        raise ValueError("The token is not authentic.")
    return SUITE.decrypt(SUITE.derive_key(seed, DERIVE_ENCRYPTION), secret)


def session_keys(chip_challenge: bytes, terminal_challenge: bytes, *halves: bytes) -> SessionKeys:
    """From both challenges and both halves of the keying material (9.7.4, 9.8.6.1)."""
    seed = bytes(left ^ right for left, right in zip(*halves, strict=True))
    return SessionKeys(
        SUITE,
        SUITE.derive_key(seed, DERIVE_ENCRYPTION),
        SUITE.derive_key(seed, DERIVE_AUTHENTICATION),
        int.from_bytes(chip_challenge[-4:] + terminal_challenge[-4:], "big"),
    )


def establish(
    exchange: Exchange, key: MachineReadableZoneKey, *, random_bytes: RandomBytes = secrets.token_bytes
) -> SessionKeys:
    """Run it within the selected application and return the keys of the session.

    Raises WrongMachineReadableZone when the chip refuses the key (one try), CardUnsupported when it does not know the
    protocol, CardError when it answers nonsense.
    """
    answer = exchange(Command(0x00, 0x84, 0x00, 0x00, expected=CHALLENGE_BYTES))
    if answer.status != OK or len(answer.data) != CHALLENGE_BYTES:
        raise CardUnsupported(f"The chip gives no challenge for Basic Access Control: status {answer.status:04X}.")
    chip_challenge = answer.data
    challenge, keying = random_bytes(CHALLENGE_BYTES), random_bytes(KEYING_BYTES)
    sealed = seal(key.seed, challenge + chip_challenge + keying)
    answer = exchange(Command(0x00, 0x82, 0x00, 0x00, sealed, expected=len(sealed)))
    if answer.status == INSTRUCTION_UNKNOWN:
        raise CardUnsupported("The chip does not know Basic Access Control.")
    if answer.status != OK:
        # Chips answer 6300, 6982, 6985, 6988 and more to a wrong key; none of them says anything else.
        raise WrongMachineReadableZone(f"The chip refused the zone's key with status {answer.status:04X}.")
    try:
        token = unseal(key.seed, answer.data)
    except ValueError:
        raise CardError("The chip could not prove that it knows the zone's key.") from None
    if not hmac.compare_digest(token[:16], chip_challenge + challenge):
        raise CardError("The chip answered another challenge than this one.")
    return session_keys(chip_challenge, challenge, keying, token[16:])
