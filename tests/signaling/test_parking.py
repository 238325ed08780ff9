"""Parked tickets: the clerk is free, the citizen keeps the place and is called again."""

from __future__ import annotations

import pytest

from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from tests.signaling.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


def parked(stage: Stage) -> str:
    number = stage.call()
    stage.says("anna", m.Park(ticket=number))
    return number


def test_the_call_ends_the_clerk_is_free_and_the_booth_keeps_the_ticket(stage: Stage) -> None:
    number = parked(stage)
    update = [said for said in stage.heard["anna"] if isinstance(said, m.ClerkUpdate)][-1]
    assert (update.state, [entry.number for entry in update.parked]) == (m.ClerkState.AVAILABLE, [number])
    assert [type(said) for said in stage.heard["b1"]] == [m.CallEnded, m.TicketUpdate]
    assert stage.told("b1", m.TicketUpdate).ticket.state is m.TicketState.PARKED
    other = stage.joins("b2")
    assert stage.clerk("anna").ticket == other


def test_it_is_called_again_as_a_new_generation_that_resumes_nothing(stage: Stage) -> None:
    number = parked(stage)
    stage.says("anna", m.Unpark(ticket=number))
    for peer in ("anna", "b1"):
        call = stage.told(peer, m.Call)
        assert (call.generation, call.resumed) == (2, False)
    assert stage.clerk("anna").ticket == number
    stage.passes(1000)
    assert stage.ticket(number).state is m.TicketState.CONNECTING


def test_a_clerk_in_call_cannot_unpark_and_nobody_else_can(stage: Stage) -> None:
    number = parked(stage)
    stage.comes("bert")
    assert stage.refused("bert", m.Unpark(ticket=number)) == ErrorId.TICKET_GONE
    other = stage.joins("b2")
    stage.says("anna", m.Accept(ticket=other))
    assert stage.refused("anna", m.Unpark(ticket=number)) == ErrorId.CLERK_NOT_AVAILABLE


def test_after_the_time_for_it_it_waits_again_before_those_who_came_later(stage: Stage) -> None:
    number = parked(stage)
    stage.says("anna", m.SetAvailability(available=False))
    stage.joins("b2")
    stage.passes(899)
    assert stage.ticket(number).state is m.TicketState.PARKED
    stage.heard.clear()
    stage.passes(2)
    assert stage.ticket(number).state is m.TicketState.WAITING
    assert stage.told("anna", m.ClerkUpdate).parked == []
    assert stage.told("b1", m.TicketUpdate).ticket.position == 1
    assert stage.events(number)[-2:] == ["parked", "park_ended"]


def test_when_the_clerk_is_lost_it_waits_again(stage: Stage) -> None:
    number = parked(stage)
    stage.goes("anna")
    stage.passes(59)
    assert stage.ticket(number).state is m.TicketState.PARKED
    stage.passes(2)
    assert stage.ticket(number).state is m.TicketState.WAITING


@pytest.mark.parametrize("how", ["leaves", "is lost"])
def test_when_the_citizen_goes_the_clerk_is_told(stage: Stage, how: str) -> None:
    number = parked(stage)
    stage.heard.clear()
    if how == "leaves":
        stage.says("b1", m.Leave(ticket=number))
    else:
        stage.goes("b1")
        stage.passes(121)
    assert number not in stage.hall.tickets
    assert stage.told("anna", m.ClerkUpdate).parked == []
    stage.passes(1000)


def test_a_restart_keeps_it_and_its_time(stage: Stage) -> None:
    number = parked(stage)
    stage.passes(600)
    stage.restart()
    stage.comes("anna", "b1")
    assert [entry.number for entry in stage.told("anna", m.ClerkUpdate).parked] == [number]
    assert stage.told("b1", m.Welcome).ticket.state is m.TicketState.PARKED
    stage.says("anna", m.SetAvailability(available=False))
    stage.passes(299)
    assert stage.ticket(number).state is m.TicketState.PARKED
    stage.passes(2)
    assert stage.ticket(number).state is m.TicketState.WAITING


def test_not_everybody_can_be_parked(stage: Stage) -> None:
    stage.available("anna")
    for n in range(1, 5):
        number = stage.joins(f"b{n}")
        stage.says("anna", m.Accept(ticket=number), m.Connected(ticket=number, generation=1))
        if n < 4:
            stage.says("anna", m.Park(ticket=number))
    assert stage.refused("anna", m.Park(ticket=number)) == ErrorId.PARK_FULL
    assert stage.ticket(number).state is m.TicketState.IN_CALL


def test_only_a_standing_call_is_parked(stage: Stage) -> None:
    stage.available("anna")
    number = stage.joins("b1")
    stage.says("anna", m.Accept(ticket=number))
    assert stage.refused("anna", m.Park(ticket=number)) == ErrorId.UNEXPECTED_MESSAGE
    stage.says("anna", m.Connected(ticket=number, generation=1), m.Hold(ticket=number, held=True))
    stage.says("anna", m.Park(ticket=number))
    assert stage.ticket(number).state is m.TicketState.PARKED
