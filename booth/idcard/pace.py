"""PACE with generic mapping over elliptic curves (ICAO 9303-11, 4.4): a card access number becomes a secure channel.

The number never leaves the booth, not even encrypted; a chip that does not know it cannot finish either.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Final

from booth.idcard import tlv
from booth.idcard.apdu import OK, SHORT_RESPONSE, Command, Response
from booth.idcard.card_access import PaceParameters
from booth.idcard.ciphers import (
    DERIVE_AUTHENTICATION,
    DERIVE_ENCRYPTION,
    DERIVE_PASSWORD,
    CipherSuite,
    pad,
)
from booth.idcard.curves import Point, RandomBytes
from booth.idcard.errors import CardError, CardUnsupported, WrongCardAccessNumber
from booth.idcard.secure_messaging import SessionKeys

PASSWORD_MRZ: Final = 1
PASSWORD_CAN: Final = 2

CHAINED: Final = 0x10
DYNAMIC_DATA: Final = 0x7C
PUBLIC_KEY: Final = 0x7F49

Exchange = Callable[[Command], Response]


def authentication_token(suite: CipherSuite, key: bytes, identifier: bytes, public_key: bytes) -> bytes:
    """Eight bytes over the other side's public key (4.4.3.4); both ends make one and check the other's."""
    data = tlv.encode(PUBLIC_KEY, tlv.encode(0x06, identifier) + tlv.encode(0x86, public_key))
    return suite.mac(key, pad(data, suite.block_bytes) if suite is CipherSuite.TRIPLE_DES else data)


def session_keys(suite: CipherSuite, shared_secret: bytes) -> tuple[bytes, bytes]:
    """Encryption and authentication key (9.7.1)."""
    return (
        suite.derive_key(shared_secret, DERIVE_ENCRYPTION),
        suite.derive_key(shared_secret, DERIVE_AUTHENTICATION),
    )


def establish(
    exchange: Exchange,
    password: bytes | bytearray,
    parameters: PaceParameters,
    *,
    reference: int = PASSWORD_CAN,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> SessionKeys:
    """Run PACE and return the keys of the session.

    Raises WrongCardAccessNumber when the chip refuses the password (one try, never repeated here), CardUnsupported
    when it refuses the parameters, CardError when it answers nonsense.
    """
    return _Run(exchange, parameters, random_bytes).run(password, reference)


class _Run:
    """One run of the protocol, step by step as in 4.4.4."""

    def __init__(self, exchange: Exchange, parameters: PaceParameters, random_bytes: RandomBytes) -> None:
        self._exchange = exchange
        self._parameters = parameters
        self._suite = parameters.suite
        self._curve = parameters.curve
        self._random_bytes = random_bytes

    def run(self, password: bytes | bytearray, reference: int) -> SessionKeys:
        self._announce(reference)
        nonce = self._nonce(password)
        generator = self._map(nonce)
        mine, theirs, secret = self._agree(generator)
        encryption, authentication = session_keys(self._suite, secret)
        self._confirm(authentication, mine, theirs)
        return SessionKeys(self._suite, encryption, authentication)

    def _announce(self, reference: int) -> None:
        """MSE:Set AT (4.4.4.1)."""
        data = tlv.encode(0x80, self._parameters.identifier) + tlv.encode(0x83, bytes([reference]))
        if self._parameters.ambiguous:
            data += tlv.encode(0x84, bytes([self._parameters.curve_number]))
        status = self._exchange(Command(0x00, 0x22, 0xC1, 0xA4, data)).status
        if status != OK and status >> 8 != 0x63:
            raise CardUnsupported(f"The chip refused the PACE parameters with status {status:04X}.")

    def _step(self, sent: bytes, wanted: int, *, last: bool = False) -> bytes:
        """One GENERAL AUTHENTICATE (4.4.4.2); returns the value of data object `wanted`."""
        command = Command(
            0x00 if last else CHAINED, 0x86, 0x00, 0x00, tlv.encode(DYNAMIC_DATA, sent), expected=SHORT_RESPONSE
        )
        response = self._exchange(command)
        if response.status >> 8 == 0x63 and last:
            raise WrongCardAccessNumber("The chip did not accept the card access number.")
        if response.status != OK:
            raise CardError(f"The chip broke PACE off with status {response.status:04X}.")
        try:
            return tlv.find(response.data, DYNAMIC_DATA, wanted)
        except tlv.TlvError as error:
            raise CardError(f"The chip's answer in PACE is malformed: {error}") from None

    def _nonce(self, password: bytes | bytearray) -> int:
        encrypted = self._step(b"", 0x80)
        if not 16 <= len(encrypted) <= 32 or len(encrypted) % self._suite.block_bytes:
            raise CardError(f"The chip's PACE nonce has {len(encrypted)} bytes.")
        key = self._suite.derive_key(password, DERIVE_PASSWORD)
        return int.from_bytes(self._suite.decrypt(key, encrypted), "big")

    def _map(self, nonce: int) -> Point:
        """Generic mapping (4.4.3.3.1): a generator only those who know the nonce can compute."""
        curve = self._curve
        scalar = curve.random_scalar(self._random_bytes)
        mine = curve.encode(curve.multiply(scalar, curve.generator))
        theirs = curve.decode(self._step(tlv.encode(0x81, mine), 0x82))
        shared = curve.multiply(scalar, theirs)
        return curve.add(curve.multiply(nonce, curve.generator), shared)

    def _agree(self, generator: Point) -> tuple[bytes, bytes, bytes]:
        """Both public keys over the mapped generator, and the shared secret."""
        curve = self._curve
        scalar = curve.random_scalar(self._random_bytes)
        mine = curve.encode(curve.multiply(scalar, generator))
        theirs = self._step(tlv.encode(0x83, mine), 0x84)
        if hmac.compare_digest(mine, theirs):
            raise CardError("The chip sent the booth's own public key back.")
        return mine, theirs, curve.x_coordinate(curve.multiply(scalar, curve.decode(theirs)))

    def _confirm(self, key: bytes, mine: bytes, theirs: bytes) -> None:
        identifier = self._parameters.identifier
        token = authentication_token(self._suite, key, identifier, theirs)
        answer = self._step(tlv.encode(0x85, token), 0x86, last=True)
        if not hmac.compare_digest(answer, authentication_token(self._suite, key, identifier, mine)):
            raise CardError("The chip could not prove that it knows the card access number.")
