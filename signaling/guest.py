"""The guest of a call: a second clerk, an interpreter or a supervisor, from the invitation to the last leg's end.

An invitation looks for somebody: for the clerk it names or whoever has the skill, who then has it offered like a
ticket. Whoever accepts is the guest and has two legs, one to the booth and one to the holder of the call. A supervisor
enters by itself, without being looked for. A guest who has been handed the call is a guest no more.

A *leg* connects two ends. It is set up anew (`renewed`) when one of them starts anew or hears nothing more of the
other, each time with its next generation. The leg between booth and holder is not here: its state is the ticket's own.

A restart of the switchboard ends an offer of an invitation, as it ends all offers; what has been joined stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from signaling.lifecycle import Lifecycle
from signaling.protocol.messages import GuestRole, InviteState


class InviteEvent(StrEnum):
    """What can happen to an invitation."""

    OFFERED = "offered"
    OFFER_ENDED = "offer_ended"
    ACCEPTED = "accepted"
    ENTERED = "entered"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    LEFT = "left"
    HANDED_OVER = "handed_over"


INVITATION: Final = Lifecycle(
    "invitation",
    InviteState.LOOKING,
    {
        InviteState.LOOKING: {
            InviteEvent.OFFERED: InviteState.OFFERED,
            InviteEvent.ENTERED: InviteState.JOINED,
            InviteEvent.GIVEN_UP: InviteState.NOBODY,
            InviteEvent.CANCELLED: InviteState.CANCELLED,
        },
        InviteState.OFFERED: {
            InviteEvent.ACCEPTED: InviteState.JOINED,
            InviteEvent.OFFER_ENDED: InviteState.LOOKING,
            InviteEvent.REFUSED: InviteState.DECLINED,
            InviteEvent.GIVEN_UP: InviteState.NOBODY,
            InviteEvent.CANCELLED: InviteState.CANCELLED,
        },
        InviteState.JOINED: {
            InviteEvent.LEFT: InviteState.LEFT,
            InviteEvent.HANDED_OVER: InviteState.LEFT,
        },
        InviteState.NOBODY: {},
        InviteState.DECLINED: {},
        InviteState.CANCELLED: {},
        InviteState.LEFT: {},
    },
)


class LegState(StrEnum):
    """How a guest's leg stands."""

    CONNECTING = "connecting"
    STANDING = "standing"
    ENDED = "ended"


class LegEvent(StrEnum):
    """What can happen to a guest's leg."""

    CONNECTED = "connected"
    RENEWED = "renewed"
    ENDED = "ended"


LEG: Final = Lifecycle(
    "leg",
    LegState.CONNECTING,
    {
        LegState.CONNECTING: {
            LegEvent.CONNECTED: LegState.STANDING,
            LegEvent.RENEWED: LegState.CONNECTING,
            LegEvent.ENDED: LegState.ENDED,
        },
        LegState.STANDING: {
            LegEvent.RENEWED: LegState.CONNECTING,
            LegEvent.ENDED: LegState.ENDED,
        },
        LegState.ENDED: {},
    },
)


@dataclass(slots=True)
class Leg:
    """One leg of a guest, to the booth or to the holder (`other`). The instances are the runs of the programs that
    take part in the present generation."""

    number: int
    other: Literal["booth", "clerk"]
    state: LegState = LEG.start
    generation: int = 1
    guest_instance: str | None = None
    other_instance: str | None = None

    def on(self, event: LegEvent) -> None:
        """Go to the next state. Raises WrongEvent."""
        self.state = LEG.after(self.state, event)
        if event is LegEvent.RENEWED:
            self.generation += 1


@dataclass(slots=True)
class Guest:
    """Who is wanted for a call and, from then on, who has joined it.

    `wanted` is the pseudonym of the clerk who is invited by name; an empty `service` stands for any. `clerk` is who is
    asked or has joined. Times are seconds since the epoch.
    """

    purpose: Literal["join", "transfer"]
    role: GuestRole
    asked_at: float
    service: str
    language: str
    needs: tuple[str, ...] = ()
    wanted: str | None = None
    state: InviteState = INVITATION.start
    clerk: str | None = None
    clerk_issuer: str = ""
    refused: dict[str, float] = field(default_factory=dict)
    legs: list[Leg] = field(default_factory=list)

    @property
    def joined(self) -> bool:
        """Whether there is a guest, not only the wish for one."""
        return self.state is InviteState.JOINED

    def on(self, event: InviteEvent) -> None:
        """Go to the next state. Raises WrongEvent."""
        self.state = INVITATION.after(self.state, event)
        if self.state is InviteState.LOOKING:
            self.clerk = None

    def leg(self, number: int) -> Leg | None:
        """The guest's leg of this number."""
        return next((leg for leg in self.legs if leg.number == number), None)
