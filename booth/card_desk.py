"""A card request from the clerk, from consent to the last byte sent. The reader works on threads; this is the loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

import structlog

from booth.document_camera import ZoneCamera
from booth.idcard.errors import CardError, IdCardError, ReadCancelled
from booth.idcard.keys import AccessKey, CardAccessNumber, MachineReadableZoneKey
from booth.idcard.proofs import ChipDialogue
from booth.idcard.session import FORBIDDEN_GROUPS, CardFiles, Progress, ReadRequest
from booth.mrz.typed import TypedError, typed_key
from booth.mrz.zone import ZoneKey
from booth.record import CardCase
from booth.stage import Stage
from booth.visit import CARD, VisitEvent, VisitState
from media.channel import ChannelClosed, ChannelFull
from media.consultation import (
    MAX_CHIP_FILE_BYTES,
    CardData,
    CardFault,
    CardRequest,
    CardStage,
    CardStatus,
    ChipChallenge,
    ChipFile,
    ChipKey,
    Message,
)
from media.transfer import TransferError, sha256

WAIT_S: Final = 120.0
PROGRESS_STEP: Final = 0.02

log = structlog.get_logger(__name__)


class Reader(Protocol):
    """What the booth asks of a card reader (`booth.idcard.reader.CardReader`); both block, both raise IdCardError."""

    def wait_for_card(self, timeout_s: float, cancel: threading.Event) -> None: ...
    def read(
        self, key: AccessKey, request: ReadRequest, *, progress: Progress, cancel: threading.Event
    ) -> CardFiles: ...


class Channel(Protocol):
    """The consultation channel of the call (`media.call.Call`)."""

    def send(self, message: Message) -> None: ...
    def send_transfer(self, transfer: str, data: bytes) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class CardMeans:
    """What a booth has to read documents with. `by_number`: whether an ID card may be read with its access number
    alone, which PAuswG section 18a allows only where its holder is present before whom the data is for."""

    reader: Reader
    camera: ZoneCamera
    by_number: bool = False


class CardDesk:
    """One request at a time. `closed` is called when the request is over, for the next one in line."""

    def __init__(self, stage: Stage, means: CardMeans, channel: Channel, closed: Callable[[], None]) -> None:
        self._stage = stage
        self._means = means
        self._reader = means.reader
        self._channel = channel
        self._closed = closed
        self._looking: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._cancel = threading.Event()
        self._dialogue: ChipDialogue | None = None

    @property
    def request(self) -> int | None:
        """The number of the request in hand."""
        card = self._stage.record.card
        return card.request if card else None

    def open(self, request: CardRequest) -> None:
        """Ask the citizen for consent. A request for fingerprints or iris is never passed on."""
        self._stop_reading()
        self._stop_looking()
        refusal = self._refusal(request)
        if refusal is not None:
            self._send(CardStatus(request=request.request, stage=CardStage.FAILED, fault=refusal))
            self._closed()
            return
        self._stage.record.verdict = ""
        self._stage.record.card_read = True
        challenge = base64.b64decode(request.challenge) if request.challenge else None
        self._stage.record.card = CardCase(
            request.request, tuple(sorted(set(request.groups))), challenge=challenge, document=request.document
        )
        if self._stage.attempt(VisitEvent.CARD_REQUESTED):
            self._report(CardStage.CONSENT)

    def _refusal(self, request: CardRequest) -> CardFault | None:
        if FORBIDDEN_GROUPS & set(request.groups):
            return CardFault.CARD_UNSUPPORTED
        if request.document == "id_card" and not self._means.by_number:
            return CardFault.NOT_PERMITTED
        return None

    def withdraw(self, request: int) -> None:
        """The clerk takes the request back."""
        if self.request == request:
            self._close()

    def interrupt(self) -> None:
        """The clerk who asked goes; whoever follows asks anew."""
        if self._stage.record.card is not None:
            self._report(CardStage.FAILED)
            self._close()

    def challenged(self, challenge: ChipChallenge) -> None:
        """The console's key for Chip Authentication, or that it makes no use of it."""
        if self._dialogue is not None and self.request == challenge.request:
            self._dialogue.answer(challenge.agreement)

    def consent(self) -> None:
        card = self._stage.record.card
        if card is None or self._stage.state is not VisitState.CARD_CONSENT:
            return
        if card.document == "passport":
            self.scan_zone()
        elif self._stage.attempt(VisitEvent.CONSENTED):
            self._report(CardStage.CARD_ACCESS_NUMBER)

    def decline(self) -> None:
        """The citizen does not want to, or gives up after a fault."""
        card = self._stage.record.card
        if card is None or self._stage.state not in CARD:
            return
        gave_up = card.fault is not None
        self._report(CardStage.FAILED if gave_up else CardStage.DECLINED, card.fault if gave_up else None)
        self._close()

    def give_number(self, can: str) -> None:
        card = self._stage.record.card
        if card is None or not (len(can) == 6 and can.isascii() and can.isdigit()):
            return
        if self._stage.attempt(VisitEvent.NUMBER_GIVEN):
            card.can = can
            self._start_reading(card)

    def retype_number(self) -> None:
        """Give again what opens the chip."""
        card = self._stage.record.card
        if card is not None and card.document == "passport":
            self.type_zone()
        elif self._stage.attempt(VisitEvent.NUMBER_AGAIN):
            self._stop_reading()
            if card is not None:
                card.can = ""
            self._report(CardStage.CARD_ACCESS_NUMBER)

    def scan_zone(self) -> None:
        """Look for the zone with the document camera; without one it is typed."""
        card = self._stage.record.card
        if card is None or card.document != "passport":
            return
        if not self._means.camera.is_there:
            self.type_zone()
        elif self._stage.attempt(VisitEvent.ZONE_WANTED):
            self._stop_reading()
            card.wipe()
            card.problem, card.fault = "", None
            self._report(CardStage.MACHINE_READABLE_ZONE)
            self._looking = asyncio.create_task(self._look(card), name="zone-reading")

    def type_zone(self) -> None:
        """The citizen rather types; what is known of the zone stays, to be corrected."""
        card = self._stage.record.card
        if card is None or card.document != "passport":
            return
        if self._stage.attempt(VisitEvent.TYPING_WANTED):
            self._stop_looking()
            self._stop_reading()
            card.problem, card.fault = "", None
            self._report(CardStage.MACHINE_READABLE_ZONE)

    def give_zone(self, number: str, birth: str, expiry: str) -> None:
        """What was typed: the number as printed, the dates as DDMMYYYY."""
        card = self._stage.record.card
        if card is None or self._stage.state is not VisitState.CARD_TYPING:
            return
        try:
            zone = typed_key(number, birth, expiry, self._today())
        except TypedError as error:
            card.problem = error.field
            self._stage.show()
            return
        self._zone_given(card, zone)

    def retry(self) -> None:
        card = self._stage.record.card
        if card is not None and (card.can or card.zone) and self._stage.attempt(VisitEvent.CARD_AGAIN):
            self._start_reading(card)

    async def stop(self) -> None:
        """End whatever is going on and wait for it; nothing is reported."""
        tasks = [task for task in (self._reading, self._looking) if task is not None]
        self._stop_reading()
        self._stop_looking()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self, card: CardCase) -> None:
        zone = await self._means.camera.read_zone()
        self._looking = None
        if self._stage.record.card is card and self._stage.state is VisitState.CARD_ZONE:
            self._zone_given(card, zone)

    def _zone_given(self, card: CardCase, zone: ZoneKey) -> None:
        card.zone, card.problem = zone, ""
        if self._stage.attempt(VisitEvent.ZONE_GIVEN):
            self._start_reading(card)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _today(self) -> date:
        return datetime.fromtimestamp(self._stage.wall_clock()).date()

    def _start_reading(self, card: CardCase) -> None:
        self._stop_reading()
        card.fault, card.progress = None, 0.0
        self._cancel = threading.Event()
        self._report(CardStage.INSERT_CARD)
        self._reading = asyncio.create_task(self._read(card, self._cancel), name="card-reading")

    def _stop_reading(self) -> None:
        self._cancel.set()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _read(self, card: CardCase, cancel: threading.Event) -> None:
        try:
            await asyncio.to_thread(self._reader.wait_for_card, WAIT_S, cancel)
            self._stage.happen(VisitEvent.CARD_FOUND)
            self._report(CardStage.READING, progress=0.0)
            loop = asyncio.get_running_loop()

            def progress(share: float) -> None:
                loop.call_soon_threadsafe(self._progressed, card, share)

            def offer(file: bytes) -> None:
                loop.call_soon_threadsafe(self._offer, card, file)

            self._dialogue = ChipDialogue(offer)
            request = ReadRequest(card.groups, card.challenge, self._dialogue)
            with _key_of(card) as key:
                files = await asyncio.to_thread(self._reader.read, key, request, progress=progress, cancel=cancel)
            card.wipe()
            await self._hand_over(card, files)
        except ReadCancelled:
            return
        except IdCardError as error:
            self._failed(card, error.fault or CardFault.CARD_ERROR)
        except ChannelClosed:
            # The connection went in the middle; the clerk's end asks again over the next one.
            self._reading = None
            self._close()
        except (ChannelFull, TransferError) as error:
            log.warning("card data not sent", error=type(error).__name__)
            self._failed(card, CardFault.CARD_ERROR)

    async def _hand_over(self, card: CardCase, read: CardFiles) -> None:
        """Announce the files, send them, close the request."""
        if any(not 0 < len(data) <= MAX_CHIP_FILE_BYTES for data in read.files.values()):
            raise CardError("A file of the chip is larger than the channel may carry.")
        transfers = {file: f"chip-{secrets.token_hex(8)}" for file in read.files}
        announced = [
            ChipFile(file=file, transfer=transfers[file], size=len(data), sha256=sha256(data))
            for file, data in read.files.items()
        ]
        self._channel.send(
            CardData(request=card.request, access=read.access, files=announced, proofs=list(read.proofs))
        )
        for file, data in read.files.items():
            await self._channel.send_transfer(transfers[file], data)
        read.files.clear()
        self._report(CardStage.SENT)
        self._reading = None
        self._close()

    def _offer(self, card: CardCase, file: bytes) -> None:
        """DG14 is here: the console may make its key while the rest is read."""
        if self._stage.record.card is card:
            self._send(ChipKey(request=card.request, file=base64.b64encode(file).decode("ascii")))

    def _failed(self, card: CardCase, fault: CardFault) -> None:
        card.fault = fault
        self._reading = None
        if fault is CardFault.WRONG_CARD_ACCESS_NUMBER:
            card.can = ""
            event, stage = VisitEvent.NUMBER_REFUSED, CardStage.CARD_ACCESS_NUMBER
        elif fault is CardFault.WRONG_MACHINE_READABLE_ZONE:
            event, stage = VisitEvent.ZONE_REFUSED, CardStage.MACHINE_READABLE_ZONE
        else:
            event, stage = VisitEvent.CARD_FAULTY, CardStage.INSERT_CARD
        if self._stage.attempt(event):
            self._report(stage, fault)

    def _progressed(self, card: CardCase, share: float) -> None:
        if self._stage.state is not VisitState.CARD_READING or self._stage.record.card is not card:
            return
        if share - card.progress >= PROGRESS_STEP or share >= 1:
            card.progress = min(1.0, max(0.0, share))
            self._stage.show()
            self._report(CardStage.READING, progress=card.progress)

    def _close(self) -> None:
        self._stop_reading()
        self._stop_looking()
        if self._stage.record.card is not None:
            self._stage.record.card.wipe()
            self._stage.record.card = None
        self._stage.attempt(VisitEvent.CARD_CLOSED)
        self._closed()

    def _report(self, stage: CardStage, fault: CardFault | None = None, progress: float | None = None) -> None:
        card = self._stage.record.card
        if card is not None:
            self._send(CardStatus(request=card.request, stage=stage, fault=fault, progress=progress))

    def _send(self, message: Message) -> None:
        try:
            self._channel.send(message)
        except (ChannelClosed, ChannelFull) as error:
            log.warning("card status not sent", error=type(error).__name__)


def _key_of(card: CardCase) -> AccessKey:
    if card.zone is not None:
        return MachineReadableZoneKey(card.zone.number, card.zone.birth, card.zone.expiry)
    return CardAccessNumber(card.can)
