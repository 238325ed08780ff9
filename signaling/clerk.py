"""The clerk at the switchboard: whether offers may be made, and what is in hand.

A clerk signs in paused and opens the counter when ready (`resumed`). An available clerk is offered one ticket at a
time; whatever ends the offer without an acceptance leads back to available. An accepted ticket connects; the call
stands when the browser says so. A clerk without a ticket in hand can also call by itself (`called`): it picks a
waiting ticket, calls one it has parked or, as a supervisor, joins a call, whether it is open for offers or not, and
is paused again afterwards if it was before. A callback is made by telephone, so there is nothing to connect
(`called_back`). A call that stood is followed by wrap-up, which the clerk ends by becoming available or pausing; a
call that never stood leads straight back to available, there is nothing to write down, and so does one that the clerk
has parked, or was a guest of (`freed`).

A clerk whose line is gone keeps the state for the length of the lease, so that a short interruption or a reload
of the page changes nothing; then the clerk is `lost`. The same event signs a clerk out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signaling.lifecycle import Lifecycle
from signaling.protocol.messages import ClerkState


class ClerkEvent(StrEnum):
    """What can happen to a clerk."""

    SIGNED_IN = "signed_in"
    RESUMED = "resumed"
    PAUSED = "paused"
    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    ACCEPTED = "accepted"
    CALLED = "called"
    CALLED_BACK = "called_back"
    CONNECTED = "connected"
    RENEWED = "renewed"
    CALL_ENDED = "call_ended"
    FREED = "freed"
    LOST = "lost"


CLERK: Final = Lifecycle(
    "clerk",
    ClerkState.OFFLINE,
    {
        ClerkState.OFFLINE: {
            ClerkEvent.SIGNED_IN: ClerkState.PAUSED,
        },
        ClerkState.PAUSED: {
            ClerkEvent.RESUMED: ClerkState.AVAILABLE,
            ClerkEvent.CALLED: ClerkState.CONNECTING,
            ClerkEvent.CALLED_BACK: ClerkState.IN_CALL,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
        ClerkState.AVAILABLE: {
            ClerkEvent.OFFERED: ClerkState.OFFERED,
            ClerkEvent.CALLED: ClerkState.CONNECTING,
            ClerkEvent.CALLED_BACK: ClerkState.IN_CALL,
            ClerkEvent.PAUSED: ClerkState.PAUSED,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
        ClerkState.OFFERED: {
            ClerkEvent.ACCEPTED: ClerkState.CONNECTING,
            ClerkEvent.CALLED_BACK: ClerkState.IN_CALL,
            ClerkEvent.OFFER_ENDED: ClerkState.AVAILABLE,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
        ClerkState.CONNECTING: {
            ClerkEvent.CONNECTED: ClerkState.IN_CALL,
            ClerkEvent.RENEWED: ClerkState.CONNECTING,
            ClerkEvent.CALL_ENDED: ClerkState.AVAILABLE,
            ClerkEvent.FREED: ClerkState.AVAILABLE,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
        ClerkState.IN_CALL: {
            ClerkEvent.RENEWED: ClerkState.CONNECTING,
            ClerkEvent.CALL_ENDED: ClerkState.WRAP_UP,
            ClerkEvent.FREED: ClerkState.AVAILABLE,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
        ClerkState.WRAP_UP: {
            ClerkEvent.RESUMED: ClerkState.AVAILABLE,
            ClerkEvent.CALLED: ClerkState.CONNECTING,
            ClerkEvent.CALLED_BACK: ClerkState.IN_CALL,
            ClerkEvent.PAUSED: ClerkState.PAUSED,
            ClerkEvent.LOST: ClerkState.OFFLINE,
        },
    },
)

READY: Final = frozenset({ClerkState.OFFLINE, ClerkState.PAUSED, ClerkState.AVAILABLE})
"""States without a ticket in hand or one that was just in hand."""
SERVING: Final = frozenset(CLERK.transitions) - {ClerkState.OFFLINE, ClerkState.PAUSED}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a clerk's token says the clerk may do and can serve; identifiers only."""

    roles: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


@dataclass(slots=True)
class Clerk:
    """One clerk. `name` is a pseudonym, `since` is in seconds since the epoch, `address` is the line in
    use or None, `ticket` the number in hand, `pause_wanted` the wish to pause after the call; `took_at` is when
    the ticket in hand was offered or called, None without one (not stored)."""

    name: str
    since: float
    grant: Grant = Grant()
    issuer: str = ""
    state: ClerkState = CLERK.start
    ticket: str | None = None
    pause_wanted: bool = False
    address: int | None = None
    instance: str | None = None
    took_at: float | None = None

    @property
    def online(self) -> bool:
        """Whether the clerk has a line."""
        return self.address is not None

    @property
    def dispatchable(self) -> bool:
        """Whether a ticket can be offered now."""
        return self.state is ClerkState.AVAILABLE and self.online

    @property
    def serving(self) -> bool:
        """Whether the clerk is there and works off the queue, now or after the ticket in hand."""
        return self.state in SERVING and self.online

    def on(self, event: ClerkEvent, now: float) -> None:
        """Go to the next state. Raises WrongEvent."""
        self.state = CLERK.after(self.state, event)
        self.since = now
