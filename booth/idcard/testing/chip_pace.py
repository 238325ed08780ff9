"""The chip's end of PACE (ICAO 9303-11, 4.4): one `ChipPace` a run."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any

from booth.idcard import pace, tlv
from booth.idcard.card_access import PaceParameters
from booth.idcard.ciphers import DERIVE_PASSWORD, pad
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import IdCardError
from booth.idcard.integrated_mapping import pseudo_random_number
from booth.idcard.secure_messaging import SessionKeys
from booth.idcard.testing.refusals import AUTHENTICATION_FAILED, REFERENCE_NOT_FOUND, WRONG_DATA, Refused


class ChipPace:
    """From MSE:Set AT to the last token; `keys` are there then. `static_key`: for chip authentication mapping."""

    def __init__(
        self,
        announced: Mapping[int, bytes],
        offered: list[PaceParameters],
        passwords: Mapping[int, bytes],
        static_key: int | None,
        random_bytes: RandomBytes,
    ) -> None:
        """Raises Refused."""
        self.keys: SessionKeys | None = None
        self._parameters = _announced(announced, offered)
        try:
            self._password = passwords[int.from_bytes(announced.get(0x83, b""), "big")]
        except KeyError:
            raise Refused(REFERENCE_NOT_FOUND) from None
        self._static_key = static_key
        self._random_bytes = random_bytes
        self._steps = iter(
            (
                (None, self._give_nonce),
                (0x81, self._map_integrated if self._parameters.mapping == "integrated" else self._map),
                (0x83, self._agree),
                (0x85, self._confirm),
            )
        )
        self._nonce = self._secret = self._own_key = self._peer_key = b""
        self._mapping_scalar = 0
        self._generator: Any = None

    def authenticate(self, data: bytes) -> bytes:
        """The next GENERAL AUTHENTICATE. Raises Refused."""
        wanted: int | None
        perform: Callable[[bytes], bytes]
        wanted, perform = next(self._steps)
        try:
            return tlv.encode(
                pace.DYNAMIC_DATA, perform(tlv.find(data, pace.DYNAMIC_DATA, *([wanted] if wanted else [])))
            )
        except (tlv.TlvError, IdCardError):
            raise Refused(WRONG_DATA) from None

    def _give_nonce(self, _sent: bytes) -> bytes:
        suite = self._parameters.suite
        # As long as the key, in whole blocks (4.4.3.2).
        self._nonce = self._random_bytes(-(-suite.key_bytes // suite.block_bytes) * suite.block_bytes)
        return tlv.encode(0x80, suite.encrypt(suite.derive_key(self._password, DERIVE_PASSWORD), self._nonce))

    def _map(self, sent: bytes) -> bytes:
        group = self._parameters.group
        self._mapping_scalar = scalar = group.random_scalar(self._random_bytes)
        shared = group.multiply(scalar, group.decode(sent))
        self._generator = group.add(group.multiply(int.from_bytes(self._nonce, "big"), group.generator), shared)
        return tlv.encode(0x82, group.encode(group.multiply(scalar, group.generator)))

    def _map_integrated(self, sent: bytes) -> bytes:
        parameters = self._parameters
        if len(sent) != parameters.suite.key_bytes:
            raise Refused(WRONG_DATA)
        number = pseudo_random_number(parameters.suite, self._nonce, sent, parameters.group.prime)
        self._generator = parameters.group.map_number(number)
        return tlv.encode(0x82, b"")

    def _agree(self, sent: bytes) -> bytes:
        group = self._parameters.group
        scalar = group.random_scalar(self._random_bytes)
        self._peer_key, self._own_key = sent, group.encode(group.multiply(scalar, self._generator))
        self._secret = group.shared_secret(group.multiply(scalar, group.decode(sent)))
        return tlv.encode(0x84, self._own_key)

    def _confirm(self, sent: bytes) -> bytes:
        parameters = self._parameters
        encryption, authentication = pace.session_keys(parameters.suite, self._secret)
        expected = pace.authentication_token(parameters, authentication, self._own_key)
        if not hmac.compare_digest(sent, expected):
            raise Refused(AUTHENTICATION_FAILED)
        self.keys = SessionKeys(parameters.suite, encryption, authentication)
        answer = tlv.encode(0x86, pace.authentication_token(parameters, authentication, self._peer_key))
        if parameters.mapping == "chip_authentication" and self._static_key is not None:
            data = chip_authentication_data(parameters, encryption, self._static_key, self._mapping_scalar)
            answer += tlv.encode(0x8A, data)
        return answer


def chip_authentication_data(
    parameters: PaceParameters, encryption: bytes, static_key: int, mapping_scalar: int
) -> bytes:
    """The mapping's scalar over the static one, encrypted (4.4.3.3.3)."""
    suite, order = parameters.suite, parameters.group.order
    data = pow(static_key, -1, order) * mapping_scalar % order
    plain = pad(data.to_bytes((order.bit_length() + 7) // 8, "big"), suite.block_bytes)
    return suite.encrypt(encryption, plain, pace.chip_data_vector(suite, encryption))


def _announced(objects: Mapping[int, bytes], offered: list[PaceParameters]) -> PaceParameters:
    matching = [parameters for parameters in offered if parameters.identifier == objects.get(0x80)]
    if 0x84 in objects:
        number = int.from_bytes(objects[0x84], "big")
        matching = [parameters for parameters in matching if parameters.parameter == number]
    if len(matching) != 1:
        raise Refused(WRONG_DATA)
    return matching[0]
