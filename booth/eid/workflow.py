"""The conversation with AusweisApp about one eID request, from RUN_AUTH to its end. No I/O, no clock.

    starting ─▶ rights ─▶ working ◀─▶ card, pin, can, puk, new_pin, position
                                │
         done, failed, cancelled, changed ◀─────────┘

AusweisApp says what it needs next, and may ask again at any time: a card that goes away while a PIN is typed brings
`card`. So from every step in which the card is worked with, each of its wishes leads to the step of that name.

A citizen who has only the five-digit transport PIN cannot use it to identify (PAuswG section 18; AusweisApp takes six
digits): the authentication is cancelled (`switching`), and AusweisApp's workflow for setting a PIN runs in its place.
Its end is `changed`; the authority then opens a new session, for the old one has ended with the cancellation.

    WorkflowError
      a signal the present step does not know; names both
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from media.consultation import EidFault, EidStage


class Step(StrEnum):
    STARTING = "starting"
    """RUN_AUTH was sent; AusweisApp fetches the token and asks the eID-Server what it wants."""
    RIGHTS = "rights"
    """The citizen sees who asks for what, and agrees or not."""
    WORKING = "working"
    CARD = "card"
    PIN = "pin"
    CAN = "can"
    PUK = "puk"
    NEW_PIN = "new_pin"
    POSITION = "position"
    """The card lies badly and AusweisApp waits (PAUSE)."""
    SWITCHING = "switching"
    CANCELLING = "cancelling"
    DONE = "done"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Signal(StrEnum):
    # What AusweisApp says
    BEGUN = "begun"
    RIGHTS_ASKED = "rights_asked"
    CARD_WANTED = "card_wanted"
    PIN_WANTED = "pin_wanted"
    CAN_WANTED = "can_wanted"
    PUK_WANTED = "puk_wanted"
    NEW_PIN_WANTED = "new_pin_wanted"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    """AUTH with the result ok."""
    ENDED = "ended"
    """AUTH or CHANGE_PIN without success."""
    CHANGED = "changed"
    BROKEN = "broken"
    """The connection, the process, or the understanding between the two."""
    # What the citizen does
    AGREED = "agreed"
    ENTERED = "entered"
    ONLY_TRANSPORT_PIN = "only_transport_pin"
    LAID_RIGHT = "laid_right"
    STOPPED = "stopped"


S = Step
G = Signal

ENTRY: Final = frozenset({S.PIN, S.CAN, S.PUK, S.NEW_PIN})
WITH_CARD: Final = frozenset({S.WORKING, S.CARD, S.POSITION, *ENTRY})
ENDS: Final = frozenset({S.DONE, S.CHANGED, S.CANCELLED, S.FAILED})
OPEN: Final = frozenset(Step) - ENDS
STAGES: Final[dict[Step, EidStage]] = {
    S.STARTING: EidStage.STARTING,
    S.RIGHTS: EidStage.CONSENT,
    S.WORKING: EidStage.WORKING,
    S.CARD: EidStage.INSERT_CARD,
    S.PIN: EidStage.PIN,
    S.CAN: EidStage.CAN,
    S.PUK: EidStage.PUK,
    S.NEW_PIN: EidStage.NEW_PIN,
    S.POSITION: EidStage.INSERT_CARD,
    S.SWITCHING: EidStage.NEW_PIN,
    S.CANCELLING: EidStage.WORKING,
    S.DONE: EidStage.SENT,
    S.CHANGED: EidStage.PIN_CHANGED,
    S.CANCELLED: EidStage.DECLINED,
    S.FAILED: EidStage.FAILED,
}
"""What the clerk's end is told."""


def _each(steps: Iterable[Step], signal: Signal, target: Step) -> dict[tuple[S, G], S]:
    return {(step, signal): target for step in steps}


TRANSITIONS: Final[dict[tuple[Step, Signal], Step]] = {
    (S.STARTING, G.BEGUN): S.STARTING,
    (S.STARTING, G.RIGHTS_ASKED): S.RIGHTS,
    (S.RIGHTS, G.RIGHTS_ASKED): S.RIGHTS,
    (S.RIGHTS, G.AGREED): S.WORKING,
    # The card
    **_each(WITH_CARD, G.CARD_WANTED, S.CARD),
    **_each(WITH_CARD, G.PIN_WANTED, S.PIN),
    **_each(WITH_CARD, G.CAN_WANTED, S.CAN),
    **_each(WITH_CARD, G.PUK_WANTED, S.PUK),
    **_each(WITH_CARD, G.NEW_PIN_WANTED, S.NEW_PIN),
    **_each(WITH_CARD, G.PAUSED, S.POSITION),
    **_each(ENTRY, G.ENTERED, S.WORKING),
    (S.POSITION, G.LAID_RIGHT): S.WORKING,
    # Setting a PIN in place of identifying
    **_each({S.PIN, S.CAN, S.PUK, S.CARD}, G.ONLY_TRANSPORT_PIN, S.SWITCHING),
    (S.SWITCHING, G.ENDED): S.SWITCHING,
    (S.SWITCHING, G.BEGUN): S.WORKING,
    **_each(WITH_CARD | {S.SWITCHING, S.CANCELLING}, G.CHANGED, S.CHANGED),
    # A wish of AusweisApp that has crossed the cancellation
    **{
        (step, signal): step
        for step in (S.SWITCHING, S.CANCELLING)
        for signal in (
            G.RIGHTS_ASKED,
            G.CARD_WANTED,
            G.PIN_WANTED,
            G.CAN_WANTED,
            G.PUK_WANTED,
            G.NEW_PIN_WANTED,
            G.PAUSED,
        )
    },
    (S.CANCELLING, G.BEGUN): S.CANCELLING,
    # Ends
    **_each(OPEN - {S.CANCELLING}, G.STOPPED, S.CANCELLING),
    **_each(WITH_CARD | {S.STARTING, S.RIGHTS}, G.ENDED, S.FAILED),
    (S.CANCELLING, G.ENDED): S.CANCELLED,
    # What the chip has sent before it could be cancelled has been sent
    **_each(WITH_CARD | {S.SWITCHING, S.CANCELLING}, G.SUCCEEDED, S.DONE),
    **_each(OPEN - {S.CANCELLING}, G.BROKEN, S.FAILED),
    (S.CANCELLING, G.BROKEN): S.CANCELLED,
}


class WorkflowError(Exception):
    """The workflow is not at a step at which this can happen."""

    def __init__(self, step: Step, signal: Signal) -> None:
        known = ", ".join(sorted(known for (at, known) in TRANSITIONS if at is step))
        super().__init__(f"An eID workflow at {step} does not know {signal}; it knows: {known}.")
        self.step = step
        self.signal = signal


def next_step(step: Step, signal: Signal) -> Step:
    """Raises WorkflowError."""
    try:
        return TRANSITIONS[step, signal]
    except KeyError:
        raise WorkflowError(step, signal) from None


_by_minor: Final = {
    "dp#trustedChannelEstablishmentFailed": EidFault.SERVER_UNREACHABLE,
    "dp#timeoutError": EidFault.TIMEOUT,
    "dp#unknownChannelHandle": EidFault.SERVER_UNREACHABLE,
    "dp#nodeNotReachable": EidFault.SERVER_UNREACHABLE,
    "al/common#communicationError": EidFault.SERVER_REFUSED,
    "al/common#incorrectParameter": EidFault.SERVER_REFUSED,
    "al/common#unknownError": EidFault.CARD_ERROR,
    "sal#invalidKey": EidFault.SERVER_REFUSED,
    "sal#securityConditionsNotSatisfied": EidFault.SERVER_REFUSED,
    "sal#prerequisitesNotSatisfied": EidFault.SERVER_REFUSED,
    "il/signature#invalidCertificatePath": EidFault.SERVER_REFUSED,
}
_by_reason: Final = (
    ("Card_Removed", EidFault.CARD_REMOVED),
    ("Card_Pin_Blocked", EidFault.CARD_INOPERATIVE),
    ("Card_Puk_Blocked", EidFault.CARD_INOPERATIVE),
    ("Card_", EidFault.CARD_ERROR),
    ("Establish_Pace_Channel_Card_Removed", EidFault.CARD_REMOVED),
    ("Establish_Pace_Channel", EidFault.CARD_ERROR),
    ("Change_Pin_Card_", EidFault.CARD_ERROR),
    ("Get_TcToken_", EidFault.SERVER_UNREACHABLE),
    ("Network_", EidFault.SERVER_UNREACHABLE),
    ("Prepare_Pace_Ui_Puk_Inoperative", EidFault.CARD_INOPERATIVE),
    ("Generic_Send_Receive_", EidFault.SERVER_UNREACHABLE),
    ("Certificate_Check_", EidFault.SERVER_REFUSED),
    ("Check_Refresh_Address_", EidFault.SERVER_REFUSED),
    ("Extract_Cvcs_", EidFault.SERVER_REFUSED),
    ("Pre_Verification_", EidFault.SERVER_REFUSED),
    ("Process_Certificates_", EidFault.SERVER_REFUSED),
    ("Parse_TcToken_", EidFault.SERVER_REFUSED),
    ("Start_Paos_", EidFault.SERVER_REFUSED),
)


def fault_of(minor: str, reason: str) -> EidFault:
    """Why an authentication ended without success: by AusweisApp's failure code where the version has them, else by
    the minor result code of TR-03112-1, of which the last words count."""
    for beginning, fault in _by_reason:
        if reason.startswith(beginning):
            return fault
    for ending, fault in _by_minor.items():
        if minor.endswith(ending):
            return fault
    return EidFault.CARD_ERROR
