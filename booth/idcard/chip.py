"""The chip of a travel document seen through an open exchange: PACE with the card access number, then files.

Does no I/O of its own: `transmit` carries the bytes (`reader` brings PC/SC, tests bring the emulator).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final, NoReturn

from booth.idcard import apdu, pace, tlv
from booth.idcard.apdu import Command, Response, Transmit
from booth.idcard.card_access import MAX_CARD_ACCESS_BYTES, choose_pace
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import CardError, CardUnsupported, LengthRefused
from booth.idcard.secure_messaging import SecureChannel
from media.consultation import MAX_CHIP_FILE_BYTES

APPLICATION: Final = bytes.fromhex("A0000002471001")
CARD_ACCESS: Final = 0x011C
SECURITY_OBJECT: Final = 0x011D

HEADER_BYTES: Final = 8
"""Enough for the tag and length of every file of the chip."""
SHORT_READ: Final = 0xDF
"""Largest read whose protected response still fits 256 bytes."""
EXTENDED_READ: Final = 0x0F00
"""Below 4 KiB with its protection: more than that many readers cannot carry."""
OFFSET_LIMIT: Final = 0x8000
"""READ BINARY names offsets below this in P1 and P2; above, they go into a data object (odd instruction)."""

Progress = Callable[[int, int], None]
"""Called with the bytes of the file that are here and the bytes it has."""


class FileAbsent(Exception):
    """The chip does not have this file or does not give it to this terminal."""


def _no_progress(_here: int, _whole: int) -> None:
    pass


class Chip:
    """A chip in the field. `extended`: use extended lengths; where the chip refuses, LengthRefused is raised and the
    caller resets the card and starts again without."""

    def __init__(
        self, transmit: Transmit, *, extended: bool = True, random_bytes: RandomBytes = secrets.token_bytes
    ) -> None:
        self._transmit = transmit
        self._extended = extended
        self._random_bytes = random_bytes
        self._channel: SecureChannel | None = None

    def open(self, card_access_number: bytearray) -> None:
        """PACE, then the application of the travel document. Raises an IdCardError."""
        try:
            card_access = self.read_file(CARD_ACCESS, limit=MAX_CARD_ACCESS_BYTES)
        except FileAbsent:
            raise CardUnsupported("The card has no EF.CardAccess, so it does not offer PACE.") from None
        parameters = choose_pace(card_access)
        keys = pace.establish(self._exchange, card_access_number, parameters, random_bytes=self._random_bytes)
        self._channel = SecureChannel(keys)
        status = self._exchange(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION)).status
        if status != apdu.OK:
            raise CardUnsupported(f"The card holds no travel document: status {status:04X}.")

    def read_file(self, file: int, *, limit: int = MAX_CHIP_FILE_BYTES, progress: Progress = _no_progress) -> bytes:
        """The whole elementary file. Raises FileAbsent, or an IdCardError."""
        self._select(file)
        content = self._read(0, HEADER_BYTES)
        try:
            header = tlv.read_header(content)
        except tlv.TlvError as error:
            raise CardError(f"File {file:04x} does not begin with a data object: {error}") from None
        whole = header.size + header.length
        if whole > limit:
            raise CardError(f"File {file:04x} claims {whole} bytes; at most {limit} are allowed.")
        step = EXTENDED_READ if self._extended else SHORT_READ
        content = content[:whole]
        while len(content) < whole:
            progress(len(content), whole)
            content += self._read(len(content), min(step, whole - len(content)))
        progress(whole, whole)
        return content[:whole]

    def _select(self, file: int) -> None:
        status = self._exchange(Command(0x00, 0xA4, 0x02, 0x0C, file.to_bytes(2, "big"))).status
        if status in (apdu.FILE_NOT_FOUND, apdu.NOT_ALLOWED):
            raise FileAbsent(f"{file:04x}")
        if status != apdu.OK:
            _refused("SELECT", status)

    def _read(self, offset: int, count: int) -> bytes:
        """At least one byte from `offset`, about `count`."""
        if offset < OFFSET_LIMIT:
            command = Command(0x00, 0xB0, offset >> 8, offset & 0xFF, expected=count)
        else:
            # The answer comes wrapped in data object 53, whose header of up to four bytes counts.
            wanted = tlv.encode(0x54, offset.to_bytes(3, "big"))
            most = EXTENDED_READ if self._extended else SHORT_READ
            command = Command(0x00, 0xB1, 0x00, 0x00, wanted, expected=min(count + 4, most))
        response = self._exchange(command)
        if response.status not in (apdu.OK, apdu.END_OF_FILE):
            _refused("READ BINARY", response.status)
        data = response.data if offset < OFFSET_LIMIT else _discretionary_data(response)
        if not data:
            raise CardError(f"The chip returned nothing where {count} bytes were asked for.")
        return data

    def _exchange(self, command: Command) -> Response:
        if self._channel is None:
            return self._send(command)
        return self._channel.open(self._send(self._channel.protect(command)))

    def _send(self, command: Command) -> Response:
        response = Response.decode(self._transmit(command.encode()))
        if command.extended and response.status == apdu.WRONG_LENGTH and not response.data:
            raise LengthRefused("The chip does not take extended lengths.")
        return response


def _discretionary_data(response: Response) -> bytes:
    try:
        return tlv.find(response.data, 0x53)
    except tlv.TlvError as error:
        raise CardError(f"The chip's answer to READ BINARY is malformed: {error}") from None


def _refused(instruction: str, status: int) -> NoReturn:
    raise CardError(f"The chip refused {instruction} with status {status:04X}.")
