"""The consultation of one call: what the clerk says and asks over the channel, one thing at a time on the screen.

A card request, a summary and a document do not push each other aside: the later one waits until the citizen is done
with the earlier. A newer request of the same kind takes the place of the older.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from booth.card_desk import CardDesk, Channel, Reader
from booth.pages import DocumentError, Pages
from booth.record import Caption, DocumentCase, SummaryCase
from booth.stage import Stage
from booth.visit import CARD, IN_CALL, VisitEvent, VisitState
from media.channel import ChannelClosed, ChannelFull
from media.consultation import (
    VERSION,
    CallFigures,
    CardCancel,
    CardRequest,
    CardVerdict,
    Chunk,
    Document,
    DocumentStatus,
    Farewell,
    FromClerk,
    Greeting,
    Message,
    SummaryAnswer,
    SummaryCancel,
    SummaryRequest,
    Text,
)
from media.transfer import Assembler, TransferError

FEATURES: Final = ["card", "document", "summary", "text"]
MAX_DOCUMENTS_UNDER_WAY: Final = 2

log = structlog.get_logger(__name__)


class Farewells(Protocol):
    """Who is told that the clerk has said goodbye."""

    def __call__(self, completed: bool) -> None: ...


class _Incoming:
    """A document under way."""

    def __init__(self, announced: Document) -> None:
        self.announced = announced
        self.assembler = Assembler(announced.transfer, announced.size, announced.sha256)


class Conversation:
    """Lives as long as its call. `received` is the handler of the call's messages."""

    def __init__(
        self, stage: Stage, channel: Channel, reader: Reader, pages: Pages, site: str, farewell: Farewells
    ) -> None:
        self.card = CardDesk(stage, reader, channel, self._next)
        self.clerk_figures: CallFigures | None = None
        self._stage = stage
        self._channel = channel
        self._pages = pages
        self._farewell = farewell
        self._line = 0
        self._waiting: dict[str, Callable[[], None]] = {}
        self._waiting_requests: dict[str, int] = {}
        self._incoming: dict[str, _Incoming] = {}
        self._drawing: set[asyncio.Task[None]] = set()
        self._closed = False
        self._send(Greeting(version=VERSION, name=site, features=FEATURES))

    def stands(self) -> None:
        """The call stands: what was asked for meanwhile can be shown."""
        self._next()

    def received(self, message: FromClerk) -> None:
        """Take a message of the clerk."""
        if self._closed:
            return
        match message:
            case Greeting():
                self._stage.record.clerk = message.name
                self._stage.show()
            case Text():
                self._stage.record.caption(Caption("clerk", message.line, message.text, message.done))
                self._stage.show()
            case CardRequest():
                self._ask("card", message.request, lambda: self.card.open(message))
            case CardCancel():
                self._withdraw("card", message.request)
                self.card.withdraw(message.request)
            case CardVerdict():
                self._stage.record.verdict = message.verdict
                self._stage.show()
            case SummaryRequest():
                self._ask("summary", message.request, lambda: self._open_summary(message))
            case SummaryCancel():
                self._withdraw("summary", message.request)
                summary = self._stage.record.summary
                if summary is not None and summary.request == message.request:
                    self._close_summary()
            case Document():
                self._announced(message)
            case Chunk():
                self._chunk(message)
            case CallFigures():
                self.clerk_figures = message
            case Farewell():
                self._farewell(message.completed)

    def write(self, text: str, done: bool) -> None:
        """The citizen's real-time text (EN 301 549, 6.2)."""
        self._send(Text(line=self._line, text=text, done=done))
        self._stage.record.caption(Caption("citizen", self._line, text, done))
        self._line += done
        self._stage.show()

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

    def _ask(self, kind: str, request: int, show: Callable[[], None]) -> None:
        """Show a request now, or when the citizen is done with what is on the screen."""
        self._waiting[kind] = show
        self._waiting_requests[kind] = request
        same = {"card": CARD, "summary": {VisitState.SUMMARY}, "document": {VisitState.DOCUMENT}}[kind]
        if self._stage.state in same:
            self._open(kind)
        else:
            self._next()

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
        try:
            self._channel.send(message)
        except (ChannelClosed, ChannelFull) as error:
            log.warning("not sent", message=type(message).__name__, error=type(error).__name__)
