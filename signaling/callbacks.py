"""Callbacks: a citizen has left the booth and is to be telephoned.

The switchboard keeps the number sealed for the authority and hands it to the clerk who takes the callback. When nobody
answers it rests a while before it is tried again; after so many tries, or so many days, it is closed.
"""

from __future__ import annotations

import heapq
from typing import Final

from signaling.calls import known_ticket
from signaling.clerk import Clerk, ClerkEvent
from signaling.hall import Hall
from signaling.offers import Offers
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import Callback, ClerkState, EndReason, Outcome, TicketState
from signaling.ticket import TICKET, Ticket, TicketEvent
from signaling.turn import CALLBACK_HANDICAP_S

TRIES: Final = 3
REST_S: Final = 900.0
"""Between two tries."""
KEPT_S: Final = 5 * 24 * 3600.0
"""A number is not kept longer than this, reached or not."""

TAKING_BACK: Final = frozenset({EndReason.CLERK_LEFT, EndReason.CLERK_LOST, EndReason.REDIRECTED})
"""Reasons to give a callback back that say nothing about whether the citizen could be reached."""


class Callbacks:
    """Keeps and hands out callbacks."""

    def __init__(self, hall: Hall, offers: Offers) -> None:
        self._hall = hall
        self._offers = offers
        self._due: list[tuple[float, str]] = []

    def restore(self) -> None:
        """Go on with what an earlier run has kept."""
        for ticket in self._hall.tickets.values():
            if not ticket.at_booth:
                self._wake_later(ticket)

    def request(self, ticket: Ticket, sealed: str) -> None:
        """The citizen of a queued ticket asks for it. Raises WrongEvent for any other ticket."""
        TICKET.after(ticket.state, TicketEvent.CALLBACK_WANTED)
        clerk, now = self._hall.clerk_of(ticket), self._hall.clock()
        ticket.sealed = sealed
        ticket.head_start_s = ticket.joined_at - (now + CALLBACK_HANDICAP_S)
        self._hall.move_ticket(ticket, TicketEvent.CALLBACK_WANTED)
        self._offers.withdraw(ticket, clerk, "callback_requested")
        self._wake_later(ticket)

    def accept(self, ticket: Ticket, clerk: Clerk) -> None:
        """The clerk takes the callback it has been offered."""
        clerk.pause_wanted = False
        self._offers.accepted(ticket)
        self._begin(ticket, clerk, TicketEvent.ACCEPTED)

    def pick(self, ticket: Ticket, clerk: Clerk) -> None:
        """The clerk, who has nothing in hand, takes a callback out of turn."""
        clerk.pause_wanted = clerk.state is ClerkState.PAUSED
        ticket.clerk, clerk.ticket = clerk.name, ticket.number
        self._begin(ticket, clerk, TicketEvent.PICKED)

    def announce(self, ticket: Ticket, clerk: Clerk) -> None:
        """Tell the clerk whom to call."""
        told = Callback(
            ticket=ticket.number,
            sealed=ticket.sealed or "",
            tries=ticket.tries,
            about=self._hall.entry(ticket),
            booth=ticket.booth,
        )
        self._hall.send(clerk, told)

    def in_hand(self, clerk: Clerk, number: str) -> Ticket | None:
        """The callback the clerk is making; None when the ticket is none. Raises ProtocolError (ticket_gone,
        ticket_unknown) when it is somebody else's."""
        ticket = known_ticket(self._hall, number)
        if ticket.state is not TicketState.CALLING_BACK:
            return None
        if ticket.clerk != clerk.name:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is not in your hands, or no longer.")
        return ticket

    def complete(self, ticket: Ticket, outcome: Outcome) -> None:
        """The citizen was reached, the matter is closed."""
        self._end(ticket, TicketEvent.COMPLETED, outcome)

    def back(self, ticket: Ticket, reason: EndReason) -> None:
        """The clerk gives it back: not reached, unless the reason is another one."""
        if reason in TAKING_BACK:
            event = TicketEvent.REDIRECTED if reason is EndReason.REDIRECTED else TicketEvent.RETURNED
            self._end(ticket, event, reason)
            return
        ticket.tries += 1
        if ticket.tries >= TRIES:
            self._end(ticket, TicketEvent.GIVEN_UP, reason)
            return
        ticket.rests_until = self._hall.clock() + REST_S
        self._end(ticket, TicketEvent.NOT_REACHED, reason)
        self._wake_later(ticket)

    def expire(self, now: float) -> None:
        """Offer again what has rested, close what is too old."""
        while self._due and self._due[0][0] <= now:
            ticket = self._hall.tickets.get(heapq.heappop(self._due)[1])
            if ticket is None or ticket.at_booth:
                continue
            if ticket.state is TicketState.CALLBACK and now >= ticket.joined_at + KEPT_S:
                self._hall.move_ticket(ticket, TicketEvent.GIVEN_UP, reason="expired")
            else:
                if ticket.rests_until is not None and now >= ticket.rests_until:
                    ticket.rests_until = None
                    self._hall.keep_ticket(ticket)
                self._wake_later(ticket)

    def deadline(self) -> float | None:
        """When `expire` has something to do next."""
        return self._due[0][0] if self._due else None

    def _wake_later(self, ticket: Ticket) -> None:
        """One that is in a clerk's hands when it is too old is looked at again after a rest."""
        too_old_at = max(ticket.joined_at + KEPT_S, self._hall.clock() + REST_S)
        heapq.heappush(self._due, (min(ticket.rests_until or too_old_at, too_old_at), ticket.number))

    def _begin(self, ticket: Ticket, clerk: Clerk, event: TicketEvent) -> None:
        ticket.rests_until = None
        self._hall.move_ticket(ticket, event)
        self._hall.move_clerk(clerk, ClerkEvent.CALLED_BACK)
        self.announce(ticket, clerk)

    def _end(self, ticket: Ticket, event: TicketEvent, reason: str) -> None:
        clerk = self._hall.clerk_of(ticket)
        if clerk is not None and event is not TicketEvent.COMPLETED:
            ticket.refused[clerk.name] = self._hall.clock()
        self._hall.move_ticket(ticket, event, reason=reason)
        if clerk is not None:
            self._hall.release(clerk, ClerkEvent.CALL_ENDED)
