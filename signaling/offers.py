"""Offers: a ticket is held for one clerk for a while, then it goes to the next."""

from __future__ import annotations

from typing import Final, Literal

from signaling.clerk import Clerk, ClerkEvent
from signaling.hall import Hall
from signaling.leases import Leases
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import Offer, OfferWithdrawn
from signaling.ticket import TICKET, Ticket, TicketEvent

Withdrawal = Literal[
    "expired", "citizen_left", "booth_lost", "declined", "accepted_elsewhere", "callback_requested", "cancelled"
]


class Offers:
    """Makes, ends and expires offers. They all last equally long, so the oldest is the first to expire."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.leases: Final = Leases(hall.directory.offer_seconds)

    def dispatch(self) -> None:
        """Offer what can be offered."""
        now = self._hall.clock()
        for ticket, clerk in self._hall.dispatch.match(now):
            self._offer(ticket, clerk, now)

    def _offer(self, ticket: Ticket, clerk: Clerk, now: float) -> None:
        ticket.clerk = clerk.name
        ticket.offer_ends_at = self.leases.begin(ticket.number, now)
        self._hall.move_ticket(ticket, TicketEvent.OFFERED)
        clerk.ticket = ticket.number
        self._hall.move_clerk(clerk, ClerkEvent.OFFERED)
        self.announce(ticket, clerk)

    def announce(self, ticket: Ticket, clerk: Clerk) -> None:
        """Tell the clerk of the offer in hand."""
        left = max((ticket.offer_ends_at or 0.0) - self._hall.clock(), 0.0)
        self._hall.send(clerk, Offer(ticket=self._hall.entry(ticket), booth=ticket.booth, expires_in_s=left))

    def decline(self, clerk: Clerk, number: str) -> None:
        """Raises ProtocolError (ticket_gone) when the ticket is not offered to this clerk."""
        ticket = self._hall.tickets.get(number)
        if ticket is None or not self.offered(ticket, clerk):
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is not offered to you, or no longer.")
        self.end(ticket, "declined")

    def offered(self, ticket: Ticket, clerk: Clerk) -> bool:
        """Whether the clerk has the ticket offered."""
        return TICKET.takes(ticket.state, TicketEvent.OFFER_ENDED) and ticket.clerk == clerk.name

    def end(self, ticket: Ticket, reason: Withdrawal | None) -> None:
        """The ticket waits again, at its old place. `reason` is None when the clerk's line is gone."""
        clerk = self._hall.clerk_of(ticket)
        if clerk is not None and reason in ("declined", "expired"):
            ticket.refused[clerk.name] = self._hall.clock()
        self._hall.move_ticket(ticket, TicketEvent.OFFER_ENDED, reason=reason)
        self.withdraw(ticket, clerk, reason)

    def withdraw(self, ticket: Ticket, clerk: Clerk | None, reason: Withdrawal | None) -> None:
        """Free the clerk from a ticket that is no longer offered, whatever has become of it."""
        self.leases.end(ticket.number)
        if clerk is not None:
            clerk.ticket = None
            if reason is not None:
                self._hall.send(clerk, OfferWithdrawn(ticket=ticket.number, reason=reason))
            self._hall.move_clerk(clerk, ClerkEvent.OFFER_ENDED)

    def accepted(self, ticket: Ticket) -> None:
        """The offer has become a call."""
        self.leases.end(ticket.number)

    def expire(self, now: float) -> None:
        """End all offers whose time is over."""
        for number in self.leases.take_due(now):
            self.end(self._hall.tickets[number], "expired")
        rested_at = self._hall.dispatch.next_rest()
        if rested_at is not None and now >= rested_at:
            self._hall.changed = True
