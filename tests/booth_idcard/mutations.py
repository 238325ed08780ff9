"""Readings of a chip whose answers are spoilt at random: on the wire, or inside the secure channel by the chip
itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from booth.idcard.apdu import Command, Response, Transmit
from booth.idcard.errors import IdCardError
from booth.idcard.keys import CardAccessNumber, MachineReadableZoneKey
from booth.idcard.session import CardFiles, ReadRequest, read_files
from booth.idcard.testing.cards import make_card
from booth.idcard.testing.documents import zone_key
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NAMES = ("erika", "ioana", "olena", "eleni", "wei")
"""PACE over curves and modulo a prime, with chip authentication mapping, Basic Access Control; CA, AA by RSA and
ECDSA."""
STATUSES = (0x9000, 0x6282, 0x6300, 0x63C0, 0x63C1, 0x6100, 0x61FF, 0x6C10, 0x6700, 0x6982, 0x6985, 0x6988, 0x6A82)
COMMANDS = 30
REQUEST = ReadRequest((1, 11, 12, 14, 15), bytes(8))


def spoilt(chance: random.Random, data: bytes) -> bytes:
    """One change: a bit, a byte that may be a length, a cut, a tail, a piece twice, something else altogether."""
    at = chance.randrange(len(data) + 1)
    match chance.randrange(7):
        case 0 if data:
            at %= len(data)
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        case 1 if data:
            at %= len(data)
            return data[:at] + chance.choice((b"\x00", b"\x7f", b"\x80", b"\x82", b"\x84", b"\xff")) + data[at + 1 :]
        case 2:
            return data[:at]
        case 3:
            return data + chance.randbytes(chance.choice((1, 2, 300)))
        case 4:
            return data[:at] + data[at // 2 : at] + data[at:]
        case 5:
            return chance.randbytes(chance.choice((0, 1, 2, 3, 40, 256)))
    return b""


class SpoiltChip(EmulatedChip):
    """Spoils the answer to one command before it is protected, as a chip with strange files would."""

    def spoil(self, chance: random.Random, at: int) -> None:
        self._chance = chance
        self._at = self.commands + at

    def _perform(self, command: Command) -> Response:
        response = super()._perform(command)
        if self.commands != self._at:
            return response
        if self._chance.randrange(3) == 0:
            return Response(response.data, self._chance.choice(STATUSES))
        return Response(spoilt(self._chance, response.data), response.status)


@cache
def chip_of(name: str) -> SpoiltChip:
    card = make_card(PERSONAS[name], TestPki.make(NOW), NOW)
    return SpoiltChip(card.files, card.secrets, card.card_security)


def read_spoilt(seed: int) -> CardFiles | IdCardError:
    """One reading, spoilt at one place on the wire and at one in the chip. Lets out whatever is no IdCardError."""
    chance = random.Random(seed)
    name = chance.choice(NAMES)
    chip, persona = chip_of(name), PERSONAS[name]
    chip.spoil(chance, chance.randrange(1, COMMANDS))
    on_the_wire = chance.randrange(COMMANDS * 2)

    @contextmanager
    def connect() -> Iterator[Transmit]:
        chip.reset()
        sent = 0

        def transmit(command: bytes) -> bytes:
            nonlocal sent
            sent += 1
            answer = chip.exchange(command)
            return spoilt(chance, answer) if sent == on_the_wire else answer

        yield transmit

    number = persona.card_access_number
    with CardAccessNumber(number) if number else MachineReadableZoneKey(*zone_key(persona.bearer)) as key:
        try:
            return read_files(connect, key, REQUEST, lambda share: None, lambda: None)
        except IdCardError as error:
            return error
