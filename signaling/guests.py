"""Guests of calls: invited by name or by skill, or supervisors who enter; and calls handed over to them.

An invitation is offered to one idle clerk after the other, each once, the longest idle first. It has the turn of an
appointment that is due, so it goes before most citizens who wait, but not before those who have waited long.
"""

from __future__ import annotations

from typing import Final

from signaling.calls import Calls, known_ticket, require_free
from signaling.clerk import Clerk, ClerkEvent
from signaling.display import Display
from signaling.guest import Guest, InviteEvent
from signaling.guest_legs import GuestLegs
from signaling.hall import Hall
from signaling.leases import Leases
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    CallEnded,
    CallHeld,
    ClerkState,
    EndReason,
    HandedOver,
    Invite,
    InviteState,
    InviteUpdate,
    Offer,
    OfferWithdrawn,
    TicketState,
)
from signaling.ticket import STANDING, Ticket, TicketEvent
from signaling.turn import APPOINTMENT_HEAD_START_S

LOOKING_S: Final = 60.0
"""After this long without a guest there is nobody."""


class Guests:
    """Looks for guests, and ends what there is of them when their call ends."""

    def __init__(self, hall: Hall, calls: Calls, legs: GuestLegs, display: Display) -> None:
        self._hall = hall
        self._calls = calls
        self._legs = legs
        self._display = display
        self._looking: dict[str, Ticket] = {}
        self._offers = Leases(hall.directory.offer_seconds)
        self._waits = Leases(LOOKING_S)
        self.leases: Final = (self._offers, self._waits)
        calls.before_end = self.end

    def restore(self) -> None:
        """Go on with what an earlier run has begun; an offer has died with its connection."""
        for ticket in list(self._hall.tickets.values()):
            guest = ticket.guest
            if guest is None:
                continue
            if not ticket.calling or (guest.joined and guest.clerk not in self._hall.clerks):
                self.end(ticket, EndReason.CLERK_LOST)
            elif guest.state is InviteState.OFFERED:
                self._move(ticket, guest, InviteEvent.OFFER_ENDED)
            if ticket.guest is not None and not guest.joined:
                self._look(ticket)

    def of(self, clerk: Clerk) -> Ticket | None:
        """The ticket whose guest the clerk is, or is asked to be."""
        ticket = self._hall.tickets.get(clerk.ticket or "")
        return ticket if ticket is not None and ticket.guest is not None and ticket.guest.clerk == clerk.name else None

    def invite(self, clerk: Clerk, message: Invite) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message, guest_exists, service_unknown)."""
        ticket = self._without_guest(self._calls.in_hand(clerk, message.ticket))
        if message.purpose == "transfer" and message.role == "interpreter":
            raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, "A call is handed over to a clerk, not to an interpreter.")
        if message.service is not None and message.service not in self._hall.directory.service_ids():
            raise ProtocolError(ErrorId.SERVICE_UNKNOWN, f"There is no service {message.service!r} here.")
        own = "" if message.role == "interpreter" or message.clerk is not None else ticket.service
        ticket.guest = Guest(
            purpose=message.purpose,
            role=message.role,
            asked_at=self._hall.clock(),
            service=message.service or own,
            language=message.language or ticket.language,
            needs=tuple(sorted(set(message.needs))),
            wanted=message.clerk,
        )
        self._hall.log(ticket, "invited", None, InviteState.LOOKING, about="invitation", clerk=clerk.name)
        self._hall.keep_ticket(ticket)
        self._tell_holder(ticket, ticket.guest)
        self._look(ticket)
        if message.clerk is not None and (message.clerk == clerk.name or message.clerk not in self._hall.clerks):
            self._close(ticket, InviteEvent.GIVEN_UP)

    def cancel(self, clerk: Clerk, number: str) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown), WrongEvent when somebody has joined."""
        ticket = self._calls.in_hand(clerk, number)
        if ticket.guest is None:
            raise ProtocolError(ErrorId.TICKET_GONE, f"Nobody is invited to the call of ticket {number}.")
        self._close(ticket, InviteEvent.CANCELLED)

    def enter(self, clerk: Clerk, number: str) -> None:
        """A supervisor joins. Raises ProtocolError (ticket_gone, ticket_unknown, not_permitted, unexpected_message,
        guest_exists, clerk_not_available)."""
        ticket = known_ticket(self._hall, number)
        if ticket.region not in clerk.grant.regions:
            raise ProtocolError(ErrorId.NOT_PERMITTED, "The ticket is of a region your token does not name.")
        require_free(clerk)
        self._without_guest(ticket)
        guest = ticket.guest = Guest("join", "supervisor", self._hall.clock(), "", ticket.language)
        clerk.pause_wanted = clerk.state is ClerkState.PAUSED
        clerk.ticket, guest.clerk = number, clerk.name
        self._join(ticket, guest, clerk, InviteEvent.ENTERED, ClerkEvent.CALLED)

    def match(self) -> None:
        """Offer what can be offered."""
        if not self._looking:
            return
        now = self._hall.clock()
        for ticket in list(self._looking.values()):
            guest = ticket.guest
            if guest is None or guest.state is not InviteState.LOOKING:
                continue
            turn_at = guest.asked_at - APPOINTMENT_HEAD_START_S
            profile = ticket.region, guest.service, guest.language, guest.needs
            if guest.wanted is None:
                clerk = self._hall.dispatch.helper(profile, turn_at, guest.refused, now)
            else:
                clerk = self._hall.dispatch.helper_named(guest.wanted, ticket.region, turn_at, now)
            if clerk is not None:
                self._offer(ticket, guest, clerk)

    def announce(self, ticket: Ticket, clerk: Clerk, expires_in_s: float) -> None:
        """Tell the clerk what it is asked to join."""
        guest = ticket.guest
        if guest is not None:
            entry = self._hall.entry(ticket)
            offer = Offer(
                ticket=entry,
                booth=ticket.booth,
                expires_in_s=expires_in_s,
                purpose=guest.purpose,
                guest_role=guest.role,
            )
            self._hall.send(clerk, offer)

    def back(self, ticket: Ticket, clerk: Clerk) -> None:
        """A guest, or a clerk who is asked on another line, is there again."""
        if ticket.guest is not None and ticket.guest.joined:
            self._legs.back(ticket, clerk)
        else:
            self.announce(ticket, clerk, self._offers.left(ticket.number, self._hall.clock()))

    def accept(self, ticket: Ticket, clerk: Clerk) -> None:
        """The clerk who is asked joins. Passed over when it has."""
        guest = ticket.guest
        if guest is not None and not guest.joined:
            clerk.pause_wanted = False
            self._join(ticket, guest, clerk, InviteEvent.ACCEPTED, ClerkEvent.ACCEPTED)

    def decline(self, ticket: Ticket, clerk: Clerk) -> None:
        """The clerk who is asked does not want to: the next is, unless it was meant by name. Raises ProtocolError
        (ticket_gone) for one who has joined."""
        guest = ticket.guest
        if guest is None or guest.joined:
            raise ProtocolError(
                ErrorId.TICKET_GONE, f"You are not asked to join ticket {ticket.number}, or no longer."
            )
        self._refuse(ticket, guest, clerk, InviteEvent.REFUSED, "declined")

    def away(self, ticket: Ticket, clerk: Clerk) -> None:
        """The line of a guest, or of one who is asked, is gone."""
        guest = ticket.guest
        if guest is None:
            return
        if guest.joined:
            self._legs.gone(ticket, clerk)
            return
        self._move(ticket, guest, InviteEvent.OFFER_ENDED)
        self._free_asked(ticket, clerk, None)
        self._look(ticket)

    def leave(self, ticket: Ticket, reason: EndReason) -> None:
        """The guest goes, the call goes on. Raises ProtocolError (ticket_gone) when it has not joined."""
        guest = ticket.guest
        if guest is None or not guest.joined:
            raise ProtocolError(ErrorId.TICKET_GONE, f"You are no guest of ticket {ticket.number}, or no longer.")
        self._leave(ticket, guest, InviteEvent.LEFT, reason)

    def end(self, ticket: Ticket, reason: EndReason) -> None:
        """The ticket's call ends, and with it everything about a guest."""
        guest = ticket.guest
        if guest is None:
            return
        if guest.joined:
            self._leave(ticket, guest, InviteEvent.LEFT, reason)
        else:
            self._close(ticket, InviteEvent.CANCELLED)

    def hand_over(self, clerk: Clerk, number: str) -> None:
        """The guest becomes the holder. Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message)."""
        if not self.takes_over(clerk, self._calls.in_hand(clerk, number)):
            text = "A call is handed over to a guest who is a clerk or a supervisor and connected to the booth."
            raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, text)

    def takes_over(self, clerk: Clerk, ticket: Ticket, reason: EndReason | None = None) -> bool:
        """The guest becomes the holder in the clerk's place, if there is one who can: a clerk or a supervisor who is
        connected to the booth. `reason` is logged."""
        guest, number = ticket.guest, ticket.number
        successor = self._hall.clerks.get(guest.clerk or "") if guest is not None and guest.joined else None
        if guest is None or successor is None or guest.role == "interpreter" or not self._legs.stands(guest):
            return False
        was_held, old_leg, booth = ticket.state is TicketState.HELD, ticket.leg, self._hall.booth_of(ticket)
        kept = self._legs.take_over(ticket, guest)
        self._move(ticket, guest, InviteEvent.HANDED_OVER)
        ticket.guest = None
        ticket.clerk, ticket.clerk_issuer = successor.name, guest.clerk_issuer
        ticket.leg, ticket.generation = kept.number, kept.generation
        ticket.clerk_instance, ticket.booth_instance = kept.guest_instance, kept.other_instance
        self._hall.move_ticket(ticket, TicketEvent.HANDED_OVER, reason=reason)
        self._calls.taken_over(ticket)
        self._legs.tell_ended(ticket, old_leg, EndReason.HANDED_OVER, booth)
        for peer in (booth, successor):
            self._hall.send(peer, HandedOver(ticket=number, leg=ticket.leg))
            if was_held:
                self._hall.send(peer, CallHeld(ticket=number, held=False))
        self._hall.tell_state(successor)
        self._hall.send(clerk, CallEnded(ticket=number, reason=EndReason.HANDED_OVER))
        self._hall.release(clerk, ClerkEvent.CALL_ENDED)
        self._display.show_ticket(ticket)
        return True

    def expire(self, now: float) -> None:
        """End offers whose time is over, and searches that have found nobody."""
        for number in self._offers.take_due(now):
            ticket = self._hall.tickets[number]
            clerk = self._hall.clerks.get(ticket.guest.clerk or "") if ticket.guest is not None else None
            if ticket.guest is not None and clerk is not None:
                self._refuse(ticket, ticket.guest, clerk, InviteEvent.GIVEN_UP, "expired")
        for number in self._waits.take_due(now):
            ticket = self._hall.tickets[number]
            if ticket.guest is not None and ticket.guest.state is InviteState.OFFERED:
                self._waits.begin(number, now)
            elif ticket.guest is not None:
                self._close(ticket, InviteEvent.GIVEN_UP)

    def tell(self, ticket: Ticket) -> None:
        """Tell a holder who is back."""
        if ticket.guest is not None:
            self._tell_holder(ticket, ticket.guest)

    def _without_guest(self, ticket: Ticket) -> Ticket:
        if ticket.state not in STANDING:
            raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, f"Ticket {ticket.number} is {ticket.state}, not in call.")
        if ticket.guest is not None:
            raise ProtocolError(ErrorId.GUEST_EXISTS, f"Somebody is in the call of {ticket.number}, or invited to it.")
        return ticket

    def _look(self, ticket: Ticket) -> None:
        if ticket.number not in self._looking:
            self._looking[ticket.number] = ticket
            self._waits.begin(ticket.number, self._hall.clock())
        self._hall.changed = True

    def _offer(self, ticket: Ticket, guest: Guest, clerk: Clerk) -> None:
        guest.clerk, clerk.ticket = clerk.name, ticket.number
        self._offers.begin(ticket.number, self._hall.clock())
        self._move(ticket, guest, InviteEvent.OFFERED)
        self._hall.move_clerk(clerk, ClerkEvent.OFFERED)
        self.announce(ticket, clerk, self._hall.directory.offer_seconds)
        self._tell_holder(ticket, guest)

    def _join(self, ticket: Ticket, guest: Guest, clerk: Clerk, event: InviteEvent, clerk_event: ClerkEvent) -> None:
        self._forget_search(ticket)
        guest.clerk_issuer = clerk.issuer
        self._move(ticket, guest, event)
        self._hall.move_clerk(clerk, clerk_event)
        self._legs.begin(ticket, guest)
        self._tell_holder(ticket, guest)

    def _refuse(self, ticket: Ticket, guest: Guest, clerk: Clerk, event: InviteEvent, reason: str) -> None:
        if guest.wanted is not None:
            self._close(ticket, event)
            return
        guest.refused[clerk.name] = self._hall.clock()
        self._move(ticket, guest, InviteEvent.OFFER_ENDED)
        self._free_asked(ticket, clerk, reason)
        self._tell_holder(ticket, guest)

    def _close(self, ticket: Ticket, event: InviteEvent) -> None:
        """End an invitation that nobody has accepted. Raises WrongEvent when somebody has."""
        guest = ticket.guest
        if guest is None:
            return
        asked = self._hall.clerks.get(guest.clerk or "") if guest.state is InviteState.OFFERED else None
        self._move(ticket, guest, event)
        ticket.guest = None
        self._hall.keep_ticket(ticket)
        self._forget_search(ticket)
        if asked is not None:
            self._free_asked(ticket, asked, "declined" if event is InviteEvent.REFUSED else "cancelled")
        self._tell_holder(ticket, guest)

    def _leave(self, ticket: Ticket, guest: Guest, event: InviteEvent, reason: EndReason) -> None:
        clerk = self._hall.clerks.get(guest.clerk or "")
        self._legs.end(ticket, guest, reason)
        self._move(ticket, guest, event, reason=reason)
        ticket.guest = None
        self._hall.keep_ticket(ticket)
        if clerk is not None:
            self._hall.release(clerk, ClerkEvent.FREED)
        self._tell_holder(ticket, guest)

    def _free_asked(self, ticket: Ticket, clerk: Clerk, reason: str | None) -> None:
        self._offers.end(ticket.number)
        clerk.ticket = None
        if reason == "expired":
            self._hall.send(clerk, OfferWithdrawn(ticket=ticket.number, reason="expired"))
        elif reason == "declined":
            self._hall.send(clerk, OfferWithdrawn(ticket=ticket.number, reason="declined"))
        elif reason is not None:
            self._hall.send(clerk, OfferWithdrawn(ticket=ticket.number, reason="cancelled"))
        self._hall.move_clerk(clerk, ClerkEvent.OFFER_ENDED)

    def _forget_search(self, ticket: Ticket) -> None:
        self._looking.pop(ticket.number, None)
        self._waits.end(ticket.number)
        self._offers.end(ticket.number)

    def _move(self, ticket: Ticket, guest: Guest, event: InviteEvent, reason: str | None = None) -> None:
        before, clerk = guest.state, guest.clerk
        guest.on(event)
        self._hall.log(ticket, event, before, guest.state, about="invitation", clerk=clerk, reason=reason)
        self._hall.keep_ticket(ticket)

    def _tell_holder(self, ticket: Ticket, guest: Guest) -> None:
        holder = self._hall.clerk_of(ticket)
        update = InviteUpdate(ticket=ticket.number, state=guest.state, clerk=guest.clerk, role=guest.role)
        self._hall.send(holder, update)
