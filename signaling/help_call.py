"""A call for help, from asking to closing. A clerk asks, a supervisor takes it, one of the two closes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signaling.lifecycle import Lifecycle
from signaling.protocol.messages import HelpProgress


class HelpEvent(StrEnum):
    """What can happen to a call for help."""

    TAKEN = "taken"
    CLOSED = "closed"


HELP: Final = Lifecycle(
    "help",
    HelpProgress.ASKED,
    {
        HelpProgress.ASKED: {
            HelpEvent.TAKEN: HelpProgress.TAKEN,
            HelpEvent.CLOSED: HelpProgress.CLOSED,
        },
        HelpProgress.TAKEN: {
            HelpEvent.CLOSED: HelpProgress.CLOSED,
        },
        HelpProgress.CLOSED: {},
    },
)


@dataclass(slots=True)
class HelpCall:
    """One call for help; clerks by pseudonym, times in seconds since the epoch. `regions`: whose supervisors are told,
    the ticket's or else the clerk's."""

    id: str
    clerk: str
    regions: list[str]
    asked_at: float
    state: HelpProgress = HELP.start
    region: str | None = None
    booth: str | None = None
    ticket: str | None = None
    taken_by: str | None = None
