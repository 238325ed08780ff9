"""The chip of an emulated German ID card: PACE with PIN, CAN and PUK, terminal and chip authentication, data groups.

The chip's end of TR-03110-2, 3.1 (general authentication procedure) and of secure messaging. `exchange` takes an
encoded command and returns the encoded response; nothing in here does I/O. What the terminal may read is what the
citizen agreed to (CHAT in PACE) and every certificate of its chain allows.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from booth.eid.testing import files
from booth.eid.testing.certificates import CURVE, CardVerifiable, CertificateRefused, check_signature, public_key
from booth.eid.testing.counters import CardSecrets, Password
from booth.eid.testing.persons import Person
from booth.idcard import apdu, pace, tlv
from booth.idcard.apdu import Command, Response
from booth.idcard.ciphers import DERIVE_AUTHENTICATION, DERIVE_ENCRYPTION, DERIVE_PASSWORD, CipherSuite
from booth.idcard.curves import STANDARD_CURVES, Curve, Point, RandomBytes
from booth.idcard.errors import IdCardError
from booth.idcard.secure_messaging import (
    SECURE_CLASS,
    SessionKeys,
)
from booth.idcard.testing.chip_messaging import protect, unprotect

SUITE: Final = CipherSuite.AES_128
COUNTERS: Final = 0x63C0
DEACTIVATED: Final = 0x6283
AUTHENTICATION_FAILED: Final = 0x6300
NOT_SATISFIED: Final = 0x6982
BLOCKED: Final = 0x6983
CONDITIONS: Final = 0x6985
OBJECTS_MISSING: Final = 0x6987
OBJECTS_WRONG: Final = 0x6988
WRONG_DATA: Final = 0x6A80
WRONG_PARAMETERS: Final = 0x6A86
REFERENCE_NOT_FOUND: Final = 0x6A88
INSTRUCTION_UNKNOWN: Final = 0x6D00
GROUP_BIT: Final = 7
"""Reading data group n is bit n + 7 of the CHAT (TR-03110-4, 2.2.3.2)."""
_files_outside: Final = {0x1C: "card_access", 0x1D: "card_security", 0x1E: "directory"}
_by_name: Final = {0x011C: "card_access", 0x011D: "card_security", 0x2F00: "directory"}


class Refused(Exception):
    """The chip answers with this status word and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass
class PaceRun:
    password: Password
    rights: int
    step: int = 0
    nonce: bytes = b""
    generator: Point = None
    secret: bytes = b""
    own_key: bytes = b""
    peer_key: bytes = b""


@dataclass
class Session:
    """What lives until the card is reset. `rights`: what the citizen agreed to, then also what each certificate of
    the terminal allows."""

    keys: SessionKeys | None = None
    fresh_keys: SessionKeys | None = None
    run: PaceRun | None = None
    opened_with: Password | None = None
    can_shown: bool = False
    identifier: bytes = b""
    rights: int = 0
    chain: CardVerifiable | None = None
    issuer: bytes = b""
    challenge: bytes = b""
    terminal_key: bytes = b""
    auxiliary: bytes = b""
    terminal_known: bool = False
    chip_shown: bool = False
    in_application: bool = False
    chip_authentication: bool = False
    file: bytes | None = None


@dataclass
class EidCard:
    """A card of `person`. `root`: the certificate its terminals chain to, DER. `status`: what it keeps over resets."""

    person: Person
    root: bytes
    status: CardSecrets
    random_bytes: RandomBytes = secrets.token_bytes
    commands: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._root = CardVerifiable.parse(self.root)
        self._chip_key = ec.generate_private_key(CURVE)
        self._curve: Curve = STANDARD_CURVES[files.BRAINPOOL_P256R1]
        self._groups: Mapping[int, bytes] = self.person.groups()
        self._outside = {
            "card_access": files.card_access(),
            "card_security": files.card_security(self._chip_key.public_key(), datetime.now(UTC)),
            "directory": files.directory(),
        }
        self.reset()

    def reset(self) -> None:
        """Power lost or reader's reset."""
        self._session = Session()

    def exchange(self, raw: bytes) -> bytes:
        self.commands += 1
        try:
            command = Command.decode(raw)
        except ValueError:
            return Response(b"", apdu.WRONG_LENGTH).encode()
        return self._answer(command).encode()

    # Secure messaging, the chip's end

    def _answer(self, command: Command) -> Response:
        keys = self._session.keys
        if command.cla & SECURE_CLASS != SECURE_CLASS:
            if keys:
                self.reset()  # a plain command ends the session
            return self._switch(self._perform(command))
        if not keys:
            return Response(b"", OBJECTS_MISSING)
        try:
            plain = unprotect(keys, command)
        except ValueError:
            self.reset()
            return Response(b"", OBJECTS_WRONG)
        response = protect(keys, self._perform(plain), odd=bool(command.ins & 1))
        return self._switch(response)

    def _switch(self, response: Response) -> Response:
        """New session keys count from the next command on."""
        session = self._session
        if session.fresh_keys:
            session.keys, session.fresh_keys = session.fresh_keys, None
        return response

    def _perform(self, command: Command) -> Response:
        perform = {
            0xA4: self._select,
            0xB0: self._read,
            0x22: self._manage,
            0x86: self._authenticate,
            0x2A: self._verify_certificate,
            0x84: self._give_challenge,
            0x82: self._authenticate_terminal,
            0x2C: self._reset_counter,
        }.get(command.ins)
        try:
            if perform is None:
                raise Refused(INSTRUCTION_UNKNOWN)
            return Response(perform(command), apdu.OK)
        except Refused as refusal:
            return Response(b"", refusal.status)
        except (tlv.TlvError, CertificateRefused, IdCardError, KeyError):
            return Response(b"", WRONG_DATA)

    # Files

    def _select(self, command: Command) -> bytes:
        session = self._session
        if command.p1 == 0x04:
            if command.data != files.EID_APPLICATION or not session.keys:
                raise Refused(apdu.FILE_NOT_FOUND)
            session.in_application, session.file = True, None
            return b""
        if command.data in (b"", b"\x3f\x00"):
            session.in_application, session.file = False, None
            return b""
        name = int.from_bytes(command.data, "big")
        session.file = self._group(name & 0xFF) if session.in_application else self._outside_file(_by_name.get(name))
        return b""

    def _read(self, command: Command) -> bytes:
        session = self._session
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            number, offset = command.p1 & 0x1F, command.p2
            known = _files_outside.get(number)
            session.file = self._group(number) if session.in_application else self._outside_file(known)
        if session.file is None:
            raise Refused(0x6986)
        if offset >= len(session.file):
            raise Refused(0x6B00)
        return session.file[offset : offset + (command.expected or 256)]

    def _outside_file(self, name: str | None) -> bytes:
        if name is None:
            raise Refused(apdu.FILE_NOT_FOUND)
        if name == "card_security" and not self._session.terminal_known:
            raise Refused(NOT_SATISFIED)
        return self._outside[name]

    def _group(self, number: int) -> bytes:
        """Only over the channel of chip authentication, and only what was agreed to."""
        session = self._session
        if number not in self._groups:
            raise Refused(apdu.FILE_NOT_FOUND)
        if not session.chip_shown or not session.rights >> (number + GROUP_BIT) & 1:
            raise Refused(NOT_SATISFIED)
        return self._groups[number]

    # PACE

    def _manage(self, command: Command) -> bytes:
        objects = {item.tag: item.value for item in tlv.decode(command.data)}
        match command.p1, command.p2:
            case 0xC1, 0xA4:
                self._announce_pace(objects)
            case 0x81, 0xB6:
                self._session.issuer = objects[0x83]
            case 0x81, 0xA4:
                self._announce_terminal(objects)
            case 0x41, 0xA4:
                if objects[0x80] != files.CA_ECDH_AES_128 or not self._session.terminal_known:
                    raise Refused(CONDITIONS)
                self._session.chip_authentication = True
            case _:
                raise Refused(WRONG_PARAMETERS)
        return b""

    def _announce_pace(self, objects: dict[int, bytes]) -> None:
        """The warning is what a reader learns the number of tries from; PACE goes on all the same."""
        session, status = self._session, self.status
        if objects[0x80] != files.PACE_ECDH_GM_AES_128:
            raise Refused(WRONG_DATA)
        try:
            password = Password(objects[0x83][0])
        except (ValueError, IndexError):
            raise Refused(REFERENCE_NOT_FOUND) from None
        rights = int.from_bytes(tlv.find(objects[0x7F4C], 0x53), "big") if 0x7F4C in objects else 0
        session.run = PaceRun(password, rights)
        if password is not Password.PIN:
            return
        if status.deactivated:
            raise Refused(DEACTIVATED)
        if status.tries < 3:
            raise Refused(COUNTERS | status.tries)

    def _authenticate(self, command: Command) -> bytes:
        """GENERAL AUTHENTICATE of PACE or of chip authentication; any error ends the run."""
        session = self._session
        if session.chip_authentication:
            session.chip_authentication = False
            return self._authenticate_chip(tlv.find(command.data, pace.DYNAMIC_DATA, 0x80))
        run, session.run = session.run, None
        if run is None:
            raise Refused(CONDITIONS)
        if run.step == 0 and run.password is Password.PIN:
            self._check_pin_usable()
        steps = (
            (None, 0x80, self._give_nonce),
            (0x81, 0x82, self._map),
            (0x83, 0x84, self._agree),
            (0x85, 0x86, self._confirm),
        )
        wanted, answered, perform = steps[run.step]
        sent = tlv.find(command.data, pace.DYNAMIC_DATA, *([wanted] if wanted else []))
        answer = tlv.encode(answered, perform(run, sent))
        run.step += 1
        if run.step < len(steps):
            session.run = run
        else:
            answer += tlv.encode(0x87, self._root.holder)
        return tlv.encode(pace.DYNAMIC_DATA, answer)

    def _check_pin_usable(self) -> None:
        status = self.status
        if status.blocked or status.deactivated:
            raise Refused(BLOCKED)
        if status.suspended and not self._session.can_shown:
            raise Refused(CONDITIONS)

    def _give_nonce(self, run: PaceRun, _sent: bytes) -> bytes:
        run.nonce = self.random_bytes(SUITE.block_bytes)
        key = SUITE.derive_key(self.status.value(run.password), DERIVE_PASSWORD)
        return SUITE.encrypt(key, run.nonce)

    def _map(self, run: PaceRun, sent: bytes) -> bytes:
        curve = self._curve
        scalar = curve.random_scalar(self.random_bytes)
        shared = curve.multiply(scalar, curve.decode(sent))
        run.generator = curve.add(curve.multiply(int.from_bytes(run.nonce, "big"), curve.generator), shared)
        return curve.encode(curve.multiply(scalar, curve.generator))

    def _agree(self, run: PaceRun, sent: bytes) -> bytes:
        curve = self._curve
        scalar = curve.random_scalar(self.random_bytes)
        run.peer_key, run.own_key = sent, curve.encode(curve.multiply(scalar, run.generator))
        run.secret = curve.shared_secret(curve.multiply(scalar, curve.decode(sent)))
        return run.own_key

    def _confirm(self, run: PaceRun, sent: bytes) -> bytes:
        session, identifier = self._session, files.PACE_ECDH_GM_AES_128
        encryption, authentication = pace.session_keys(SUITE, run.secret)
        right = hmac.compare_digest(sent, _token(authentication, identifier, run.own_key))
        self.status.used(run.password, right=right)
        if not right:
            raise Refused(COUNTERS | self.status.tries if run.password is Password.PIN else AUTHENTICATION_FAILED)
        session.fresh_keys = SessionKeys(SUITE, encryption, authentication)
        session.opened_with = run.password
        session.can_shown = run.password is Password.CAN
        session.identifier = run.own_key[1:33]
        session.rights = run.rights
        session.chain, session.terminal_known = None, False
        return _token(authentication, identifier, run.peer_key)

    # The terminal proves what it may read, the chip that it is one

    def _verify_certificate(self, command: Command) -> bytes:
        """PSO:Verify Certificate, from the root on."""
        session = self._session
        issuer = session.chain or self._root
        if session.opened_with is None or session.issuer != issuer.holder:
            raise Refused(REFERENCE_NOT_FOUND)
        certificate = CardVerifiable.parse(command.data)
        certificate.check_issued_by(issuer)
        today = datetime.now(UTC).strftime("%y%m%d")
        if certificate.expires < bytes(int(digit) for digit in today):
            raise Refused(WRONG_DATA)
        session.chain = certificate
        session.rights &= certificate.rights
        return b""

    def _announce_terminal(self, objects: dict[int, bytes]) -> None:
        session = self._session
        if session.chain is None or objects[0x83] != session.chain.holder:
            raise Refused(REFERENCE_NOT_FOUND)
        session.terminal_key = objects[0x91]
        session.auxiliary = tlv.encode(0x67, objects[0x67]) if 0x67 in objects else b""

    def _give_challenge(self, _command: Command) -> bytes:
        self._session.challenge = self.random_bytes(8)
        return self._session.challenge

    def _authenticate_terminal(self, command: Command) -> bytes:
        """EXTERNAL AUTHENTICATE (TR-03110-2, 3.3.2). A transport PIN does not open a card for a terminal."""
        session = self._session
        challenge, session.challenge = session.challenge, b""
        if session.chain is None or not challenge or not session.terminal_key:
            raise Refused(CONDITIONS)
        allowed = session.opened_with is Password.PIN and not self.status.is_transport_pin
        if not allowed:
            raise Refused(NOT_SATISFIED)
        signed = session.identifier + challenge + session.terminal_key + session.auxiliary
        try:
            check_signature(public_key(session.chain.point), command.data, signed)
        except CertificateRefused:
            raise Refused(AUTHENTICATION_FAILED) from None
        session.terminal_known = True
        return b""

    def _authenticate_chip(self, point: bytes) -> bytes:
        """Chip authentication version 2 (TR-03110-2, 3.4): only with the key the terminal has shown before."""
        session = self._session
        if point[1:33] != session.terminal_key:
            raise Refused(NOT_SATISFIED)
        secret = self._chip_key.exchange(ec.ECDH(), public_key(point))
        nonce = self.random_bytes(8)
        encryption = SUITE.derive_key(secret + nonce, DERIVE_ENCRYPTION)
        authentication = SUITE.derive_key(secret + nonce, DERIVE_AUTHENTICATION)
        session.fresh_keys = SessionKeys(SUITE, encryption, authentication)
        session.chip_shown = True
        token = _token(authentication, files.CA_ECDH_AES_128, point)
        return tlv.encode(pace.DYNAMIC_DATA, tlv.encode(0x81, nonce) + tlv.encode(0x82, token))

    # PIN management

    def _reset_counter(self, command: Command) -> bytes:
        """RESET RETRY COUNTER: unblock with the PUK, or set a PIN of the holder's own (TR-03110-3, B.11.4)."""
        opened = self._session.opened_with
        if command.p2 != Password.PIN:
            raise Refused(WRONG_PARAMETERS)
        if command.p1 == 0x03 and opened is Password.PUK:
            if not self.status.unblock():
                raise Refused(BLOCKED)
        elif command.p1 == 0x02 and opened is Password.PIN:
            if not self.status.change_pin(command.data):
                raise Refused(WRONG_DATA)
        else:
            raise Refused(NOT_SATISFIED)
        return b""


def _token(key: bytes, identifier: bytes, point: bytes) -> bytes:
    """Over the other side's public key (TR-03110-3, D.3.4)."""
    return SUITE.mac(key, tlv.encode(0x7F49, tlv.encode(0x06, identifier) + tlv.encode(0x86, point)))
