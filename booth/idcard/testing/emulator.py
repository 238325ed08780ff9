"""The chip of a travel document: PACE or Basic Access Control, secure messaging, files, and the proofs it can give.

The chip's end of the protocols (ICAO 9303-10, 3.6 and 9303-11), one `EmulatedChip` a card. `exchange` takes an encoded
command and returns the encoded response; nothing in here does I/O.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_bytes
from typing import Final

from booth.idcard import apdu, bac, tlv
from booth.idcard.apdu import Command, Response
from booth.idcard.card_access import offered_pace
from booth.idcard.chip import APPLICATION, CARD_ACCESS, CARD_SECURITY
from booth.idcard.curves import RandomBytes
from booth.idcard.errors import IdCardError
from booth.idcard.keys import CardAccessNumber, MachineReadableZoneKey
from booth.idcard.secure_messaging import (
    SECURE_CLASS,
    SessionKeys,
)
from booth.idcard.testing.chip_messaging import protect, unprotect
from booth.idcard.testing.chip_pace import ChipPace
from booth.idcard.testing.chip_proofs import SigningKey, StaticKey, sign
from booth.idcard.testing.refusals import (
    AUTHENTICATION_FAILED,
    CONDITIONS_NOT_SATISFIED,
    INSTRUCTION_UNKNOWN,
    NO_CURRENT_FILE,
    OFFSET_WRONG,
    SECURE_OBJECTS_MISSING,
    SECURE_OBJECTS_WRONG,
    WRONG_DATA,
    WRONG_PARAMETERS,
    Refused,
)

MAX_CHAINED: Final = 4096
SECRET_FILES: Final = frozenset({"0103", "0104"})
"""Fingerprints and irises: given to nobody here."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the chip knows. `card_access_number` and `zone` open it by PACE, the zone also by Basic Access Control
    where `basic`; `static_key` and `signing_key` prove it."""

    card_access_number: str | None = None
    zone: tuple[str, str, str] | None = None
    basic: bool = False
    static_key: StaticKey | None = None
    signing_key: SigningKey | None = field(default=None, repr=False)

    @property
    def passwords(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        if self.zone:
            found[MachineReadableZoneKey.reference] = bytes(MachineReadableZoneKey(*self.zone).password)
        if self.card_access_number:
            found[CardAccessNumber.reference] = self.card_access_number.encode("ascii")
        return found


@dataclass
class EmulatedChip:
    """`files`: by identifier in hex, EF.CardAccess (`011c`) readable by anyone, the rest after access control;
    `card_security`: of the master file, after PACE. `extended`: takes extended lengths; `short_identifiers`: knows
    files by their short ones. `announcement`: what it answers when a key is announced, 63C0 and 63C1 where that is
    blocked or suspended. `commands` counts those received since the card was made."""

    files: Mapping[str, bytes]
    secrets: Secrets
    card_security: bytes = b""
    extended: bool = True
    short_identifiers: bool = True
    announcement: int = apdu.OK
    random_bytes: RandomBytes = token_bytes
    commands: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Power lost or reader's reset: all state of the session is gone."""
        self._keys: SessionKeys | None = None
        self._fresh_keys: SessionKeys | None = None
        self._pace: ChipPace | None = None
        self._agreeing: Mapping[int, bytes] | None = None
        self._challenge = b""
        self._chained = b""
        self._kept_back = b""
        self._file: bytes | None = None
        self._in_application = False

    def exchange(self, raw: bytes) -> bytes:
        self.commands += 1
        try:
            command = Command.decode(raw)
        except ValueError:
            return Response(b"", apdu.WRONG_LENGTH).encode()
        if command.extended_form and not self.extended:
            self.reset()
            return Response(b"", apdu.WRONG_LENGTH).encode()
        return self._in_pieces(command, self._answer(command)).encode()

    def _in_pieces(self, command: Command, response: Response) -> Response:
        """What does not fit a short response waits for GET RESPONSE."""
        if command.extended_form or len(response.data) <= apdu.SHORT_RESPONSE:
            return response
        now, self._kept_back = response.data[: apdu.SHORT_RESPONSE], response.data[apdu.SHORT_RESPONSE :]
        return Response(now, apdu.MORE_DATA << 8 | min(len(self._kept_back), 0xFF))

    def _answer(self, command: Command) -> Response:
        kept_back, self._kept_back = self._kept_back, b""
        if command.ins == 0xC0 and kept_back:
            return Response(kept_back, apdu.OK)
        if command.cla & SECURE_CLASS != SECURE_CLASS:
            if self._keys:
                self.reset()  # a plain command ends the session
            return self._switch(self._perform(command))
        if not self._keys:
            return Response(b"", SECURE_OBJECTS_MISSING)
        try:
            plain = unprotect(self._keys, command)
        except ValueError:
            self.reset()
            return Response(b"", SECURE_OBJECTS_WRONG)
        return self._switch(protect(self._keys, self._perform(plain), odd=bool(command.ins & 1)))

    def _switch(self, response: Response) -> Response:
        """New session keys count from the next command on."""
        if self._fresh_keys:
            self._keys, self._fresh_keys = self._fresh_keys, None
        return response

    def _perform(self, command: Command) -> Response:
        data, self._chained = self._chained + command.data, b""
        if command.cla & apdu.CHAINED and not _is_whole_step(command, data):
            if len(data) > MAX_CHAINED:
                return Response(b"", apdu.WRONG_LENGTH)
            self._chained = data
            return Response(b"", apdu.OK)
        command = replace(command, data=data)
        perform = {
            0xA4: self._select,
            0xB0: self._read_binary,
            0xB1: self._read_binary_far,
            0x22: self._set_environment,
            0x86: self._authenticate,
            0x84: self._give_challenge,
            0x82: self._take_token,
            0x88: self._sign,
        }.get(command.ins)
        try:
            if perform is None:
                raise Refused(INSTRUCTION_UNKNOWN)
            return Response(perform(command), self._status_of(command))
        except Refused as refusal:
            return Response(b"", refusal.status)

    def _status_of(self, command: Command) -> int:
        announces = command.ins == 0x22 and command.p1 == 0xC1
        return self.announcement if announces else apdu.OK

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            if command.data != APPLICATION:
                raise Refused(apdu.FILE_NOT_FOUND)
            self._in_application, self._file = True, None
            return b""
        if command.p1 != 0x02 or len(command.data) != 2:
            raise Refused(WRONG_PARAMETERS)
        self._file = self._open(int.from_bytes(command.data, "big"))
        return b""

    def _open(self, identifier: int) -> bytes:
        """The file's content. Raises Refused."""
        name = f"{identifier:04x}"
        if identifier == CARD_ACCESS and name in self.files:
            return self.files[name]
        if not self._in_application and identifier == CARD_SECURITY and self.card_security:
            content = self.card_security
        elif self._in_application and name in self.files:
            content = self.files[name]
        else:
            raise Refused(apdu.FILE_NOT_FOUND)
        if not self._keys or name in SECRET_FILES:
            raise Refused(apdu.NOT_ALLOWED)
        return content

    def _read_binary(self, command: Command) -> bytes:
        if not command.p1 & 0x80:
            return self._slice(command.p1 << 8 | command.p2, command.expected or 256)
        if not self.short_identifiers or command.p1 & 0x60:
            raise Refused(WRONG_PARAMETERS)
        short = command.p1 & 0x1F
        self._file = self._open(short | 0x0100)
        return self._slice(command.p2, command.expected or 256)

    def _read_binary_far(self, command: Command) -> bytes:
        try:
            offset = int.from_bytes(tlv.find(command.data, 0x54), "big")
        except tlv.TlvError:
            raise Refused(WRONG_DATA) from None
        room = command.expected or 256
        header = 2 if room < 0x82 else 3 if room < 0x103 else 4
        return tlv.encode(0x53, self._slice(offset, max(1, room - header)))

    def _slice(self, offset: int, count: int) -> bytes:
        if self._file is None:
            raise Refused(NO_CURRENT_FILE)
        if offset >= len(self._file):
            raise Refused(OFFSET_WRONG)
        return self._file[offset : offset + count]

    def _set_environment(self, command: Command) -> bytes:
        """MSE:Set AT for PACE (C1 A4) and Chip Authentication (41 A4), MSE:Set KAT (41 A6)."""
        try:
            objects = {item.tag: item.value for item in tlv.decode(command.data)}
        except tlv.TlvError:
            raise Refused(WRONG_DATA) from None
        self._pace, self._agreeing = None, None
        match command.p1, command.p2:
            case 0xC1, 0xA4:
                self._pace = self._announced(objects)
            case 0x41, 0xA4 if self._keys and self._in_application:
                self._agreeing = objects
            case 0x41, 0xA6 if self._keys and self._in_application:
                self._fresh_keys = self._chip_keys(objects, objects.get(0x91, b""))
            case _:
                raise Refused(WRONG_PARAMETERS)
        return b""

    def _announced(self, objects: Mapping[int, bytes]) -> ChipPace:
        try:
            offered = offered_pace(self.files.get(f"{CARD_ACCESS:04x}", b""))
        except IdCardError:
            raise Refused(WRONG_DATA) from None
        static_key = self.secrets.static_key.scalar if self.secrets.static_key else None
        return ChipPace(objects, offered, self.secrets.passwords, static_key, self.random_bytes)

    def _chip_keys(self, objects: Mapping[int, bytes], peer_key: bytes) -> SessionKeys:
        if self.secrets.static_key is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        return self.secrets.static_key.agree(objects, peer_key)

    def _authenticate(self, command: Command) -> bytes:
        """GENERAL AUTHENTICATE; any error ends the run."""
        run, self._pace = self._pace, None
        if run is not None:
            answer = run.authenticate(command.data)
            self._fresh_keys = run.keys
            self._pace = None if run.keys else run
            return answer
        objects, self._agreeing = self._agreeing, None
        if objects is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        try:
            peer_key = tlv.find(command.data, 0x7C, 0x80)
        except tlv.TlvError:
            raise Refused(WRONG_DATA) from None
        self._fresh_keys = self._chip_keys(objects, peer_key)
        return tlv.encode(0x7C, b"")

    def _give_challenge(self, _command: Command) -> bytes:
        if not self.secrets.basic or not self._in_application or self._keys:
            raise Refused(INSTRUCTION_UNKNOWN)
        self._challenge = self.random_bytes(bac.CHALLENGE_BYTES)
        return self._challenge

    def _take_token(self, command: Command) -> bytes:
        """EXTERNAL AUTHENTICATE of Basic Access Control (4.3.4)."""
        challenge, self._challenge = self._challenge, b""
        if not challenge or self.secrets.zone is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        seed = MachineReadableZoneKey(*self.secrets.zone).seed
        try:
            token = bac.unseal(seed, command.data)
        except ValueError:
            raise Refused(AUTHENTICATION_FAILED) from None
        theirs, echoed, half = token[:8], token[8:16], token[16:]
        if not hmac.compare_digest(echoed, challenge):
            raise Refused(AUTHENTICATION_FAILED)
        own_half = self.random_bytes(bac.KEYING_BYTES)
        self._fresh_keys = bac.session_keys(challenge, theirs, half, own_half)
        return bac.seal(seed, challenge + theirs + own_half)

    def _sign(self, command: Command) -> bytes:
        if not self._keys:
            raise Refused(apdu.NOT_ALLOWED)
        return sign(self.secrets.signing_key, command.data, self.random_bytes)


def _is_whole_step(command: Command, data: bytes) -> bool:
    """The steps of PACE are a chain themselves: each ends where its data object does."""
    if command.ins != 0x86:
        return False
    try:
        header = tlv.read_header(data)
    except tlv.TlvError:
        return True
    return len(data) >= header.size + header.length
