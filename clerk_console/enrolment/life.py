"""The lifecycle of a booth at its authority. No I/O.

A booth is *invited* when a code was made for it, *enrolled* when it has used the code and its key is known here, and
*registered* when the switchboard knows the key too. Revoked here, it is *revoking* until the switchboard has heard of
it. A revoked booth may be invited again and then comes with a new key.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from clerk_console.errors import ConsoleError, ErrorId


class BoothState(StrEnum):
    INVITED = "invited"
    ENROLLED = "enrolled"
    REGISTERED = "registered"
    REVOKING = "revoking"
    REVOKED = "revoked"


class BoothEvent(StrEnum):
    INVITE = "invite"
    """An operator made a code."""
    ENROL = "enrol"
    """The booth came with the code and its key."""
    REGISTER = "register"
    """The switchboard has taken the key."""
    REVOKE = "revoke"
    """An operator took the booth out of use."""
    UNREGISTER = "unregister"
    """The switchboard refuses the key from now on."""


TRANSITIONS: Final[Mapping[tuple[BoothState, BoothEvent], BoothState]] = {
    (BoothState.INVITED, BoothEvent.INVITE): BoothState.INVITED,
    (BoothState.INVITED, BoothEvent.ENROL): BoothState.ENROLLED,
    (BoothState.INVITED, BoothEvent.REVOKE): BoothState.REVOKED,
    (BoothState.ENROLLED, BoothEvent.REGISTER): BoothState.REGISTERED,
    (BoothState.ENROLLED, BoothEvent.REVOKE): BoothState.REVOKING,
    (BoothState.REGISTERED, BoothEvent.REVOKE): BoothState.REVOKING,
    (BoothState.REVOKING, BoothEvent.REVOKE): BoothState.REVOKING,
    (BoothState.REVOKING, BoothEvent.UNREGISTER): BoothState.REVOKED,
    (BoothState.REVOKED, BoothEvent.REVOKE): BoothState.REVOKED,
    (BoothState.REVOKED, BoothEvent.INVITE): BoothState.INVITED,
}

TRUSTED: Final = frozenset({BoothState.ENROLLED, BoothState.REGISTERED})
"""Whose seals are believed."""
UNTOLD: Final = frozenset({BoothState.ENROLLED, BoothState.REVOKING})
"""What the switchboard still has to be told."""


def next_state(state: BoothState, event: BoothEvent) -> BoothState:
    """Raises ConsoleError (booth_state_wrong) naming state and event."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        text = f"The event {event} does not fit a booth that is {state}."
        raise ConsoleError(ErrorId.BOOTH_STATE_WRONG, text) from None
