"""What a booth knows of a visit while it lasts: everything here is personal or leads to a person, and is wiped."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal

from booth.eid.identification import IdentificationView
from booth.mrz.zone import ZoneKey
from booth.reading import NOT_READING, Reading
from media.consultation import CardFault, DocumentKind, SummaryField
from signaling.protocol.messages import TicketView

MAX_CAPTIONS: Final = 200
Speaker = Literal["clerk", "citizen"]
Ending = Literal["completed", "not_completed", "left", "timeout", "lost", "callback", "callback_unsure"]


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of real-time text; `done` when its writer has closed it. `leg` and `name`: which clerk has written it."""

    speaker: Speaker
    line: int
    text: str
    done: bool
    leg: int = 0
    name: str = ""

    def continues(self, other: Caption) -> bool:
        return (self.speaker, self.leg, self.line) == (other.speaker, other.leg, other.line)


@dataclass(slots=True)
class CardCase:
    """A card request in hand. `can`: the card access number, held until the chip is read; `challenge`: the console's,
    for Active Authentication. `zone`: what opens a passport, held as long, and `problem` the field of it that cannot
    be right."""

    request: int
    groups: tuple[int, ...]
    can: str = field(default="", repr=False)
    fault: CardFault | None = None
    progress: float = 0.0
    challenge: bytes | None = None
    document: DocumentKind = "id_card"
    zone: ZoneKey | None = None
    problem: str = ""

    def wipe(self) -> None:
        """Forget what opens the chip."""
        self.can, self.zone = "", None


@dataclass(slots=True)
class StillCase:
    """A request for a still. `key`: of the picture in the page store; `failed`: the camera gave none."""

    request: int
    key: str = ""
    jpeg: bytes = field(default=b"", repr=False)
    failed: bool = False


@dataclass(slots=True)
class EidCase:
    """An eID request in hand; what is typed is in its session alone."""

    request: int
    view: IdentificationView


@dataclass(frozen=True, slots=True)
class SummaryCase:
    request: int
    title: str
    fields: tuple[SummaryField, ...]


@dataclass(frozen=True, slots=True)
class DocumentCase:
    """A document on the screen. `key` names its pages in the page store."""

    request: int
    title: str
    key: str
    pages: int


@dataclass(frozen=True, slots=True)
class GuestCase:
    """Who is in the call beside the clerk who holds the ticket. `role`: clerk, interpreter or supervisor; `feed`:
    which picture is theirs."""

    name: str
    role: str
    link: str
    feed: int


@dataclass(frozen=True, slots=True)
class Company:
    """What is said of somebody who comes or goes. `what`: joins, left, refused, handed_over or handed_over_stopped;
    `at`: on the monotonic clock."""

    what: str
    name: str
    role: str
    at: float


@dataclass(slots=True)
class CallbackCase:
    """Where the citizen wants to be called back: `number` as E.164 has it. `problem`: why what was typed is none."""

    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    problem: str = ""


@dataclass(slots=True)
class VisitRecord:
    """The facts of one visit. `held`: the clerk neither sees nor hears the booth for now. `parked_at` on the monotonic
    clock, `parked_since` as the time of day. `card_read`: a card was asked for, so what lies on the reader is the
    citizen's."""

    language: str = ""
    service: str | None = None
    code: str | None = None
    notice: str = ""
    ticket: TicketView | None = None
    ticket_at: float = 0.0
    returned: bool = False
    held: bool = False
    parked_at: float = 0.0
    parked_since: str = ""
    callback: CallbackCase | None = None
    clerk: str = ""
    link: str = ""
    feed: int = 0
    guest: GuestCase | None = None
    company: Company | None = None
    muted: bool = False
    captions: list[Caption] = field(default_factory=list)
    card: CardCase | None = None
    verdict: str = ""
    eid: EidCase | None = None
    card_read: bool = False
    still: StillCase | None = None
    summary: SummaryCase | None = None
    document: DocumentCase | None = None
    ending: Ending | None = None
    high_contrast: bool = False
    large_text: bool = False
    reading: Reading = NOT_READING

    def caption(self, caption: Caption) -> None:
        """Add a line or replace the one being written."""
        for index in range(len(self.captions) - 1, -1, -1):
            if caption.continues(self.captions[index]):
                self.captions[index] = caption
                return
        self.captions.append(caption)
        del self.captions[:-MAX_CAPTIONS]

    def wipe(self) -> None:
        """Forget everything but what the farewell screen needs: the language, the look, the voice, how it ended."""
        language, ending = self.language, self.ending
        look = self.high_contrast, self.large_text
        reading = replace(self.reading, personal=False)
        if self.card is not None:
            self.card.wipe()
        if self.callback is not None:
            self.callback.number = self.callback.name = ""
        self.captions.clear()
        self.reset()
        self.language, self.ending = language, ending
        self.high_contrast, self.large_text = look
        self.reading = reading

    @property
    def chosen(self) -> bool:
        """Whether somebody has made the screens and the voice their own."""
        return self.language != "" or self.high_contrast or self.large_text or self.reading != NOT_READING

    def forget_choices(self) -> None:
        self.language, self.high_contrast, self.large_text, self.reading = "", False, False, NOT_READING

    def reset(self) -> None:
        """Forget everything, as before the first visit."""
        fresh = VisitRecord()
        for item in fields(fresh):
            setattr(self, item.name, getattr(fresh, item.name))
