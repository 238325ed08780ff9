"""What a chip answers so that the authority can see that it is no copy (ICAO 9303-11, 6.1 and 6.2).

The booth only carries: Active Authentication's challenge and Chip Authentication's keys are the console's, so neither
a copied chip nor a lying booth can answer for the true one. `ChipDialogue` is the way to the console and back."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from asn1crypto.core import ObjectIdentifier

from booth.idcard import tlv
from booth.idcard.apdu import EXTENDED_RESPONSE, OK, SHORT_RESPONSE, Command, Response, Transmit
from booth.idcard.errors import ChannelEnded
from booth.idcard.secure_messaging import SECURE_CLASS
from media.consultation import ActiveAuthentication, ChipAgreement, ChipAuthentication

CHALLENGE_BYTES: Final = 8
MAX_KEY_BYTES: Final = 8192
CONSOLE_TIMEOUT_S: Final = 5.0
"""How long a chip that was read waits for the console's key."""
NOTICE_S: Final = 0.05

CHIP_AUTHENTICATION: Final = bytes.fromhex("04007f0007020203")
"""id-CA (0.4.0.127.0.7.2.2.3); then 1 for DH or 2 for ECDH, then the suite."""
ALLOWED_COMMANDS: Final = frozenset({0xA4, 0xB0})
"""SELECT and READ BINARY: all that the console's command may be."""
LONG_KEY_BYTES: Final = 260
"""From this size on, DG15 holds a key whose signature does not fit a short response."""

Exchange = Callable[[Command], Response]


class ChipDialogue:
    """The console as the reader's thread sees it. `on_key` is called there, with EF.DG14, as soon as it is read;
    whoever carries it to the console calls `answer` from any thread, with the agreement of `chip_challenge` or
    None."""

    def __init__(self, on_key: Callable[[bytes], None], *, timeout_s: float = CONSOLE_TIMEOUT_S) -> None:
        self._on_key = on_key
        self._timeout_s = timeout_s
        self._is_offered = False
        self._answered = threading.Event()
        self._agreement: ChipAgreement | None = None

    def offer(self, file: bytes) -> None:
        """Once, also where the chip is read again with short lengths: the console judges by its last agreement, and no
        chip has seen the first yet. A file that the channel does not carry is not offered, and nothing waited for."""
        if self._is_offered:
            return
        self._is_offered = True
        if len(file) <= MAX_KEY_BYTES:
            self._on_key(file)
        else:
            self.answer(None)

    def answer(self, agreement: ChipAgreement | None) -> None:
        """Only the first answer counts."""
        if not self._answered.is_set():
            self._agreement = agreement
            self._answered.set()

    def await_answer(self, check: Callable[[], None]) -> ChipAgreement | None:
        """None where the console makes no use of the key or does not answer in time. `check` is called meanwhile and
        raises when the reading was given up."""
        end = time.monotonic() + self._timeout_s
        while not self._answered.wait(NOTICE_S) and time.monotonic() < end:
            check()
        return self._agreement


def text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def sign_challenge(exchange: Exchange, challenge: bytes, public_key: bytes, *, extended: bool) -> ActiveAuthentication:
    """INTERNAL AUTHENTICATE (6.1.3) within the secure channel. A refusal is an answer too."""
    long = extended and len(public_key) >= LONG_KEY_BYTES
    expected = EXTENDED_RESPONSE if long else SHORT_RESPONSE
    try:
        answer = exchange(Command(0x00, 0x88, 0x00, 0x00, challenge, expected))
    except ChannelEnded as ended:
        answer = Response(b"", ended.status)
    return ActiveAuthentication(response=text(answer.data), status=f"{answer.status:04x}")


class _Agreement(NamedTuple):
    """The console's answer, taken apart."""

    identifier: bytes
    key_id: bytes | None
    public_key: bytes
    command: bytes


def _parse(agreement: ChipAgreement) -> _Agreement:
    """Raises ValueError for what the booth does not pass on."""
    try:
        identifier = ObjectIdentifier(agreement.protocol).contents
        public_key = base64.b64decode(agreement.public_key, validate=True)
        command = base64.b64decode(agreement.command, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not identifier.startswith(CHIP_AUTHENTICATION) or len(identifier) != len(CHIP_AUTHENTICATION) + 2:
        raise ValueError("That is not a protocol of Chip Authentication.")
    decoded = Command.decode(command)
    if decoded.cla != SECURE_CLASS or decoded.ins not in ALLOWED_COMMANDS:
        raise ValueError("The console's command is not a protected SELECT or READ BINARY.")
    key_id = agreement.key_id
    wanted = None if key_id is None else key_id.to_bytes(max(1, (key_id.bit_length() + 7) // 8), "big")
    return _Agreement(identifier, wanted, public_key, command)


def authenticate_chip(exchange: Exchange, transmit: Transmit, agreement: ChipAgreement) -> ChipAuthentication:
    """Hand the console's key and command to the chip, as the last act: afterwards only the console has the keys.

    MSE:Set KAT for 3DES (6.2.4.1), MSE:Set AT and GENERAL AUTHENTICATE for AES (6.2.4.2). Raises ValueError for an
    agreement the booth does not pass on, CardRemoved and the like; a chip's refusal is its answer.
    """
    parsed = _parse(agreement)
    try:
        status = _agree(exchange, parsed)
    except ChannelEnded as ended:
        status = ended.status
    if status != OK:
        return ChipAuthentication(response=text(status.to_bytes(2, "big")))
    return ChipAuthentication(response=text(transmit(parsed.command)))


def _agree(exchange: Exchange, parsed: _Agreement) -> int:
    key_id = b"" if parsed.key_id is None else tlv.encode(0x84, parsed.key_id)
    if parsed.identifier[-1] == 1:
        data = tlv.encode(0x91, parsed.public_key) + key_id
        return exchange(Command(0x00, 0x22, 0x41, 0xA6, data)).status
    status = exchange(Command(0x00, 0x22, 0x41, 0xA4, tlv.encode(0x80, parsed.identifier) + key_id)).status
    if status != OK:
        return status
    data = tlv.encode(0x7C, tlv.encode(0x80, parsed.public_key))
    return exchange(Command(0x00, 0x86, 0x00, 0x00, data, SHORT_RESPONSE)).status
