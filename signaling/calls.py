"""Calls: the two ends of an accepted ticket, their generations, and the relay of what they say to set the call up.

The switchboard passes descriptions and candidates on unread. While one end has no line they are held, so many and no
more, and delivered when it is back. A call that stands does not need the switchboard; its restart changes nothing.

An end that hears nothing more of the other asks for a new generation. Both may ask at once: whoever comes second names
a generation that is past. Ends that want one generation after the other are held to one in RENEWAL_S.
"""

from __future__ import annotations

from typing import Final

import msgspec

from signaling.clerk import Clerk, ClerkEvent
from signaling.hall import BoothPresence, Hall, Peer
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    Call,
    CallEnded,
    Candidate,
    ClerkState,
    Connected,
    Description,
    EndReason,
    PeerPresence,
    Renew,
    TicketState,
    encode,
)
from signaling.ticket import Ticket, TicketEvent

HELD_MESSAGES: Final = 32
HELD_BYTES: Final = 192 * 1024
RENEWAL_S: Final = 1.0
"""Between two renewals of a call that its ends ask for."""

Relayed = Description | Candidate
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


class Calls:
    """Begins, renews and ends calls, and relays between their ends."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._held: dict[tuple[str, bool], list[Relayed]] = {}
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
        self._take_part(ticket, clerk)
        self._hall.move_ticket(ticket, TicketEvent.ACCEPTED)
        clerk.pause_wanted = False
        self._hall.move_clerk(clerk, ClerkEvent.ACCEPTED)
        self._announce(ticket)
        booth = self._hall.booth_of(ticket)
        if booth is None or not booth.online:
            self.gone(ticket, booth)
        return ticket

    def connected(self, clerk: Clerk, message: Connected) -> Ticket | None:
        """The call stands. Repeats and news of an earlier generation are passed over (None). Raises ProtocolError."""
        ticket = self.in_hand(clerk, message.ticket)
        if not self._is_present(ticket, message.generation) or ticket.state is TicketState.IN_CALL:
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

    def end(self, ticket: Ticket, event: TicketEvent, reason: EndReason, *, detail: str | None = None) -> None:
        """End the call; `event` says what becomes of the ticket, `detail` is logged instead of `reason`.
        Raises WrongEvent when the ticket is not there yet."""
        booth, clerk = self._hall.booth_of(ticket), self._hall.clerk_of(ticket)
        self._hall.move_ticket(ticket, event, reason=detail or reason)
        self._drop_held(ticket)
        self._renewed_at.pop(ticket.number, None)
        self._met.pop(ticket.number, None)
        for peer in (booth, clerk):
            self._hall.send(peer, CallEnded(ticket=ticket.number, reason=reason))
        if clerk is not None:
            self._release(clerk)

    def _release(self, clerk: Clerk) -> None:
        clerk.ticket = None
        self._hall.move_clerk(clerk, ClerkEvent.CALL_ENDED)
        if clerk.pause_wanted:
            clerk.pause_wanted = False
            self._hall.move_clerk(clerk, ClerkEvent.PAUSED)

    def renew(self, peer: Peer, message: Renew) -> Ticket | None:
        """Set the call up anew, as one of its ends asks. One that is past is passed over (None). Raises ProtocolError
        (ticket_gone, ticket_unknown, unexpected_message, peer_offline, rate_limited)."""
        ticket = self._of_end(peer, message.ticket)
        if not self._is_present(ticket, message.generation):
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
        self._hall.send(other, PeerPresence(ticket=ticket.number, online=True))
        if ticket.state is TicketState.CONNECTING or self._started_anew(ticket, peer):
            self._renew(ticket)
        else:
            self._deliver_held(ticket, peer)
        self._hall.send(peer, PeerPresence(ticket=ticket.number, online=other is not None and other.online))

    def gone(self, ticket: Ticket, peer: Peer | None) -> None:
        """One end of the call has no line; tell the other."""
        self._hall.send(self._other(ticket, peer), PeerPresence(ticket=ticket.number, online=False))

    def relay(self, peer: Peer, message: Relayed) -> None:
        """Pass a description or candidate on to the other end. Raises ProtocolError."""
        ticket = self._of_end(peer, message.ticket)
        if not self._is_present(ticket, message.generation):
            return  # Was on its way while the call was set up anew.
        other = self._other(ticket, peer)
        passed_on = msgspec.structs.replace(message, id=None)
        if other is not None and other.online:
            self._hall.send(other, passed_on)
        else:
            self._hold(ticket, isinstance(peer, Clerk), passed_on)

    def _of_end(self, peer: Peer, number: str) -> Ticket:
        """The ticket of a call that `peer` is an end of. Raises ProtocolError (ticket_gone, ticket_unknown)."""
        ticket = known_ticket(self._hall, number)
        if not ticket.calling or peer not in self._ends(ticket):
            raise ProtocolError(ErrorId.TICKET_GONE, f"You have no call on ticket {number}, or no longer.")
        return ticket

    def _is_present(self, ticket: Ticket, generation: int) -> bool:
        """Whether a message is about the present generation, not a past one. Raises ProtocolError for a later one."""
        if generation > ticket.generation:
            raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, f"The call has only come to {ticket.generation}.")
        return generation == ticket.generation

    def _hold(self, ticket: Ticket, for_booth: bool, message: Relayed) -> None:
        held = self._held.setdefault((ticket.number, for_booth), [])
        size = sum(len(encode(one)) for one in [*held, message])
        if len(held) >= HELD_MESSAGES or size > HELD_BYTES:
            raise ProtocolError(ErrorId.PEER_OFFLINE, "The other end has no line, and no more can be held for it.")
        held.append(message)

    def _deliver_held(self, ticket: Ticket, peer: Peer) -> None:
        for message in self._held.pop((ticket.number, isinstance(peer, BoothPresence)), []):
            self._hall.send(peer, message)

    def _drop_held(self, ticket: Ticket) -> None:
        for for_booth in (True, False):
            self._held.pop((ticket.number, for_booth), None)

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
        self._drop_held(ticket)
        self._take_part(ticket, clerk)
        self._hall.move_ticket(ticket, TicketEvent.RENEWED)
        if clerk is not None and clerk.state in (ClerkState.CONNECTING, ClerkState.IN_CALL):
            self._hall.move_clerk(clerk, ClerkEvent.RENEWED)
        self._announce(ticket, resumed=met == (ticket.booth_instance, ticket.clerk_instance))

    def _runs_that_met(self, ticket: Ticket) -> Runs | None:
        """The runs that were both told of one generation. A ticket in call has had them, also before a restart."""
        noted = (ticket.booth_instance, ticket.clerk_instance) if ticket.state is TicketState.IN_CALL else None
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
            generation=ticket.generation,
            booth=ticket.booth,
            clerk_issuer=ticket.clerk_issuer or "",
            service=ticket.service,
            language=ticket.language,
            needs=list(ticket.needs),
            resumed=resumed,
        )
        ends = self._ends(ticket)
        for peer in ends:
            self._hall.send(peer, call)
        if all(peer is not None and peer.online for peer in ends):
            self._met[ticket.number] = ticket.booth_instance, ticket.clerk_instance
