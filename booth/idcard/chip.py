"""The chip of a travel document seen through an open exchange: PACE or Basic Access Control, then files, then proofs.

Does no I/O of its own: `transmit` carries the bytes (`reader` brings PC/SC, tests bring the emulator).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, NoReturn

from booth.idcard import apdu, bac, pace, proofs, tlv
from booth.idcard.apdu import Command, Response, Transmit
from booth.idcard.card_access import MAX_CARD_ACCESS_BYTES, choose_pace, offered_pace
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import CardError, CardUnsupported, ChannelEnded, FormRefused, ZoneNeeded
from booth.idcard.keys import AccessKey, MachineReadableZoneKey
from booth.idcard.secure_messaging import SecureChannel
from media.consultation import (
    MAX_CHIP_FILE_BYTES,
    ActiveAuthentication,
    ChipAgreement,
    ChipAuthentication,
    PaceChipMapping,
)

APPLICATION: Final = bytes.fromhex("A0000002471001")
CARD_ACCESS: Final = 0x011C
CARD_SECURITY: Final = 0x011D
"""In the master file; within the application the same identifier is EF.SOD."""
SECURITY_OBJECT: Final = 0x011D
COMMON: Final = 0x011E

HEADER_BYTES: Final = 8
"""Enough for the tag and length of every file of the chip."""
SHORT_READ: Final = 0xDF
"""Largest read whose protected response still fits 256 bytes."""
EXTENDED_READ: Final = 0x0F00
"""Below 4 KiB with its protection: more than that many readers cannot carry."""
OFFSET_LIMIT: Final = 0x8000
"""READ BINARY names offsets below this in P1 and P2; above, they go into a data object (odd instruction)."""
MAX_CARD_SECURITY_BYTES: Final = 8192
MAX_CONTINUATIONS: Final = 32
"""GET RESPONSE commands for one answer."""
PROTECTED_DATA: Final = 0xDF
"""As much as still fits a short command with its protection."""

Progress = Callable[[int, int], None]
"""Called with the bytes of the file that are here and the bytes it has."""
Access = Literal["pace_can", "pace_mrz", "bac"]


class FileAbsent(Exception):
    """The chip does not have this file or does not give it to this terminal."""


def _no_progress(_here: int, _whole: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Opened:
    """How the chip was opened. `card_access`: EF.CardAccess, empty where there is none; the authority compares it with
    the signed DG14. `proof`: of the chip authentication mapping, where the chip offers it."""

    access: Access
    card_access: bytes = b""
    proof: PaceChipMapping | None = None


class Chip:
    """A chip in the field. `plain`: short lengths and SELECT only; without it a chip or reader that refuses extended
    lengths or short file identifiers makes FormRefused, and the caller resets the card and starts again plainly."""

    def __init__(
        self, transmit: Transmit, *, plain: bool = False, random_bytes: RandomBytes = secrets.token_bytes
    ) -> None:
        self._transmit = transmit
        self._extended = not plain
        self._short_identifiers = not plain
        self._knows_short_identifiers = False
        self._random_bytes = random_bytes
        self._channel: SecureChannel | None = None

    def open(self, key: AccessKey) -> Opened:
        """PACE where the chip offers it (9303-11, 4.2), Basic Access Control where it does not; then the application
        of the travel document. A refused key is never tried another way. Raises an IdCardError."""
        card_access = self._read_card_access()
        if card_access and offered_pace(card_access):
            return self._open_by_pace(key, card_access)
        if isinstance(key, MachineReadableZoneKey):
            self._select_application()
            self._channel = SecureChannel(bac.establish(self._exchange, key, random_bytes=self._random_bytes))
            return Opened("bac", card_access)
        raise ZoneNeeded("The chip does not offer PACE, so a card access number does not open it.")

    def _open_by_pace(self, key: AccessKey, card_access: bytes) -> Opened:
        established = pace.establish(self._exchange, key, choose_pace(card_access), random_bytes=self._random_bytes)
        self._channel = SecureChannel(established.keys)
        proof = self._chip_mapping(established.chip_mapping) if established.chip_mapping else None
        self._select_application()
        return Opened(key.access, card_access, proof)

    def _read_card_access(self) -> bytes:
        """Empty where the chip has none; old passports refuse in many ways."""
        try:
            return self.read_file(CARD_ACCESS, limit=MAX_CARD_ACCESS_BYTES)
        except (FileAbsent, Refusal):
            return b""

    def _chip_mapping(self, mapping: pace.ChipMapping) -> PaceChipMapping | None:
        """With EF.CardSecurity, without which it proves nothing."""
        try:
            card_security = self.read_file(CARD_SECURITY, limit=MAX_CARD_SECURITY_BYTES)
        except FileAbsent:
            return None
        return PaceChipMapping(
            mapping_key=proofs.text(mapping.mapping_key),
            data=proofs.text(mapping.data),
            card_security=proofs.text(card_security),
        )

    def _select_application(self) -> None:
        status = self._exchange(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION)).status
        if status != apdu.OK:
            raise CardUnsupported(f"The card holds no travel document: status {status:04X}.")

    def sign_challenge(self, challenge: bytes, public_key: bytes) -> ActiveAuthentication:
        """Active Authentication with DG15's key. Raises an IdCardError."""
        return proofs.sign_challenge(self._exchange, challenge, public_key, extended=self._extended)

    def authenticate(self, agreement: ChipAgreement) -> ChipAuthentication:
        """Chip Authentication with the console's key; nothing can be read afterwards. Raises ValueError for an
        agreement the booth does not pass on, or an IdCardError."""
        return proofs.authenticate_chip(self._exchange, self._transmit, agreement)

    def read_file(self, file: int, *, limit: int = MAX_CHIP_FILE_BYTES, progress: Progress = _no_progress) -> bytes:
        """The whole elementary file. Raises FileAbsent, or an IdCardError."""
        content = self._read_beginning(file)
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

    def _read_beginning(self, file: int) -> bytes:
        """The first bytes, after which the file is the current one (9303-10, 3.6.3: chips know both ways)."""
        if self._short_identifiers:
            response = self._read_short(file)
            if response.status in (apdu.OK, apdu.END_OF_FILE) and response.data:
                self._knows_short_identifiers = True
                return response.data
            if self._knows_short_identifiers and response.status in (apdu.FILE_NOT_FOUND, apdu.NOT_ALLOWED):
                raise FileAbsent(f"{file:04x}")
        self._select(file)
        # What only SELECT finds shows that the chip knows no other way.
        self._short_identifiers = self._short_identifiers and self._knows_short_identifiers
        return self._read(0, HEADER_BYTES)

    def _read_short(self, file: int) -> Response:
        try:
            return self._exchange(Command(0x00, 0xB0, 0x80 | file & 0x1F, 0x00, expected=HEADER_BYTES))
        except ChannelEnded:
            raise FormRefused("The chip ended its channel over a short file identifier.") from None

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
        """A command too long for a chip that takes short lengths only goes in pieces, each protected by itself."""
        most = apdu.SHORT_DATA if self._channel is None else PROTECTED_DATA
        if self._extended or len(command.data) <= most:
            return self._exchange_whole(command)
        pieces = [command.data[at : at + most] for at in range(0, len(command.data), most)]
        for piece in pieces[:-1]:
            response = self._exchange_whole(
                replace(command, cla=command.cla | apdu.CHAINED, data=piece, expected=None)
            )
            if response.status != apdu.OK:
                return response
        expected = min(command.expected, apdu.SHORT_RESPONSE) if command.expected else None
        return self._exchange_whole(replace(command, data=pieces[-1], expected=expected))

    def _exchange_whole(self, command: Command) -> Response:
        if self._channel is None:
            return self._send(command)
        response = self._channel.open(self._send(self._channel.protect(command)))
        if response.status >> 8 != apdu.OTHER_LENGTH or response.data:
            return response
        return self._channel.open(self._send(self._channel.protect(_of_other_length(command, response.status))))

    def _send(self, command: Command) -> Response:
        response = Response.decode(self._transmit(command.encode()))
        if response.status >> 8 == apdu.OTHER_LENGTH and not response.data:
            # The length stands outside what is protected, and the chip has not begun: the same command once more.
            response = Response.decode(self._transmit(_of_other_length(command, response.status).encode()))
        if command.extended and response.status == apdu.WRONG_LENGTH and not response.data:
            raise FormRefused("The chip does not take extended lengths.")
        return self._continued(response)

    def _continued(self, response: Response) -> Response:
        """With whatever the chip keeps back for GET RESPONSE (ISO/IEC 7816-4, 5.3.4)."""
        data = response.data
        for _ in range(MAX_CONTINUATIONS):
            if response.status >> 8 != apdu.MORE_DATA:
                return Response(data, response.status)
            more = Command(0x00, 0xC0, 0x00, 0x00, expected=response.status & 0xFF or apdu.SHORT_RESPONSE)
            response = Response.decode(self._transmit(more.encode()))
            data += response.data
        raise CardError("The chip's answer does not end.")


class Refusal(CardError):
    """The chip answered a command with an error status; the channel stands."""


def _of_other_length(command: Command, status: int) -> Command:
    return replace(command, expected=status & 0xFF or apdu.SHORT_RESPONSE)


def _discretionary_data(response: Response) -> bytes:
    try:
        return tlv.find(response.data, 0x53)
    except tlv.TlvError as error:
        raise CardError(f"The chip's answer to READ BINARY is malformed: {error}") from None


def _refused(instruction: str, status: int) -> NoReturn:
    raise Refusal(f"The chip refused {instruction} with status {status:04X}.")
