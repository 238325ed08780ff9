"""Calls: the two ends of an accepted ticket, and their generations.

A call that stands does not need the switchboard; its restart changes nothing.

An end that hears nothing more of the other asks for a new generation. Both may ask at once: whoever comes second names
a generation that is past. Ends that want one generation after the other are held to one in RENEWAL_S.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from signaling.clerk import CLERK, Clerk, ClerkEvent
from signaling.courier import Courier, Relayed, is_present
from signaling.dispatch import eligible
from signaling.hall import BoothPresence, Hall, Peer
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    Call,
    CallEnded,
    CallHeld,
    ClerkState,
    Connected,
    EndReason,
    PeerPresence,
    Renew,
    TicketState,
)
from signaling.ticket import STANDING, TICKET, Ticket, TicketEvent

RENEWAL_S: Final = 1.0
"""Between two renewals of a call that its ends ask for."""

Runs = tuple[str | None, str | None]
"""The runs of booth and clerk's program that a call is between."""


def known_ticket(hall: Hall, number: str) -> Ticket:
    """The open ticket of this number. Raises ProtocolError: ticket_gone if it was open today, else ticket_unknown."""
    ticket = hall.tickets.get(number)
    if ticket is not None:
        return ticket
    if number in hall.tally.numbers:
        raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is no longer open.")
    raise ProtocolError(ErrorId.TICKET_UNKNOWN, f"There is no ticket {number}.")


def require_free(clerk: Clerk) -> None:
    """Raise ProtocolError (clerk_not_available) unless the clerk could begin a call."""
    if not CLERK.takes(clerk.state, ClerkEvent.CALLED):
        raise ProtocolError(ErrorId.CLERK_NOT_AVAILABLE, f"You have ticket {clerk.ticket} in hand.")


def require_skill(ticket: Ticket, clerk: Clerk) -> None:
    """Raise ProtocolError (not_permitted) unless the ticket could be offered to the clerk."""
    if not eligible(ticket.profile, clerk.grant):
        raise ProtocolError(ErrorId.NOT_PERMITTED, "That ticket needs a region or skill your token does not name.")


class Calls:
    """Begins, renews and ends calls, and relays between their ends."""

    def __init__(self, hall: Hall, courier: Courier) -> None:
        self._hall = hall
        self._courier = courier
        self.before_end: Callable[[Ticket, EndReason], None] = lambda _ticket, _reason: None
        """What is told of a call's end before it is there."""
        self._renewed_at: dict[str, float] = {}
        self._met: dict[str, Runs] = {}

    def accept(self, clerk: Clerk, number: str) -> Ticket | None:
        """Make the offered ticket a call. Returns None when it already is this clerk's. Raises ProtocolError."""
        ticket = known_ticket(self._hall, number)
        if ticket.calling and ticket.clerk == clerk.name:
            return None
        if ticket.state is not TicketState.OFFERED or ticket.clerk != clerk.name:
            if clerk.ticket is not None:
                raise ProtocolError(ErrorId.CLERK_NOT_AVAILABLE, f"You have ticket {clerk.ticket} in hand.")
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is not offered to you, or no longer.")
        clerk.pause_wanted = False
        self._begin(ticket, clerk, TicketEvent.ACCEPTED, ClerkEvent.ACCEPTED)
        return ticket

    def pick(self, clerk: Clerk, number: str) -> Ticket | None:
        """Make a waiting ticket a call out of turn; one that is offered to the clerk is accepted. Raises ProtocolError
        (ticket_gone, ticket_unknown, clerk_not_available, not_permitted, peer_offline)."""
        ticket = known_ticket(self._hall, number)
        if ticket.clerk == clerk.name and clerk.ticket == number:
            return self.accept(clerk, number)
        require_free(clerk)
        if ticket.state is not TicketState.WAITING:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is {ticket.state}, it cannot be picked.")
        require_skill(ticket, clerk)
        booth = self._hall.booth_of(ticket)
        if booth is None or not booth.online:
            raise ProtocolError(ErrorId.PEER_OFFLINE, "The booth has no line; its ticket waits until it is back.")
        self.call_by_itself(ticket, clerk, TicketEvent.PICKED)
        return ticket

    def call_by_itself(self, ticket: Ticket, clerk: Clerk, event: TicketEvent) -> None:
        """Make a call of a ticket that is not offered to the clerk. Raises ProtocolError (clerk_not_available)."""
        require_free(clerk)
        clerk.pause_wanted = clerk.state is ClerkState.PAUSED
        clerk.ticket, ticket.clerk = ticket.number, clerk.name
        self._begin(ticket, clerk, event, ClerkEvent.CALLED)

    def _begin(self, ticket: Ticket, clerk: Clerk, event: TicketEvent, its_event: ClerkEvent) -> None:
        self._take_part(ticket, clerk)
        self._hall.move_ticket(ticket, event)
        self._hall.move_clerk(clerk, its_event)
        self._announce(ticket)
        booth = self._hall.booth_of(ticket)
        if booth is None or not booth.online:
            self.gone(ticket, booth)

    def connected(self, clerk: Clerk, message: Connected) -> Ticket | None:
        """The call stands. Repeats and news of an earlier generation are passed over (None). Raises ProtocolError."""
        ticket = self.in_hand(clerk, message.ticket)
        if message.leg != ticket.leg:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Leg {message.leg} of ticket {ticket.number} has ended.")
        if not is_present(message.generation, ticket.generation) or ticket.state in STANDING:
            return None
        self._hall.move_ticket(ticket, TicketEvent.CONNECTED)
        self._hall.move_clerk(clerk, ClerkEvent.CONNECTED)
        return ticket

    def in_hand(self, clerk: Clerk, number: str) -> Ticket:
        """The ticket of the clerk's call. Raises ProtocolError (ticket_gone, ticket_unknown)."""
        ticket = known_ticket(self._hall, number)
        if not ticket.calling or ticket.clerk != clerk.name:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is not in your hands, or no longer.")
        return ticket

    def hold(self, clerk: Clerk, number: str, held: bool) -> Ticket | None:
        """Put the citizen on hold or end it; None when it is so already. Raises ProtocolError (ticket_gone,
        ticket_unknown), WrongEvent while the call does not stand."""
        ticket = self.in_hand(clerk, number)
        if held is (ticket.state is TicketState.HELD):
            return None
        self._hall.move_ticket(ticket, TicketEvent.HELD if held else TicketEvent.RESUMED)
        for peer in self._ends(ticket):
            self._hall.send(peer, CallHeld(ticket=number, held=held))
        return ticket

    def end(
        self,
        ticket: Ticket,
        event: TicketEvent,
        reason: EndReason,
        *,
        detail: str | None = None,
        clerk_event: ClerkEvent = ClerkEvent.CALL_ENDED,
    ) -> None:
        """End the call; `event` says what becomes of the ticket, `detail` is logged instead of `reason`.
        Raises WrongEvent when the ticket is not there yet."""
        TICKET.after(ticket.state, event)
        self.before_end(ticket, reason)
        booth, clerk = self._hall.booth_of(ticket), self._hall.clerk_of(ticket)
        self._hall.move_ticket(ticket, event, reason=detail or reason)
        self._courier.drop(ticket.number)
        self._renewed_at.pop(ticket.number, None)
        self._met.pop(ticket.number, None)
        for peer in (booth, clerk):
            self._hall.send(peer, CallEnded(ticket=ticket.number, reason=reason))
        if clerk is not None:
            self._hall.release(clerk, clerk_event)

    def taken_over(self, ticket: Ticket) -> None:
        """The call has another holder, who had met the booth on the leg that is the holder's now."""
        self._renewed_at.pop(ticket.number, None)
        self._met[ticket.number] = ticket.booth_instance, ticket.clerk_instance

    def renew(self, peer: Peer, message: Renew) -> Ticket | None:
        """Set the call up anew, as one of its ends asks. One that is past is passed over (None). Raises ProtocolError
        (ticket_gone, ticket_unknown, unexpected_message, peer_offline, rate_limited)."""
        ticket = self._of_end(peer, message.ticket, message.leg)
        if not is_present(message.generation, ticket.generation):
            return None
        other = self._other(ticket, peer)
        if other is None or not other.online:
            raise ProtocolError(ErrorId.PEER_OFFLINE, "The other end has no line; ask again when it is back.")
        now = self._hall.clock()
        if now < self._renewed_at.get(ticket.number, -RENEWAL_S) + RENEWAL_S:
            raise ProtocolError(ErrorId.RATE_LIMITED, f"One new generation in {RENEWAL_S:g} s; give this one time.")
        self._renewed_at[ticket.number] = now
        self._renew(ticket)
        return ticket

    def back(self, ticket: Ticket, peer: Peer) -> None:
        """One end of the call has its line again. A call that was still connecting is set up anew, for what was
        under way is lost; so is one whose end was restarted. A standing call just goes on."""
        other = self._other(ticket, peer)
        self._hall.send(other, PeerPresence(ticket=ticket.number, online=True, leg=ticket.leg))
        if ticket.state is TicketState.CONNECTING or self._started_anew(ticket, peer):
            self._renew(ticket)
        else:
            if ticket.state is TicketState.HELD:
                self._hall.send(peer, CallHeld(ticket=ticket.number, held=True))
            self._courier.deliver(ticket.number, ticket.leg, peer)
        there = other is not None and other.online
        self._hall.send(peer, PeerPresence(ticket=ticket.number, online=there, leg=ticket.leg))

    def gone(self, ticket: Ticket, peer: Peer | None) -> None:
        """One end of the call has no line; tell the other."""
        self._hall.send(self._other(ticket, peer), PeerPresence(ticket=ticket.number, online=False, leg=ticket.leg))

    def relay(self, peer: Peer, message: Relayed) -> None:
        """Pass a description or candidate on to the other end. Raises ProtocolError."""
        ticket = known_ticket(self._hall, message.ticket)
        if message.leg != ticket.leg and message.leg < ticket.legs and ticket.calling and peer in self._ends(ticket):
            return  # Was on its way when its leg ended.
        ticket = self._of_end(peer, message.ticket, message.leg)
        if is_present(message.generation, ticket.generation):
            self._courier.pass_on(message, self._other(ticket, peer))
        # Else it was on its way while the call was set up anew.

    def _of_end(self, peer: Peer, number: str, leg: int) -> Ticket:
        """The ticket of a call that `peer` is an end of. Raises ProtocolError (ticket_gone, ticket_unknown)."""
        ticket = known_ticket(self._hall, number)
        if not ticket.calling or leg != ticket.leg or peer not in self._ends(ticket):
            raise ProtocolError(ErrorId.TICKET_GONE, f"You have no call on ticket {number}, or no longer.")
        return ticket

    def _ends(self, ticket: Ticket) -> tuple[BoothPresence | None, Clerk | None]:
        return self._hall.booth_of(ticket), self._hall.clerk_of(ticket)

    def _other(self, ticket: Ticket, peer: Peer | None) -> Peer | None:
        booth, clerk = self._ends(ticket)
        return clerk if peer is booth else booth

    def _started_anew(self, ticket: Ticket, peer: Peer) -> bool:
        took_part = ticket.booth_instance if isinstance(peer, BoothPresence) else ticket.clerk_instance
        return peer.instance != took_part

    def _renew(self, ticket: Ticket) -> None:
        clerk = self._hall.clerk_of(ticket)
        met = self._runs_that_met(ticket)
        self._courier.drop(ticket.number, ticket.leg)
        self._take_part(ticket, clerk)
        self._hall.move_ticket(ticket, TicketEvent.RENEWED)
        if clerk is not None and clerk.state in (ClerkState.CONNECTING, ClerkState.IN_CALL):
            self._hall.move_clerk(clerk, ClerkEvent.RENEWED)
        self._announce(ticket, resumed=met == (ticket.booth_instance, ticket.clerk_instance))

    def _runs_that_met(self, ticket: Ticket) -> Runs | None:
        """The runs that were both told of one generation. A ticket in call has had them, also before a restart."""
        noted = (ticket.booth_instance, ticket.clerk_instance) if ticket.state in STANDING else None
        return self._met.get(ticket.number, noted)

    def _take_part(self, ticket: Ticket, clerk: Clerk | None) -> None:
        """Note which runs of the programs the call is between; an absent end keeps what was noted."""
        booth = self._hall.booth_of(ticket)
        if booth is not None and booth.online:
            ticket.booth_instance = booth.instance
        if clerk is not None and clerk.online:
            ticket.clerk_instance, ticket.clerk_issuer = clerk.instance, clerk.issuer

    def _announce(self, ticket: Ticket, *, resumed: bool = False) -> None:
        call = Call(
            ticket=ticket.number,
            leg=ticket.leg,
            generation=ticket.generation,
            booth=ticket.booth,
            clerk=ticket.clerk,
            clerk_issuer=ticket.clerk_issuer or "",
            service=ticket.service,
            language=ticket.language,
            needs=list(ticket.needs),
            resumed=resumed,
        )
        booth, clerk = self._ends(ticket)
        self._hall.send(booth, msgspec.structs.replace(call, other="clerk"))
        self._hall.send(clerk, call)
        if booth is not None and booth.online and clerk is not None and clerk.online:
            self._met[ticket.number] = ticket.booth_instance, ticket.clerk_instance
