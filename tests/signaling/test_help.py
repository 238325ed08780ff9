"""Calls for help: silent at the booth, seen by the supervisors of the region, never lost."""

from __future__ import annotations

import pytest

from signaling.clerk import Grant
from signaling.help import KEPT_S
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from tests.signaling.stage import Stage

ELSEWHERE = Grant(frozenset({"supervisor"}), frozenset({"heide"}))
CLERK = Grant(frozenset({"clerk"}), frozenset({"elbtal"}), frozenset({"certificate"}), frozenset({"de"}))


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.comes("vera")
    stage.comes("hans", grant=ELSEWHERE)
    for name in ("vera", "hans"):
        stage.says(name, m.WatchStatistics(watch=True))
    return stage


def asked(stage: Stage) -> tuple[str, str]:
    """A ticket in call and the id of a call for help about it."""
    number = stage.call()
    stage.says("anna", m.AskHelp(ticket=number))
    return number, stage.told("anna", m.HelpState).request


def test_the_supervisors_of_the_region_are_told_and_the_booth_is_not(stage: Stage) -> None:
    number, request = asked(stage)
    (shown,) = stage.told("vera", m.HelpUpdate).requests
    assert (shown.id, shown.clerk, shown.region, shown.booth, shown.ticket, shown.state) == (
        request,
        "anna",
        "elbtal",
        "b1",
        number,
        "open",
    )
    assert stage.hears("hans", m.HelpUpdate) == []
    assert stage.heard.get("b1", []) == []


def test_one_takes_it_and_the_clerk_and_the_others_know(stage: Stage) -> None:
    _, request = asked(stage)
    stage.comes("viktor")
    stage.says("viktor", m.WatchStatistics(watch=True))
    stage.says("viktor", m.TakeHelp(request=request))
    assert stage.told("anna", m.HelpState).state is m.HelpProgress.TAKEN
    assert [shown.state for shown in stage.told("vera", m.HelpUpdate).requests] == ["taken"]
    assert stage.refused("vera", m.TakeHelp(request=request)) == ErrorId.UNEXPECTED_MESSAGE
    stage.says("viktor", m.CloseHelp(request=request))
    assert stage.told("anna", m.HelpState).state is m.HelpProgress.CLOSED
    assert stage.told("vera", m.HelpUpdate).requests == []
    events = [(event.event, event.clerk) for event in stage.kept.events if event.about == "help"]
    assert events == [("asked", "anna"), ("taken", "viktor"), ("closed", "viktor")]
    acts = [(act.actor, act.act, act.subject) for _, act, _ in stage.kept.acts]
    assert acts == [
        ("anna", "help_asked", request),
        ("viktor", "help_taken", request),
        ("viktor", "help_closed", request),
    ]


def test_it_outlives_the_clerk_and_the_switchboard(stage: Stage) -> None:
    _, request = asked(stage)
    stage.goes("anna")
    stage.passes(61)
    stage.restart()
    stage.comes("vera", "anna")
    assert stage.told("anna", m.HelpState).request == request
    stage.says("vera", m.WatchStatistics(watch=True))
    assert [shown.id for shown in stage.told("vera", m.HelpUpdate).requests] == [request]


def test_a_clerk_asks_without_a_ticket_once_and_closes_it(stage: Stage) -> None:
    stage.comes("bert", grant=CLERK)
    stage.says("bert", m.AskHelp(), m.AskHelp())
    answers = stage.hears("bert", m.HelpState)
    assert len({answer.request for answer in answers}) == 1
    assert [shown.region for shown in stage.told("vera", m.HelpUpdate).requests] == [None]
    stage.says("bert", m.CloseHelp(request=answers[0].request))
    assert stage.told("vera", m.HelpUpdate).requests == []


def test_it_is_nobody_elses(stage: Stage) -> None:
    number, request = asked(stage)
    stage.comes("bert", grant=CLERK)
    assert stage.refused("bert", m.CloseHelp(request=request)) == ErrorId.HELP_UNKNOWN
    assert stage.refused("bert", m.TakeHelp(request=request)) == ErrorId.NOT_PERMITTED
    assert stage.refused("hans", m.TakeHelp(request=request)) == ErrorId.HELP_UNKNOWN
    assert stage.refused("bert", m.AskHelp(ticket=number)) == ErrorId.TICKET_GONE
    assert stage.refused("vera", m.TakeHelp(request="none-such")) == ErrorId.HELP_UNKNOWN


def test_it_is_not_kept_for_ever(stage: Stage) -> None:
    _, request = asked(stage)
    stage.passes(KEPT_S + 1)
    assert stage.kept.help_calls == {request: None}
