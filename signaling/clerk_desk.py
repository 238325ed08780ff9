"""What a clerk asks for: offers or a pause, the call, its end, and as a supervisor the statistics."""

from __future__ import annotations

from signaling.callbacks import Callbacks
from signaling.calls import Calls, known_ticket, require_free, require_skill
from signaling.clerk import CLERK, Clerk, ClerkEvent
from signaling.display import Display
from signaling.guest_legs import GuestLegs
from signaling.guests import Guests
from signaling.hall import Hall
from signaling.help import HelpDesk
from signaling.offers import Offers
from signaling.parking import Parking
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    VERSION,
    Accept,
    AskHelp,
    CancelInvite,
    ClerkState,
    CloseHelp,
    Complete,
    Connected,
    Decline,
    EndReason,
    HandOver,
    Hold,
    Invite,
    JoinCall,
    LeaveCall,
    Park,
    Pick,
    ReturnToQueue,
    SetAvailability,
    TakeHelp,
    TicketState,
    Unpark,
    WatchStatistics,
    Welcome,
)
from signaling.ticket import Ticket, TicketEvent
from signaling.tokens import ClerkIdentity

RETURN_REASONS = frozenset(EndReason) - {EndReason.COMPLETED, EndReason.PARKED, EndReason.HANDED_OVER}


def require(clerk: Clerk, role: str) -> None:
    """Raise ProtocolError (not_permitted) unless the clerk's token names the role."""
    if role not in clerk.grant.roles:
        raise ProtocolError(ErrorId.NOT_PERMITTED, f"That needs the role {role}, which the token does not name.")


class ClerkDesk:
    """Serves the clerks."""

    def __init__(
        self,
        hall: Hall,
        offers: Offers,
        calls: Calls,
        display: Display,
        parking: Parking,
        callbacks: Callbacks,
        legs: GuestLegs,
        guests: Guests,
        help_desk: HelpDesk,
    ) -> None:
        self._hall = hall
        self._offers = offers
        self._calls = calls
        self._display = display
        self._parking = parking
        self._callbacks = callbacks
        self._legs = legs
        self._guests = guests
        self._help = help_desk

    def sign_in(self, identity: ClerkIdentity) -> Clerk:
        """The clerk of this identity, with what the present token grants; still without a line."""
        clerk = self._hall.clerks.get(identity.name)
        if clerk is None:
            clerk = Clerk(identity.name, self._hall.clock())
            self._hall.clerks[clerk.name] = clerk
            self._hall.move_clerk(clerk, ClerkEvent.SIGNED_IN)
        clerk.grant, clerk.issuer = identity.grant, identity.issuer
        return clerk

    def welcome(self, clerk: Clerk, peer: str) -> None:
        """Tell a clerk who has just connected how things stand. `peer`: the id the clerk's console knows."""
        ticket = self._hall.tickets.get(clerk.ticket or "")
        self._hall.send(
            clerk,
            Welcome(
                version=VERSION,
                peer=peer,
                ice_servers=self._hall.ice_servers(clerk),
                ticket=self._display.view(ticket) if ticket is not None else None,
                clerk_state=clerk.state,
            ),
        )
        self._hall.tell_state(clerk)
        self._help.tell(clerk)
        if ticket is not None and self._guests.of(clerk) is not None:
            self._guests.back(ticket, clerk)
        elif ticket is not None and ticket.calling:
            self._calls.back(ticket, clerk)
            self._legs.back(ticket, clerk)
            self._guests.tell(ticket)
        elif ticket is not None and ticket.state is TicketState.CALLING_BACK:
            self._callbacks.announce(ticket, clerk)
        elif ticket is not None:
            self._offers.announce(ticket, clerk)

    def set_availability(self, clerk: Clerk, message: SetAvailability) -> None:
        """Raises ProtocolError (not_permitted) for those who do not work as clerks."""
        require(clerk, "clerk")
        if clerk.state in (ClerkState.CONNECTING, ClerkState.IN_CALL):
            clerk.pause_wanted = not message.available
            self._hall.keep_clerk(clerk)
        if clerk.state is ClerkState.OFFERED and not message.available and clerk.ticket is not None:
            self._decline(clerk, clerk.ticket)
        event = ClerkEvent.RESUMED if message.available else ClerkEvent.PAUSED
        if CLERK.takes(clerk.state, event):
            self._hall.move_clerk(clerk, event)
        else:
            self._hall.tell_state(clerk)

    def accept(self, clerk: Clerk, message: Accept) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, clerk_not_available)."""
        invited = self._guests.of(clerk)
        if invited is not None and invited.number == message.ticket:
            self._guests.accept(invited, clerk)
            return
        if self._takes_callback(clerk, message.ticket):
            return
        ticket = self._calls.accept(clerk, message.ticket)
        if ticket is not None:
            self._offers.accepted(ticket)
            self._display.show_ticket(ticket)

    def decline(self, clerk: Clerk, message: Decline) -> None:
        """Raises ProtocolError (ticket_gone)."""
        self._decline(clerk, message.ticket)

    def _decline(self, clerk: Clerk, number: str) -> None:
        invited = self._guests.of(clerk)
        if invited is not None and invited.number == number:
            self._guests.decline(invited, clerk)
        else:
            self._offers.decline(clerk, number)

    def invite(self, clerk: Clerk, message: Invite) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message, guest_exists, service_unknown)."""
        self._guests.invite(clerk, message)

    def cancel_invite(self, clerk: Clerk, message: CancelInvite) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown), WrongEvent when somebody has joined."""
        self._guests.cancel(clerk, message.ticket)

    def join_call(self, clerk: Clerk, message: JoinCall) -> None:
        """Raises ProtocolError (not_permitted, ticket_gone, ticket_unknown, unexpected_message, guest_exists,
        clerk_not_available)."""
        require(clerk, "supervisor")
        self._guests.enter(clerk, message.ticket)
        self._hall.note(clerk, "call_joined", message.ticket)

    def hand_over(self, clerk: Clerk, message: HandOver) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message)."""
        self._guests.hand_over(clerk, message.ticket)

    def leave_call(self, clerk: Clerk, message: LeaveCall) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown)."""
        ticket = known_ticket(self._hall, message.ticket)
        if self._guests.of(clerk) is not ticket:
            raise ProtocolError(ErrorId.TICKET_GONE, f"You are no guest of ticket {message.ticket}, or no longer.")
        self._guests.leave(ticket, EndReason.CLERK_LEFT)

    def pick(self, clerk: Clerk, message: Pick) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, clerk_not_available, not_permitted, peer_offline)."""
        require(clerk, "clerk")
        if self._takes_callback(clerk, message.ticket) or self._picks_callback(clerk, message.ticket):
            return
        ticket = self._calls.pick(clerk, message.ticket)
        if ticket is not None:
            self._offers.accepted(ticket)
            self._display.show_ticket(ticket)

    def _takes_callback(self, clerk: Clerk, number: str) -> bool:
        ticket = known_ticket(self._hall, number)
        offered = self._offers.offered(ticket, clerk) and not ticket.at_booth
        if offered:
            self._callbacks.accept(ticket, clerk)
        return offered

    def _picks_callback(self, clerk: Clerk, number: str) -> bool:
        ticket = known_ticket(self._hall, number)
        if ticket.state is not TicketState.CALLBACK:
            return False
        require_free(clerk)
        require_skill(ticket, clerk)
        self._callbacks.pick(ticket, clerk)
        return True

    def park(self, clerk: Clerk, message: Park) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, park_full), WrongEvent while the call does not stand."""
        self._parking.park(clerk, message.ticket)

    def unpark(self, clerk: Clerk, message: Unpark) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, clerk_not_available)."""
        self._parking.unpark(clerk, message.ticket)

    def hold(self, clerk: Clerk, message: Hold) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown), WrongEvent while the call does not stand."""
        ticket = self._calls.hold(clerk, message.ticket, message.held)
        if ticket is not None:
            self._display.show_ticket(ticket)

    def connected(self, clerk: Clerk, message: Connected) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message)."""
        if self._legs.has(message.ticket, message.leg):
            self._legs.connected(clerk, message)
            return
        ticket = self._calls.connected(clerk, message)
        if ticket is not None:
            self._display.show_ticket(ticket)

    def complete(self, clerk: Clerk, message: Complete) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown), WrongEvent while the call does not stand."""
        callback = self._callbacks.in_hand(clerk, message.ticket)
        if callback is not None:
            self._callbacks.complete(callback, message.outcome)
            return
        ticket = self._calls.in_hand(clerk, message.ticket)
        self._calls.end(ticket, TicketEvent.COMPLETED, EndReason.COMPLETED, detail=message.outcome)
        self._display.show_ticket(ticket)

    def return_to_queue(self, clerk: Clerk, message: ReturnToQueue) -> None:
        """Raises ProtocolError (ticket_gone, ticket_unknown, unexpected_message)."""
        callback = self._callbacks.in_hand(clerk, message.ticket)
        ticket = callback or self._calls.in_hand(clerk, message.ticket)
        if message.reason not in RETURN_REASONS:
            raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, f"A call that ends by `{message.reason}` is not returned.")
        redirected = self._redirect(ticket, message)
        if callback is not None:
            self._callbacks.back(ticket, EndReason.REDIRECTED if redirected else message.reason)
            return
        ticket.refused[clerk.name] = self._hall.clock()
        if redirected:
            self._calls.end(ticket, TicketEvent.REDIRECTED, EndReason.REDIRECTED)
        else:
            self._calls.end(ticket, TicketEvent.RETURNED, message.reason)

    def _redirect(self, ticket: Ticket, message: ReturnToQueue) -> bool:
        """Whether the ticket is to go to somebody with another skill, which it then asks for. Raises ProtocolError."""
        if message.service is not None and message.service not in self._hall.directory.service_ids():
            raise ProtocolError(ErrorId.SERVICE_UNKNOWN, f"There is no service {message.service!r} here.")
        if message.service is None and message.language is None and message.needs is None:
            return False
        ticket.service = message.service or ticket.service
        ticket.language = message.language or ticket.language
        if message.needs is not None:
            ticket.needs = tuple(sorted(set(message.needs)))
        return True

    def watch(self, clerk: Clerk, message: WatchStatistics) -> None:
        """Raises ProtocolError (not_permitted)."""
        require(clerk, "supervisor")
        self._display.watch(clerk, message.watch)
        if message.watch:
            self._help.show(clerk)

    def ask_help(self, clerk: Clerk, message: AskHelp) -> None:
        """Raises ProtocolError (ticket_gone)."""
        require(clerk, "clerk")
        self._help.ask(clerk, message.ticket)

    def take_help(self, clerk: Clerk, message: TakeHelp) -> None:
        """Raises ProtocolError (not_permitted, help_unknown), WrongEvent when it is taken."""
        require(clerk, "supervisor")
        self._help.take(clerk, message.request)

    def close_help(self, clerk: Clerk, message: CloseHelp) -> None:
        """Raises ProtocolError (help_unknown)."""
        self._help.close(clerk, message.request)

    def away(self, clerk: Clerk) -> None:
        """The clerk's line is gone: an offer in hand goes to somebody who is there, and is not held as refused."""
        ticket = self._hall.tickets.get(clerk.ticket or "")
        if ticket is not None and self._guests.of(clerk) is not None:
            self._guests.away(ticket, clerk)
        elif ticket is not None and ticket.calling:
            self._calls.gone(ticket, clerk)
            self._legs.gone(ticket, clerk)
        elif ticket is not None and self._offers.offered(ticket, clerk):
            self._offers.end(ticket, None)

    def lost(self, clerk: Clerk) -> None:
        """The clerk's lease has run out; a call in hand is its guest's then, or goes back to the queue."""
        ticket = self._hall.tickets.get(clerk.ticket or "")
        if ticket is not None and self._guests.of(clerk) is not None:
            self._guests.leave(ticket, EndReason.CLERK_LOST)
        elif ticket is not None and ticket.calling:
            if not self._guests.takes_over(clerk, ticket, EndReason.CLERK_LOST):
                self._calls.end(ticket, TicketEvent.RETURNED, EndReason.CLERK_LOST)
        elif ticket is not None:
            self._callbacks.back(ticket, EndReason.CLERK_LOST)
        self._parking.lost(clerk)
        self._hall.move_clerk(clerk, ClerkEvent.LOST)
