"""The booth's reader on the real pcscd, pyscard and vpcd. One pcscd a machine: other runs wait at a lock."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from booth.idcard.errors import (
    CardRemoved,
    CardTimeout,
    CardUnsupported,
    GroupForbidden,
    NoCard,
    NoReader,
    ReadCancelled,
    WrongCardAccessNumber,
)
from booth.idcard.keys import AccessKey, CardAccessNumber, MachineReadableZoneKey
from booth.idcard.reader import CardReader, ReaderStatus, Timeouts
from booth.idcard.session import CardFiles, ReadRequest
from booth.idcard.testing.cards import disturbance_of, make_chip
from booth.idcard.testing.documents import zone_key
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.faults import NO_FAULT, Fault, FaultName
from booth.idcard.testing.pcscd import READER_NAME, PcscDaemon, PcscdUnavailable, running_pcscd, virtual_readers
from booth.idcard.testing.personas import PERSONAS, Persona
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.vpcd import Disturbance, VirtualSlot, VpcdUnreachable
from clerk_console.identity import TrustAnchors, verify
from clerk_console.identity.anchors import parse_certificate

pytestmark = pytest.mark.e2e

WAIT_S = 30.0
ERIKA = PERSONAS["erika"]
CAN = ERIKA.card_access_number


@pytest.fixture(scope="module")
def pcscd() -> Iterator[PcscDaemon]:
    try:
        with running_pcscd() as daemon:
            yield daemon
    except PcscdUnavailable as error:
        pytest.fail(str(error))


@pytest.fixture
def reader(pcscd: PcscDaemon) -> Iterator[CardReader]:
    with CardReader(READER_NAME) as reader:
        yield reader


@pytest.fixture(scope="module")
def live_pki() -> TestPki:
    """Valid today, as the emulated cards of this module are."""
    return TestPki.make(datetime.now(UTC))


class Hand:
    """Puts cards into the reader, and waits until the booth has seen it."""

    def __init__(self, reader: CardReader, pki: TestPki) -> None:
        self._reader = reader
        self._pki = pki
        self.torn = threading.Event()
        self.slot = VirtualSlot(on_torn=self.torn.set)

    def insert(self, fault: Fault = NO_FAULT, persona: Persona = ERIKA) -> EmulatedChip:
        chip = make_chip(persona, self._pki, datetime.now(UTC), fault)
        self.slot.insert(chip, disturbance_of(fault))
        self._reader.wait_for_card(WAIT_S, never())
        return chip

    def remove(self) -> None:
        self.slot.remove()
        assert self._reader.wait_for_removal(WAIT_S, never())


@pytest.fixture
def hand(reader: CardReader, live_pki: TestPki) -> Iterator[Hand]:
    hand = Hand(reader, live_pki)
    yield hand
    hand.remove()


def never() -> threading.Event:
    return threading.Event()


def read(reader: CardReader, can: str = CAN, groups: tuple[int, ...] = (1, 2)) -> CardFiles:
    return read_with(reader, CardAccessNumber(can), ReadRequest(groups))


def read_with(reader: CardReader, key: AccessKey, request: ReadRequest) -> CardFiles:
    with key:
        return reader.read(key, request, progress=lambda share: None, cancel=never())


def test_vpcd_offers_two_slots(pcscd: PcscDaemon) -> None:
    assert virtual_readers() == [READER_NAME, "Virtual PCD 00 01"]


def test_a_card_is_read(reader: CardReader, hand: Hand) -> None:
    chip = hand.insert()
    shares: list[float] = []
    card = reader.read(CardAccessNumber(CAN), ReadRequest([1, 2]), progress=shares.append, cancel=never())
    assert card.files == {name: chip.files[name] for name in ("011c", "011d", "011e", "0101", "0102")}
    assert shares[-1] == 1.0
    assert card.commands == 21
    assert card.seconds < 2


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (FaultName.NONE, set()),
        (FaultName.TAMPERED, {("data_integrity", "group_hash_wrong")}),
        (FaultName.EXPIRED, {("validity", "document_expired")}),
        (FaultName.WRONG_CA, {("certificate_chain", "issuer_unknown")}),
    ],
)
def test_from_the_card_to_the_authoritys_verdict(
    fault: FaultName, wrong: set[tuple[str, str]], reader: CardReader, hand: Hand, live_pki: TestPki
) -> None:
    """The booth reads whatever the chip gives; only the authority tells the difference."""
    hand.insert(Fault(fault))
    anchors = TrustAnchors()
    anchors.add("test", [parse_certificate(live_pki.csca.der)])
    identity = verify(read(reader).files, anchors, datetime.now(UTC).date())
    checks = identity.to_json()["checks"]
    # The chip was not asked to prove itself, and no list of revoked signers is at hand here.
    found = {(entry["check"], entry["reason"]) for entry in checks if entry["reason"]}
    assert {(check, reason) for check, reason in found if check not in ("chip_authenticity", "revocation")} == wrong
    assert not (wrong and identity.verified)


def test_without_a_name_the_reader_with_a_card_is_taken(pcscd: PcscDaemon, reader: CardReader, hand: Hand) -> None:
    hand.insert()
    with CardReader() as any_reader:
        any_reader.wait_for_card(WAIT_S, never())
        assert read(any_reader).files


def test_another_readers_card_is_not_taken(reader: CardReader, hand: Hand) -> None:
    hand.insert()
    with CardReader("Virtual PCD 00 01") as other:
        assert other.status() is ReaderStatus.EMPTY
        with pytest.raises(NoCard):
            read(other)


def test_a_wrong_number_then_the_right_one(reader: CardReader, hand: Hand) -> None:
    hand.insert()
    with pytest.raises(WrongCardAccessNumber):
        read(reader, can="111111")
    assert read(reader).files


def test_no_card(reader: CardReader) -> None:
    assert reader.status() is ReaderStatus.EMPTY
    with pytest.raises(NoCard):
        read(reader)
    with pytest.raises(NoCard):
        reader.wait_for_card(0.2, never())


def test_no_reader_of_that_name(pcscd: PcscDaemon) -> None:
    with CardReader("No such reader") as reader:
        assert reader.status() is ReaderStatus.NO_READER
        with pytest.raises(NoReader):
            read(reader)
        with pytest.raises(NoReader):
            reader.wait_for_card(0.2, never())


def test_forbidden_groups_reach_no_card(reader: CardReader, hand: Hand) -> None:
    chip = hand.insert()
    with pytest.raises(GroupForbidden):
        read(reader, groups=(1, 3))
    assert chip.commands == 0


def test_a_card_that_offers_no_pace(reader: CardReader, hand: Hand) -> None:
    hand.insert(Fault(FaultName.NO_PACE))
    with pytest.raises(CardUnsupported):
        read(reader)


@pytest.mark.parametrize("name", ["annelie", "olena", "ioana"])
def test_a_passport_is_read_with_its_zone(name: str, reader: CardReader, hand: Hand) -> None:
    """PACE, Basic Access Control, and PACE with chip authentication mapping."""
    persona = PERSONAS[name]
    chip = hand.insert(persona=persona)
    card = read_with(reader, MachineReadableZoneKey(*zone_key(persona.bearer)), ReadRequest([1, 2, 11, 14, 15]))
    wanted = {"011c", "011d", "011e", "0101", "0102", "010b", "010e", "010f"}
    assert card.files == {name: content for name, content in chip.files.items() if name in wanted}


def test_a_card_that_takes_short_lengths_only(reader: CardReader, hand: Hand) -> None:
    chip = hand.insert(Fault(FaultName.SHORT_LENGTHS))
    assert read(reader).files["0102"] == chip.files["0102"]


@pytest.mark.parametrize("seed", range(4))
def test_a_card_torn_out_at_a_random_command_then_read_again(reader: CardReader, hand: Hand, seed: int) -> None:
    torn_at = random.Random(seed).randint(1, 22)
    hand.insert(Fault(FaultName.TORN, torn_at))
    with pytest.raises(CardRemoved):
        read(reader)
    assert hand.torn.wait(WAIT_S)
    assert reader.wait_for_removal(WAIT_S, never())
    hand.insert()
    assert read(reader).files


def test_a_card_pulled_out_by_hand_while_it_is_slow(reader: CardReader, hand: Hand) -> None:
    hand.insert(Fault(FaultName.SLOW, 60))
    reading = threading.Event()
    puller = threading.Thread(target=lambda: (reading.wait(WAIT_S), hand.slot.remove()))
    puller.start()

    def progress(share: float) -> None:
        if share > 0.2:
            reading.set()

    with pytest.raises(CardRemoved):
        reader.read(CardAccessNumber(CAN), ReadRequest([1, 2]), progress=progress, cancel=never())
    puller.join(WAIT_S)
    assert reader.wait_for_removal(WAIT_S, never())
    hand.insert()
    assert read(reader).files


def test_a_reading_that_is_called_off(reader: CardReader, hand: Hand) -> None:
    hand.insert(Fault(FaultName.SLOW, 60))
    cancel = threading.Event()
    with pytest.raises(ReadCancelled):
        reader.read(
            CardAccessNumber(CAN),
            ReadRequest([1, 2]),
            progress=lambda share: cancel.set() if share > 0 else None,
            cancel=cancel,
        )
    assert read(reader).files


def test_waiting_that_is_called_off(reader: CardReader) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(ReadCancelled):
        reader.wait_for_card(WAIT_S, cancel)


def test_a_card_that_stops_answering_times_out_and_the_next_reading_works(
    pcscd: PcscDaemon, reader: CardReader, hand: Hand
) -> None:
    hand.slot.insert(make_chip(ERIKA, TestPki.make(datetime.now(UTC)), datetime.now(UTC)), Disturbance(latency_s=1.0))
    with CardReader(READER_NAME, timeouts=Timeouts(command_s=0.3, reading_s=5)) as impatient:
        impatient.wait_for_card(WAIT_S, never())
        with pytest.raises(CardTimeout):
            read(impatient)
    hand.remove()
    hand.insert()
    assert read(reader).files


def test_events_and_a_restart_of_pcscd(pcscd: PcscDaemon, pki: TestPki) -> None:
    if not pcscd.own:
        pytest.skip("pcscd was running before, so it is not ours to restart.")
    seen: list[ReaderStatus] = []
    changed = threading.Condition()

    def note(status: ReaderStatus) -> None:
        with changed:
            seen.append(status)
            changed.notify_all()

    def await_status(status: ReaderStatus) -> None:
        with changed:
            assert changed.wait_for(lambda: bool(seen) and seen[-1] is status, WAIT_S), seen

    slot = VirtualSlot()
    with CardReader(READER_NAME, on_change=note) as reader:
        await_status(ReaderStatus.EMPTY)
        pcscd.stop()
        await_status(ReaderStatus.SERVICE_DOWN)
        with pytest.raises(NoReader):
            read(reader)
        with pytest.raises(VpcdUnreachable):
            slot.insert(make_chip(ERIKA, pki, datetime.now(UTC)))
        pcscd.start()
        await_status(ReaderStatus.EMPTY)
        slot.insert(make_chip(ERIKA, pki, datetime.now(UTC)))
        await_status(ReaderStatus.CARD_PRESENT)
        assert read(reader).files
        slot.remove()
        await_status(ReaderStatus.EMPTY)


def test_pcscd_dies_during_a_reading(pcscd: PcscDaemon, reader: CardReader, hand: Hand) -> None:
    if not pcscd.own:
        pytest.skip("pcscd was running before, so it is not ours to stop.")
    hand.insert(Fault(FaultName.SLOW, 60))
    stopped = threading.Event()

    def progress(share: float) -> None:
        if share > 0.2 and not stopped.is_set():
            stopped.set()
            pcscd.stop()

    with pytest.raises((CardRemoved, NoReader)):
        reader.read(CardAccessNumber(CAN), ReadRequest([1, 2]), progress=progress, cancel=never())
    pcscd.start()
    hand.slot.remove()
    hand.insert()
    assert read(reader).files
