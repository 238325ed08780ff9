"""The hall: the tickets, clerks and booths of the moment, and the one place where their states change.

Everything here is synchronous and without I/O. Each change is noted in `effects`: rows to store and messages to send,
which the exchange takes, commits and then delivers in this order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from signaling.appointments.appointment import APPOINTMENT, AppointmentEvent, AppointmentState
from signaling.appointments.check_in import Arrival
from signaling.appointments.log import event_of
from signaling.clerk import CLERK, READY, Clerk, ClerkEvent
from signaling.directory import Booth, Directory
from signaling.dispatch import Dispatch
from signaling.doors import Doors
from signaling.help_call import HelpCall
from signaling.opening import Openings
from signaling.protocol.chain import Act
from signaling.protocol.messages import (
    BoothStatus,
    ClerkState,
    ClerkUpdate,
    EndReason,
    FromSwitchboard,
    IceServer,
    QueueEntry,
    TicketState,
)
from signaling.relays import Relays
from signaling.storage.rows import Changes, Contents, clerk_row, help_row, ticket_row
from signaling.tally import ABOUT_TICKET, JOINED, Duty, Event, Tally
from signaling.ticket import TICKET, Ticket, TicketEvent
from signaling.turn import APPOINTMENT_HEAD_START_S


@dataclass(slots=True)
class BoothPresence:
    """A booth as the switchboard sees it: where it stands, in words, its line (`address`, None while away) and the run
    of its program."""

    booth: Booth
    site: str
    address: int | None = None
    instance: str | None = None
    status: BoothStatus = field(default_factory=BoothStatus)

    @property
    def online(self) -> bool:
        """Whether the booth has a line."""
        return self.address is not None


class Effects(Struct):
    """What a step has changed: rows to commit, then messages to deliver, each to the address of a line."""

    changes: Changes = msgspec.field(default_factory=Changes)
    messages: list[tuple[int, FromSwitchboard]] = msgspec.field(default_factory=list)
    tickets: dict[str, Ticket] = msgspec.field(default_factory=dict)
    """Those that are other than before, by number, and clerks, by name: `rows` are made of them."""
    clerks: dict[str, Clerk] = msgspec.field(default_factory=dict)


Peer = BoothPresence | Clerk


@lru_cache(maxsize=4096)
def in_order(regions: frozenset[str]) -> tuple[str, ...]:
    """Regions as the log has them. Clerks have a few sets of regions, and change their state all the time."""
    return tuple(sorted(regions))


class Hall:
    """State of the switchboard."""

    def __init__(self, directory: Directory, clock: Callable[[], float]) -> None:
        self.directory: Final = directory
        self.clock: Final = clock
        self.tally: Final = Tally(directory.zone())
        self.relays: Final = Relays(directory.ice_servers, directory.turn_credential_seconds, clock)
        self.openings: Final = Openings(directory)
        self.doors: Final = Doors(directory.services, self.openings, clock())
        sites = {site.id: site.name for site in directory.sites}
        self._sites = sites
        self.booths: Final[dict[str, BoothPresence]] = {}
        for booth in directory.booths:
            self.know_booth(booth)
        self.clerks: Final[dict[str, Clerk]] = {}
        self.tickets: Final[dict[str, Ticket]] = {}
        self.dispatch: Final = Dispatch()
        self.changed = False
        """Whether anything shown to others may have changed since this was last set to False."""
        self._of_booth: dict[str, Ticket] = {}
        self._of_appointment: dict[str, Ticket] = {}
        self._parked: dict[str, dict[str, Ticket]] = {}
        self._effects = Effects()

    def restore(self, contents: Contents) -> None:
        """Take over what an earlier run has stored. Leases start now; offers died with their connections."""
        for booth in contents.booths:
            self.know_booth(booth)
        for name in contents.online:
            # Whoever is still there comes again at once.
            if (known := self.booths.get(name)) is not None:
                self.keep_line(known)
        self.tally.replay(contents.events)
        for ticket in contents.tickets:
            self.tickets[ticket.number] = ticket
            if ticket.at_booth:
                self._of_booth[ticket.booth] = ticket
            if ticket.appointment is not None:
                self._of_appointment[ticket.appointment] = ticket
        for clerk in contents.clerks:
            self.clerks[clerk.name] = clerk
        for ticket in contents.tickets:
            if TICKET.takes(ticket.state, TicketEvent.OFFER_ENDED):
                self.move_ticket(ticket, TicketEvent.OFFER_ENDED)
            if ticket.at_booth and ticket.booth not in self.booths:
                self.move_ticket(ticket, TicketEvent.BOOTH_LOST, reason=EndReason.BOOTH_LOST)
            if ticket.state is TicketState.PARKED:
                self._note_parked(ticket)
            self._queue(ticket)
        for clerk in contents.clerks:
            if CLERK.takes(clerk.state, ClerkEvent.OFFER_ENDED):
                clerk.ticket = None
                self.move_clerk(clerk, ClerkEvent.OFFER_ENDED)
            if clerk.ticket is not None and clerk.ticket not in self.tickets:
                clerk.ticket = None
                self.move_clerk(clerk, ClerkEvent.CALL_ENDED)

    def know_booth(self, booth: Booth) -> BoothPresence:
        """The presence of a booth, which may have been registered, or registered anew, a moment ago."""
        presence = self.booths.get(booth.id)
        if presence is None:
            presence = self.booths[booth.id] = BoothPresence(booth, self._sites.get(booth.site, booth.site))
        elif presence.booth != booth:
            presence.booth, presence.site = booth, self._sites.get(booth.site, booth.site)
        return presence

    def keep_line(self, presence: BoothPresence) -> None:
        """A booth has come or gone, or told how its devices are: stored for who looks after it."""
        self._effects.changes.lines[presence.booth.id] = {
            "booth": presence.booth.id,
            "online": presence.online,
            "since": self.clock(),
            "devices": msgspec.to_builtins(presence.status.devices),
            "network": presence.status.network,
        }

    def forget_line(self, booth_id: str) -> None:
        """A booth has been revoked."""
        self._effects.changes.lines[booth_id] = None

    def take_effects(self, *, rows: bool = True) -> Effects:
        """What has happened since the last call. `rows`: as it is to be stored, each ticket and clerk once, however
        often a step has changed it."""
        effects, self._effects = self._effects, Effects()
        if rows:
            changes = effects.changes
            for number, ticket in effects.tickets.items():
                changes.tickets[number] = ticket_row(ticket) if number in self.tickets else None
            for name, clerk in effects.clerks.items():
                changes.clerks[name] = clerk_row(clerk) if name in self.clerks else None
        return effects

    def note(self, clerk: Clerk, act: str, subject: str) -> None:
        """A clerk has done something that goes into the audit log."""
        entry = Act(actor=clerk.name, act=act, subject=subject)
        self._effects.changes.acts.append((self.clock(), entry, clerk.issuer))

    def stir(self, peer: Peer) -> None:
        """A peer's line has come or gone, or what a clerk may do has changed. A booth without a line keeps its
        ticket's place, but is passed over for now."""
        self.changed = True
        if isinstance(peer, Clerk):
            if peer.dispatchable:
                self.dispatch.idle(peer)
            else:
                self.dispatch.busy(peer.name)
        elif (ticket := self.ticket_of(peer.booth.id)) is not None:
            self._queue(ticket)

    def send(self, peer: Peer | None, message: FromSwitchboard) -> None:
        """Send to a peer that has a line; a peer without one learns everything from its next welcome."""
        if peer is not None and peer.address is not None:
            self._effects.messages.append((peer.address, message))

    def ice_servers(self, peer: Peer) -> list[IceServer]:
        """STUN and TURN servers for a peer, with credentials for the line it has."""
        return self.relays.told(peer.address) if peer.address is not None else []

    def ticket_of(self, booth_id: str) -> Ticket | None:
        """The open ticket of the citizen who is at the booth."""
        return self._of_booth.get(booth_id)

    def ticket_of_appointment(self, appointment: str) -> Ticket | None:
        """The open ticket that was taken for the appointment of this id."""
        return self._of_appointment.get(appointment)

    def booth_of(self, ticket: Ticket) -> BoothPresence | None:
        """Where the ticket's citizen sits; None when the booth has left the directory."""
        return self.booths.get(ticket.booth)

    def clerk_of(self, ticket: Ticket) -> Clerk | None:
        """Who holds the ticket or is offered it."""
        return self.clerks.get(ticket.clerk) if ticket.clerk is not None else None

    def add_ticket(self, ticket: Ticket) -> None:
        """A citizen has joined."""
        self.tally.recent.came(ticket.region, ticket.head_start_s, self.clock())
        self.tickets[ticket.number] = self._of_booth[ticket.booth] = ticket
        if ticket.appointment is not None:
            self._of_appointment[ticket.appointment] = ticket
        self._log(ticket, JOINED, None)
        self._save(ticket)

    def move_ticket(self, ticket: Ticket, event: TicketEvent, *, reason: str | None = None) -> None:
        """The ticket's next state, logged and stored. Raises WrongEvent."""
        before, clerk = ticket.state, ticket.clerk
        ticket.on(event)
        self._log(ticket, event, before, reason=reason, clerk=clerk)
        if before is TicketState.PARKED and clerk is not None:
            del self._parked[clerk][ticket.number]
        if ticket.state is TicketState.PARKED:
            self._note_parked(ticket)
        if ticket.state is TicketState.COMPLETED:
            self.mark_appointment(ticket, AppointmentState.CHECKED_IN, AppointmentEvent.ATTENDED)
        if TICKET.final(ticket.state):
            del self.tickets[ticket.number]
            if ticket.appointment is not None:
                del self._of_appointment[ticket.appointment]
        if (TICKET.final(ticket.state) or not ticket.at_booth) and self._of_booth.get(ticket.booth) is ticket:
            del self._of_booth[ticket.booth]
        self._save(ticket)

    def keep_ticket(self, ticket: Ticket) -> None:
        """Something about a ticket has changed that is no event of its own."""
        self._save(ticket)

    def parked_by(self, clerk: str) -> list[Ticket]:
        """The tickets a clerk has parked, the one that has to be called first at the front."""
        return list(self._parked.get(clerk, {}).values())

    def mark_appointment(
        self, ticket: Ticket, before: AppointmentState, event: AppointmentEvent, arrival: Arrival | None = None
    ) -> None:
        """What has happened to the ticket's appointment, if it has one: stored and logged with the ticket."""
        if ticket.appointment is None:
            return
        state = APPOINTMENT.after(before, event)
        self._effects.changes.appointments[ticket.appointment] = state
        self._effects.changes.events.append(
            event_of(ticket.appointment, event, before, state, ticket.region, ticket.service, self.clock(), arrival)
        )

    def move_clerk(self, clerk: Clerk, event: ClerkEvent) -> None:
        """The clerk's next state, stored and told to the clerk. Raises WrongEvent."""
        before = clerk.state
        clerk.on(event, self.clock())
        self._time(clerk, event, before)
        self._log_duty(clerk, event, before)
        self.stir(clerk)
        if clerk.state is CLERK.start:
            del self.clerks[clerk.name]
            self.keep_clerk(clerk)
            return
        self.keep_clerk(clerk)
        self.tell_state(clerk)

    def _time(self, clerk: Clerk, event: ClerkEvent, before: ClerkState) -> None:
        """How long clerks have a ticket in hand, for the forecasts."""
        recent, now = self.tally.recent, clerk.since
        if before in READY:
            clerk.took_at = now
        elif event is ClerkEvent.ACCEPTED and clerk.took_at is not None:
            recent.accepted(now - clerk.took_at)
        elif before is ClerkState.WRAP_UP or clerk.state in READY:
            if clerk.took_at is not None and event is not ClerkEvent.OFFER_ENDED:
                recent.worked(clerk.grant, now - clerk.took_at)
            clerk.took_at = None if clerk.state in READY else now

    def waiting(self) -> list[Ticket]:
        """Who waits for a clerk, also for a call back."""
        return [ticket for ticket in self.tickets.values() if ticket.wants_clerk]

    def keep_clerk(self, clerk: Clerk) -> None:
        """Something about a clerk has changed that is no event of its own."""
        self._effects.clerks[clerk.name] = clerk

    def tell_state(self, clerk: Clerk) -> None:
        """Tell the clerk how it stands."""
        if clerk.address is None:
            return
        since = max(self.clock() - clerk.since, 0.0)
        mine = self._parked.get(clerk.name)
        parked = [self.entry(ticket) for ticket in mine.values()] if mine else []
        self.send(clerk, ClerkUpdate(state=clerk.state, since_s=since, ticket=clerk.ticket, parked=parked))

    def release(self, clerk: Clerk, event: ClerkEvent) -> None:
        """The clerk has nothing in hand any more; one who wanted to pause does."""
        clerk.ticket = None
        self.move_clerk(clerk, event)
        if clerk.pause_wanted:
            clerk.pause_wanted = False
            self.move_clerk(clerk, ClerkEvent.PAUSED)

    def entry(self, ticket: Ticket) -> QueueEntry:
        """The ticket as clerks see it."""
        presence, now = self.booth_of(ticket), self.clock()
        booked, service = ticket.appointment is not None, self.directory.service(ticket.service)
        return QueueEntry(
            number=ticket.number,
            state=ticket.state,
            service=ticket.service,
            region=ticket.region,
            site=presence.site if presence else "",
            language=ticket.language,
            needs=list(ticket.needs),
            waited_s=max(now - ticket.joined_at, 0.0),
            appointment=booked,
            callback=not ticket.at_booth,
            priority=service.priority.value if service else "normal",
            due_in_s=ticket.turn_at + APPOINTMENT_HEAD_START_S - now if booked else None,
        )

    def _note_parked(self, ticket: Ticket) -> None:
        if ticket.clerk is not None:
            self._parked.setdefault(ticket.clerk, {})[ticket.number] = ticket

    def _queue(self, ticket: Ticket) -> None:
        booth = self.booth_of(ticket)
        waiting = ticket.state is TicketState.WAITING and booth is not None and booth.online
        to_be_called = ticket.state is TicketState.CALLBACK and ticket.rests_until is None
        if waiting or to_be_called:
            self.dispatch.wait(ticket)
        else:
            self.dispatch.leave(ticket.number)

    def _save(self, ticket: Ticket) -> None:
        self.changed = True
        self._queue(ticket)
        self._effects.tickets[ticket.number] = ticket

    def _log_duty(self, clerk: Clerk, event: ClerkEvent, before: ClerkState) -> None:
        ticket = self.tickets.get(clerk.ticket) if clerk.ticket is not None else None
        self._effects.changes.duties.append(
            Duty(
                at=clerk.since,
                clerk=clerk.name,
                event=event,
                from_state=before,
                to_state=clerk.state,
                regions=in_order(clerk.grant.regions),
                region=ticket.region if ticket is not None else None,
                service=ticket.service if ticket is not None else None,
            )
        )

    def _log(
        self, ticket: Ticket, event: str, before: str | None, *, reason: str | None = None, clerk: str | None = None
    ) -> None:
        self.log(ticket, event, before, ticket.state, reason=reason, clerk=clerk)

    def keep_help(self, request: str, call: HelpCall | None, entry: Event) -> None:
        """A call for help has changed, or is closed (None)."""
        self._effects.changes.help_calls[request] = help_row(call) if call is not None else None
        self.append(entry)

    def append(self, entry: Event) -> None:
        """Count an event and append it to the log."""
        self.tally.count(entry)
        self._effects.changes.events.append(entry)

    def log(
        self,
        ticket: Ticket,
        event: str,
        before: str | None,
        after: str,
        *,
        reason: str | None = None,
        clerk: str | None = None,
        about: str = ABOUT_TICKET,
    ) -> None:
        """Append to the event log: of the ticket, or of what there is about it (see `signaling.tally.Event`)."""
        entry = Event(
            at=self.clock(),
            ticket=ticket.number,
            event=event,
            from_state=before,
            to_state=after,
            region=ticket.region,
            service=ticket.service,
            reason=reason,
            clerk=clerk,
            about=about,
        )
        self.append(entry)
