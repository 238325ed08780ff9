"""PACE (ICAO 9303-11, 4.4): a card access number or the machine-readable zone becomes a secure channel.

Generic and integrated mapping over elliptic curves and modulo primes, and chip authentication mapping. The key never
leaves the booth, not even encrypted; a chip that does not know it cannot finish either."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from booth.idcard import tlv
from booth.idcard.apdu import CHAINED, EXTENDED_RESPONSE, OK, SHORT_DATA, SHORT_RESPONSE, Command, Response
from booth.idcard.card_access import PaceParameters
from booth.idcard.ciphers import (
    DERIVE_AUTHENTICATION,
    DERIVE_ENCRYPTION,
    DERIVE_PASSWORD,
    CipherSuite,
    pad,
    unpad,
)
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import CardBlocked, CardError, CardSuspended, CardUnsupported
from booth.idcard.integrated_mapping import pseudo_random_number
from booth.idcard.keys import AccessKey
from booth.idcard.secure_messaging import SessionKeys

DYNAMIC_DATA: Final = 0x7C
PUBLIC_KEY: Final = 0x7F49

METHOD_BLOCKED: Final = 0x6983
REFERENCE_UNUSABLE: Final = 0x6984

Exchange = Callable[[Command], Response]


@dataclass(frozen=True, slots=True)
class ChipMapping:
    """What chip authentication mapping left behind (4.4.3.3.3): the chip's public key of the mapping as sent, and the
    decrypted chip authentication data. The one is the other times the chip's static key, which EF.CardSecurity has."""

    mapping_key: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Established:
    keys: SessionKeys
    chip_mapping: ChipMapping | None = None


def authentication_token(parameters: PaceParameters, key: bytes, public_key: bytes) -> bytes:
    """Eight bytes over the other side's public key (4.4.3.4); both ends make one and check the other's."""
    suite = parameters.suite
    value = tlv.encode(0x86 if parameters.elliptic else 0x84, public_key)
    data = tlv.encode(PUBLIC_KEY, tlv.encode(0x06, parameters.identifier) + value)
    return suite.mac(key, pad(data, suite.block_bytes) if suite is CipherSuite.TRIPLE_DES else data)


def session_keys(suite: CipherSuite, shared_secret: bytes) -> tuple[bytes, bytes]:
    """Encryption and authentication key (9.7.1)."""
    return (
        suite.derive_key(shared_secret, DERIVE_ENCRYPTION),
        suite.derive_key(shared_secret, DERIVE_AUTHENTICATION),
    )


def chip_data_vector(suite: CipherSuite, key: bytes) -> bytes:
    """The initial vector of the chip authentication data: -1 encrypted (4.4.3.5)."""
    return suite.encrypt(key, b"\xff" * suite.block_bytes)


def establish(
    exchange: Exchange,
    key: AccessKey,
    parameters: PaceParameters,
    *,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> Established:
    """Run PACE and return the keys of the session.

    Raises a WrongKey when the chip refuses it (one try, never repeated here), CardSuspended and CardBlocked where the
    chip says so before or after, CardUnsupported when it refuses the parameters, CardError when it answers nonsense.
    """
    return _Run(exchange, key, parameters, random_bytes).run()


class _Run:
    """One run of the protocol, step by step as in 4.4.4."""

    def __init__(
        self, exchange: Exchange, key: AccessKey, parameters: PaceParameters, random_bytes: RandomBytes
    ) -> None:
        self._exchange = exchange
        self._key = key
        self._parameters = parameters
        self._suite = parameters.suite
        self._group = parameters.group
        self._random_bytes = random_bytes
        self._mapping_key = b""

    def run(self) -> Established:
        self._announce()
        nonce = self._nonce()
        generator = self._map_integrated(nonce) if self._parameters.mapping == "integrated" else self._map(nonce)
        mine, theirs, secret = self._agree(generator)
        encryption, authentication = session_keys(self._suite, secret)
        chip_data = self._confirm(authentication, mine, theirs)
        keys = SessionKeys(self._suite, encryption, authentication)
        if self._parameters.mapping != "chip_authentication":
            return Established(keys)
        return Established(keys, ChipMapping(self._mapping_key, self._decrypt(encryption, chip_data)))

    def _announce(self) -> None:
        """MSE:Set AT (4.4.4.1)."""
        data = tlv.encode(0x80, self._parameters.identifier) + tlv.encode(0x83, bytes([self._key.reference]))
        if self._parameters.ambiguous:
            data += tlv.encode(0x84, bytes([self._parameters.parameter]))
        status = self._exchange(Command(0x00, 0x22, 0xC1, 0xA4, data)).status
        _check_tries(status)
        if status != OK and _tries(status) is None:
            raise CardUnsupported(f"The chip refused the PACE parameters with status {status:04X}.")

    def _step(self, sent: bytes, wanted: int, *, last: bool = False) -> dict[int, bytes]:
        """One GENERAL AUTHENTICATE (4.4.4.2); the data objects of the answer, `wanted` among them."""
        response = self._send(sent, last=last)
        try:
            objects = {item.tag: item.value for item in tlv.decode(tlv.find(response.data, DYNAMIC_DATA))}
        except tlv.TlvError as error:
            raise CardError(f"The chip's answer in PACE is malformed: {error}") from None
        if wanted not in objects:
            raise CardError(f"The chip's answer in PACE lacks data object {wanted:02X}.")
        return objects

    def _send(self, sent: bytes, *, last: bool = False) -> Response:
        data = tlv.encode(DYNAMIC_DATA, sent)
        # The chip's key is as long as the booth's.
        expected = EXTENDED_RESPONSE if len(data) > SHORT_DATA else SHORT_RESPONSE
        command = Command(0x00 if last else CHAINED, 0x86, 0x00, 0x00, data, expected)
        response = self._exchange(command)
        if last:
            self._check_key(response.status)
        if response.status != OK:
            raise CardError(f"The chip broke PACE off with status {response.status:04X}.")
        return response

    def _check_key(self, status: int) -> None:
        _check_tries(status)
        if status >> 8 == 0x63:
            raise self._key.wrong("The chip did not accept the key.", _tries(status))

    def _nonce(self) -> bytes:
        encrypted = self._step(b"", 0x80)[0x80]
        if not 16 <= len(encrypted) <= 32 or len(encrypted) % self._suite.block_bytes:
            raise CardError(f"The chip's PACE nonce has {len(encrypted)} bytes.")
        key = self._suite.derive_key(self._key.password, DERIVE_PASSWORD)
        return self._suite.decrypt(key, encrypted)

    def _map(self, nonce: bytes) -> Any:
        """Generic mapping (4.4.3.3.1): a generator only those who know the nonce can compute."""
        group = self._group
        scalar = group.random_scalar(self._random_bytes)
        mine = group.encode(group.multiply(scalar, group.generator))
        self._mapping_key = self._step(tlv.encode(0x81, mine), 0x82)[0x82]
        shared = group.multiply(scalar, group.decode(self._mapping_key))
        return group.add(group.multiply(int.from_bytes(nonce, "big"), group.generator), shared)

    def _map_integrated(self, nonce: bytes) -> Any:
        """Integrated mapping (4.4.3.3.2): the chip has nothing to say to it, so that chips answer with an empty data
        object, or none."""
        mine = self._random_bytes(self._suite.key_bytes)
        self._send(tlv.encode(0x81, mine))
        try:
            number = pseudo_random_number(self._suite, nonce, mine, self._group.prime)
        except ValueError as error:
            raise CardError(str(error)) from None
        return self._group.map_number(number)

    def _agree(self, generator: Any) -> tuple[bytes, bytes, bytes]:
        """Both public keys over the mapped generator, and the shared secret."""
        group = self._group
        scalar = group.random_scalar(self._random_bytes)
        mine = group.encode(group.multiply(scalar, generator))
        theirs = self._step(tlv.encode(0x83, mine), 0x84)[0x84]
        if hmac.compare_digest(mine, theirs):
            raise CardError("The chip sent the booth's own public key back.")
        return mine, theirs, group.shared_secret(group.multiply(scalar, group.decode(theirs)))

    def _confirm(self, key: bytes, mine: bytes, theirs: bytes) -> bytes:
        """Exchange the tokens; the encrypted chip authentication data, where the chip sent any."""
        token = authentication_token(self._parameters, key, theirs)
        answer = self._step(tlv.encode(0x85, token), 0x86, last=True)
        if not hmac.compare_digest(answer[0x86], authentication_token(self._parameters, key, mine)):
            raise CardError("The chip could not prove that it knows the key.")
        return answer.get(0x8A, b"")

    def _decrypt(self, key: bytes, chip_data: bytes) -> bytes:
        """Empty where the chip sent nothing usable: that is for the authority to judge, not a reason not to read."""
        try:
            return unpad(self._suite.decrypt(key, chip_data, chip_data_vector(self._suite, key)))
        except ValueError:
            return b""


def _tries(status: int) -> int | None:
    """How many tries are left, where the status says so (63CX)."""
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


def _check_tries(status: int) -> None:
    """Raises CardBlocked or CardSuspended where the status says so (BSI TR-03110-3, B.1)."""
    if status in (METHOD_BLOCKED, REFERENCE_UNUSABLE) or _tries(status) == 0:
        raise CardBlocked(f"The chip takes this kind of key no more: status {status:04X}.")
    if _tries(status) == 1:
        raise CardSuspended(f"The chip has suspended this kind of key: status {status:04X}.")
