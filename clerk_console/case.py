"""The lifecycle of a case. No I/O.

    open ── confirm ──▶ confirmed ── complete ──▶ completed
     │ ◀─ change, dispute ──┘ │
     ├────── abandon ─────────┴────────────────▶ abandoned
     └─ prepare ─▶ prepared ── adopt, abandon ──────┘

A change of the values after the citizen confirmed them leads back to `open`: only what was confirmed is completed.
A *prepared* case was filled by telephone and waits for its citizen to come to a booth, where another case takes over
what it says (`adopt`). Completing, preparing or abandoning once more changes nothing, so that a request sent again
after a lost answer is harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from clerk_console.errors import ConsoleError, ErrorId


class CaseState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    PREPARED = "prepared"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class CaseEvent(StrEnum):
    CHANGE = "change"
    """The values were changed."""
    CONFIRM = "confirm"
    """The citizen said the summary is right."""
    DISPUTE = "dispute"
    """The citizen said something is not right."""
    PREPARE = "prepare"
    """The clerk has filled it by telephone; the citizen will come to a booth."""
    ADOPT = "adopt"
    """The case of the citizen's visit says now what this one said."""
    COMPLETE = "complete"
    ABANDON = "abandon"


TRANSITIONS: Final[Mapping[tuple[CaseState, CaseEvent], CaseState]] = {
    (CaseState.OPEN, CaseEvent.CHANGE): CaseState.OPEN,
    (CaseState.OPEN, CaseEvent.CONFIRM): CaseState.CONFIRMED,
    (CaseState.OPEN, CaseEvent.DISPUTE): CaseState.OPEN,
    (CaseState.OPEN, CaseEvent.PREPARE): CaseState.PREPARED,
    (CaseState.OPEN, CaseEvent.ABANDON): CaseState.ABANDONED,
    (CaseState.CONFIRMED, CaseEvent.CHANGE): CaseState.OPEN,
    (CaseState.CONFIRMED, CaseEvent.CONFIRM): CaseState.CONFIRMED,
    (CaseState.CONFIRMED, CaseEvent.DISPUTE): CaseState.OPEN,
    (CaseState.CONFIRMED, CaseEvent.COMPLETE): CaseState.COMPLETED,
    (CaseState.CONFIRMED, CaseEvent.ABANDON): CaseState.ABANDONED,
    (CaseState.PREPARED, CaseEvent.CHANGE): CaseState.OPEN,
    (CaseState.PREPARED, CaseEvent.PREPARE): CaseState.PREPARED,
    (CaseState.PREPARED, CaseEvent.ADOPT): CaseState.ABANDONED,
    (CaseState.PREPARED, CaseEvent.ABANDON): CaseState.ABANDONED,
    (CaseState.COMPLETED, CaseEvent.COMPLETE): CaseState.COMPLETED,
    (CaseState.ABANDONED, CaseEvent.ABANDON): CaseState.ABANDONED,
}

UNFINISHED: Final = (CaseState.OPEN, CaseState.CONFIRMED)
"""Of one consultation, which is over within the day."""


def next_state(state: CaseState, event: CaseEvent) -> CaseState:
    """Raises ConsoleError (case_not_confirmed, case_finished) naming state and event."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        if event is CaseEvent.COMPLETE and state is CaseState.OPEN:
            text = "A case that is open cannot be completed: the citizen has to confirm the values first."
            raise ConsoleError(ErrorId.CASE_NOT_CONFIRMED, text) from None
        text = f"The event {event} does not fit a case that is {state}."
        raise ConsoleError(ErrorId.CASE_FINISHED, text) from None
