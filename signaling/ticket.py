"""The ticket: a citizen's place in the queue, from taking it to the end of the matter.

A ticket waits until dispatch holds it for one clerk (`offer`). The clerk accepts, or declines, or lets the offer
expire; then it waits again, at its old place, because places are ordered by the time of joining and nothing
changes that time. A clerk can also pick a waiting ticket out of turn. An accepted or picked ticket connects: both
ends get a `call` with a new generation. When the clerk's browser sees or hears the citizen the call stands
(`connected`). While it stands the clerk can put the citizen on hold, or park the ticket: the call ends, but the ticket
stays with the clerk, who calls again (`unparked`) unless the time for it runs out or the clerk is lost. A clerk who
has a guest in the call (`signaling.guest`) can hand it over: the ticket is the guest's then, and the call goes on.

A citizen who does not want to wait at the booth asks for a callback. The booth is free then, the ticket waits to be
offered or picked like others, and the clerk who takes it telephones (`calling_back`). That is no call of the
switchboard's: it ends `completed`, or back in its queue because nobody answered, or given up after so many tries.

From there a ticket has one good end, `completed`, which only the clerk can give it. The citizen can leave at any
time; a booth whose line stays away longer than its lease loses the ticket; both end it as `abandoned`. A clerk who
gives the ticket back or is lost returns it to the queue, at the same place also when the clerk redirects it to
somebody with another skill. An end that starts anew (a restarted booth, a reloaded
browser) has lost its peer connection, and ends that no longer hear each other ask for another one: either way the call
is set up again (`renewed`) with a new generation, which ends a hold.

A restart of the switchboard changes nothing but one thing: an offer dies with the connection it was made on
(`offer_ended`), so the ticket waits again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from signaling.guest import Guest
from signaling.lifecycle import Lifecycle
from signaling.protocol.messages import TicketState


class TicketEvent(StrEnum):
    """What can happen to a ticket."""

    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    ACCEPTED = "accepted"
    PICKED = "picked"
    CONNECTED = "connected"
    HELD = "held"
    RESUMED = "resumed"
    RENEWED = "renewed"
    HANDED_OVER = "handed_over"
    PARKED = "parked"
    UNPARKED = "unparked"
    PARK_ENDED = "park_ended"
    CALLBACK_WANTED = "callback_wanted"
    NOT_REACHED = "not_reached"
    GIVEN_UP = "given_up"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    COMPLETED = "completed"
    LEFT = "left"
    BOOTH_LOST = "booth_lost"


TICKET: Final = Lifecycle(
    "ticket",
    TicketState.WAITING,
    {
        TicketState.WAITING: {
            TicketEvent.OFFERED: TicketState.OFFERED,
            TicketEvent.PICKED: TicketState.CONNECTING,
            TicketEvent.CALLBACK_WANTED: TicketState.CALLBACK,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.OFFERED: {
            TicketEvent.ACCEPTED: TicketState.CONNECTING,
            TicketEvent.OFFER_ENDED: TicketState.WAITING,
            TicketEvent.CALLBACK_WANTED: TicketState.CALLBACK,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.CONNECTING: {
            TicketEvent.CONNECTED: TicketState.IN_CALL,
            TicketEvent.HANDED_OVER: TicketState.IN_CALL,
            TicketEvent.RENEWED: TicketState.CONNECTING,
            TicketEvent.RETURNED: TicketState.WAITING,
            TicketEvent.REDIRECTED: TicketState.WAITING,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.IN_CALL: {
            TicketEvent.COMPLETED: TicketState.COMPLETED,
            TicketEvent.HELD: TicketState.HELD,
            TicketEvent.HANDED_OVER: TicketState.IN_CALL,
            TicketEvent.PARKED: TicketState.PARKED,
            TicketEvent.RENEWED: TicketState.CONNECTING,
            TicketEvent.RETURNED: TicketState.WAITING,
            TicketEvent.REDIRECTED: TicketState.WAITING,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.HELD: {
            TicketEvent.RESUMED: TicketState.IN_CALL,
            TicketEvent.HANDED_OVER: TicketState.IN_CALL,
            TicketEvent.PARKED: TicketState.PARKED,
            TicketEvent.RENEWED: TicketState.CONNECTING,
            TicketEvent.RETURNED: TicketState.WAITING,
            TicketEvent.REDIRECTED: TicketState.WAITING,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.PARKED: {
            TicketEvent.UNPARKED: TicketState.CONNECTING,
            TicketEvent.PARK_ENDED: TicketState.WAITING,
            TicketEvent.LEFT: TicketState.ABANDONED,
            TicketEvent.BOOTH_LOST: TicketState.ABANDONED,
        },
        TicketState.CALLBACK: {
            TicketEvent.OFFERED: TicketState.CALLBACK_OFFERED,
            TicketEvent.PICKED: TicketState.CALLING_BACK,
            TicketEvent.GIVEN_UP: TicketState.ABANDONED,
        },
        TicketState.CALLBACK_OFFERED: {
            TicketEvent.ACCEPTED: TicketState.CALLING_BACK,
            TicketEvent.OFFER_ENDED: TicketState.CALLBACK,
        },
        TicketState.CALLING_BACK: {
            TicketEvent.COMPLETED: TicketState.COMPLETED,
            TicketEvent.NOT_REACHED: TicketState.CALLBACK,
            TicketEvent.RETURNED: TicketState.CALLBACK,
            TicketEvent.REDIRECTED: TicketState.CALLBACK,
            TicketEvent.GIVEN_UP: TicketState.ABANDONED,
        },
        TicketState.COMPLETED: {},
        TicketState.ABANDONED: {},
    },
)

QUEUED: Final = frozenset({TicketState.WAITING, TicketState.OFFERED})
FREE: Final = frozenset({TicketState.WAITING, TicketState.CALLBACK})
"""States in which nobody has the ticket in hand or is asked to take it."""
AWAY: Final = frozenset({TicketState.CALLBACK, TicketState.CALLBACK_OFFERED, TicketState.CALLING_BACK})
"""States in which the citizen is not at a booth any more."""
STANDING: Final = frozenset({TicketState.IN_CALL, TicketState.HELD})
CALLING: Final = STANDING | {TicketState.CONNECTING}


Profile = tuple[str, str, str, tuple[str, ...]]
"""Region, service, language, needs: what decides who can serve a ticket."""


@dataclass(slots=True)
class Ticket:
    """One ticket. Times are seconds since the epoch; `clerk` is the pseudonym of whoever holds it or is offered it.

    `booth_instance` and `clerk_instance` are the runs of the programs that take part in the present call;
    `refused` maps the pseudonym of a clerk who declined, let expire or gave back the ticket to the time of it.

    `leg` is the one to the clerk who holds the ticket and `generation` its generation; `legs` counts those given out.
    `head_start_s`: see `signaling.turn`. `sealed`: where to call back, for the authority alone; `tries`: how often it
    was tried, and `rests_until`: not again before. `guest`: who is wanted for the call or has joined it.
    """

    number: str
    booth: str
    region: str
    service: str
    language: str
    joined_at: float
    needs: tuple[str, ...] = ()
    appointment: str | None = None
    state: TicketState = TICKET.start
    generation: int = 0
    leg: int = 0
    legs: int = 1
    clerk: str | None = None
    clerk_issuer: str | None = None
    booth_instance: str | None = None
    clerk_instance: str | None = None
    offer_ends_at: float | None = None
    refused: dict[str, float] = field(default_factory=dict)
    head_start_s: float = 0.0
    parked_until: float | None = None
    sealed: str | None = None
    tries: int = 0
    rests_until: float | None = None
    guest: Guest | None = None

    @property
    def turn_at(self) -> float:
        """What places in the queue are ordered by, seconds since the epoch."""
        return self.joined_at - self.head_start_s

    @property
    def profile(self) -> Profile:
        """What decides who can serve it."""
        return self.region, self.service, self.language, self.needs

    @property
    def queued(self) -> bool:
        """Waiting or offered: it has a position."""
        return self.state in QUEUED

    @property
    def wants_clerk(self) -> bool:
        """Whether a clerk is yet to take it: it is queued, or a callback that does not rest."""
        return self.state in QUEUED or (self.state is TicketState.CALLBACK and self.rests_until is None)

    @property
    def at_booth(self) -> bool:
        """Whether the citizen is at the booth."""
        return self.state not in AWAY

    @property
    def calling(self) -> bool:
        """Connecting, in call or on hold: it has two ends."""
        return self.state in CALLING

    def on(self, event: TicketEvent) -> None:
        """Go to the next state. Raises WrongEvent. A ticket back in the queue has neither clerk nor ends."""
        self.state = TICKET.after(self.state, event)
        if self.state is TicketState.CONNECTING:
            self.generation += 1
        if not TICKET.takes(self.state, TicketEvent.OFFER_ENDED):
            self.offer_ends_at = None
        if self.state is not TicketState.PARKED:
            self.parked_until = None
        if self.state in FREE:
            self.clerk = self.clerk_issuer = self.clerk_instance = self.booth_instance = None
