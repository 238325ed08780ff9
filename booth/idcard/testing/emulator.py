"""The chip of a residence permit: PACE with a card access number, secure messaging, EFs to select and read.

The chip's end of the protocols (ICAO 9303-10, 3.6 and 9303-11, 4.4 and 9.8), one `EmulatedChip` a card. `exchange`
takes an encoded command and returns the encoded response; nothing in here does I/O.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from booth.idcard import apdu, pace, tlv
from booth.idcard.apdu import Command, Response
from booth.idcard.card_access import PaceParameters, choose_pace
from booth.idcard.chip import APPLICATION, CARD_ACCESS
from booth.idcard.ciphers import DERIVE_PASSWORD
from booth.idcard.curves import Point, RandomBytes
from booth.idcard.errors import IdCardError
from booth.idcard.secure_messaging import (
    DO_ENCRYPTED,
    DO_ENCRYPTED_ODD,
    DO_EXPECTED,
    DO_MAC,
    DO_STATUS,
    PADDED,
    SECURE_CLASS,
    SessionKeys,
)

CONDITIONS_NOT_SATISFIED: Final = 0x6985
NO_CURRENT_FILE: Final = 0x6986
SECURE_OBJECTS_MISSING: Final = 0x6987
SECURE_OBJECTS_WRONG: Final = 0x6988
WRONG_DATA: Final = 0x6A80
WRONG_PARAMETERS: Final = 0x6A86
REFERENCE_NOT_FOUND: Final = 0x6A88
OFFSET_WRONG: Final = 0x6B00
INSTRUCTION_UNKNOWN: Final = 0x6D00
AUTHENTICATION_FAILED: Final = 0x6300


class Refused(Exception):
    """The chip answers with this status word and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


def pace_info(suite_number: int, curve_number: int) -> bytes:
    """EF.CardAccess with one PACEInfo (ICAO 9303-11, 9.2.1): ECDH, generic mapping, `suite_number` 1 (3DES) to 4
    (AES-256)."""
    identifier = bytes.fromhex("04007f000702020402") + bytes([suite_number])
    fields = tlv.encode(0x06, identifier) + tlv.encode(0x02, b"\x02") + tlv.encode(0x02, bytes([curve_number]))
    return tlv.encode(0x31, tlv.encode(0x30, fields))


@dataclass
class PaceRun:
    """Where the chip is in PACE; `step` counts the GENERAL AUTHENTICATE commands already answered."""

    parameters: PaceParameters
    step: int = 0
    nonce: bytes = b""
    generator: Point = None
    secret: bytes = b""
    own_key: bytes = b""
    peer_key: bytes = b""


@dataclass
class EmulatedChip:
    """`files`: by identifier in hex, EF.CardAccess (`011c`) readable by anyone, the rest after PACE. `extended`: takes
    extended lengths. `commands` counts those received since the card was made."""

    files: Mapping[str, bytes]
    card_access_number: str
    extended: bool = True
    random_bytes: RandomBytes = secrets.token_bytes
    commands: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Power lost or reader's reset: all state of the session is gone."""
        self._keys: SessionKeys | None = None
        self._fresh_keys: SessionKeys | None = None
        self._run: PaceRun | None = None
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
        return self._answer(command).encode()

    def _answer(self, command: Command) -> Response:
        if command.cla & SECURE_CLASS != SECURE_CLASS:
            if self._keys:
                self.reset()  # a plain command ends the session
            return self._switch(self._perform(command))
        if not self._keys:
            return Response(b"", SECURE_OBJECTS_MISSING)
        try:
            plain = self._unprotect(self._keys, command)
        except ValueError:
            self.reset()
            return Response(b"", SECURE_OBJECTS_WRONG)
        return self._protect(self._keys, self._perform(plain), odd=bool(command.ins & 1))

    def _switch(self, response: Response) -> Response:
        """New session keys count from the next command on."""
        if self._fresh_keys:
            self._keys, self._fresh_keys = self._fresh_keys, None
        return response

    def _unprotect(self, keys: SessionKeys, command: Command) -> Command:
        """Raises ValueError unless the command is authentic."""
        keys.advance()
        items = tlv.decode(command.data)
        objects = {item.tag: item.value for item in items}
        body = b"".join(tlv.encode(item.tag, item.value) for item in items if item.tag != DO_MAC)
        covered = keys.pad(command.header) + (keys.pad(body) if body else b"")
        if not hmac.compare_digest(keys.mac(covered), objects.get(DO_MAC, b"")):
            raise ValueError("The command is not authentic.")
        data = b""
        if DO_ENCRYPTED in objects:
            data = keys.decrypt(objects[DO_ENCRYPTED][1:])
        elif DO_ENCRYPTED_ODD in objects:
            data = keys.decrypt(objects[DO_ENCRYPTED_ODD])
        expected = objects.get(DO_EXPECTED)
        count = int.from_bytes(expected, "big") or 256 ** len(expected) if expected is not None else None
        return Command(command.cla & ~SECURE_CLASS, command.ins, command.p1, command.p2, data, count)

    def _protect(self, keys: SessionKeys, response: Response, *, odd: bool) -> Response:
        keys.advance()
        body = b""
        if response.data:
            secret = keys.encrypt(response.data)
            body = tlv.encode(DO_ENCRYPTED_ODD, secret) if odd else tlv.encode(DO_ENCRYPTED, PADDED + secret)
        body += tlv.encode(DO_STATUS, response.status.to_bytes(2, "big"))
        return Response(body + tlv.encode(DO_MAC, keys.mac(keys.pad(body))), response.status)

    def _perform(self, command: Command) -> Response:
        perform = {
            0xA4: self._select,
            0xB0: self._read_binary,
            0xB1: self._read_binary_far,
            0x22: self._set_authentication,
            0x86: self._authenticate,
        }.get(command.ins)
        try:
            if perform is None:
                raise Refused(INSTRUCTION_UNKNOWN)
            return Response(perform(command), apdu.OK)
        except Refused as refusal:
            return Response(b"", refusal.status)

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            if command.data != APPLICATION:
                raise Refused(apdu.FILE_NOT_FOUND)
            self._in_application, self._file = True, None
            return b""
        if command.p1 != 0x02:
            raise Refused(WRONG_PARAMETERS)
        name = command.data.hex()
        public = name == f"{CARD_ACCESS:04x}"
        if name not in self.files or not (public or self._in_application):
            raise Refused(apdu.FILE_NOT_FOUND)
        if not public and not self._keys:
            raise Refused(apdu.NOT_ALLOWED)
        self._file = self.files[name]
        return b""

    def _read_binary(self, command: Command) -> bytes:
        return self._slice(command.p1 << 8 | command.p2, command.expected or 256)

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

    def _set_authentication(self, command: Command) -> bytes:
        """MSE:Set AT for PACE."""
        card_access = self.files.get(f"{CARD_ACCESS:04x}")
        if (command.p1, command.p2) != (0xC1, 0xA4) or card_access is None:
            raise Refused(WRONG_PARAMETERS)
        try:
            objects = {item.tag: item.value for item in tlv.decode(command.data)}
            parameters = choose_pace(card_access)
        except (tlv.TlvError, IdCardError):
            raise Refused(WRONG_DATA) from None
        if objects.get(0x80) != parameters.identifier:
            raise Refused(WRONG_DATA)
        if objects.get(0x83) != bytes([pace.PASSWORD_CAN]):
            raise Refused(REFERENCE_NOT_FOUND)
        self._run = PaceRun(parameters)
        return b""

    def _authenticate(self, command: Command) -> bytes:
        """GENERAL AUTHENTICATE; any error ends the run."""
        run, self._run = self._run, None
        if run is None:
            raise Refused(CONDITIONS_NOT_SATISFIED)
        steps = (
            (None, 0x80, self._give_nonce),
            (0x81, 0x82, self._map),
            (0x83, 0x84, self._agree),
            (0x85, 0x86, self._confirm),
        )
        wanted, answered, perform = steps[run.step]
        try:
            sent = tlv.find(command.data, pace.DYNAMIC_DATA, *([wanted] if wanted else []))
            answer = perform(run, sent)
        except (tlv.TlvError, IdCardError):
            raise Refused(WRONG_DATA) from None
        run.step += 1
        self._run = run if run.step < len(steps) else None
        return tlv.encode(pace.DYNAMIC_DATA, tlv.encode(answered, answer))

    def _give_nonce(self, run: PaceRun, _sent: bytes) -> bytes:
        suite = run.parameters.suite
        # As long as the key, in whole blocks (4.4.3.2).
        run.nonce = self.random_bytes(-(-suite.key_bytes // suite.block_bytes) * suite.block_bytes)
        key = suite.derive_key(self.card_access_number.encode(), DERIVE_PASSWORD)
        return suite.encrypt(key, run.nonce)

    def _map(self, run: PaceRun, sent: bytes) -> bytes:
        curve = run.parameters.curve
        scalar = curve.random_scalar(self.random_bytes)
        shared = curve.multiply(scalar, curve.decode(sent))
        run.generator = curve.add(curve.multiply(int.from_bytes(run.nonce, "big"), curve.generator), shared)
        return curve.encode(curve.multiply(scalar, curve.generator))

    def _agree(self, run: PaceRun, sent: bytes) -> bytes:
        curve = run.parameters.curve
        scalar = curve.random_scalar(self.random_bytes)
        run.peer_key, run.own_key = sent, curve.encode(curve.multiply(scalar, run.generator))
        run.secret = curve.x_coordinate(curve.multiply(scalar, curve.decode(sent)))
        return run.own_key

    def _confirm(self, run: PaceRun, sent: bytes) -> bytes:
        suite, identifier = run.parameters.suite, run.parameters.identifier
        encryption, authentication = pace.session_keys(suite, run.secret)
        if not hmac.compare_digest(sent, pace.authentication_token(suite, authentication, identifier, run.own_key)):
            raise Refused(AUTHENTICATION_FAILED)
        self._fresh_keys = SessionKeys(suite, encryption, authentication)
        return pace.authentication_token(suite, authentication, identifier, run.peer_key)
