"""The consultation of one call: what the clerk says and asks over the channel, one thing at a time on the screen.

A card request, a still, a summary and a document do not push each other aside: the later one waits until the citizen
is done with the earlier. A newer request of the same kind takes the place of the older.

A guest of the call hears no requests and makes none: it has the greeting, how the devices are, and real-time text.
When the ticket is handed over the guest's end is the one that asks from then on. What the citizen was in the middle of
belongs to requests the new clerk does not know: a card or a summary is closed, a document stays to be read.

When the call gets a new connection the conversation goes on over it. What was said last may have been lost with the
old one, so this end says it again, and takes no request for new that it has in hand or has answered already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

from booth.card_desk import CardDesk, CardMeans, Channel
from booth.eid.session import App
from booth.eid_desk import EidDesk
from booth.pages import DocumentError, Pages
from booth.record import Caption, DocumentCase, SummaryCase
from booth.stage import Stage
from booth.still_desk import StillCamera, StillDesk
from booth.visit import CARD, IN_CALL, STILL, VisitEvent, VisitState
from media.channel import ChannelClosed, ChannelFull
from media.consultation import (
    VERSION,
    CallFigures,
    CardCancel,
    CardRequest,
    CardStage,
    CardStatus,
    CardVerdict,
    ChipChallenge,
    Chunk,
    Document,
    DocumentStatus,
    EidCancel,
    EidRequest,
    EidStatus,
    Farewell,
    FromClerk,
    Greeting,
    Message,
    StillCancel,
    StillRequest,
    StillStatus,
    SummaryAnswer,
    SummaryCancel,
    SummaryRequest,
    Text,
)
from media.transfer import Assembler, TransferError

FEATURES: Final = ["card", "document", "passport", "still", "summary", "text"]
MAX_DOCUMENTS_UNDER_WAY: Final = 2
LINES_REPEATED: Final = 20
"""Lines of real-time text said again over a new connection."""

SAME: Final[dict[str, frozenset[VisitState]]] = {
    "card": CARD,
    "eid": frozenset({VisitState.EID}),
    "still": STILL,
    "summary": frozenset({VisitState.SUMMARY}),
    "document": frozenset({VisitState.DOCUMENT}),
}
"""Where a request is shown: a newer one of the same kind takes its place there."""

log = structlog.get_logger(__name__)


class Farewells(Protocol):
    """Who is told that the clerk has said goodbye."""

    def __call__(self, completed: bool) -> None: ...


class _Incoming:
    """A document under way."""

    def __init__(self, announced: Document) -> None:
        self.announced = announced
        self.assembler = Assembler(announced.transfer, announced.size, announced.sha256)


class Sender(Protocol):
    """Whatever takes messages."""

    def send(self, message: Message) -> None: ...


class _Guest:
    """Somebody who listens and writes. `first_line`: the citizen's line that was the first after the guest came."""

    def __init__(self, channel: Channel, first_line: int) -> None:
        self.channel = channel
        self.first_line = first_line


Word = CardStatus | EidStatus | StillStatus | SummaryAnswer | DocumentStatus


class _Mouth:
    """The channel of the present connection, and the last word on each kind of request."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.last_words: dict[type[Message], Word] = {}

    def send(self, message: Message) -> None:
        if isinstance(message, Word):
            self.last_words[type(message)] = message
        if isinstance(message, CardStatus) and message.stage is CardStage.SENT:
            # If the clerk asks again all the same, the data was lost; the booth does not have it any more.
            del self.last_words[CardStatus]
        self.channel.send(message)

    def send_transfer(self, transfer: str, data: bytes) -> Awaitable[None]:
        return self.channel.send_transfer(transfer, data)

    def turn_to(self, channel: Channel) -> None:
        """Another clerk's end, which knows nothing of what was said to the one before."""
        self.channel = channel
        self.last_words.clear()

    def answered(self, kind: type[Word], request: int) -> Word | None:
        word = self.last_words.get(kind)
        return word if isinstance(word, Word) and word.request == request else None


class Conversation:
    """Lives as long as its call, over all its generations. `received` is the handler of the call's messages."""

    def __init__(
        self,
        stage: Stage,
        leg: int,
        channel: Channel,
        means: CardMeans,
        camera: StillCamera,
        pages: Pages,
        site: str,
        farewell: Farewells,
        eid_app: App | None = None,
    ) -> None:
        self._mouth = _Mouth(channel)
        self._leg = leg
        self._guests: dict[int, _Guest] = {}
        self.card = CardDesk(stage, means, self._mouth, self._next)
        self.eid = EidDesk(stage, eid_app, self._mouth, self._next)
        self.still = StillDesk(stage, camera, pages, self._mouth, self._next)
        self.clerk_figures: CallFigures | None = None
        self._stage = stage
        self._greeting = Greeting(version=VERSION, name=site, features=[*FEATURES, *(["eid"] if eid_app else [])])
        self._pages = pages
        self._farewell = farewell
        self._line = 0
        self._waiting: dict[str, Callable[[], None]] = {}
        self._waiting_requests: dict[str, int] = {}
        self._incoming: dict[str, _Incoming] = {}
        self._drawing: set[asyncio.Task[None]] = set()
        self._closed = False
        self._welcome(channel)

    def stands(self) -> None:
        """The call stands: what was asked for meanwhile can be shown."""
        self._next()

    def go_on_over(self, leg: int, channel: Channel) -> None:
        """A leg has a new connection: say again what may have been lost with the old one."""
        guest = self._guests.get(leg)
        if guest is not None:
            guest.channel = channel
            self._welcome(channel)
            self._repeat_lines(channel, guest.first_line)
        elif leg == self._leg:
            self._mouth.channel = channel
            self._incoming.clear()
            self._welcome(channel)
            self._repeat_lines(channel, 0)
            for word in list(self._mouth.last_words.values()):
                self._send(word)

    def join(self, leg: int, channel: Channel) -> None:
        """A guest is there; what was written before is not for the guest."""
        self._guests[leg] = _Guest(channel, self._line)
        self._welcome(channel)

    def part(self, leg: int) -> None:
        """A guest has gone."""
        self._guests.pop(leg, None)

    def hand_over(self, leg: int) -> bool:
        """The guest of that leg is the one who asks from now on. Returns whether anything was stopped by that."""
        guest = self._guests.pop(leg, None)
        if guest is None:
            return False
        stopped = self._stop_requests()
        self._guests[self._leg] = _Guest(self._mouth.channel, self._line)
        self._leg = leg
        self._mouth.turn_to(guest.channel)
        return stopped

    def _stop_requests(self) -> bool:
        """Close what belongs to requests of the clerk who goes."""
        asked = self._stage.state in CARD | STILL or self._stage.state in (VisitState.EID, VisitState.SUMMARY)
        stopped = bool(self._waiting) or asked
        self._waiting.clear()
        self._waiting_requests.clear()
        self._incoming.clear()
        self.card.interrupt()
        self.eid.interrupt()
        self.still.interrupt()
        if self._stage.state is VisitState.SUMMARY:
            self._close_summary()
        return stopped

    def _welcome(self, channel: Channel) -> None:
        _send_over(channel, self._greeting)
        _send_over(channel, self._stage.premises.devices)

    def _repeat_lines(self, channel: Channel, first: int) -> None:
        own = [one for one in self._stage.record.captions if one.speaker == "citizen" and one.line >= first]
        for caption in own[-LINES_REPEATED:]:
            _send_over(channel, Text(line=caption.line, text=caption.text, done=caption.done))

    def _send_to_all(self, message: Message) -> None:
        self._send(message)
        for guest in self._guests.values():
            _send_over(guest.channel, message)

    def tell_devices(self) -> None:
        """Tell everybody how camera, microphone and speaker are."""
        self._send_to_all(self._stage.premises.devices)

    def received(self, leg: int, name: str, message: FromClerk) -> None:
        """Take a message of a clerk, who is called `name`. Whoever does not hold the ticket may only write."""
        if self._closed:
            return
        if isinstance(message, Text):
            self._stage.record.caption(Caption("clerk", message.line, message.text, message.done, leg, name))
            self._stage.show()
        elif leg == self._leg:
            self._received(message)

    def _received(self, message: FromClerk) -> None:
        match message:
            case CardRequest():
                if not self._card_known(message.request):
                    self._ask("card", message.request, lambda: self.card.open(message))
            case CardCancel():
                self._withdraw("card", message.request)
                self.card.withdraw(message.request)
            case ChipChallenge():
                self.card.challenged(message)
            case StillRequest():
                if not self._still_known(message.request):
                    self._ask("still", message.request, lambda: self.still.open(message))
            case StillCancel():
                self._withdraw("still", message.request)
                self.still.withdraw(message.request)
            case CardVerdict():
                self._stage.record.verdict = message.verdict
                self._stage.show()
            case EidRequest():
                if not self._eid_known(message.request):
                    self._ask("eid", message.request, lambda: self.eid.open(message))
            case EidCancel():
                self._withdraw("eid", message.request)
                self.eid.withdraw(message.request)
            case SummaryRequest():
                if not self._mouth.answered(SummaryAnswer, message.request):
                    self._ask("summary", message.request, lambda: self._open_summary(message))
            case SummaryCancel():
                self._withdraw("summary", message.request)
                summary = self._stage.record.summary
                if summary is not None and summary.request == message.request:
                    self._close_summary()
            case Document():
                if not self._document_known(message.request):
                    self._announced(message)
            case Chunk():
                self._chunk(message)
            case CallFigures():
                self.clerk_figures = message
            case Farewell():
                self._farewell(message.completed)

    def write(self, text: str, done: bool) -> None:
        """The citizen's real-time text (EN 301 549, 6.2)."""
        self._send_to_all(Text(line=self._line, text=text, done=done))
        self._stage.record.caption(Caption("citizen", self._line, text, done))
        self._line += done
        self._stage.show()

    def close_line(self) -> None:
        """Close the line the citizen is writing, as the field for it goes away."""
        for caption in self._stage.record.captions:
            if (caption.speaker, caption.line, caption.done) == ("citizen", self._line, False):
                self.write(caption.text, True)
                break

    def answer_summary(self, confirmed: bool) -> None:
        summary = self._stage.record.summary
        if summary is None or self._stage.state is not VisitState.SUMMARY:
            return
        self._send(SummaryAnswer(request=summary.request, answer="confirmed" if confirmed else "changes"))
        self._close_summary()

    def close_document(self) -> None:
        document = self._stage.record.document
        if document is None or not self._stage.attempt(VisitEvent.DOCUMENT_CLOSED):
            return
        self._stage.record.document = None
        self._send(DocumentStatus(request=document.request, status="closed"))
        self._next()

    async def close(self) -> None:
        """Drop everything; whatever runs has ended when this returns."""
        self._closed = True
        self._waiting.clear()
        self._incoming.clear()
        for task in self._drawing:
            task.cancel()
        await asyncio.gather(*self._drawing, return_exceptions=True)
        await self.card.stop()
        await self.eid.stop()
        await self.still.stop()

    def _ask(self, kind: str, request: int, show: Callable[[], None]) -> None:
        """Show a request now, or when the citizen is done with what is on the screen."""
        self._waiting[kind] = show
        self._waiting_requests[kind] = request
        same = SAME[kind]
        if self._stage.state in same:
            self._open(kind)
        else:
            self._next()

    def _card_known(self, request: int) -> bool:
        """Whether the request is in hand, or ended without data."""
        word = self._mouth.answered(CardStatus, request)
        ended = isinstance(word, CardStatus) and word.stage in (CardStage.DECLINED, CardStage.FAILED)
        return ended or self.card.request == request

    def _eid_known(self, request: int) -> bool:
        """Whether the request is in hand, or over."""
        return self._mouth.answered(EidStatus, request) is not None or self.eid.request == request

    def _still_known(self, request: int) -> bool:
        word = self._mouth.answered(StillStatus, request)
        ended = isinstance(word, StillStatus) and word.status != "consent"
        return ended or self.still.request == request

    def _document_known(self, request: int) -> bool:
        word = self._mouth.answered(DocumentStatus, request)
        return isinstance(word, DocumentStatus) and word.status != "failed"

    def _withdraw(self, kind: str, request: int) -> None:
        if self._waiting_requests.get(kind) == request:
            self._waiting.pop(kind, None)

    def _next(self) -> None:
        if self._stage.state is VisitState.CALL and self._waiting and not self._closed:
            self._open(next(iter(self._waiting)))

    def _open(self, kind: str) -> None:
        self._waiting.pop(kind)()

    def _open_summary(self, message: SummaryRequest) -> None:
        self._stage.record.summary = SummaryCase(message.request, message.title, tuple(message.fields))
        self._stage.attempt(VisitEvent.SUMMARY_REQUESTED)

    def _close_summary(self) -> None:
        if self._stage.attempt(VisitEvent.SUMMARY_CLOSED):
            self._stage.record.summary = None
            self._next()

    def _announced(self, message: Document) -> None:
        try:
            if len(self._incoming) >= MAX_DOCUMENTS_UNDER_WAY:
                raise DocumentError("Too many documents at once.")
            self._incoming[message.transfer] = _Incoming(message)
        except (TransferError, DocumentError) as error:
            self._document_failed(message.request, error)

    def _chunk(self, message: Chunk) -> None:
        incoming = self._incoming.get(message.transfer)
        if incoming is None:
            return
        try:
            data = incoming.assembler.add(message)
        except TransferError as error:
            del self._incoming[message.transfer]
            self._document_failed(incoming.announced.request, error)
            return
        if data is not None:
            del self._incoming[message.transfer]
            task = asyncio.create_task(self._draw(incoming.announced, data), name="document-pages")
            self._drawing.add(task)
            task.add_done_callback(self._drawing.discard)

    async def _draw(self, announced: Document, data: bytes) -> None:
        try:
            key, pages = await asyncio.to_thread(self._pages.draw, data)
        except DocumentError as error:
            self._document_failed(announced.request, error)
            return
        case = DocumentCase(announced.request, announced.title, key, pages)
        self._ask("document", announced.request, lambda: self._open_document(case))

    def _open_document(self, case: DocumentCase) -> None:
        self._stage.record.document = case
        if self._stage.state in IN_CALL and self._stage.attempt(VisitEvent.DOCUMENT_SHOWN):
            self._send(DocumentStatus(request=case.request, status="shown"))

    def _document_failed(self, request: int, error: Exception) -> None:
        log.warning("document refused", error=type(error).__name__)
        self._send(DocumentStatus(request=request, status="failed"))

    def _send(self, message: Message) -> None:
        _send_over(self._mouth, message)


def _send_over(channel: Sender, message: Message) -> None:
    try:
        channel.send(message)
    except (ChannelClosed, ChannelFull) as error:
        log.warning("not sent", message=type(message).__name__, error=type(error).__name__)
