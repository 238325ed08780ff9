"""The reader against the emulated chip, without PC/SC between, and against chips that misbehave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard import tlv
from booth.idcard.apdu import Command, Transmit
from booth.idcard.card_access import Mapping, choose_pace, offered_pace
from booth.idcard.chip import Chip
from booth.idcard.errors import (
    CardBlocked,
    CardError,
    CardRemoved,
    CardSuspended,
    CardUnsupported,
    FormRefused,
    GroupForbidden,
    IdCardError,
    WrongCardAccessNumber,
    WrongMachineReadableZone,
    ZoneNeeded,
)
from booth.idcard.keys import AccessKey, CardAccessNumber, MachineReadableZoneKey
from booth.idcard.kinds import KINDS
from booth.idcard.session import CardFiles, ReadRequest, check_groups, read_files
from booth.idcard.testing.cards import make_chip, make_files
from booth.idcard.testing.documents import common, zone_key
from booth.idcard.testing.emulator import EmulatedChip, Secrets
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.security_infos import pace_info, security_infos
from media.consultation import MAX_CHIP_FILE_BYTES, CardFault

CAN = "938471"
KEYS: list[AccessKey] = [CardAccessNumber(CAN), MachineReadableZoneKey("L898902C", "690806", "940623")]
COMMANDS = 11
"""What reading a small chip takes."""
Connect = Callable[[EmulatedChip], Callable[[], AbstractContextManager[Transmit]]]


def small_chip(**changes: Any) -> EmulatedChip:
    """A chip with little on it. `files` replaces some of its files."""
    files = {"011c": offer((2, 13)), "011d": tlv.encode(0x77, b"sod"), "0101": tlv.encode(0x61, b"zone")}
    files |= changes.pop("files", {})
    return EmulatedChip(files, Secrets(CAN), **changes)


def offer(*infos: tuple[int, int] | tuple[int, int, Mapping]) -> bytes:
    """EF.CardAccess."""
    return security_infos(*(pace_info(*info) for info in infos))


def nothing(*_: object) -> None:
    pass


def read(chip: EmulatedChip, connect_to: Connect, *, can: str = CAN, groups: tuple[int, ...] = (1,)) -> CardFiles:
    with CardAccessNumber(can) as number:
        return read_files(connect_to(chip), number, ReadRequest(groups), nothing, nothing)


def test_a_whole_card_is_read_as_it_is(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now)
    card = read(chip, connect_to, groups=(1, 2))
    assert card.access == "pace_can"
    assert card.files == {
        name: make_file for name, make_file in chip.files.items() if name in ("011c", "011d", "011e", "0101", "0102")
    }
    assert card.commands == chip.commands


@pytest.mark.parametrize(
    ("suite", "parameter"),
    [*((suite, 13) for suite in (1, 3, 4)), *((2, group) for group in (0, 1, 2, *range(8, 19)))],
)
def test_every_cipher_and_every_group(suite: int, parameter: int, connect_to: Connect) -> None:
    chip = small_chip(files={"011c": offer((suite, parameter))})
    assert read(chip, connect_to).files["0101"] == chip.files["0101"]


@pytest.mark.parametrize(
    ("suite", "parameter"),
    [*((suite, 13) for suite in (1, 3, 4)), *((2, group) for group in (0, 1, 2, 8, 9, *range(11, 19)))],
)
def test_integrated_mapping_with_every_cipher_and_group(suite: int, parameter: int, connect_to: Connect) -> None:
    chip = small_chip(files={"011c": offer((suite, parameter, "integrated"))})
    assert read(chip, connect_to).files["0101"] == chip.files["0101"]
    with pytest.raises(WrongCardAccessNumber):
        read(chip, connect_to, can="000000")


def test_a_curve_without_integrated_mapping_is_not_taken() -> None:
    """Its prime leaves 1 over four (9303-11, B.2)."""
    assert offered_pace(offer((2, 10, "integrated"), (2, 10))) == offered_pace(offer((2, 10)))


def test_of_equals_the_generic_mapping() -> None:
    assert choose_pace(offer((2, 13, "integrated"), (2, 13))).mapping == "generic"
    assert choose_pace(offer((4, 13, "integrated"), (2, 13))).mapping == "integrated"


@pytest.mark.parametrize("mapping", ["generic", "integrated"])
@pytest.mark.parametrize("group", [1, 2])
def test_long_keys_go_in_pieces_where_lengths_are_short(group: int, mapping: Mapping, connect_to: Connect) -> None:
    chip = small_chip(files={"011c": offer((2, group, mapping))}, extended=False)
    assert read(chip, connect_to).files["0101"] == chip.files["0101"]


class Particular:
    """A chip that answers 6Cxx to any length but the one it has."""

    def __init__(self, chip: EmulatedChip, length: int) -> None:
        self._chip = chip
        self._length = length
        self.refused = 0

    def exchange(self, raw: bytes) -> bytes:
        command = Command.decode(raw)
        if command.ins == 0xB0 and command.expected not in (None, self._length):
            self.refused += 1
            return bytes((0x6C, self._length % 256))
        return self._chip.exchange(raw)


@pytest.mark.parametrize("length", [256, 0xF0])
def test_a_chip_that_names_the_length_it_wants(length: int) -> None:
    chip = Particular(small_chip(), length)
    reader = Chip(chip.exchange, plain=True)
    with CardAccessNumber(CAN) as number:
        reader.open(number)
    assert reader.read_file(0x0101) == tlv.encode(0x61, b"zone")
    assert chip.refused


def test_a_chip_that_never_takes_a_length() -> None:
    with pytest.raises(IdCardError), CardAccessNumber(CAN) as number:
        Chip(lambda raw: b"\x6c\x10", plain=True).open(number)


def test_short_lengths_where_extended_are_refused(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now, Fault(FaultName.SHORT_LENGTHS))
    assert read(chip, connect_to, groups=(1, 2)).files["0102"] == chip.files["0102"]


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("size", [0x7FFE, 0x8001, 0x12345])
def test_files_beyond_the_plain_offset(size: int, extended: bool, connect_to: Connect) -> None:
    group = tlv.encode(0x75, bytes(index % 251 for index in range(size)))
    chip = small_chip(files={"0102": group}, extended=extended)
    assert read(chip, connect_to, groups=(2,)).files["0102"] == group


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in sorted(PERSONAS) for fault in (FaultName.NONE, FaultName.PLAIN)],
)
def test_every_document_is_read_as_it_is(
    name: str, fault: FaultName, pki: TestPki, now: datetime, connect_to: Connect
) -> None:
    persona = PERSONAS[name]
    chip = make_chip(persona, pki, now, Fault(fault))
    number = persona.card_access_number
    with CardAccessNumber(number) if number else MachineReadableZoneKey(*zone_key(persona.bearer)) as key:
        card = read_files(connect_to(chip), key, ReadRequest((1, 2, 11, 12, 14, 15)), nothing, nothing)
    assert card.files == chip.files
    assert card.access == ("pace_can" if number else "pace_mrz" if persona.make.pace else "bac")


def test_a_card_access_number_does_not_open_an_old_passport(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["olena"], pki, now)
    with pytest.raises(ZoneNeeded):
        read(chip, connect_to)


def test_a_refused_zone_is_never_tried_another_way(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    """A passport with PACE and Basic Access Control: a terminal must use PACE (9303-11, 4.2)."""
    chip = make_chip(PERSONAS["annelie"], pki, now)
    with MachineReadableZoneKey("C01X00T47", "920228", "330102") as key, pytest.raises(WrongMachineReadableZone):
        read_files(connect_to(chip), key, ReadRequest((1,)), nothing, nothing)
    assert chip.commands == 7 + len(KINDS)  # it is asked whether it is another kind of card


def test_a_wrong_zone_of_an_old_passport(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["olena"], pki, now)
    with MachineReadableZoneKey("FA000001", "730724", "270506") as key, pytest.raises(WrongMachineReadableZone):
        read_files(connect_to(chip), key, ReadRequest((1,)), nothing, nothing)


@pytest.mark.parametrize(("fault", "error"), [(FaultName.BLOCKED, CardBlocked), (FaultName.SUSPENDED, CardSuspended)])
def test_a_chip_that_takes_no_key(
    fault: FaultName, error: type[IdCardError], pki: TestPki, now: datetime, connect_to: Connect
) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now, Fault(fault))
    with pytest.raises(error):
        read(chip, connect_to)


def test_a_chip_whose_list_cannot_be_read_is_asked_for_every_group(connect_to: Connect) -> None:
    chip = small_chip(files={"011e": b"\x60\x03abc", "010b": tlv.encode(0x6B, b"details")})
    assert set(read(chip, connect_to, groups=(1, 2, 11)).files) == {"011c", "011d", "011e", "0101", "010b"}


def test_what_the_list_hides_is_not_asked_for(connect_to: Connect) -> None:
    """The signed EF.SOD names it all the same, so the authority notices."""
    chip = small_chip(files={"011e": common([1]), "010b": tlv.encode(0x6B, b"details")})
    assert set(read(chip, connect_to, groups=(1, 11)).files) == {"011c", "011d", "011e", "0101"}


def test_an_answer_in_pieces(connect_to: Connect) -> None:
    """61XX and GET RESPONSE, as contact chips answer."""
    chip = small_chip()
    rest = bytearray()

    def transmit(command: bytes) -> bytes:
        if command[1] != 0xC0:
            rest[:] = chip.exchange(command)[:-2]
            status = chip_status = b"\x90\x00" if not rest else b""
            if chip_status:
                return status
        piece = bytes(rest[:20])
        del rest[:20]
        return piece + (bytes([0x61, len(rest)]) if rest else b"\x90\x00")

    reader = Chip(transmit)
    reader.open(CardAccessNumber(CAN))
    assert reader.read_file(0x0101) == chip.files["0101"]


def test_an_answer_that_does_not_end() -> None:
    with pytest.raises(CardError, match="does not end"):
        Chip(lambda command: b"\x00\x61\x10").open(CardAccessNumber(CAN))


def test_a_wrong_number_costs_one_try_and_the_next_reading_works(connect_to: Connect) -> None:
    chip = small_chip()
    with pytest.raises(WrongCardAccessNumber) as caught:
        read(chip, connect_to, can="111111")
    assert caught.value.fault is CardFault.WRONG_CARD_ACCESS_NUMBER
    assert read(chip, connect_to).files["0101"]


def test_a_card_without_pace_is_unsupported(connect_to: Connect) -> None:
    chip = small_chip()
    del chip.files["011c"]  # type: ignore[attr-defined]
    with pytest.raises(CardUnsupported):
        read(chip, connect_to)


@pytest.mark.parametrize("content", [b"", b"\x31\x00", b"\x31\x05\x30\x03\x06\x01\x00", b"\x99" * 40])
def test_strange_card_access_is_unsupported(content: bytes) -> None:
    with pytest.raises(CardUnsupported):
        choose_pace(content)


def test_the_strongest_pace_is_chosen_and_named_when_ambiguous() -> None:
    chosen = choose_pace(offer((1, 12), (4, 13), (2, 13), (4, 2), (4, 16)))
    assert (chosen.identifier[-1], chosen.parameter, chosen.ambiguous) == (4, 16, True)


def test_groups_the_chip_lacks_are_left_out(connect_to: Connect) -> None:
    assert list(read(small_chip(), connect_to, groups=(1, 2, 11)).files) == ["011d", "0101", "011c"]


def test_a_chip_without_security_object_is_unsupported(connect_to: Connect) -> None:
    chip = small_chip()
    del chip.files["011d"]  # type: ignore[attr-defined]
    with pytest.raises(CardUnsupported):
        read(chip, connect_to)


@pytest.mark.parametrize("groups", [[3], [4], [1, 2, 3], [0], [17], [-1]])
def test_fingerprints_and_strange_groups_are_never_read(groups: list[int], connect_to: Connect) -> None:
    with pytest.raises(GroupForbidden):
        check_groups(groups)
    chip = small_chip()
    with pytest.raises(GroupForbidden):
        read(chip, connect_to, groups=tuple(groups))
    assert chip.commands == 0


def test_a_file_over_the_limit_is_not_read(connect_to: Connect) -> None:
    chip = small_chip(files={"0102": b"\x75\x83" + (MAX_CHIP_FILE_BYTES).to_bytes(3, "big") + bytes(100)})
    with pytest.raises(CardError, match="at most"):
        read(chip, connect_to, groups=(2,))


def test_a_file_shorter_than_it_claims_ends(connect_to: Connect) -> None:
    chip = small_chip(files={"0102": b"\x75\x82\x10\x00" + bytes(100)})
    with pytest.raises(CardError):
        read(chip, connect_to, groups=(2,))


def test_progress_grows_to_one(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    shares: list[float] = []
    with CardAccessNumber(CAN) as number:
        read_files(
            connect_to(make_chip(PERSONAS["erika"], pki, now)), number, ReadRequest([1, 2]), shares.append, nothing
        )
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 6


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "12345a", "１２３４５６", "12 456"])
def test_a_card_access_number_has_six_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match="6 digits"):
        CardAccessNumber(wrong)


def test_the_number_is_wiped_and_never_shown() -> None:
    with CardAccessNumber(CAN) as number:
        digits = number.password
        assert CAN not in repr(number)
    assert digits == bytes(6)


@pytest.mark.parametrize("torn_at", range(1, COMMANDS + 1))
def test_a_card_torn_out_at_any_command(torn_at: int, connect_to: Connect) -> None:
    chip = small_chip()

    @contextmanager
    def fragile() -> Any:
        sent = 0

        def transmit(command: bytes) -> bytes:
            nonlocal sent
            sent += 1
            if sent == torn_at:
                raise CardRemoved("torn")
            return chip.exchange(command)

        chip.reset()
        yield transmit

    with CardAccessNumber(CAN) as number, pytest.raises(CardRemoved):
        read_files(fragile, number, ReadRequest([1]), nothing, nothing)
    assert read(chip, connect_to).files["0101"]


@given(st.lists(st.binary(max_size=60), max_size=12), st.booleans(), st.sampled_from(KEYS))
@settings(max_examples=200, deadline=None)
def test_a_chip_that_answers_anything_raises_only_card_errors(
    answers: list[bytes], plain: bool, key: AccessKey
) -> None:
    script = iter(answers)
    chip = Chip(lambda command: next(script, b"\x6f\x00"), plain=plain)
    with pytest.raises(IdCardError):
        chip.open(key)


@given(st.integers(0, 13), st.binary(min_size=2, max_size=80))
@settings(max_examples=150, deadline=None)
def test_one_wrong_answer_amid_right_ones_raises_only_card_errors(position: int, wrong: bytes) -> None:
    chip = small_chip()
    sent = 0

    def transmit(command: bytes) -> bytes:
        nonlocal sent
        sent += 1
        right = chip.exchange(command)
        return wrong if sent - 1 == position else right

    reader = Chip(transmit)
    try:
        reader.open(CardAccessNumber(CAN))
        content = reader.read_file(0x0101)
    except IdCardError:
        return
    assert content == chip.files["0101"]


def test_extended_lengths_refused_inside_the_channel_end_it() -> None:
    chip = small_chip(files={"0102": tlv.encode(0x75, bytes(5000))}, extended=False)
    reader = Chip(chip.exchange)
    reader.open(CardAccessNumber(CAN))
    with pytest.raises(FormRefused):
        reader.read_file(0x0102)


def test_files_differ_between_personas_only_where_they_should(pki: TestPki, now: datetime) -> None:
    every = {name: make_files(persona, pki, now) for name, persona in PERSONAS.items()}
    for file in ("0101", "0102", "011d"):
        assert len({files[file] for files in every.values()}) == len(PERSONAS)
