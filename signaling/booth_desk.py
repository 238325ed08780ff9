"""What a booth asks for: a ticket, and to give it back."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Final

from signaling.callbacks import Callbacks
from signaling.calls import Calls, known_ticket
from signaling.directory import Priority
from signaling.display import Display
from signaling.guest_legs import GuestLegs
from signaling.hall import BoothPresence, Hall
from signaling.offers import Offers, Withdrawal
from signaling.parking import Parking
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import VERSION, EndReason, Join, Leave, RequestCallback, TicketState, Welcome
from signaling.ticket import Ticket, TicketEvent
from signaling.turn import head_start

LETTERS: Final = "ACDEFHJKLMNPRTUVWXY"
"""Letters that are not mistaken for a digit or for each other when called out."""


def ticket_number(chance: random.Random, taken: Iterable[str]) -> str:
    """A short number that is not taken: two letters, three digits. It does not tell how many there are."""
    while True:
        number = "".join(chance.choices(LETTERS, k=2)) + f"{chance.randrange(1000):03}"
        if number not in taken:
            return number


class BoothDesk:
    """Serves the booths."""

    def __init__(
        self,
        hall: Hall,
        offers: Offers,
        calls: Calls,
        display: Display,
        parking: Parking,
        callbacks: Callbacks,
        legs: GuestLegs,
        chance: random.Random,
    ) -> None:
        self._hall = hall
        self._offers = offers
        self._calls = calls
        self._display = display
        self._parking = parking
        self._callbacks = callbacks
        self._legs = legs
        self._chance = chance

    def welcome(self, presence: BoothPresence) -> None:
        """Tell a booth that has just connected how things stand."""
        ticket = self._hall.ticket_of(presence.booth.id)
        view = self._display.view(ticket) if ticket is not None else None
        servers = self._hall.ice_servers(presence)
        self._hall.send(presence, Welcome(version=VERSION, peer=presence.booth.id, ice_servers=servers, ticket=view))
        if ticket is not None and ticket.calling:
            self._calls.back(ticket, presence)
            self._legs.back(ticket, presence)
        if ticket is not None:
            self._display.show_ticket(ticket)

    def join(self, presence: BoothPresence, message: Join) -> None:
        """A citizen takes a ticket. Raises ProtocolError (ticket_exists, service_unknown, appointment_unknown)."""
        booth = presence.booth
        if self._hall.ticket_of(booth.id) is not None:
            raise ProtocolError(ErrorId.TICKET_EXISTS, "This booth has an open ticket; leave it before joining again.")
        service, region = self._matter(message, booth.region)
        now = self._hall.clock()
        known = self._hall.directory.service(service)
        priority = known.priority if known is not None else Priority.NORMAL
        ticket = Ticket(
            number=self._number(),
            booth=booth.id,
            region=region,
            service=service,
            language=message.language,
            joined_at=now,
            needs=tuple(sorted(set(message.needs))),
            appointment=message.code,
            head_start_s=head_start(priority, now, appointment=message.code is not None),
        )
        self._hall.add_ticket(ticket)

    def leave(self, presence: BoothPresence, message: Leave) -> None:
        """The citizen gives the ticket back. Raises ProtocolError (ticket_unknown, ticket_gone)."""
        self._close(self._of_booth(presence, message.ticket), TicketEvent.LEFT, EndReason.CITIZEN_LEFT)

    def request_callback(self, presence: BoothPresence, message: RequestCallback) -> None:
        """The citizen wants to be called back. Raises ProtocolError (ticket_unknown, ticket_gone), WrongEvent for a
        ticket that is not in the queue."""
        ticket = self._of_booth(presence, message.ticket)
        self._callbacks.request(ticket, message.sealed)
        self._display.show_ticket(ticket)

    def _of_booth(self, presence: BoothPresence, number: str) -> Ticket:
        ticket = known_ticket(self._hall, number)
        if ticket.booth != presence.booth.id:
            raise ProtocolError(ErrorId.TICKET_UNKNOWN, f"Ticket {number} is not of this booth.")
        if not ticket.at_booth:
            raise ProtocolError(ErrorId.TICKET_GONE, f"The citizen of ticket {number} is to be called back.")
        return ticket

    def away(self, presence: BoothPresence) -> None:
        """The booth's line is gone; an offer of its ticket stays, the clerk may well find the booth back."""
        ticket = self._hall.ticket_of(presence.booth.id)
        if ticket is not None and ticket.calling:
            self._calls.gone(ticket, presence)
            self._legs.gone(ticket, presence)

    def lost(self, presence: BoothPresence) -> None:
        """The booth's lease has run out."""
        ticket = self._hall.ticket_of(presence.booth.id)
        if ticket is not None:
            self._close(ticket, TicketEvent.BOOTH_LOST, EndReason.BOOTH_LOST)

    def _close(self, ticket: Ticket, event: TicketEvent, reason: EndReason) -> None:
        if ticket.calling:
            self._calls.end(ticket, event, reason)
        elif ticket.state is TicketState.PARKED:
            clerk = self._hall.clerk_of(ticket)
            self._hall.move_ticket(ticket, event, reason=reason)
            self._parking.left(ticket, clerk)
        else:
            clerk = self._hall.clerk_of(ticket)
            self._hall.move_ticket(ticket, event, reason=reason)
            withdrawal: Withdrawal = "citizen_left" if event is TicketEvent.LEFT else "booth_lost"
            self._offers.withdraw(ticket, clerk, withdrawal)
        self._display.show_ticket(ticket)

    def _matter(self, message: Join, region: str) -> tuple[str, str]:
        """Service and region of the ticket: the appointment's if there is one, else the choice at the booth."""
        directory = self._hall.directory
        if message.code is not None:
            appointment = directory.appointment(message.code)
            if appointment is None:
                raise ProtocolError(ErrorId.APPOINTMENT_UNKNOWN, "There is no appointment with this code.")
            if any(ticket.appointment == message.code for ticket in self._hall.tickets.values()):
                raise ProtocolError(ErrorId.TICKET_EXISTS, "There is an open ticket for this appointment.")
            return appointment.service, appointment.region
        if message.service not in directory.service_ids():
            raise ProtocolError(ErrorId.SERVICE_UNKNOWN, f"There is no service {message.service!r} here.")
        return message.service, region

    def _number(self) -> str:
        self._hall.tally.turn_day(self._hall.clock())
        return ticket_number(self._chance, self._hall.tally.numbers | self._hall.tickets.keys())
