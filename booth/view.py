"""What each screen shows, made from the visit's state and record. Pure: nothing here waits, draws or reads a clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from booth.patience import Countdown
from booth.record import VisitRecord
from booth.visit import CARD, VisitState

SCREENS: Final[dict[VisitState, str]] = {
    VisitState.UNAVAILABLE: "unavailable",
    VisitState.ATTRACT: "attract",
    VisitState.RESETTING: "attract",
    VisitState.LANGUAGE: "language",
    VisitState.SERVICE: "service",
    VisitState.CODE: "code",
    VisitState.JOINING: "waiting",
    VisitState.WAITING: "waiting",
    VisitState.CONNECTING: "call",
    VisitState.CALL: "call",
    **dict.fromkeys(CARD, "card"),
    VisitState.SUMMARY: "summary",
    VisitState.DOCUMENT: "document",
    VisitState.KEEPSAKE: "document",
    VisitState.ENDING: "thanks",
    VisitState.THANKS: "thanks",
}
CARD_STEPS: Final[dict[VisitState, str]] = {
    VisitState.CARD_CONSENT: "consent",
    VisitState.CARD_NUMBER: "number",
    VisitState.CARD_INSERT: "insert",
    VisitState.CARD_READING: "reading",
    VisitState.CARD_FAULT: "fault",
}
HONEST_FORECAST_STEP_S: Final = 60


@dataclass(frozen=True, slots=True)
class Premises:
    """What is known of the booth itself. `trouble`: the word that says why it is closed, empty when it is open."""

    site: str
    languages: tuple[str, ...]
    services: tuple[str, ...]
    online: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """The screen. Times are whole seconds; None means nothing is to be said about it."""

    screen: str
    state: str
    site: str
    languages: list[str]
    services: list[str]
    language: str
    high_contrast: bool = False
    large_text: bool = False
    online: bool = True
    trouble: str = ""
    notice: str = ""
    ticket: str = ""
    service: str = ""
    position: int | None = None
    forecast_minutes: int | None = None
    waited_s: int = 0
    returned: bool = False
    clerk: str = ""
    link: str = ""
    muted: bool = False
    captions: list[dict[str, Any]] = field(default_factory=list)
    card_step: str = ""
    card_groups: list[int] = field(default_factory=list)
    card_fault: str = ""
    card_progress: float = 0.0
    verdict: str = ""
    summary_title: str = ""
    summary_fields: list[dict[str, str]] = field(default_factory=list)
    document_title: str = ""
    document_key: str = ""
    document_pages: int = 0
    document_kept: bool = False
    ending: str = ""
    wiped: bool = False
    countdown_s: int | None = None
    still_there_s: int | None = None

    def as_map(self) -> dict[str, Any]:
        """Plain values, as the screens and the robot take them."""
        return asdict(self)


def view_of(
    state: VisitState, record: VisitRecord, premises: Premises, countdown: Countdown | None, now: float
) -> View:
    """The screen of a visit at monotonic time `now`, in seconds."""
    ticket = record.ticket
    card = record.card if state in CARD else None
    summary = record.summary if state is VisitState.SUMMARY else None
    document = record.document if state in (VisitState.DOCUMENT, VisitState.KEEPSAKE) else None
    left = None if countdown is None else countdown.left_s
    return View(
        screen=SCREENS[state],
        state=state.value,
        site=premises.site,
        languages=list(premises.languages),
        services=list(premises.services),
        language=record.language or premises.languages[0],
        high_contrast=record.high_contrast,
        large_text=record.large_text,
        online=premises.online,
        trouble=premises.trouble,
        notice=record.notice,
        ticket=ticket.number if ticket else "",
        service=(ticket.service if ticket else record.service) or "",
        position=ticket.position if ticket else None,
        forecast_minutes=forecast_minutes(ticket.forecast_s if ticket else None),
        waited_s=int(ticket.waited_s + now - record.ticket_at) if ticket else 0,
        returned=record.returned,
        clerk=record.clerk,
        link=record.link,
        muted=record.muted,
        captions=[asdict(caption) for caption in record.captions],
        card_step=CARD_STEPS.get(state, ""),
        card_groups=list(card.groups) if card else [],
        card_fault=card.fault.value if card and card.fault else "",
        card_progress=card.progress if card else 0.0,
        verdict=record.verdict,
        summary_title=summary.title if summary else "",
        summary_fields=[{"label": item.label, "value": item.value} for item in summary.fields] if summary else [],
        document_title=document.title if document else "",
        document_key=document.key if document else "",
        document_pages=document.pages if document else 0,
        document_kept=state is VisitState.KEEPSAKE,
        ending=record.ending or "",
        wiped=state is VisitState.THANKS,
        countdown_s=left if state is VisitState.THANKS else None,
        still_there_s=left if countdown and countdown.warned and state is not VisitState.THANKS else None,
    )


def forecast_minutes(forecast_s: float | None) -> int | None:
    """Whole minutes, rounded up: a forecast may be beaten, never broken by rounding."""
    return None if forecast_s is None else max(1, -int(-forecast_s // HONEST_FORECAST_STEP_S))
