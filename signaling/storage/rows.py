"""Rows as the core gives and takes them. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from signaling.appointments.appointment import AppointmentState
from signaling.clerk import Clerk
from signaling.directory import Booth
from signaling.guest import Guest
from signaling.help_call import HelpCall
from signaling.protocol.chain import Act
from signaling.protocol.messages import ClerkState, HelpProgress, TicketState
from signaling.storage.schema import clerks, help_requests, tickets
from signaling.tally import Duty, Event
from signaling.ticket import Ticket

Row = dict[str, Any]

_TICKET_FIELDS: Final = tuple(column.name for column in tickets.columns)
_CLERK_FIELDS: Final = tuple(column.name for column in clerks.columns)
_ticket_values: Final = attrgetter(*_TICKET_FIELDS)
_clerk_values: Final = attrgetter(*_CLERK_FIELDS)


class Changes(Struct):
    """Rows to write at once; None stands for a row to delete. One is made after each step, mostly to stay empty."""

    tickets: dict[str, Row | None] = field(default_factory=dict)
    clerks: dict[str, Row | None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    acts: list[tuple[float, Act, str]] = field(default_factory=list)
    """What goes into the audit log: when, what, and the issuer whose operators may read it."""
    appointments: dict[str, AppointmentState] = field(default_factory=dict)
    """New states of appointments, by their ids; the rest of their rows is the appointment book's."""
    help_calls: dict[str, Row | None] = field(default_factory=dict)
    lines: dict[str, Row | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        logs = self.events or self.duties or self.acts
        return bool(self.tickets or self.clerks or logs or self.appointments or self.help_calls or self.lines)


class Contents(Struct, frozen=True):
    """What was stored when the switchboard stopped. `booths`: those that consoles have registered and not revoked."""

    tickets: list[Ticket]
    clerks: list[Clerk]
    events: list[Event]
    booths: list[Booth] = field(default_factory=list)
    served: dict[int, int] = field(default_factory=dict)
    """Up to which message of each gateway (by its run) what came of it is here."""
    help_calls: list[HelpCall] = field(default_factory=list)
    online: list[str] = field(default_factory=list)
    """Booths that had a line."""


def ticket_row(ticket: Ticket) -> Row:
    """The row of a ticket."""
    row = dict(zip(_TICKET_FIELDS, _ticket_values(ticket), strict=True))
    row["needs"], row["refused"] = list(ticket.needs), dict(ticket.refused)
    row["guest"] = None if ticket.guest is None else msgspec.to_builtins(ticket.guest)
    return row


def clerk_row(clerk: Clerk) -> Row:
    """The row of a clerk."""
    return dict(zip(_CLERK_FIELDS, _clerk_values(clerk), strict=True))


def ticket_of(row: Mapping[Any, Any]) -> Ticket:
    """The ticket of a row."""
    guest = msgspec.convert(row["guest"], Guest | None)
    return Ticket(**{**row, "needs": tuple(row["needs"]), "state": TicketState(row["state"]), "guest": guest})


def clerk_of(row: Mapping[Any, Any]) -> Clerk:
    """The clerk of a row."""
    return Clerk(**{**row, "state": ClerkState(row["state"])})


def help_row(call: HelpCall) -> Row:
    """The row of a call for help."""
    return {column.name: getattr(call, column.name) for column in help_requests.columns}


def help_of(row: Mapping[Any, Any]) -> HelpCall:
    """The call for help of a row."""
    return HelpCall(**{**row, "state": HelpProgress(row["state"])})


def booth_of(row: Mapping[Any, Any]) -> Booth:
    """The booth of a row."""
    return Booth(id=row["id"], region=row["region"], site=row["site"], key=row["key"])
