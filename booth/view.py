"""What each screen shows, made from the visit's state and record. Pure: nothing here waits, draws or reads a clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from booth.mrz.typed import as_typed
from booth.opening import first_opening, opening
from booth.patience import Countdown
from booth.phone_number import shown
from booth.reading import NOT_READING, Reading
from booth.record import VisitRecord
from booth.visit import ARRANGING, CARD, IN_CALL, STILL, VisitState
from media.consultation import DeviceState, DeviceStates
from signaling.protocol.messages import ServiceHours, TicketView

SCREENS: Final[dict[VisitState, str]] = {
    VisitState.UNAVAILABLE: "unavailable",
    VisitState.ATTRACT: "attract",
    VisitState.RESETTING: "attract",
    VisitState.LANGUAGE: "language",
    VisitState.SERVICE: "service",
    VisitState.CODE: "code",
    VisitState.JOINING: "waiting",
    VisitState.WAITING: "waiting",
    **dict.fromkeys(ARRANGING, "callback"),
    VisitState.PARKED: "parked",
    VisitState.CONNECTING: "call",
    VisitState.CALL: "call",
    **dict.fromkeys(CARD, "card"),
    VisitState.EID: "eid",
    **dict.fromkeys(STILL, "still"),
    VisitState.SUMMARY: "summary",
    VisitState.DOCUMENT: "document",
    VisitState.KEEPSAKE: "document",
    VisitState.ENDING: "thanks",
    VisitState.THANKS: "thanks",
}
HOLD: Final = "hold"
"""The screen of a call in which the clerk neither sees nor hears the booth for now."""
CARD_STEPS: Final[dict[VisitState, str]] = {
    VisitState.CARD_CONSENT: "consent",
    VisitState.CARD_NUMBER: "number",
    VisitState.CARD_ZONE: "zone",
    VisitState.CARD_TYPING: "typing",
    VisitState.CARD_INSERT: "insert",
    VisitState.CARD_READING: "reading",
    VisitState.CARD_FAULT: "fault",
}
STILL_STEPS: Final[dict[VisitState, str]] = {VisitState.STILL_CONSENT: "consent", VisitState.STILL_CHECK: "check"}
CALLBACK_STEPS: Final[dict[VisitState, str]] = {
    VisitState.CALLBACK_NUMBER: "number",
    VisitState.CALLBACK_NAME: "name",
    VisitState.CALLBACK_CHECK: "check",
    VisitState.CALLBACK_SENDING: "check",
}
STARTING: Final = "unavailable-starting"
"""The trouble of a process that knows of no line yet, or has nothing to do but wait for the next one."""
NOT_WIPED: Final = "unavailable-not_wiped"
"""The trouble of a process that could not forget everything; it goes with the process."""
CARD_LEFT: Final = "unavailable-card_left"
"""The trouble of a booth in whose reader somebody's card has stayed after the visit."""
NO_PATH: Final = "unavailable-no_path"
"""The trouble of a booth whose network lets no call through."""
COMPANY_S: Final = 20.0
"""How long it is said that somebody has come or gone; who is there is to be seen all the time."""
ALL_WELL: Final = DeviceStates()
CARD_PRESENT: Final = "card_present"


@dataclass(frozen=True, slots=True)
class Premises:
    """What is known of the booth itself. `trouble`: the word that says why it is closed, empty when it is open.
    `devices`: how they are, as far as is known. `hours`: what is open, as the switchboard has said; a service
    it has said nothing of is offered. `reader`: the card reader's status, empty before it is known; `document_camera`:
    whether there is one."""

    site: str
    languages: tuple[str, ...]
    services: tuple[str, ...]
    online: bool = False
    trouble: str = ""
    devices: DeviceStates = ALL_WELL
    hours: tuple[ServiceHours, ...] = ()
    reader: str = ""
    document_camera: bool = False


@dataclass(frozen=True, slots=True)
class CallbackView:
    """`offered`: the citizen may ask to be called back. `step` is empty while nothing is being arranged. `problem`:
    why the number is none."""

    offered: bool = False
    step: str = ""
    number: str = ""
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CardView:
    """`step` is empty while nothing is asked. `progress` 0 to 1. `document`: id_card, passport or residence_permit;
    `camera`: whether its zone can be read by camera; `typed`: number, birth and expiry as known, `problem` the one of
    them that cannot be right. `reader`: the card reader's status."""

    step: str = ""
    groups: list[int] = field(default_factory=list)
    fault: str = ""
    progress: float = 0.0
    document: str = "id_card"
    camera: bool = False
    typed: list[str] = field(default_factory=list)
    problem: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True)
class StillView:
    """`step` is empty while nothing is asked; `key`: of the picture among the pages; `failed`: no picture came."""

    step: str = ""
    key: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class EidView:
    """`step` is empty while nothing is asked, else as in `booth.eid.workflow`. `rights`: each with `name`, `optional`,
    `granted`. Of what is typed only how many `digits`, of `least` to `most`; `again`: the new PIN a second time."""

    step: str = ""
    asks: str = ""
    purpose: str = ""
    rights: list[dict[str, Any]] = field(default_factory=list)
    required_age: str = ""
    digits: int = 0
    least: int = 0
    most: int = 0
    again: bool = False
    changing: bool = False
    tries: int | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class GuestView:
    """Who is in the call beside the clerk; `role` is empty while nobody is. `feed`: which picture is theirs."""

    role: str = ""
    name: str = ""
    link: str = ""
    feed: int = 1


@dataclass(frozen=True, slots=True)
class CompanyView:
    """Who comes or goes, said for COMPANY_S; `what` is empty when there is nothing to say."""

    what: str = ""
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class SummaryView:
    title: str = ""
    fields: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """`kept`: the call is over, the document may still be read."""

    title: str = ""
    key: str = ""
    pages: int = 0
    kept: bool = False


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Between how many and how many more minutes; `from_minutes` may be 0, `to_minutes` is at least 1."""

    from_minutes: int
    to_minutes: int


@dataclass(frozen=True, slots=True)
class View:
    """The screen. Times are whole seconds; None means nothing is to be said about it. `busy`: the screen is there, but
    what it waits for is not. `closed`: the services that are, and when each opens; `opens`: when the
    first of them does while all are closed. `parked_since`: a time of day. `device_trouble`: the device in worst
    trouble and its state, as `microphone-silent`. `card_there`: a card that nobody needs any more is on the reader."""

    screen: str
    state: str
    site: str
    languages: list[str]
    services: list[str]
    language: str
    high_contrast: bool = False
    large_text: bool = False
    reading: Reading = NOT_READING
    online: bool = True
    busy: bool = False
    trouble: str = ""
    device_trouble: str = ""
    notice: str = ""
    ticket: str = ""
    service: str = ""
    closed: dict[str, Any] = field(default_factory=dict)
    opens: dict[str, Any] | None = None
    callback: CallbackView = CallbackView()
    position: int | None = None
    forecast: ForecastView | None = None
    waited_s: int = 0
    returned: bool = False
    parked_since: str = ""
    parked_s: int = 0
    clerk: str = ""
    link: str = ""
    feed: int = 0
    guest: GuestView = GuestView()
    company: CompanyView = CompanyView()
    muted: bool = False
    captions: list[dict[str, Any]] = field(default_factory=list)
    card: CardView = CardView()
    eid: EidView = EidView()
    verdict: str = ""
    card_there: bool = False
    still: StillView = StillView()
    summary: SummaryView = SummaryView()
    document: DocumentView = DocumentView()
    ending: str = ""
    wiped: bool = False
    countdown_s: int | None = None
    still_there_s: int | None = None

    def as_map(self) -> dict[str, Any]:
        """Plain values, as the screens and the robot take them."""
        return asdict(self)


def view_of(
    state: VisitState,
    record: VisitRecord,
    premises: Premises,
    countdown: Countdown | None,
    now: float,
    wall: float = 0.0,
) -> View:
    """The screen of a visit at monotonic time `now`, in seconds; `wall`: since the epoch."""
    ticket = record.ticket
    left = None if countdown is None else countdown.left_s
    return View(
        screen=HOLD if record.held and state in IN_CALL else SCREENS[state],
        state=state.value,
        site=premises.site,
        languages=list(premises.languages),
        services=list(premises.services),
        language=record.language or premises.languages[0],
        high_contrast=record.high_contrast,
        large_text=record.large_text,
        reading=record.reading,
        online=premises.online,
        busy=state in (VisitState.JOINING, VisitState.CALLBACK_SENDING, VisitState.ENDING),
        trouble=premises.trouble,
        device_trouble=device_trouble(premises.devices),
        notice=record.notice,
        ticket=ticket.number if ticket else "",
        service=(ticket.service if ticket else record.service) or "",
        closed=_closed(premises, wall),
        opens=_opens(premises, wall),
        callback=_callback(state, record),
        position=ticket.position if ticket else None,
        forecast=forecast(ticket),
        waited_s=int(ticket.waited_s + now - record.ticket_at) if ticket else 0,
        returned=record.returned,
        parked_since=record.parked_since,
        parked_s=int(now - record.parked_at) if state is VisitState.PARKED else 0,
        clerk=record.clerk,
        link=record.link,
        feed=record.feed,
        guest=_guest(record),
        company=_company(record, now),
        muted=record.muted,
        captions=[asdict(caption) for caption in record.captions],
        eid=_eid(state, record),
        card=_card(state, record, premises, wall),
        verdict=record.verdict,
        card_there=_card_there(state, record, premises),
        still=_still(state, record),
        summary=_summary(state, record),
        document=_document(state, record),
        ending=record.ending or "",
        wiped=state is VisitState.THANKS and premises.trouble != NOT_WIPED,
        countdown_s=left if state is VisitState.THANKS and premises.reader != CARD_PRESENT else None,
        still_there_s=left if countdown and countdown.warned and state is not VisitState.THANKS else None,
    )


def _closed(premises: Premises, wall: float) -> dict[str, Any]:
    found = {hours.id: opening(hours, wall) for hours in premises.hours if hours.id in premises.services}
    return {service: asdict(opens) for service, opens in found.items() if opens is not None}


def _opens(premises: Premises, wall: float) -> dict[str, Any] | None:
    """Only when nothing is open; a service nothing is known of counts as open."""
    known = [hours for hours in premises.hours if hours.id in premises.services]
    first = first_opening(known, wall) if len(known) == len(premises.services) else None
    return None if first is None else asdict(first)


def _callback(state: VisitState, record: VisitRecord) -> CallbackView:
    offered = state is VisitState.WAITING and record.ticket is not None and record.ticket.callback_offered
    case = record.callback
    if case is None or state not in ARRANGING:
        return CallbackView(offered)
    number = shown(case.number) if case.number else ""
    return CallbackView(offered, CALLBACK_STEPS[state], number, case.name, case.problem)


def _guest(record: VisitRecord) -> GuestView:
    guest = record.guest
    return GuestView() if guest is None else GuestView(guest.role, guest.name, guest.link, guest.feed)


def _company(record: VisitRecord, now: float) -> CompanyView:
    company = record.company
    if company is None or now - company.at >= COMPANY_S:
        return CompanyView()
    return CompanyView(company.what, company.name, company.role)


def _card(state: VisitState, record: VisitRecord, premises: Premises, wall: float) -> CardView:
    card = record.card
    if card is None or state not in CARD:
        return CardView()
    typed: list[str] = []
    if card.zone is not None and state is VisitState.CARD_TYPING:
        typed = list(as_typed(card.zone, datetime.fromtimestamp(wall).date()))
    return CardView(
        CARD_STEPS[state],
        list(card.groups),
        card.fault.value if card.fault else "",
        card.progress,
        card.document,
        premises.document_camera,
        typed,
        card.problem,
        premises.reader,
    )


def _card_there(state: VisitState, record: VisitRecord, premises: Premises) -> bool:
    """After the visit any card is one too many; during the call, one that has been asked for and is not needed now."""
    over = state in (VisitState.ENDING, VisitState.THANKS)
    done = state in (VisitState.CALL, VisitState.KEEPSAKE) and record.card_read
    return (over or done) and premises.reader == CARD_PRESENT


def _still(state: VisitState, record: VisitRecord) -> StillView:
    still = record.still
    if still is None or state not in STILL:
        return StillView()
    return StillView(STILL_STEPS[state], still.key, still.failed)


def _eid(state: VisitState, record: VisitRecord) -> EidView:
    case = record.eid
    if case is None or state is not VisitState.EID:
        return EidView()
    view = case.view
    return EidView(
        step=view.step.value,
        asks=view.asks,
        purpose=view.purpose,
        rights=[asdict(right) for right in view.rights],
        required_age=view.required_age,
        digits=view.digits,
        least=view.least,
        most=view.most,
        again=view.again,
        changing=view.changing,
        tries=view.tries,
        fault=view.fault.value if view.fault else "",
    )


def _summary(state: VisitState, record: VisitRecord) -> SummaryView:
    summary = record.summary
    if summary is None or state is not VisitState.SUMMARY:
        return SummaryView()
    return SummaryView(summary.title, [{"label": item.label, "value": item.value} for item in summary.fields])


def _document(state: VisitState, record: VisitRecord) -> DocumentView:
    document = record.document
    if document is None or state not in (VisitState.DOCUMENT, VisitState.KEEPSAKE):
        return DocumentView()
    return DocumentView(document.title, document.key, document.pages, state is VisitState.KEEPSAKE)


def device_trouble(devices: DeviceStates) -> str:
    """The first thing to mend: without sound there is no conversation, without a picture there is."""
    for device in ("microphone", "speaker", "camera"):
        state: DeviceState = getattr(devices, device)
        if state is not DeviceState.OK:
            return f"{device}-{state}"
    return ""


def forecast(ticket: TicketView | None) -> ForecastView | None:
    """In whole minutes, rounded outwards: a forecast is never broken by rounding."""
    if ticket is None or ticket.forecast_from_s is None or ticket.forecast_to_s is None:
        return None
    return ForecastView(int(ticket.forecast_from_s // 60), max(1, -int(-ticket.forecast_to_s // 60)))
