"""The lifecycles as tables."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest

from signaling.clerk import CLERK, Clerk, ClerkEvent
from signaling.guest import INVITATION, LEG, InviteEvent, LegEvent, LegState
from signaling.help_call import HELP, HelpEvent
from signaling.lifecycle import Lifecycle, WrongEvent
from signaling.protocol.messages import ClerkState, HelpProgress, InviteState, TicketState
from signaling.ticket import AWAY, TICKET, Ticket, TicketEvent


def ticket() -> Ticket:
    return Ticket("AB123", "booth-1", "elbtal", "registration-certificate", "de", joined_at=1000.0)


def clerk() -> Clerk:
    return Clerk("c0ffee", since=0.0)


@pytest.mark.parametrize(
    ("lifecycle", "states", "events"),
    [
        (TICKET, TicketState, TicketEvent),
        (CLERK, ClerkState, ClerkEvent),
        (INVITATION, InviteState, InviteEvent),
        (LEG, LegState, LegEvent),
        (HELP, HelpProgress, HelpEvent),
    ],
    ids=["ticket", "clerk", "invitation", "leg", "help"],
)
def test_every_state_has_a_row_is_reached_and_every_event_is_used(
    lifecycle: Lifecycle[Any, Any], states: type[StrEnum], events: type[StrEnum]
) -> None:
    assert set(lifecycle.transitions) == set(states)
    reached, frontier = set(), {lifecycle.start}
    while frontier:
        reached |= frontier
        frontier = {after for state in frontier for after in lifecycle.transitions[state].values()} - reached
    assert reached == set(states)
    assert {event for row in lifecycle.transitions.values() for event in row} == set(events)


def test_tickets_end_completed_or_abandoned() -> None:
    assert {state for state in TicketState if TICKET.final(state)} == {
        TicketState.COMPLETED,
        TicketState.ABANDONED,
    }
    assert not any(CLERK.final(state) for state in ClerkState)


def test_citizen_can_leave_in_every_state_at_a_booth() -> None:
    for state in set(TicketState) - AWAY:
        assert TICKET.final(state) or TICKET.after(state, TicketEvent.LEFT) is TicketState.ABANDONED


def test_clerk_can_be_lost_in_every_state_with_a_line() -> None:
    for state in set(ClerkState) - {ClerkState.OFFLINE}:
        assert CLERK.after(state, ClerkEvent.LOST) is ClerkState.OFFLINE


def test_whole_way_of_a_ticket() -> None:
    visit = ticket()
    for event in (TicketEvent.OFFERED, TicketEvent.OFFER_ENDED, TicketEvent.OFFERED, TicketEvent.ACCEPTED):
        visit.on(event)
    assert (visit.state, visit.generation, visit.calling) == (TicketState.CONNECTING, 1, True)
    visit.on(TicketEvent.CONNECTED)
    visit.on(TicketEvent.RENEWED)
    assert (visit.state, visit.generation) == (TicketState.CONNECTING, 2)
    visit.clerk = "c0ffee"
    visit.on(TicketEvent.RETURNED)
    assert (visit.state, visit.clerk, visit.joined_at) == (TicketState.WAITING, None, 1000.0)


def test_wrong_event_names_state_event_and_what_fits() -> None:
    visit = ticket()
    with pytest.raises(WrongEvent) as error:
        visit.on(TicketEvent.COMPLETED)
    assert str(error.value) == (
        "A ticket in state waiting takes no event completed;"
        " events that fit: booth_lost, callback_wanted, left, offered, picked."
    )
    assert visit.state is TicketState.WAITING
    with pytest.raises(WrongEvent, match="A clerk in state offline takes no event accepted"):
        clerk().on(ClerkEvent.ACCEPTED, 1.0)
    with pytest.raises(WrongEvent, match="none, the state is final"):
        TICKET.after(TicketState.COMPLETED, TicketEvent.LEFT)


def test_clerk_notes_since_when() -> None:
    person = clerk()
    person.on(ClerkEvent.SIGNED_IN, 12.0)
    assert (person.state, person.since) == (ClerkState.PAUSED, 12.0)
