"""Secure messaging (ICAO 9303-11, 9.8): every command and response encrypted and authenticated.

`SessionKeys` holds what both ends share; `SecureChannel` is the terminal's end. The chip's end is in
`testing.emulator`.
"""

from __future__ import annotations

import hmac
from typing import Final

from booth.idcard import tlv
from booth.idcard.apdu import EXTENDED_RESPONSE, SHORT_RESPONSE, Command, Response
from booth.idcard.ciphers import CipherSuite, pad, unpad
from booth.idcard.errors import CardError, ChannelEnded

SECURE_CLASS: Final = 0x0C
DO_ENCRYPTED: Final = 0x87
DO_ENCRYPTED_ODD: Final = 0x85
DO_EXPECTED: Final = 0x97
DO_STATUS: Final = 0x99
DO_MAC: Final = 0x8E
PADDED: Final = b"\x01"


class SessionKeys:
    """The keys of a session and its send sequence counter, which grows before every command and every response."""

    def __init__(self, suite: CipherSuite, encryption: bytes, authentication: bytes, counter: int = 0) -> None:
        self.suite = suite
        self._encryption = encryption
        self._authentication = authentication
        self._counter = counter

    def advance(self) -> None:
        self._counter = (self._counter + 1) % (1 << 8 * self.suite.block_bytes)

    @property
    def _counter_block(self) -> bytes:
        return self._counter.to_bytes(self.suite.block_bytes, "big")

    @property
    def _vector(self) -> bytes | None:
        if self.suite is CipherSuite.TRIPLE_DES:
            return None
        return self.suite.encrypt(self._encryption, self._counter_block)

    def encrypt(self, data: bytes) -> bytes:
        return self.suite.encrypt(self._encryption, pad(data, self.suite.block_bytes), self._vector)

    def decrypt(self, data: bytes) -> bytes:
        """Raises ValueError."""
        return unpad(self.suite.decrypt(self._encryption, data, self._vector))

    def pad(self, data: bytes) -> bytes:
        return pad(data, self.suite.block_bytes)

    def mac(self, padded: bytes) -> bytes:
        return self.suite.mac(self._authentication, self._counter_block + padded)


def _encode_expected(count: int) -> bytes:
    if count == SHORT_RESPONSE:
        return b"\x00"
    return (count % EXTENDED_RESPONSE).to_bytes(1 if count < SHORT_RESPONSE else 2, "big")


class SecureChannel:
    """The terminal's end. A response that is not authentic ends the session: the chip is to be reset."""

    def __init__(self, keys: SessionKeys) -> None:
        self._keys = keys

    def protect(self, command: Command) -> Command:
        """The command as it goes to the chip."""
        self._keys.advance()
        masked = Command(command.cla | SECURE_CLASS, command.ins, command.p1, command.p2)
        body = b""
        if command.data:
            secret = self._keys.encrypt(command.data)
            odd = command.ins & 1
            body += tlv.encode(DO_ENCRYPTED_ODD, secret) if odd else tlv.encode(DO_ENCRYPTED, PADDED + secret)
        if command.expected is not None:
            body += tlv.encode(DO_EXPECTED, _encode_expected(command.expected))
        covered = self._keys.pad(masked.header)
        # Without data objects the padded header stands alone (9.8.4).
        mac = self._keys.mac(covered + self._keys.pad(body) if body else covered)
        body += tlv.encode(DO_MAC, mac)
        long = command.extended or len(body) > 255
        return Command(
            masked.cla, masked.ins, masked.p1, masked.p2, body, EXTENDED_RESPONSE if long else SHORT_RESPONSE
        )

    def open(self, response: Response) -> Response:
        """The response inside a protected one. Raises CardError; the session is lost then."""
        if not response.data:
            raise ChannelEnded(response.status)
        self._keys.advance()
        try:
            return self._open(tlv.decode(response.data))
        except ValueError as error:
            raise CardError(f"The chip's protected response is malformed: {error}") from None

    def _open(self, items: list[tlv.Item]) -> Response:
        objects = {item.tag: item.value for item in items}
        covered = b"".join(tlv.encode(item.tag, item.value) for item in items if item.tag != DO_MAC)
        if not hmac.compare_digest(self._keys.mac(self._keys.pad(covered)), objects.get(DO_MAC, b"")):
            raise CardError("The chip's response is not authentic.")
        status = objects.get(DO_STATUS, b"")
        if len(status) != 2:
            raise CardError("The chip's protected response has no status.")
        return Response(self._decrypt(objects), int.from_bytes(status, "big"))

    def _decrypt(self, objects: dict[int, bytes]) -> bytes:
        if DO_ENCRYPTED in objects:
            if objects[DO_ENCRYPTED][:1] != PADDED:
                raise CardError("The chip's protected response has an unknown padding.")
            return self._keys.decrypt(objects[DO_ENCRYPTED][1:])
        return self._keys.decrypt(objects[DO_ENCRYPTED_ODD]) if DO_ENCRYPTED_ODD in objects else b""
