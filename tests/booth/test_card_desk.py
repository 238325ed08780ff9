"""A card request from consent to the last byte, with a reader that does what the test says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from booth.card_desk import CardDesk, CardMeans
from booth.idcard.errors import (
    CardRemoved,
    IdCardError,
    NoCard,
    ReadCancelled,
    WrongCardAccessNumber,
    WrongMachineReadableZone,
)
from booth.idcard.keys import AccessKey, MachineReadableZoneKey
from booth.idcard.session import CardFiles, Progress, ReadRequest
from booth.mrz.zone import ZoneKey
from booth.stage import Stage
from booth.view import Premises
from booth.visit import VisitEvent, VisitState
from media.consultation import CardData, CardFault, CardRequest, CardStage, CardStatus, Chunk, DocumentKind, Message
from media.transfer import Assembler, chunks

E = VisitEvent
FILES = {"011d": b"S" * 2000, "0101": b"D" * 93, "0102": b"P" * 30_000}


class ScriptedReader:
    """The device edge: each reading ends as the script says. `hold` keeps a reading going until it is called off."""

    def __init__(self) -> None:
        self.outcomes: list[IdCardError | None] = []
        self.numbers: list[str] = []
        self.hold = False
        self.holding = threading.Event()

    def wait_for_card(self, timeout_s: float, cancel: threading.Event) -> None:
        if self.outcomes and isinstance(self.outcomes[0], NoCard):
            raise self.outcomes.pop(0) or NoCard()

    def read(self, key: AccessKey, request: ReadRequest, *, progress: Progress, cancel: threading.Event) -> CardFiles:
        self.numbers.append(key.password.decode("latin-1"))
        progress(0.5)
        if self.hold:
            self.holding.set()
            assert cancel.wait(5)
            raise ReadCancelled
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        return CardFiles("pace_can", dict(FILES), 10, 0.1)


@dataclass
class ScriptedCamera:
    """Sees a zone when the test says so."""

    is_there: bool = True
    looks: int = 0
    zone: asyncio.Queue[ZoneKey] = field(default_factory=asyncio.Queue)

    async def read_zone(self) -> ZoneKey:
        self.looks += 1
        return await self.zone.get()


@dataclass
class Wire:
    """The other end of the channel."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def send_transfer(self, transfer: str, data: bytes) -> None:
        self.sent += chunks(transfer, data)

    @property
    def stages(self) -> list[tuple[CardStage, CardFault | None]]:
        return [
            (message.stage, message.fault)
            for message in self.sent
            if isinstance(message, CardStatus) and message.progress is None
        ]


@dataclass
class Scene:
    stage: Stage
    reader: ScriptedReader
    wire: Wire
    desk: CardDesk
    changed: asyncio.Event
    closed: list[bool]
    camera: ScriptedCamera

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def ask(self, *groups: int, document: DocumentKind = "id_card") -> None:
        self.desk.open(CardRequest(request=7, groups=list(groups), document=document))

    async def agree(self, can: str = "123456") -> None:
        self.desk.consent()
        self.desk.give_number(can)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    changed = asyncio.Event()
    stage = Stage(Premises("Site", ("de",), ("s",)), lambda _: changed.set(), lambda: 0.0)
    for event in (E.LINE_UP, E.START, E.LANGUAGE_CHOSEN, E.JOIN, E.TICKET_TAKEN, E.CALLED, E.CALL_STANDS):
        stage.happen(event)
    reader, wire, closed, camera = ScriptedReader(), Wire(), [], ScriptedCamera()
    desk = CardDesk(stage, CardMeans(reader, camera, by_number=True), wire, lambda: closed.append(True))
    yield Scene(stage, reader, wire, desk, changed, closed, camera)
    await desk.stop()


async def test_a_reading_arrives_whole(scene: Scene) -> None:
    scene.ask(2, 1)
    await scene.agree()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    data = next(message for message in scene.wire.sent if isinstance(message, CardData))
    assert {file.file for file in data.files} == set(FILES)
    for file in data.files:
        assembler = Assembler(file.transfer, file.size, file.sha256)
        pieces = [m for m in scene.wire.sent if isinstance(m, Chunk) and m.transfer == file.transfer]
        assert [assembler.add(piece) for piece in pieces][-1] == FILES[file.file]
    assert [stage for stage, _ in scene.wire.stages] == [
        CardStage.CONSENT, CardStage.CARD_ACCESS_NUMBER, CardStage.INSERT_CARD, CardStage.SENT,
    ]  # fmt: skip
    assert scene.stage.record.card is None
    assert scene.closed == [True]


async def test_a_wrong_number_is_typed_again(scene: Scene) -> None:
    scene.reader.outcomes = [WrongCardAccessNumber()]
    scene.ask(1)
    await scene.agree("000000")
    await scene.until(lambda: scene.stage.state is VisitState.CARD_NUMBER)
    assert scene.wire.stages[-1] == (CardStage.CARD_ACCESS_NUMBER, CardFault.WRONG_CARD_ACCESS_NUMBER)
    assert scene.stage.record.card is not None
    assert scene.stage.record.card.can == ""
    scene.desk.give_number("123456")
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.reader.numbers == ["000000", "123456"]


@pytest.mark.parametrize("fault", [CardRemoved(), NoCard()])
async def test_after_a_fault_the_number_need_not_be_typed_again(scene: Scene, fault: IdCardError) -> None:
    scene.reader.outcomes = [fault]
    scene.ask(1)
    await scene.agree()
    await scene.until(lambda: scene.stage.state is VisitState.CARD_FAULT)
    assert scene.wire.stages[-1] == (CardStage.INSERT_CARD, fault.fault)
    scene.desk.retry()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.reader.numbers[-1] == "123456"


async def test_giving_up_after_a_fault_is_told_as_failed(scene: Scene) -> None:
    scene.reader.outcomes = [CardRemoved()]
    scene.ask(1)
    await scene.agree()
    await scene.until(lambda: scene.stage.state is VisitState.CARD_FAULT)
    scene.desk.decline()
    assert scene.wire.stages[-1] == (CardStage.FAILED, CardFault.CARD_REMOVED)
    assert scene.stage.state is VisitState.CALL


async def test_declining_reads_nothing(scene: Scene) -> None:
    scene.ask(1)
    scene.desk.decline()
    assert scene.wire.stages[-1] == (CardStage.DECLINED, None)
    assert (scene.stage.state, scene.reader.numbers) == (VisitState.CALL, [])


async def test_the_clerk_takes_the_request_back_while_it_is_read(scene: Scene) -> None:
    scene.reader.hold = True
    scene.ask(1)
    await scene.agree()
    await asyncio.to_thread(scene.reader.holding.wait, 5)
    card = scene.stage.record.card
    scene.desk.withdraw(6)
    assert scene.stage.record.card is card
    scene.desk.withdraw(7)
    assert scene.stage.state is VisitState.CALL
    assert card is not None
    assert card.can == ""
    assert not any(isinstance(message, CardData) for message in scene.wire.sent)


@pytest.mark.parametrize("groups", [(3,), (1, 4)])
async def test_fingerprints_are_refused_unasked(scene: Scene, groups: tuple[int, ...]) -> None:
    scene.ask(*groups)
    assert scene.wire.stages == [(CardStage.FAILED, CardFault.CARD_UNSUPPORTED)]
    assert scene.stage.state is VisitState.CALL


@pytest.mark.parametrize("can", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
async def test_what_is_no_number_goes_nowhere(scene: Scene, can: str) -> None:
    scene.ask(1)
    await scene.agree(can)
    assert scene.stage.state is VisitState.CARD_NUMBER
    assert scene.reader.numbers == []


ZONE = ZoneKey("C01X0006H", "640812", "331031")


def password(number: str, birth: str, expiry: str) -> str:
    """What the reader is given for a zone."""
    return MachineReadableZoneKey(number, birth, expiry).password.decode("latin-1")


PASSWORD = password("C01X0006H", "640812", "331031")


async def test_a_passport_is_opened_by_what_the_camera_reads(scene: Scene) -> None:
    scene.ask(1, document="passport")
    scene.desk.consent()
    assert scene.stage.state is VisitState.CARD_ZONE
    scene.camera.zone.put_nowait(ZONE)
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert [stage for stage, _ in scene.wire.stages] == [
        CardStage.CONSENT, CardStage.MACHINE_READABLE_ZONE, CardStage.INSERT_CARD, CardStage.SENT,
    ]  # fmt: skip
    assert scene.reader.numbers == [PASSWORD]


async def test_without_a_camera_the_zone_is_typed(scene: Scene) -> None:
    scene.camera.is_there = False
    scene.ask(1, document="passport")
    scene.desk.consent()
    assert scene.stage.state is VisitState.CARD_TYPING
    scene.desk.give_zone("c01x 0006h", "12081964", "31102033")
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.reader.numbers == [PASSWORD]
    assert scene.camera.looks == 0


async def test_typing_ends_the_camera_and_leads_back_to_it(scene: Scene) -> None:
    scene.ask(1, document="passport")
    scene.desk.consent()
    scene.desk.type_zone()
    assert scene.stage.state is VisitState.CARD_TYPING
    scene.camera.zone.put_nowait(ZONE)
    scene.desk.scan_zone()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (("", "12081964", "31102033"), "number"),
        (("C01X<006H", "12081964", "31102033"), "number"),
        (("C01X0006H", "31021964", "31102033"), "birth"),
        (("C01X0006H", "12081864", "31102033"), "birth"),
        (("C01X0006H", "1208196", "31102033"), "birth"),
        (("C01X0006H", "12081964", "00102033"), "expiry"),
        (("C01X0006H", "12081964", "31113033"), "expiry"),
    ],
)
async def test_what_cannot_be_right_is_named_and_asks_nothing_of_the_chip(
    scene: Scene, typed: tuple[str, str, str], problem: str
) -> None:
    scene.camera.is_there = False
    scene.ask(1, document="passport")
    scene.desk.consent()
    scene.desk.give_zone(*typed)
    assert scene.stage.state is VisitState.CARD_TYPING
    assert scene.stage.view().card.problem == problem
    assert scene.reader.numbers == []


async def test_a_zone_the_chip_refuses_is_shown_to_be_corrected(scene: Scene) -> None:
    scene.reader.outcomes = [WrongMachineReadableZone()]
    scene.ask(1, document="passport")
    scene.desk.consent()
    scene.camera.zone.put_nowait(ZONE)
    await scene.until(lambda: scene.stage.state is VisitState.CARD_TYPING)
    assert scene.wire.stages[-1] == (CardStage.MACHINE_READABLE_ZONE, CardFault.WRONG_MACHINE_READABLE_ZONE)
    assert scene.stage.view().card.typed == ["C01X0006H", "12081964", "31102033"]
    scene.desk.give_zone("C01X0006J", "00081964", "31102033")
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.reader.numbers[1] == password("C01X0006J", "6408<<", "331031")


async def test_the_zone_is_forgotten_with_the_request(scene: Scene) -> None:
    scene.reader.outcomes = [CardRemoved()]
    scene.ask(1, document="passport")
    scene.desk.consent()
    scene.camera.zone.put_nowait(ZONE)
    await scene.until(lambda: scene.stage.state is VisitState.CARD_FAULT)
    card = scene.stage.record.card
    assert card is not None
    assert card.zone == ZONE
    scene.desk.decline()
    assert card.zone is None
    assert ZONE.number not in repr(scene.stage.view())


async def test_an_id_card_is_not_read_by_its_number_where_the_law_asks_otherwise(scene: Scene) -> None:
    desk = CardDesk(scene.stage, CardMeans(scene.reader, scene.camera), scene.wire, lambda: None)
    desk.open(CardRequest(request=8, groups=[1]))
    assert scene.wire.stages == [(CardStage.FAILED, CardFault.NOT_PERMITTED)]
    desk.open(CardRequest(request=9, groups=[1], document="residence_permit"))
    assert scene.wire.stages[-1] == (CardStage.CONSENT, None)
    await desk.stop()
