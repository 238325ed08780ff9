"""Callbacks: the booth is free, the citizen is telephoned, and the switchboard stays blind."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest

from signaling import directory
from signaling.callbacks import KEPT_S, REST_S, TRIES
from signaling.display import CLOSING_S, LOOK_AGAIN_S
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from signaling.turn import CALLBACK_HANDICAP_S
from tests.signaling.stage import TOML, Stage

SEALED = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn"
NOT_REACHED = m.EndReason.CONNECT_FAILED


@pytest.fixture
def stage() -> Stage:
    return Stage()


def wanted(stage: Stage, booth: str = "b1") -> str:
    number = stage.joins(booth)
    stage.says(booth, m.RequestCallback(ticket=number, sealed=SEALED))
    assert stage.told(booth, m.TicketUpdate).ticket.state is m.TicketState.CALLBACK
    return number


def taken(stage: Stage) -> str:
    number = wanted(stage)
    stage.available("anna")
    stage.says("anna", m.Accept(ticket=number))
    return number


def test_the_booth_is_free_for_the_next_citizen_who_hears_nothing_of_the_last(stage: Stage) -> None:
    number = wanted(stage)
    other = stage.joins("b1")
    stage.says("b1", m.Leave(ticket=other))
    stage.heard.clear()
    stage.available("anna")
    stage.says("anna", m.Accept(ticket=number), m.Complete(ticket=number, outcome=m.Outcome.DONE))
    stage.passes(5)
    assert stage.heard.get("b1", []) == []
    stage.goes("b1")
    stage.comes("b1")
    assert stage.told("b1", m.Welcome).ticket is None


def test_the_clerk_is_offered_it_and_gets_the_number_sealed(stage: Stage) -> None:
    number = wanted(stage)
    stage.available("anna")
    assert [said.ticket.callback for said in stage.heard["anna"] if isinstance(said, m.Offer)] == [True]
    stage.says("anna", m.Accept(ticket=number))
    told = stage.told("anna", m.Callback)
    assert (told.ticket, told.sealed, told.tries, told.booth) == (number, SEALED, 0, "b1")
    assert told.about is not None
    assert (told.about.number, told.about.callback) == (number, True)
    assert stage.clerk("anna").state is m.ClerkState.IN_CALL
    stage.says("anna", m.Complete(ticket=number, outcome=m.Outcome.DONE))
    assert stage.clerk("anna").state is m.ClerkState.WRAP_UP
    assert stage.events(number) == ["joined", "callback_wanted", "offered", "accepted", "completed"]
    assert stage.kept.tickets[number] is None


def test_citizens_at_booths_go_first_until_it_has_waited_its_while(stage: Stage) -> None:
    number = wanted(stage)
    stage.now += CALLBACK_HANDICAP_S - 60
    sitting = stage.joins("b2")
    stage.available("anna")
    assert stage.clerk("anna").ticket == sitting
    stage.says("anna", m.Accept(ticket=sitting))
    stage.passes(120)
    stage.joins("b3")
    stage.available("bert")
    assert stage.clerk("bert").ticket == number


def test_it_can_be_picked(stage: Stage) -> None:
    number = wanted(stage)
    stage.comes("anna", "bert")
    stage.says("anna", m.Pick(ticket=number))
    assert stage.told("anna", m.Callback).sealed == SEALED
    assert stage.refused("bert", m.Pick(ticket=number)) == ErrorId.TICKET_GONE


def test_nobody_answers_so_it_rests_and_is_closed_after_so_many_tries(stage: Stage) -> None:
    number = taken(stage)
    for tries in range(1, TRIES):
        stage.says("anna", m.ReturnToQueue(ticket=number, reason=NOT_REACHED), m.SetAvailability(available=True))
        stage.passes(REST_S - 1)
        assert stage.clerk("anna").ticket is None
        stage.passes(2)
        stage.says("anna", m.Accept(ticket=number))
        assert stage.told("anna", m.Callback).tries == tries
    stage.says("anna", m.ReturnToQueue(ticket=number, reason=NOT_REACHED))
    assert number not in stage.hall.tickets
    assert stage.events(number)[-2:] == ["accepted", "given_up"]


def test_given_back_untried_it_does_not_count_as_a_try(stage: Stage) -> None:
    number = taken(stage)
    stage.says("anna", m.ReturnToQueue(ticket=number, reason=m.EndReason.CLERK_LEFT))
    assert (stage.ticket(number).tries, stage.ticket(number).state) == (0, m.TicketState.CALLBACK)


def test_redirected_it_asks_for_another_skill(stage: Stage) -> None:
    number = taken(stage)
    stage.says("anna", m.ReturnToQueue(ticket=number, reason=m.EndReason.REDIRECTED, service="permit"))
    assert (stage.ticket(number).service, stage.ticket(number).state) == ("permit", m.TicketState.CALLBACK)


def test_a_lost_clerk_gives_it_back_and_a_clerk_who_returns_has_it(stage: Stage) -> None:
    number = taken(stage)
    stage.goes("anna")
    stage.comes("anna")
    assert stage.told("anna", m.Callback).ticket == number
    stage.goes("anna")
    stage.passes(61)
    assert (stage.ticket(number).tries, stage.ticket(number).state) == (0, m.TicketState.CALLBACK)


def test_a_restart_keeps_it_and_its_rest(stage: Stage) -> None:
    number = taken(stage)
    stage.says("anna", m.ReturnToQueue(ticket=number, reason=NOT_REACHED))
    stage.restart()
    stage.available("anna")
    assert stage.clerk("anna").ticket is None
    stage.passes(REST_S + 1)
    stage.restart()
    stage.comes("anna")
    assert stage.told("anna", m.Offer).ticket.number == number
    stage.says("anna", m.Accept(ticket=number))
    assert stage.told("anna", m.Callback).sealed == SEALED


def test_numbers_are_not_kept_for_ever(stage: Stage) -> None:
    number = wanted(stage)
    stage.passes(KEPT_S + 1)
    assert number not in stage.hall.tickets
    assert stage.kept.tickets[number] is None


def test_what_is_offered_is_withdrawn_when_its_citizen_wants_to_be_called(stage: Stage) -> None:
    stage.available("anna")
    number = stage.joins("b1")
    stage.says("b1", m.RequestCallback(ticket=number, sealed=SEALED))
    withdrawn = [said for said in stage.heard["anna"] if isinstance(said, m.OfferWithdrawn)]
    assert [said.reason for said in withdrawn] == ["callback_requested"]
    assert stage.ticket(number).state is m.TicketState.CALLBACK_OFFERED  # As a callback, to the same clerk.


def test_who_is_in_call_is_not_called_back_and_nobody_asks_for_others(stage: Stage) -> None:
    number = stage.call()
    assert stage.refused("b1", m.RequestCallback(ticket=number, sealed=SEALED)) == ErrorId.UNEXPECTED_MESSAGE
    waiting = stage.joins("b2")
    assert stage.refused("b1", m.RequestCallback(ticket=waiting, sealed=SEALED)) == ErrorId.TICKET_UNKNOWN
    stage.says("b2", m.RequestCallback(ticket=waiting, sealed=SEALED))
    assert stage.refused("b2", m.Leave(ticket=waiting)) == ErrorId.TICKET_GONE


def test_it_is_proposed_when_nobody_is_there(stage: Stage) -> None:
    stage.comes("b1")
    stage.says("b1", m.Join(service="certificate", language="de"))
    stage.passes(1)
    assert stage.told("b1", m.TicketUpdate).ticket.callback_offered
    stage.available("anna")
    stage.passes(1)
    assert not stage.told("b1", m.TicketUpdate).ticket.callback_offered


def test_it_is_proposed_as_closing_comes_near_though_nothing_else_happens() -> None:
    hours = '[regions.hours]\nmon = ["00:00-24:00"]\ntue = ["00:00-18:00"]\nwed = ["00:00-24:00"]\n'
    toml = TOML.replace('name = "Elbtal"\n', 'name = "Elbtal"\n' + hours)
    stage = Stage(directory.parse(toml))
    closes = datetime.datetime(2026, 9, 22, 18, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).timestamp()
    stage.now = closes - CLOSING_S - 600
    # The only clerk has somebody else in hand.
    stage.call("b2", "anna")
    stage.comes("b1")
    stage.says("b1", m.Join(service="certificate", language="de"))
    stage.passes(1)
    assert not stage.told("b1", m.TicketUpdate).ticket.callback_offered
    stage.passes(600 + LOOK_AGAIN_S)
    assert stage.told("b1", m.TicketUpdate).ticket.callback_offered
