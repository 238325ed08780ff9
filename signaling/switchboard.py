"""The switchboard without its sockets: peers come and go, their messages go in, messages and rows come out.

A peer is known by the *address* of its line, a number given by the caller. After each call the caller takes the
effects (`take_effects`), commits the rows and delivers the messages. `deadline` says when `tick` is next needed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from signaling.appointments.appointment import Appointment
from signaling.booth_desk import BoothDesk
from signaling.callbacks import Callbacks
from signaling.calls import Calls
from signaling.clerk import Clerk
from signaling.clerk_desk import ClerkDesk
from signaling.courier import Courier
from signaling.directory import Directory
from signaling.display import Display
from signaling.guest_legs import GuestLegs
from signaling.guests import Guests
from signaling.hall import BoothPresence, Effects, Hall, Peer
from signaling.help import HelpDesk
from signaling.leases import Leases, earliest
from signaling.lifecycle import WrongEvent
from signaling.offers import Offers
from signaling.parking import Parking
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    Accept,
    AskHelp,
    BoothStatus,
    CancelInvite,
    Candidate,
    CloseHelp,
    Complete,
    Connected,
    Decline,
    Description,
    Error,
    FromClient,
    HandOver,
    Hello,
    Hold,
    IceServersUpdate,
    Invite,
    Join,
    JoinCall,
    Leave,
    LeaveCall,
    Park,
    Pick,
    Ping,
    Pong,
    Renew,
    RequestCallback,
    ReturnToQueue,
    SetAvailability,
    TakeHelp,
    Unpark,
    WatchStatistics,
)
from signaling.storage.rows import Contents
from signaling.tokens import BoothIdentity, ClerkIdentity

Identity = BoothIdentity | ClerkIdentity


class Switchboard:
    """The core. `clock`: seconds since the epoch, never going back; `chance`: where ticket numbers come from;
    `display`: what peers are shown (the simulator's shows nothing)."""

    def __init__(
        self,
        directory: Directory,
        *,
        clock: Callable[[], float],
        chance: random.Random,
        display: Callable[[Hall], Display] = Display,
    ) -> None:
        self._clock = clock
        self._hall = Hall(directory, clock)
        self._offers = Offers(self._hall)
        self._display = display(self._hall)
        courier = Courier(self._hall)
        calls = Calls(self._hall, courier)
        self._parking = Parking(self._hall, calls, self._display)
        self._callbacks = Callbacks(self._hall, self._offers)
        self._legs = GuestLegs(self._hall, courier)
        self._guests = Guests(self._hall, calls, self._legs, self._display)
        self._help = HelpDesk(self._hall, self._display, chance)
        desks = self._hall, self._offers, calls, self._display, self._parking, self._callbacks, self._legs
        self._booth_desk = BoothDesk(*desks, chance)
        self._clerk_desk = ClerkDesk(*desks, self._guests, self._help)
        desk = self._clerk_desk
        self._of_clerks: dict[type[FromClient], Callable[[Clerk, Any], None]] = {
            SetAvailability: desk.set_availability,
            Accept: desk.accept,
            Decline: desk.decline,
            Pick: desk.pick,
            Hold: desk.hold,
            Park: desk.park,
            Unpark: desk.unpark,
            Invite: desk.invite,
            CancelInvite: desk.cancel_invite,
            JoinCall: desk.join_call,
            HandOver: desk.hand_over,
            LeaveCall: desk.leave_call,
            Connected: desk.connected,
            Complete: desk.complete,
            ReturnToQueue: desk.return_to_queue,
            WatchStatistics: desk.watch,
            AskHelp: desk.ask_help,
            TakeHelp: desk.take_help,
            CloseHelp: desk.close_help,
        }
        self._calls = calls
        self._peers: dict[int, Peer] = {}
        self._booth_leases = Leases(directory.booth_lease_seconds)
        self._clerk_leases = Leases(directory.clerk_lease_seconds)
        self._leases = (
            self._booth_leases,
            self._clerk_leases,
            self._offers.leases,
            self._parking.leases,
            *self._guests.leases,
            self._help.leases,
        )
        self._deadlines = (
            self._hall.dispatch.next_rest,
            self._callbacks.deadline,
            self._display.deadline,
            self._hall.relays.deadline,
            self._hall.doors.deadline,
        )

    def restore(self, contents: Contents) -> None:
        """Take over what an earlier run has stored; everybody is away, all leases begin now."""
        self._hall.restore(contents)
        for ticket in self._hall.tickets.values():
            if ticket.at_booth:
                self._booth_leases.begin(ticket.booth, self._clock())
        self._parking.restore()
        self._callbacks.restore()
        self._guests.restore()
        self._help.restore(contents.help_calls)
        for name in self._hall.clerks:
            self._clerk_leases.begin(name, self._clock())
        self._settle()

    @property
    def hall(self) -> Hall:
        """What there is at the moment, to be looked at."""
        return self._hall

    def start_of_day(self) -> float:
        """When today began; the log is needed from then on."""
        return self._hall.tally.start_of_day(self._clock())

    def take_effects(self, *, rows: bool = True) -> Effects:
        """Rows to commit (`rows`: of tickets and clerks, too) and messages to deliver since the last call."""
        return self._hall.take_effects(rows=rows)

    def address_of(self, identity: Identity) -> tuple[int, str] | None:
        """The line and the instance this identity is connected with now."""
        peer = self._known(identity)
        if peer is None or peer.address is None:
            return None
        return peer.address, peer.instance or ""

    def connect(self, address: int, identity: Identity, instance: str) -> None:
        """A peer has said who it is. Its earlier line, if any, counts no more."""
        if isinstance(identity, BoothIdentity):
            presence = self._hall.know_booth(identity.booth)
            self._booth_leases.end(identity.booth.id)
            self._use_line(presence, address, instance)
            self._hall.keep_line(presence)
            self._booth_desk.welcome(presence)
        else:
            clerk = self._clerk_desk.sign_in(identity)
            self._clerk_leases.end(clerk.name)
            self._use_line(clerk, address, instance)
            self._clerk_desk.welcome(clerk, identity.peer)
        self._settle()

    def disconnect(self, address: int) -> None:
        """A line is gone; its peer keeps what it has for the length of its lease."""
        peer = self._peers.pop(address, None)
        self._display.closed(address)
        self._hall.relays.closed(address)
        if peer is None:
            return
        peer.address = None
        self._hall.stir(peer)
        if isinstance(peer, BoothPresence):
            self._booth_leases.begin(peer.booth.id, self._clock())
            self._hall.keep_line(peer)
            self._booth_desk.away(peer)
        else:
            self._clerk_leases.begin(peer.name, self._clock())
            self._clerk_desk.away(peer)
        self._settle()

    def expel(self, booth_id: str) -> int | None:
        """A booth has been revoked: its ticket is closed and it is forgotten. The answer is the address of the line it
        has, if any, which the caller closes."""
        presence = self._hall.booths.get(booth_id)
        if presence is None:
            return None
        address = presence.address
        if address is not None:
            self.disconnect(address)
        self._booth_leases.end(booth_id)
        self._booth_desk.lost(presence)
        del self._hall.booths[booth_id]
        self._hall.forget_line(booth_id)
        self._settle()
        return address

    def receive(self, address: int, message: FromClient, appointment: Appointment | None = None) -> None:
        """A message of a connected peer. What is wrong with it is answered; nobody else notices. `appointment`: what
        the appointment book has for the code of a `join`."""
        peer = self._peers.get(address)
        if peer is None:
            return
        try:
            if isinstance(peer, Clerk):
                self._serve_clerk(peer, message)
            else:
                self._serve_booth(peer, message, appointment)
        except ProtocolError as error:
            self._answer(peer, message, error)
        except WrongEvent as error:
            self._answer(peer, message, ProtocolError(ErrorId.UNEXPECTED_MESSAGE, str(error)))
        self._settle()

    def tick(self) -> None:
        """Do what is due."""
        now = self._clock()
        self._offers.expire(now)
        self._parking.expire(now)
        self._callbacks.expire(now)
        self._guests.expire(now)
        self._help.expire(now)
        for booth_id in self._booth_leases.take_due(now):
            self._booth_desk.lost(self._hall.booths[booth_id])
        for name in self._clerk_leases.take_due(now):
            self._clerk_desk.lost(self._hall.clerks[name])
        for booth in self._hall.doors.take_due((known.booth for known in self._hall.booths.values()), now):
            self._booth_desk.tell_services(self._hall.booths[booth.id])
        for address in self._hall.relays.take_due(now):
            if (peer := self._peers.get(address)) is not None:
                self._hall.send(peer, IceServersUpdate(ice_servers=self._hall.ice_servers(peer)))
        self._settle()

    def deadline(self) -> float | None:
        """When `tick` is next needed, seconds since the epoch; None when nothing is pending."""
        first = earliest(self._leases)
        for source in self._deadlines:
            at = source()
            if at is not None and (first is None or at < first):
                first = at
        return first

    def _serve_booth(self, booth: BoothPresence, message: FromClient, appointment: Appointment | None) -> None:
        match message:
            case Join():
                self._booth_desk.join(booth, message, appointment)
            case Leave():
                self._booth_desk.leave(booth, message)
            case BoothStatus():
                booth.status = message
                self._hall.keep_line(booth)
            case RequestCallback():
                self._booth_desk.request_callback(booth, message)
            case _:
                self._serve_both(booth, message)

    def _serve_clerk(self, clerk: Clerk, message: FromClient) -> None:
        serve = self._of_clerks.get(type(message))
        if serve is not None:
            serve(clerk, message)
        else:
            self._serve_both(clerk, message)

    def _serve_both(self, peer: Peer, message: FromClient) -> None:
        match message:
            case Description() | Candidate():
                relay = self._legs.relay if self._legs.has(message.ticket, message.leg) else self._calls.relay
                relay(peer, message)
            case Renew() if self._legs.has(message.ticket, message.leg):
                self._legs.renew(peer, message)
            case Renew():
                self._renew(peer, message)
            case Ping():
                self._hall.send(peer, Pong(n=message.n))
            case Hello():
                raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, "`hello` comes once, before everything else.")
            case _:
                side = "clerk" if isinstance(peer, Clerk) else "booth"
                raise ProtocolError(ErrorId.NOT_PERMITTED, f"A {side} may not send {type(message).__name__}.")

    def _renew(self, peer: Peer, message: Renew) -> None:
        ticket = self._calls.renew(peer, message)
        if ticket is not None:
            self._display.show_ticket(ticket)

    def _known(self, identity: Identity) -> Peer | None:
        if isinstance(identity, BoothIdentity):
            return self._hall.know_booth(identity.booth)
        return self._hall.clerks.get(identity.name)

    def _use_line(self, peer: Peer, address: int, instance: str) -> None:
        if peer.address is not None:
            self._peers.pop(peer.address, None)
            self._display.closed(peer.address)
            self._hall.relays.closed(peer.address)
        self._peers[address] = peer
        peer.address, peer.instance = address, instance
        self._hall.stir(peer)

    def _answer(self, peer: Peer, message: FromClient, error: ProtocolError) -> None:
        self._hall.send(peer, Error(error=error.error, text=error.text, in_reply_to=message.id, fatal=error.fatal))

    def _settle(self) -> None:
        """After each step: offer what has become possible, show what has changed."""
        if self._hall.changed:
            self._guests.match()
            self._offers.dispatch()
            self._hall.changed = False
            self._display.mark()
        self._display.refresh(self._clock())
