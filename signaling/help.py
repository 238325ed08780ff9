"""Calls for help: a clerk asks silently, a supervisor of the region takes it, one of the two closes it.

The booth is not told, and nothing about the call changes. A call for help outlives the line, the browser and the lease
of the clerk who has asked, because that may be just what has happened. It outlives a restart of the switchboard too.
"""

from __future__ import annotations

import random
from typing import Final

from signaling.clerk import Clerk
from signaling.display import Display
from signaling.hall import Hall
from signaling.help_call import HELP, HelpCall, HelpEvent
from signaling.leases import Leases
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import HelpProgress, HelpRequest, HelpState, HelpUpdate
from signaling.tally import Event

KEPT_S: Final = 12 * 3600.0
"""After this long a call for help is closed by itself."""
ASKED: Final = "help_asked"
TAKEN: Final = "help_taken"
CLOSED: Final = "help_closed"
"""Acts of the audit log; their subject is the call's id."""


class HelpDesk:
    """Keeps the calls for help that are not closed."""

    def __init__(self, hall: Hall, display: Display, chance: random.Random) -> None:
        self._hall = hall
        self._display = display
        self._chance = chance
        self._calls: dict[str, HelpCall] = {}
        self.leases = Leases(KEPT_S)

    def restore(self, calls: list[HelpCall]) -> None:
        """Take over what an earlier run has kept."""
        self._calls = {call.id: call for call in sorted(calls, key=lambda call: call.asked_at)}
        self.leases.restore({call.id: call.asked_at + KEPT_S for call in calls})

    def ask(self, clerk: Clerk, number: str | None) -> None:
        """Asking again changes nothing. Raises ProtocolError (ticket_gone) for a ticket that is not in hand."""
        ticket = self._hall.tickets.get(number) if number is not None else None
        if number is not None and (ticket is None or clerk.ticket != number):
            raise ProtocolError(ErrorId.TICKET_GONE, f"Ticket {number} is not in your hands, or no longer.")
        if any(call.clerk == clerk.name for call in self._calls.values()):
            self.tell(clerk)
            return
        call = HelpCall(
            id=f"{self._chance.getrandbits(64):016x}",
            clerk=clerk.name,
            regions=sorted(clerk.grant.regions) if ticket is None else [ticket.region],
            asked_at=self._hall.clock(),
            region=ticket.region if ticket is not None else None,
            booth=ticket.booth if ticket is not None else None,
            ticket=number,
        )
        self._calls[call.id] = call
        self._hall.note(clerk, ASKED, call.id)
        self.leases.begin(call.id, call.asked_at)
        self._changed(call, "asked", None, clerk.name)

    def take(self, clerk: Clerk, request: str) -> None:
        """A supervisor goes to help. Raises ProtocolError (help_unknown), WrongEvent when somebody does already."""
        call = self._call(request)
        if not self._responsible(clerk, call):
            raise ProtocolError(ErrorId.HELP_UNKNOWN, "That call for help is of another region.")
        before, call.state = call.state, HELP.after(call.state, HelpEvent.TAKEN)
        call.taken_by = clerk.name
        self._hall.note(clerk, TAKEN, call.id)
        self._changed(call, HelpEvent.TAKEN, before, clerk.name)

    def close(self, clerk: Clerk, request: str) -> None:
        """Raises ProtocolError (help_unknown)."""
        call = self._call(request)
        if call.clerk != clerk.name and not ("supervisor" in clerk.grant.roles and self._responsible(clerk, call)):
            raise ProtocolError(ErrorId.HELP_UNKNOWN, "That call for help is none of yours.")
        self._close(call, clerk.name)
        self._hall.note(clerk, CLOSED, call.id)

    def tell(self, clerk: Clerk) -> None:
        """Tell a clerk of its own call for help, if there is one."""
        for call in self._calls.values():
            if call.clerk == clerk.name:
                self._hall.send(clerk, HelpState(request=call.id, state=call.state))

    def show(self, clerk: Clerk) -> None:
        """Tell a supervisor of those of the clerk's regions."""
        now = self._hall.clock()
        mine = [call for call in self._calls.values() if self._responsible(clerk, call)]
        self._hall.send(clerk, HelpUpdate(requests=[_shown(call, now) for call in mine]))

    def expire(self, now: float) -> None:
        """Close what is very old."""
        for request in self.leases.take_due(now):
            self._close(self._calls[request], None)

    def _call(self, request: str) -> HelpCall:
        call = self._calls.get(request)
        if call is None:
            raise ProtocolError(ErrorId.HELP_UNKNOWN, "That call for help has been closed.")
        return call

    def _responsible(self, clerk: Clerk, call: HelpCall) -> bool:
        return not clerk.grant.regions.isdisjoint(call.regions)

    def _close(self, call: HelpCall, by: str | None) -> None:
        before, call.state = call.state, HELP.after(call.state, HelpEvent.CLOSED)
        del self._calls[call.id]
        self.leases.end(call.id)
        self._changed(call, HelpEvent.CLOSED, before, by)

    def _changed(self, call: HelpCall, event: str, before: str | None, by: str | None) -> None:
        entry = Event(
            at=self._hall.clock(),
            ticket=call.ticket or "",
            event=event,
            from_state=before,
            to_state=call.state,
            region=call.region or "",
            service="",
            clerk=by,
            about=HELP.name,
        )
        self._hall.keep_help(call.id, None if HELP.final(call.state) else call, entry)
        asker = self._hall.clerks.get(call.clerk)
        self._hall.send(asker, HelpState(request=call.id, state=call.state))
        for supervisor in self._display.watching():
            if self._responsible(supervisor, call):
                self.show(supervisor)


def _shown(call: HelpCall, now: float) -> HelpRequest:
    return HelpRequest(
        id=call.id,
        clerk=call.clerk,
        state="taken" if call.state is HelpProgress.TAKEN else "open",
        since_s=max(now - call.asked_at, 0.0),
        region=call.region,
        booth=call.booth,
        ticket=call.ticket,
    )
