"""Cards that are no travel document: the citizen hears which card it is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest

from booth.idcard.apdu import Command, Transmit
from booth.idcard.errors import CardRemoved, CardUnsupported, WrongCardAccessNumber
from booth.idcard.keys import AccessKey, CardAccessNumber, MachineReadableZoneKey
from booth.idcard.kinds import KINDS, known_kind
from booth.idcard.session import ReadRequest, read_files
from booth.idcard.testing.__main__ import DocumentHolder
from booth.idcard.testing.emulator import EmulatedChip, Secrets
from booth.idcard.testing.faults import NO_FAULT
from booth.idcard.testing.other_cards import OTHER_CARDS, OtherCard
from booth.idcard.testing.pki import TestStates
from booth.idcard.testing.security_infos import pace_info, security_infos
from media.consultation import CardFault

NUMBER = "938471"
KEYS: list[Callable[[], AccessKey]] = [
    lambda: CardAccessNumber(NUMBER),
    lambda: MachineReadableZoneKey("L898902C", "690806", "940623"),
]


def connecting(exchange: Callable[[bytes], bytes]) -> Callable[[], AbstractContextManager[Transmit]]:
    @contextmanager
    def connect():  # type: ignore[no-untyped-def]
        yield exchange

    return connect


def fault_of(exchange: Callable[[bytes], bytes], key: AccessKey) -> CardFault | None:
    with pytest.raises(CardUnsupported) as caught, key:
        read_files(connecting(exchange), key, ReadRequest((1, 2)), lambda share: None, lambda: None)
    return caught.value.fault


@pytest.mark.parametrize("make_key", KEYS)
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("health_insurance_card", CardFault.HEALTH_INSURANCE_CARD),
        ("payment_card", CardFault.PAYMENT_CARD),
        ("unknown_card", CardFault.CARD_UNSUPPORTED),
    ],
)
def test_it_is_said_which_card_it_is(name: str, fault: CardFault, make_key: Callable[[], AccessKey]) -> None:
    assert fault_of(OtherCard(OTHER_CARDS[name]).exchange, make_key()) is fault


def test_an_access_number_of_another_card() -> None:
    """Health insurance cards open by PACE, too: the citizen types the ID card's number, and the chip refuses it."""
    chip = EmulatedChip({"011c": security_infos(pace_info(2, 13))}, Secrets("123456"))
    other = OtherCard(OTHER_CARDS["health_insurance_card"])
    root = next(iter(OTHER_CARDS["health_insurance_card"]))

    def exchange(raw: bytes) -> bytes:
        return other.exchange(raw) if Command.decode(raw).data == root else chip.exchange(raw)

    assert fault_of(exchange, CardAccessNumber(NUMBER)) is CardFault.HEALTH_INSURANCE_CARD


def test_a_wrong_number_of_an_id_card_stays_one() -> None:
    chip = EmulatedChip({"011c": security_infos(pace_info(2, 13))}, Secrets("123456"))
    with pytest.raises(WrongCardAccessNumber), CardAccessNumber(NUMBER) as key:
        read_files(connecting(chip.exchange), key, ReadRequest((1,)), lambda share: None, lambda: None)


def test_nothing_is_read_of_it() -> None:
    commands: list[Command] = []

    def note(raw: bytes) -> bytes:
        commands.append(Command.decode(raw))
        return b"\x6a\x82"

    assert known_kind(note) is None
    assert {(command.ins, command.p1) for command in commands} == {(0xA4, 0x04)}
    assert len(commands) == len(KINDS)


def test_a_card_that_goes_meanwhile() -> None:
    def gone(raw: bytes) -> bytes:
        raise CardRemoved("The card is gone.")

    with pytest.raises(CardRemoved):
        known_kind(gone)


def test_the_program_puts_one_into_the_reader() -> None:
    out = io.StringIO()
    holder = DocumentHolder("erika", TestStates(datetime.now(UTC)), NO_FAULT, 1, out)
    holder.obey("persona health_insurance_card")
    holder.obey("insert")
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert said[0] == {"event": "persona", "persona": "health_insurance_card"}
    assert said[1]["event"] == "error"
    assert "port 1" in said[1]["text"]
