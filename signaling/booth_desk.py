"""What a booth asks for: a ticket, and to give it back."""

from __future__ import annotations

import random
from collections.abc import Container
from itertools import count
from typing import Final

from signaling.appointments.appointment import Appointment, AppointmentEvent
from signaling.appointments.check_in import check_in
from signaling.callbacks import Callbacks
from signaling.calls import Calls, known_ticket
from signaling.directory import Booth, Priority
from signaling.display import Display
from signaling.guest_legs import GuestLegs
from signaling.hall import BoothPresence, Hall
from signaling.offers import Offers, Withdrawal
from signaling.parking import Parking
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    VERSION,
    EndReason,
    Join,
    Leave,
    RequestCallback,
    ServicesUpdate,
    TicketState,
    Welcome,
)
from signaling.ticket import Ticket, TicketEvent
from signaling.turn import head_start

LETTERS: Final = "ACDEFHJKLMNPRTUVWXY"
"""Letters that are not mistaken for a digit or for each other when called out."""
TRIES: Final = 8
"""Until a longer number is tried."""


def ticket_number(chance: random.Random, taken: Container[str]) -> str:
    """A short number that is not taken: two letters, three digits. It does not tell how many there are; on a day of
    so many that free ones are rare it has more letters."""
    for letters in count(2):
        for _ in range(TRIES):
            rest, digits = divmod(chance.randrange(len(LETTERS) ** letters * 1000), 1000)
            number = f"{digits:03}"
            for _ in range(letters):
                rest, letter = divmod(rest, len(LETTERS))
                number = LETTERS[letter] + number
            if number not in taken:
                return number
    raise AssertionError  # There is no end of letters.


class _Taken:
    """Numbers given out today and those still open, looked at without making one set of them."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def __contains__(self, number: object) -> bool:
        return number in self._hall.tally.numbers or number in self._hall.tickets


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
        services = self._hall.doors.services(presence.booth, self._hall.clock())
        self._hall.send(
            presence,
            Welcome(version=VERSION, peer=presence.booth.id, ice_servers=servers, ticket=view, services=services),
        )
        if ticket is not None and ticket.calling:
            self._calls.back(ticket, presence)
            self._legs.back(ticket, presence)
        if ticket is not None:
            self._display.show_ticket(ticket)

    def tell_services(self, presence: BoothPresence) -> None:
        """The booth has opened or closed."""
        services = self._hall.doors.services(presence.booth, self._hall.clock())
        self._hall.send(presence, ServicesUpdate(services=services))

    def join(self, presence: BoothPresence, message: Join, appointment: Appointment | None) -> None:
        """A citizen takes a ticket, or checks in for an appointment. Raises ProtocolError (ticket_exists,
        office_closed, service_unknown, appointment_unknown, appointment_not_today, appointment_over)."""
        booth = presence.booth
        if self._hall.ticket_of(booth.id) is not None:
            raise ProtocolError(ErrorId.TICKET_EXISTS, "This booth has an open ticket; leave it before joining again.")
        self._require_open(booth)
        if message.code is not None:
            self._check_in(booth, message, appointment)
            return
        known = self._hall.directory.service(message.service or "")
        if known is None:
            raise ProtocolError(ErrorId.SERVICE_UNKNOWN, f"There is no service {message.service!r} here.")
        ticket = self._ticket(booth, message, known.id, booth.region)
        ticket.head_start_s = head_start(known.priority, ticket.joined_at)
        self._hall.add_ticket(ticket)

    def _check_in(self, booth: Booth, message: Join, appointment: Appointment | None) -> None:
        """At whichever booth, the matter is of the region it was booked in."""
        hall = self._hall
        now, grace_s = hall.clock(), hall.directory.appointment_grace_seconds
        arrived = check_in(appointment, now=now, grace_s=grace_s, zone=hall.directory.zone())
        booked = arrived.appointment
        if hall.ticket_of_appointment(booked.id) is not None:
            raise ProtocolError(ErrorId.TICKET_EXISTS, "There is an open ticket for this appointment.")
        ticket = self._ticket(booth, message, booked.service, booked.region)
        ticket.appointment = booked.id
        if arrived.privileged:
            ticket.head_start_s = head_start(Priority.NORMAL, now, appointment=True, due_at=booked.starts_at)
        else:
            ticket.head_start_s = now - arrived.from_at
        hall.add_ticket(ticket)
        hall.mark_appointment(ticket, booked.state, AppointmentEvent.CHECKED_IN, arrived.arrival)

    def _ticket(self, booth: Booth, message: Join, service: str, region: str) -> Ticket:
        return Ticket(
            number=self._number(),
            booth=booth.id,
            region=region,
            service=service,
            language=message.language,
            joined_at=self._hall.clock(),
            needs=tuple(sorted(set(message.needs))),
        )

    def _require_open(self, booth: Booth) -> None:
        doors, now = self._hall.doors, self._hall.clock()
        if not doors.is_open(booth, now):
            opens_at = doors.opens_at(booth, now)
            raise ProtocolError(
                ErrorId.OFFICE_CLOSED, f"Nobody is here now; it opens at {opens_at or 'no time that is known'}."
            )

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

    def _number(self) -> str:
        self._hall.tally.turn_day(self._hall.clock())
        return ticket_number(self._chance, _Taken(self._hall))
