"""Parked tickets: the clerk is free and calls again, or the ticket waits again when the time for it is over."""

from __future__ import annotations

from typing import Final

from signaling.calls import Calls, known_ticket
from signaling.clerk import Clerk, ClerkEvent
from signaling.display import Display
from signaling.hall import Hall
from signaling.leases import Leases
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import EndReason, TicketState
from signaling.ticket import TICKET, Ticket, TicketEvent

PARKED_AT_MOST: Final = 3
"""By one clerk at a time: citizens sit at the booths meanwhile."""


class Parking:
    """Parks and unparks; `park_seconds` of the directory is how long."""

    def __init__(self, hall: Hall, calls: Calls, display: Display) -> None:
        self._hall = hall
        self._calls = calls
        self._display = display
        self.leases = Leases(hall.directory.park_seconds)

    def restore(self) -> None:
        """Go on with what an earlier run has parked."""
        parked = (ticket for ticket in self._hall.tickets.values() if ticket.state is TicketState.PARKED)
        self.leases.restore({ticket.number: ticket.parked_until or 0.0 for ticket in parked})

    def park(self, clerk: Clerk, number: str) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, park_full), WrongEvent while the call does not stand."""
        ticket = self._calls.in_hand(clerk, number)
        TICKET.after(ticket.state, TicketEvent.PARKED)
        if len(self._hall.parked_by(clerk.name)) >= PARKED_AT_MOST:
            raise ProtocolError(
                ErrorId.PARK_FULL, f"You have {PARKED_AT_MOST} tickets parked; call one of them first."
            )
        ticket.parked_until = self.leases.begin(number, self._hall.clock())
        self._calls.end(ticket, TicketEvent.PARKED, EndReason.PARKED, clerk_event=ClerkEvent.FREED)
        self._display.show_ticket(ticket)

    def unpark(self, clerk: Clerk, number: str) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, clerk_not_available)."""
        ticket = known_ticket(self._hall, number)
        if ticket.clerk == clerk.name and ticket.calling:
            return
        if ticket.state is not TicketState.PARKED or ticket.clerk != clerk.name:
            raise ProtocolError(ErrorId.TICKET_GONE, f"You have not parked ticket {number}, or no longer.")
        self._calls.call_by_itself(ticket, clerk, TicketEvent.UNPARKED)
        self.leases.end(number)
        self._display.show_ticket(ticket)

    def lost(self, clerk: Clerk) -> None:
        """The clerk is lost: what it has parked waits again."""
        for ticket in self._hall.parked_by(clerk.name):
            self._back(ticket, EndReason.CLERK_LOST)

    def left(self, ticket: Ticket, clerk: Clerk | None) -> None:
        """The citizen or the booth is gone; `clerk` had it parked."""
        self.leases.end(ticket.number)
        if clerk is not None:
            self._hall.tell_state(clerk)

    def expire(self, now: float) -> None:
        """What has been parked too long waits again."""
        for number in self.leases.take_due(now):
            ticket = self._hall.tickets[number]
            clerk = self._hall.clerk_of(ticket)
            self._back(ticket, "expired")
            if clerk is not None:
                self._hall.tell_state(clerk)

    def _back(self, ticket: Ticket, reason: str) -> None:
        self.leases.end(ticket.number)
        self._hall.move_ticket(ticket, TicketEvent.PARK_ENDED, reason=reason)
        self._display.show_ticket(ticket)
