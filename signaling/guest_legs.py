"""The two legs of a guest: to the booth and to the holder of the call. The guest makes the offer on both."""

from __future__ import annotations

import msgspec

from signaling.calls import RENEWAL_S, known_ticket
from signaling.clerk import CLERK, Clerk, ClerkEvent
from signaling.courier import Courier, Relayed, is_present
from signaling.guest import Guest, Leg, LegEvent, LegState
from signaling.hall import Hall, Peer
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    Call,
    CallHeld,
    Connected,
    EndReason,
    LegEnded,
    PeerPresence,
    Renew,
    TicketState,
)
from signaling.ticket import Ticket

Runs = tuple[str | None, str | None]


class GuestLegs:
    """Begins, renews and ends guests' legs, and relays on them."""

    def __init__(self, hall: Hall, courier: Courier) -> None:
        self._hall = hall
        self._courier = courier
        self._renewed_at: dict[tuple[str, int], float] = {}
        self._met: dict[tuple[str, int], Runs] = {}

    def has(self, number: str, leg: int) -> bool:
        """Whether the leg is a guest's."""
        ticket = self._hall.tickets.get(number)
        return ticket is not None and ticket.guest is not None and ticket.guest.leg(leg) is not None

    def stands(self, guest: Guest) -> bool:
        """Whether the guest is connected to the booth."""
        return any(leg.other == "booth" and leg.state is LegState.STANDING for leg in guest.legs)

    def begin(self, ticket: Ticket, guest: Guest) -> None:
        """The guest has joined."""
        guest.legs = [Leg(ticket.legs, "booth"), Leg(ticket.legs + 1, "clerk")]
        ticket.legs += 2
        for leg in guest.legs:
            self._take_part(ticket, guest, leg)
            self._hall.log(ticket, "begun", None, leg.state, about="leg", clerk=guest.clerk)
            self._announce(ticket, guest, leg, resumed=False)
        self._hall.keep_ticket(ticket)
        for leg in guest.legs:
            other = self._ends(ticket, guest, leg)[1]
            if other is None or not other.online:
                gone = PeerPresence(ticket=ticket.number, leg=leg.number, online=False)
                self._hall.send(self._hall.clerks.get(guest.clerk or ""), gone)

    def connected(self, clerk: Clerk, message: Connected) -> None:
        """A leg stands, says the guest. Repeats and news of an earlier generation are passed over. Raises
        ProtocolError (ticket_gone, unexpected_message)."""
        ticket, guest, leg = self._leg(clerk, message.ticket, message.leg)
        if clerk.name != guest.clerk:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Leg {leg.number} of {ticket.number} is the guest's to tell of.")
        if not is_present(message.generation, leg.generation) or leg.state is LegState.STANDING:
            return
        self._move(ticket, guest, leg, LegEvent.CONNECTED)
        if leg.other == "booth" and CLERK.takes(clerk.state, ClerkEvent.CONNECTED):
            self._hall.move_clerk(clerk, ClerkEvent.CONNECTED)

    def relay(self, peer: Peer, message: Relayed) -> None:
        """Pass a description or candidate on to the other end. Raises ProtocolError."""
        ticket, guest, leg = self._leg(peer, message.ticket, message.leg)
        if is_present(message.generation, leg.generation):
            self._courier.pass_on(message, self._other(ticket, guest, leg, peer))

    def renew(self, peer: Peer, message: Renew) -> None:
        """Set a leg up anew, as one of its ends asks. One that is past is passed over. Raises ProtocolError
        (ticket_gone, unexpected_message, peer_offline, rate_limited)."""
        ticket, guest, leg = self._leg(peer, message.ticket, message.leg)
        if not is_present(message.generation, leg.generation):
            return
        other = self._other(ticket, guest, leg, peer)
        if other is None or not other.online:
            raise ProtocolError(ErrorId.PEER_OFFLINE, "The other end has no line; ask again when it is back.")
        key, now = (ticket.number, leg.number), self._hall.clock()
        if now < self._renewed_at.get(key, -RENEWAL_S) + RENEWAL_S:
            raise ProtocolError(ErrorId.RATE_LIMITED, f"One new generation in {RENEWAL_S:g} s; give this one time.")
        self._renewed_at[key] = now
        self._renew(ticket, guest, leg)

    def back(self, ticket: Ticket, peer: Peer) -> None:
        """An end has its line again: what was connecting, or whose end was restarted, is set up anew."""
        guest = ticket.guest
        if guest is None or not guest.joined:
            return
        for leg in guest.legs:
            ends = self._ends(ticket, guest, leg)
            if peer not in ends:
                continue
            other = self._other(ticket, guest, leg, peer)
            self._hall.send(other, PeerPresence(ticket=ticket.number, leg=leg.number, online=True))
            took_part = leg.guest_instance if peer is ends[0] else leg.other_instance
            if leg.state is LegState.CONNECTING or peer.instance != took_part:
                self._renew(ticket, guest, leg)
            else:
                self._courier.deliver(ticket.number, leg.number, peer)
            there = other is not None and other.online
            self._hall.send(peer, PeerPresence(ticket=ticket.number, leg=leg.number, online=there))
        if ticket.state is TicketState.HELD and isinstance(peer, Clerk) and peer.name == guest.clerk:
            self._hall.send(peer, CallHeld(ticket=ticket.number, held=True))

    def gone(self, ticket: Ticket, peer: Peer) -> None:
        """An end has no line; tell the others."""
        guest = ticket.guest
        if guest is None or not guest.joined:
            return
        for leg in guest.legs:
            if peer in self._ends(ticket, guest, leg):
                other = self._other(ticket, guest, leg, peer)
                self._hall.send(other, PeerPresence(ticket=ticket.number, leg=leg.number, online=False))

    def end(self, ticket: Ticket, guest: Guest, reason: EndReason) -> None:
        """The guest goes; both ends of both legs are told."""
        for leg in guest.legs:
            self._end(ticket, guest, leg, reason)
        guest.legs = []

    def take_over(self, ticket: Ticket, guest: Guest) -> Leg:
        """The holder goes: the leg between the two ends, the guest's to the booth is returned and is a guest's no
        more."""
        kept = next(leg for leg in guest.legs if leg.other == "booth")
        for leg in guest.legs:
            if leg is not kept:
                self._end(ticket, guest, leg, EndReason.HANDED_OVER)
        self._forget(ticket, kept)
        self._courier.drop(ticket.number, ticket.leg)
        guest.legs = []
        return kept

    def tell_ended(self, ticket: Ticket, leg: int, reason: EndReason, *peers: Peer | None) -> None:
        """Tell ends of a leg that it has ended."""
        for peer in peers:
            self._hall.send(peer, LegEnded(ticket=ticket.number, leg=leg, reason=reason))

    def _end(self, ticket: Ticket, guest: Guest, leg: Leg, reason: EndReason) -> None:
        self.tell_ended(ticket, leg.number, reason, *self._ends(ticket, guest, leg))
        self._move(ticket, guest, leg, LegEvent.ENDED, reason=reason)
        self._courier.drop(ticket.number, leg.number)
        self._forget(ticket, leg)

    def _forget(self, ticket: Ticket, leg: Leg) -> None:
        self._renewed_at.pop((ticket.number, leg.number), None)
        self._met.pop((ticket.number, leg.number), None)

    def _leg(self, peer: Peer, number: str, leg_number: int) -> tuple[Ticket, Guest, Leg]:
        ticket = known_ticket(self._hall, number)
        guest = ticket.guest
        leg = guest.leg(leg_number) if guest is not None else None
        if guest is None or leg is None or peer not in self._ends(ticket, guest, leg):
            raise ProtocolError(ErrorId.TICKET_GONE, f"You have no leg {leg_number} on ticket {number}, or no longer.")
        return ticket, guest, leg

    def _ends(self, ticket: Ticket, guest: Guest, leg: Leg) -> tuple[Peer | None, Peer | None]:
        """The guest, and who is at the other end."""
        other = self._hall.booth_of(ticket) if leg.other == "booth" else self._hall.clerk_of(ticket)
        return self._hall.clerks.get(guest.clerk or ""), other

    def _other(self, ticket: Ticket, guest: Guest, leg: Leg, peer: Peer) -> Peer | None:
        mine, other = self._ends(ticket, guest, leg)
        return other if peer is mine else mine

    def _renew(self, ticket: Ticket, guest: Guest, leg: Leg) -> None:
        runs = leg.guest_instance, leg.other_instance
        met = self._met.get((ticket.number, leg.number), runs if leg.state is LegState.STANDING else None)
        self._courier.drop(ticket.number, leg.number)
        self._take_part(ticket, guest, leg)
        self._move(ticket, guest, leg, LegEvent.RENEWED)
        clerk = self._hall.clerks.get(guest.clerk or "")
        if leg.other == "booth" and clerk is not None and CLERK.takes(clerk.state, ClerkEvent.RENEWED):
            self._hall.move_clerk(clerk, ClerkEvent.RENEWED)
        self._announce(ticket, guest, leg, resumed=met == (leg.guest_instance, leg.other_instance))

    def _take_part(self, ticket: Ticket, guest: Guest, leg: Leg) -> None:
        """Note which runs of the programs the leg is between; an absent end keeps what was noted."""
        mine, other = self._ends(ticket, guest, leg)
        if mine is not None and mine.online:
            leg.guest_instance = mine.instance
        if other is not None and other.online:
            leg.other_instance = other.instance

    def _move(self, ticket: Ticket, guest: Guest, leg: Leg, event: LegEvent, reason: str | None = None) -> None:
        before = leg.state
        leg.on(event)
        self._hall.log(ticket, event, before, leg.state, about="leg", clerk=guest.clerk, reason=reason)
        self._hall.keep_ticket(ticket)

    def _announce(self, ticket: Ticket, guest: Guest, leg: Leg, *, resumed: bool) -> None:
        mine, other = self._ends(ticket, guest, leg)
        call = Call(
            ticket=ticket.number,
            leg=leg.number,
            generation=leg.generation,
            booth=ticket.booth,
            clerk=guest.clerk,
            clerk_issuer=guest.clerk_issuer,
            service=ticket.service,
            language=ticket.language,
            needs=list(ticket.needs),
            resumed=resumed,
            other="clerk",
            role="guest",
            guest_role=guest.role,
        )
        if leg.other == "booth":
            self._hall.send(other, call)
            self._hall.send(mine, msgspec.structs.replace(call, other="booth"))
        else:
            holder = {"clerk": ticket.clerk, "clerk_issuer": ticket.clerk_issuer or ""}
            self._hall.send(other, msgspec.structs.replace(call, role="holder"))
            self._hall.send(mine, msgspec.structs.replace(call, **holder))
        if mine is not None and mine.online and other is not None and other.online:
            self._met[ticket.number, leg.number] = leg.guest_instance, leg.other_instance
