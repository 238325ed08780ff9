"""What a clerk can do with a ticket besides taking the one that is offered: pick, redirect, hold."""

from __future__ import annotations

import pytest

from signaling.clerk import Grant
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from tests.signaling.stage import EVERYTHING, INSTANCE, Stage

PERMITS = Grant(frozenset({"clerk"}), frozenset({"elbtal"}), frozenset({"permit"}), frozenset({"de"}))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_ticket_is_picked_out_of_turn_by_a_paused_clerk_who_is_paused_afterwards(stage: Stage) -> None:
    stage.comes("anna")
    stage.joins("b1")
    stage.now += 60
    later = stage.joins("b2")
    stage.says("anna", m.Pick(ticket=later))
    assert stage.told("anna", m.Call).ticket == stage.told("b2", m.Call).ticket == later
    stage.says("anna", m.Connected(ticket=later, generation=1), m.Complete(ticket=later, outcome=m.Outcome.DONE))
    assert stage.clerk("anna").state is m.ClerkState.PAUSED
    assert stage.events(later) == ["joined", "picked", "connected", "completed"]


def test_two_pick_one_ticket_and_one_gets_it(stage: Stage) -> None:
    stage.comes("anna", "bert")
    number = stage.joins("b1")
    stage.says("anna", m.Pick(ticket=number))
    assert stage.refused("bert", m.Pick(ticket=number)) == ErrorId.TICKET_GONE
    assert stage.clerk("bert").ticket is None


def test_what_is_offered_to_another_or_needs_another_skill_cannot_be_picked(stage: Stage) -> None:
    stage.available("anna")
    offered = stage.joins("b1")
    stage.comes("bert")
    stage.comes("paul", grant=PERMITS)
    assert stage.refused("bert", m.Pick(ticket=offered)) == ErrorId.TICKET_GONE
    waiting = stage.joins("b2")
    assert stage.refused("paul", m.Pick(ticket=waiting)) == ErrorId.NOT_PERMITTED
    assert stage.refused("anna", m.Pick(ticket=waiting)) == ErrorId.CLERK_NOT_AVAILABLE
    stage.goes("b2")
    assert stage.refused("bert", m.Pick(ticket=waiting)) == ErrorId.PEER_OFFLINE


def test_picking_what_one_is_offered_accepts_it(stage: Stage) -> None:
    stage.available("anna")
    number = stage.joins("b1")
    stage.says("anna", m.Pick(ticket=number))
    assert stage.events(number) == ["joined", "offered", "accepted"]
    stage.passes(60)
    assert stage.ticket(number).state is m.TicketState.CONNECTING


def test_a_redirected_ticket_keeps_its_place_before_those_who_came_later(stage: Stage) -> None:
    number = stage.call()
    stage.now += 60
    later = stage.joins("b2", service="permit")
    stage.says("anna", m.ReturnToQueue(ticket=number, reason=m.EndReason.REDIRECTED, service="permit"))
    assert stage.told("b1", m.CallEnded).reason == m.EndReason.REDIRECTED
    stage.available("paul", grant=PERMITS)
    assert stage.told("paul", m.Offer).ticket.number == number
    assert stage.ticket(later).state is m.TicketState.WAITING
    assert stage.events(number)[-2:] == ["redirected", "offered"]


def test_nobody_is_redirected_to_what_there_is_not(stage: Stage) -> None:
    number = stage.call()
    wrong = m.ReturnToQueue(ticket=number, reason=m.EndReason.REDIRECTED, service="fishing")
    assert stage.refused("anna", wrong) == ErrorId.SERVICE_UNKNOWN
    assert stage.ticket(number).state is m.TicketState.IN_CALL


def test_both_ends_are_told_of_a_hold_and_of_its_end_once(stage: Stage) -> None:
    number = stage.call()
    stage.says("anna", m.Hold(ticket=number, held=True), m.Hold(ticket=number, held=True))
    for peer in ("anna", "b1"):
        assert [message.held for message in stage.hears(peer, m.CallHeld)] == [True]
    assert stage.refused("anna", m.Complete(ticket=number, outcome=m.Outcome.DONE)) == ErrorId.UNEXPECTED_MESSAGE
    stage.says("anna", m.Hold(ticket=number, held=False))
    assert [message.held for message in stage.hears("b1", m.CallHeld)] == [False]


@pytest.mark.parametrize("peer", ["b1", "anna"])
def test_an_end_that_was_away_learns_of_the_hold(stage: Stage, peer: str) -> None:
    number = stage.call()
    stage.says("anna", m.Hold(ticket=number, held=True))
    stage.goes(peer)
    stage.comes(peer)
    assert stage.told(peer, m.CallHeld).held
    stage.restart()
    stage.comes("b1", "anna")
    assert stage.told(peer, m.CallHeld).held
    assert stage.ticket(number).state is m.TicketState.HELD


def test_a_new_generation_ends_a_hold(stage: Stage) -> None:
    number = stage.call()
    stage.says("anna", m.Hold(ticket=number, held=True))
    stage.comes("b1", instance="instance-2")
    assert stage.told("b1", m.Call).generation == 2
    stage.says("anna", m.Connected(ticket=number, generation=2))
    assert stage.ticket(number).state is m.TicketState.IN_CALL


def test_a_call_names_both_ends(stage: Stage) -> None:
    stage.available("anna")
    number = stage.joins("b1")
    stage.says("anna", m.Accept(ticket=number))
    at_booth, at_clerk = stage.told("b1", m.Call), stage.told("anna", m.Call)
    assert (at_booth.other, at_booth.clerk, at_booth.role) == ("clerk", "anna", "holder")
    assert (at_clerk.other, at_clerk.clerk, at_clerk.role) == ("booth", "anna", "holder")


def test_an_instance_is_not_a_grant(stage: Stage) -> None:
    """The stage itself: the same run coming back keeps a standing call."""
    number = stage.call()
    stage.goes("anna")
    stage.comes("anna", instance=INSTANCE, grant=EVERYTHING)
    assert stage.ticket(number).generation == 1
