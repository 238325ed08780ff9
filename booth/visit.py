"""The lifecycle of a visit, from the empty booth to the wiped one. No I/O, no clock.

Every way out of a visit leads through `resetting` or `ending`, and both are left only by `wiped`: the table itself
says that the booth forgets, however a visit ends. `ending` thanks afterwards; `resetting` is for those who had
no ticket yet and need no farewell. A document still open when the clerk says goodbye may be read to the end
(`keepsake`). A parked visit keeps its ticket without a call, until the clerk calls again.

    VisitError
      an event that the present state does not know; names both
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class VisitState(StrEnum):
    UNAVAILABLE = "unavailable"
    ATTRACT = "attract"
    LANGUAGE = "language"
    SERVICE = "service"
    CODE = "code"
    JOINING = "joining"
    WAITING = "waiting"
    CALLBACK_NUMBER = "callback_number"
    CALLBACK_NAME = "callback_name"
    CALLBACK_CHECK = "callback_check"
    CALLBACK_SENDING = "callback_sending"
    PARKED = "parked"
    CONNECTING = "connecting"
    CALL = "call"
    CARD_CONSENT = "card_consent"
    CARD_NUMBER = "card_number"
    CARD_ZONE = "card_zone"
    CARD_TYPING = "card_typing"
    CARD_INSERT = "card_insert"
    CARD_READING = "card_reading"
    CARD_FAULT = "card_fault"
    EID = "eid"
    STILL_CONSENT = "still_consent"
    STILL_CHECK = "still_check"
    SUMMARY = "summary"
    DOCUMENT = "document"
    KEEPSAKE = "keepsake"
    RESETTING = "resetting"
    ENDING = "ending"
    THANKS = "thanks"


class VisitEvent(StrEnum):
    LINE_UP = "line_up"
    LINE_DOWN = "line_down"
    LINE_REFUSED = "line_refused"
    START = "start"
    LANGUAGE_CHOSEN = "language_chosen"
    CODE_WANTED = "code_wanted"
    BACK = "back"
    JOIN = "join"
    CODE_REFUSED = "code_refused"
    JOIN_REFUSED = "join_refused"
    TICKET_TAKEN = "ticket_taken"
    CALLBACK_WANTED = "callback_wanted"
    PHONE_GIVEN = "phone_given"
    NAME_GIVEN = "name_given"
    CALLBACK_CONFIRMED = "callback_confirmed"
    CALLBACK_REFUSED = "callback_refused"
    CALLBACK_TAKEN = "callback_taken"
    CALLED = "called"
    CALL_STANDS = "call_stands"
    CALL_REFUSED = "call_refused"
    PARKED = "parked"
    RETURNED = "returned"
    CARD_REQUESTED = "card_requested"
    CONSENTED = "consented"
    NUMBER_GIVEN = "number_given"
    CARD_FOUND = "card_found"
    CARD_FAULTY = "card_faulty"
    NUMBER_REFUSED = "number_refused"
    CARD_AGAIN = "card_again"
    NUMBER_AGAIN = "number_again"
    ZONE_WANTED = "zone_wanted"
    TYPING_WANTED = "typing_wanted"
    ZONE_GIVEN = "zone_given"
    ZONE_REFUSED = "zone_refused"
    CARD_CLOSED = "card_closed"
    EID_REQUESTED = "eid_requested"
    EID_CLOSED = "eid_closed"
    STILL_REQUESTED = "still_requested"
    STILL_TAKEN = "still_taken"
    STILL_AGAIN = "still_again"
    STILL_CLOSED = "still_closed"
    SUMMARY_REQUESTED = "summary_requested"
    SUMMARY_CLOSED = "summary_closed"
    DOCUMENT_SHOWN = "document_shown"
    DOCUMENT_CLOSED = "document_closed"
    FAREWELL = "farewell"
    LEAVE = "leave"
    TIMEOUT = "timeout"
    WIPED = "wiped"
    FINISH = "finish"


S = VisitState
E = VisitEvent

CHOOSING: Final = frozenset({S.LANGUAGE, S.SERVICE, S.CODE})
CARD: Final = frozenset(
    {S.CARD_CONSENT, S.CARD_NUMBER, S.CARD_ZONE, S.CARD_TYPING, S.CARD_INSERT, S.CARD_READING, S.CARD_FAULT}
)
STILL: Final = frozenset({S.STILL_CONSENT, S.STILL_CHECK})
IN_CALL: Final = frozenset({S.CALL, S.EID, S.SUMMARY, S.DOCUMENT, *CARD, *STILL})
ARRANGING: Final = frozenset({S.CALLBACK_NUMBER, S.CALLBACK_NAME, S.CALLBACK_CHECK, S.CALLBACK_SENDING})
"""Still in the queue, while the citizen says where to be called back."""
QUEUED: Final = frozenset({S.WAITING, *ARRANGING})
HAS_TICKET: Final = frozenset({S.PARKED, S.CONNECTING, *QUEUED, *IN_CALL})
WIPING: Final = frozenset({S.RESETTING, S.ENDING})
FORGOTTEN: Final = frozenset({S.UNAVAILABLE, S.ATTRACT, S.THANKS})
"""States in which the booth knows nothing of anybody."""


def _each(states: Iterable[VisitState], event: VisitEvent, target: VisitState) -> dict[tuple[S, E], S]:
    return {(state, event): target for state in states}


TRANSITIONS: Final[dict[tuple[VisitState, VisitEvent], VisitState]] = {
    (S.UNAVAILABLE, E.LINE_UP): S.ATTRACT,
    (S.UNAVAILABLE, E.LINE_DOWN): S.UNAVAILABLE,
    (S.UNAVAILABLE, E.LINE_REFUSED): S.UNAVAILABLE,
    (S.ATTRACT, E.LINE_DOWN): S.UNAVAILABLE,
    (S.ATTRACT, E.LINE_REFUSED): S.UNAVAILABLE,
    (S.ATTRACT, E.START): S.LANGUAGE,
    # Choosing
    (S.LANGUAGE, E.LANGUAGE_CHOSEN): S.SERVICE,
    (S.SERVICE, E.BACK): S.LANGUAGE,
    (S.SERVICE, E.CODE_WANTED): S.CODE,
    (S.SERVICE, E.JOIN): S.JOINING,
    (S.CODE, E.BACK): S.SERVICE,
    (S.CODE, E.JOIN): S.JOINING,
    **_each(CHOOSING | {S.JOINING}, E.LEAVE, S.RESETTING),
    **_each(CHOOSING | {S.JOINING}, E.LINE_REFUSED, S.RESETTING),
    **_each(CHOOSING, E.TIMEOUT, S.RESETTING),
    # The ticket
    (S.JOINING, E.CODE_REFUSED): S.CODE,
    (S.JOINING, E.JOIN_REFUSED): S.SERVICE,
    (S.JOINING, E.TICKET_TAKEN): S.WAITING,
    **_each(QUEUED | {S.PARKED}, E.CALLED, S.CONNECTING),
    **_each(QUEUED | {S.PARKED}, E.TIMEOUT, S.ENDING),
    **_each(QUEUED | {S.PARKED, S.CONNECTING}, E.LINE_REFUSED, S.ENDING),
    (S.PARKED, E.RETURNED): S.WAITING,
    **_each(HAS_TICKET - {S.DOCUMENT}, E.FAREWELL, S.ENDING),
    (S.DOCUMENT, E.FAREWELL): S.KEEPSAKE,
    **_each(HAS_TICKET | {S.KEEPSAKE}, E.LEAVE, S.ENDING),
    # Called back instead of waiting here; a call that comes first is taken
    (S.WAITING, E.CALLBACK_WANTED): S.CALLBACK_NUMBER,
    (S.CALLBACK_NUMBER, E.PHONE_GIVEN): S.CALLBACK_NAME,
    (S.CALLBACK_NAME, E.NAME_GIVEN): S.CALLBACK_CHECK,
    (S.CALLBACK_CHECK, E.CALLBACK_CONFIRMED): S.CALLBACK_SENDING,
    (S.CALLBACK_SENDING, E.CALLBACK_REFUSED): S.CALLBACK_CHECK,
    (S.CALLBACK_SENDING, E.CALLBACK_TAKEN): S.ENDING,
    (S.CALLBACK_NUMBER, E.BACK): S.WAITING,
    (S.CALLBACK_NAME, E.BACK): S.CALLBACK_NUMBER,
    (S.CALLBACK_CHECK, E.BACK): S.CALLBACK_NAME,
    # The call. A new generation that takes its place goes unnoticed here; a clerk's end that starts anew begins again
    **_each(IN_CALL | {S.CONNECTING}, E.CALLED, S.CONNECTING),
    **_each(IN_CALL | {S.CONNECTING}, E.RETURNED, S.WAITING),
    **_each(IN_CALL | {S.CONNECTING, S.WAITING}, E.PARKED, S.PARKED),
    (S.CONNECTING, E.CALL_STANDS): S.CALL,
    **_each(IN_CALL | {S.CONNECTING}, E.CALL_REFUSED, S.WAITING),
    # What the clerk asks for
    (S.CALL, E.CARD_REQUESTED): S.CARD_CONSENT,
    **_each(CARD, E.CARD_REQUESTED, S.CARD_CONSENT),
    (S.CARD_CONSENT, E.CONSENTED): S.CARD_NUMBER,
    (S.CARD_NUMBER, E.NUMBER_GIVEN): S.CARD_INSERT,
    # A passport is opened by its zone, before the document camera or typed
    **_each((S.CARD_CONSENT, S.CARD_TYPING, S.CARD_INSERT, S.CARD_FAULT), E.ZONE_WANTED, S.CARD_ZONE),
    **_each((S.CARD_CONSENT, S.CARD_ZONE, S.CARD_INSERT, S.CARD_FAULT), E.TYPING_WANTED, S.CARD_TYPING),
    **_each((S.CARD_ZONE, S.CARD_TYPING), E.ZONE_GIVEN, S.CARD_INSERT),
    (S.CARD_READING, E.ZONE_REFUSED): S.CARD_TYPING,
    (S.CARD_INSERT, E.CARD_FOUND): S.CARD_READING,
    (S.CARD_INSERT, E.CARD_FAULTY): S.CARD_FAULT,
    (S.CARD_READING, E.CARD_FAULTY): S.CARD_FAULT,
    (S.CARD_READING, E.NUMBER_REFUSED): S.CARD_NUMBER,
    (S.CARD_FAULT, E.CARD_AGAIN): S.CARD_INSERT,
    (S.CARD_FAULT, E.NUMBER_AGAIN): S.CARD_NUMBER,
    (S.CARD_INSERT, E.NUMBER_AGAIN): S.CARD_NUMBER,
    **_each(CARD, E.CARD_CLOSED, S.CALL),
    (S.CALL, E.EID_REQUESTED): S.EID,
    (S.EID, E.EID_REQUESTED): S.EID,
    (S.EID, E.EID_CLOSED): S.CALL,
    **_each(STILL | {S.CALL}, E.STILL_REQUESTED, S.STILL_CONSENT),
    (S.STILL_CONSENT, E.STILL_TAKEN): S.STILL_CHECK,
    (S.STILL_CHECK, E.STILL_AGAIN): S.STILL_CONSENT,
    **_each(STILL, E.STILL_CLOSED, S.CALL),
    (S.CALL, E.SUMMARY_REQUESTED): S.SUMMARY,
    (S.SUMMARY, E.SUMMARY_REQUESTED): S.SUMMARY,
    (S.SUMMARY, E.SUMMARY_CLOSED): S.CALL,
    (S.CALL, E.DOCUMENT_SHOWN): S.DOCUMENT,
    (S.DOCUMENT, E.DOCUMENT_SHOWN): S.DOCUMENT,
    (S.DOCUMENT, E.DOCUMENT_CLOSED): S.CALL,
    (S.KEEPSAKE, E.DOCUMENT_CLOSED): S.ENDING,
    (S.KEEPSAKE, E.TIMEOUT): S.ENDING,
    # Forgetting
    (S.RESETTING, E.WIPED): S.ATTRACT,
    (S.ENDING, E.WIPED): S.THANKS,
    (S.THANKS, E.FINISH): S.ATTRACT,
    (S.THANKS, E.TIMEOUT): S.ATTRACT,
}


class VisitError(Exception):
    """The visit is not in a state in which this can happen."""

    def __init__(self, state: VisitState, event: VisitEvent) -> None:
        known = ", ".join(sorted(known for (at, known) in TRANSITIONS if at is state))
        super().__init__(f"A visit in state {state} does not know the event {event}; it knows: {known}.")
        self.state = state
        self.event = event


class Visit:
    """Where the visit stands. Starts `unavailable`: a booth without a line promises nothing."""

    def __init__(self) -> None:
        self.state = VisitState.UNAVAILABLE

    def knows(self, event: VisitEvent) -> bool:
        """Whether `event` may happen now."""
        return (self.state, event) in TRANSITIONS

    def happen(self, event: VisitEvent) -> VisitState:
        """Go on to the next state. Raises VisitError."""
        try:
            self.state = TRANSITIONS[self.state, event]
        except KeyError:
            raise VisitError(self.state, event) from None
        return self.state
