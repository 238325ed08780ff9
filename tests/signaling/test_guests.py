"""Three in a call: guests are invited or enter, have legs of their own, and can be handed the call."""

from __future__ import annotations

import pytest

from signaling.clerk import Grant
from signaling.guests import LOOKING_S
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from signaling.turn import APPOINTMENT_HEAD_START_S
from tests.signaling.stage import ISSUER, Stage

SIGNING = Grant(frozenset({"clerk"}), frozenset({"elbtal"}), frozenset(), frozenset({"de"}), frozenset({"signing"}))
ELSEWHERE = Grant(
    frozenset({"clerk", "supervisor"}), frozenset({"heide"}), frozenset({"certificate"}), frozenset({"de"})
)
State = m.InviteState


@pytest.fixture
def stage() -> Stage:
    return Stage()


def three(stage: Stage, purpose: str = "join") -> str:
    """A call of b1 and anna that bert has joined, on legs 1 (to the booth) and 2 (to anna); both stand."""
    number = stage.call()
    stage.available("bert")
    stage.says("anna", m.Invite(ticket=number, purpose=purpose))  # type: ignore[arg-type]
    stage.says("bert", m.Accept(ticket=number))
    stage.says("bert", *(m.Connected(ticket=number, leg=leg, generation=1) for leg in (1, 2)))
    stage.heard.clear()
    return number


def states(stage: Stage, name: str) -> list[m.InviteState]:
    return [update.state for update in stage.hears(name, m.InviteUpdate)]


def test_whoever_has_the_skill_is_asked_and_gets_two_legs(stage: Stage) -> None:
    number = stage.call()
    stage.available("bert")
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    offers = [said for said in stage.heard["bert"] if isinstance(said, m.Offer)]
    assert [(offer.ticket.number, offer.purpose, offer.guest_role) for offer in offers] == [(number, "join", "clerk")]
    stage.says("bert", m.Accept(ticket=number))
    to_booth, to_holder = stage.hears("bert", m.Call)
    assert (to_booth.leg, to_booth.other, to_booth.role, to_booth.clerk) == (1, "booth", "guest", "bert")
    assert (to_holder.leg, to_holder.other, to_holder.role, to_holder.clerk) == (2, "clerk", "guest", "anna")
    at_booth = stage.told("b1", m.Call)
    assert (at_booth.leg, at_booth.other, at_booth.role, at_booth.clerk) == (1, "clerk", "guest", "bert")
    assert (at_booth.guest_role, at_booth.clerk_issuer, at_booth.generation) == ("clerk", ISSUER, 1)
    at_holder = next(said for said in stage.heard["anna"] if isinstance(said, m.Call))
    assert (at_holder.leg, at_holder.other, at_holder.role, at_holder.clerk) == (2, "clerk", "holder", "bert")
    assert states(stage, "anna") == [State.LOOKING, State.OFFERED, State.JOINED]
    assert stage.clerk("bert").state is m.ClerkState.CONNECTING
    stage.says("bert", m.Connected(ticket=number, leg=1, generation=1))
    assert stage.clerk("bert").state is m.ClerkState.IN_CALL


def test_what_is_said_on_a_leg_reaches_its_other_end_alone(stage: Stage) -> None:
    number = three(stage)
    stage.heard.clear()
    for leg, hearer in ((1, "b1"), (2, "anna")):
        said = m.Description(ticket=number, leg=leg, generation=1, kind="offer", sdp="v=0", seal="s")
        stage.says("bert", said)
        assert stage.hears(hearer, m.Description) == [said]
    said = m.Description(ticket=number, generation=1, kind="offer", sdp="v=0", seal="s")
    stage.says("anna", said)
    assert stage.hears("b1", m.Description) == [said]
    assert stage.heard.get("bert", []) == []
    assert (
        stage.refused("anna", m.Candidate(ticket=number, leg=1, generation=1, candidate=None)) == ErrorId.TICKET_GONE
    )


def test_a_leg_is_renewed_without_the_others(stage: Stage) -> None:
    number = three(stage)
    stage.heard.clear()
    stage.says("bert", m.Renew(ticket=number, leg=1, generation=1))
    assert [(said.leg, said.generation, said.resumed) for said in stage.hears("b1", m.Call)] == [(1, 2, True)]
    assert stage.hears("anna", m.Call) == []
    assert (stage.ticket(number).generation, stage.ticket(number).state) == (1, m.TicketState.IN_CALL)


@pytest.mark.parametrize(("peer", "renewed"), [("b1", {0, 1}), ("anna", {0, 2}), ("bert", {1, 2})])
def test_an_end_that_starts_anew_has_its_legs_set_up_anew(stage: Stage, peer: str, renewed: set[int]) -> None:
    three(stage)
    stage.heard.clear()
    stage.comes(peer, instance="instance-2")
    assert {said.leg for said in stage.hears(peer, m.Call)} == renewed


@pytest.mark.parametrize("peer", ["b1", "anna", "bert"])
def test_standing_legs_survive_a_short_interruption_and_a_restart(stage: Stage, peer: str) -> None:
    number = three(stage)
    stage.goes(peer)
    stage.comes(peer)
    assert stage.hears(peer, m.Call) == []
    stage.restart()
    stage.comes("b1", "anna", "bert")
    assert stage.hears(peer, m.Call) == []
    guest = stage.ticket(number).guest
    assert guest is not None
    assert [(leg.number, leg.generation) for leg in guest.legs] == [(1, 1), (2, 1)]


def test_the_guest_leaves_and_the_call_goes_on(stage: Stage) -> None:
    number = three(stage)
    stage.heard.clear()
    stage.says("bert", m.LeaveCall(ticket=number))
    assert [(said.leg, said.reason) for said in stage.hears("b1", m.LegEnded)] == [(1, m.EndReason.CLERK_LEFT)]
    assert [said.leg for said in stage.heard["anna"] if isinstance(said, m.LegEnded)] == [2]
    assert states(stage, "anna") == [State.LEFT]
    assert stage.clerk("bert").state is m.ClerkState.AVAILABLE
    assert stage.ticket(number).state is m.TicketState.IN_CALL
    # Legs are never used again.
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    stage.says("bert", m.Accept(ticket=number))
    assert [said.leg for said in stage.hears("bert", m.Call)] == [3, 4]
    # What was on its way when the leg ended is passed over.
    stage.heard.clear()
    stage.says("b1", m.Candidate(ticket=number, leg=1, generation=1, candidate=None))
    assert stage.heard.get("b1", []) == []


def test_a_guest_who_is_lost_leaves_after_the_lease(stage: Stage) -> None:
    number = three(stage)
    stage.goes("bert")
    assert [(said.leg, said.online) for said in stage.hears("b1", m.PeerPresence)] == [(1, False)]
    stage.passes(59)
    assert stage.ticket(number).guest is not None
    stage.passes(2)
    assert [said.reason for said in stage.hears("b1", m.LegEnded)] == [m.EndReason.CLERK_LOST]
    assert stage.ticket(number).guest is None
    assert "bert" not in stage.hall.clerks


def test_the_call_is_handed_over(stage: Stage) -> None:
    number = three(stage, "transfer")
    stage.says("anna", m.Hold(ticket=number, held=True))
    stage.heard.clear()
    stage.says("anna", m.HandOver(ticket=number))
    assert [said.leg for said in stage.heard["b1"] if isinstance(said, m.HandedOver)] == [1]
    assert [said.held for said in stage.heard["b1"] if isinstance(said, m.CallHeld)] == [False]
    assert [said.leg for said in stage.heard["b1"] if isinstance(said, m.LegEnded)] == [0]
    assert [said.leg for said in stage.heard["bert"] if isinstance(said, m.LegEnded)] == [2]
    assert stage.told("bert", m.HandedOver).leg == 1
    assert stage.told("anna", m.CallEnded).reason == m.EndReason.HANDED_OVER
    assert stage.clerk("anna").state is m.ClerkState.WRAP_UP
    view = stage.told("b1", m.TicketUpdate).ticket
    assert (view.leg, view.generation, view.state) == (1, 1, m.TicketState.IN_CALL)
    stage.says("bert", m.Renew(ticket=number, leg=1, generation=1))
    assert [(said.leg, said.generation, said.role) for said in stage.hears("b1", m.Call)] == [(1, 2, "holder")]
    stage.says("bert", m.Connected(ticket=number, leg=1, generation=2))
    stage.says("bert", m.Complete(ticket=number, outcome=m.Outcome.DONE))
    assert number not in stage.hall.tickets


def test_a_holder_who_is_lost_leaves_the_call_to_the_guest(stage: Stage) -> None:
    number = three(stage)
    stage.goes("anna")
    stage.passes(61)
    assert (stage.ticket(number).clerk, stage.ticket(number).state) == ("bert", m.TicketState.IN_CALL)
    assert stage.told("bert", m.HandedOver).leg == stage.told("b1", m.HandedOver).leg == 1
    assert "anna" not in stage.hall.clerks
    assert [event.reason for event in stage.kept.events if event.event == "handed_over"] == [None, "clerk_lost"]


def test_it_is_not_handed_over_to_nobody_or_to_who_is_not_connected(stage: Stage) -> None:
    number = stage.call()
    assert stage.refused("anna", m.HandOver(ticket=number)) == ErrorId.UNEXPECTED_MESSAGE
    stage.available("bert")
    stage.says("anna", m.Invite(ticket=number, purpose="transfer"))
    assert stage.refused("anna", m.HandOver(ticket=number)) == ErrorId.UNEXPECTED_MESSAGE
    stage.says("bert", m.Accept(ticket=number))
    assert stage.refused("anna", m.HandOver(ticket=number)) == ErrorId.UNEXPECTED_MESSAGE
    assert stage.refused("bert", m.HandOver(ticket=number)) == ErrorId.TICKET_GONE


def test_an_interpreter_is_found_by_language_and_needs_and_takes_nothing_over(stage: Stage) -> None:
    number = stage.call()
    stage.available("ines", grant=SIGNING)
    stage.available("bert")
    wish = m.Invite(ticket=number, purpose="join", role="interpreter", needs=["signing"])
    stage.says("anna", wish)
    stage.says("ines", m.Accept(ticket=number), m.Connected(ticket=number, leg=1, generation=1))
    assert stage.told("b1", m.Call).guest_role == "interpreter"
    assert stage.refused("anna", m.HandOver(ticket=number)) == ErrorId.UNEXPECTED_MESSAGE
    assert stage.refused("anna", wish) == ErrorId.GUEST_EXISTS


def test_one_after_the_other_is_asked_and_then_there_is_nobody(stage: Stage) -> None:
    number = stage.call()
    stage.available("bert")
    stage.passes(1)
    stage.available("cleo")
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    stage.says("bert", m.Decline(ticket=number))
    assert stage.clerk("cleo").ticket == number
    stage.passes(21)
    assert stage.told("cleo", m.OfferWithdrawn).reason == "expired"
    assert stage.clerk("bert").ticket is None
    stage.passes(LOOKING_S)
    assert states(stage, "anna")[-1] is State.NOBODY
    assert stage.ticket(number).guest is None


def test_who_is_named_is_asked_and_nobody_else(stage: Stage) -> None:
    number = stage.call()
    stage.available("bert")
    stage.comes("cleo")
    stage.says("anna", m.Invite(ticket=number, purpose="join", clerk="cleo"))
    assert states(stage, "anna") == [State.LOOKING]
    stage.says("cleo", m.SetAvailability(available=True))
    assert stage.clerk("cleo").ticket == number
    stage.says("cleo", m.Decline(ticket=number))
    assert states(stage, "anna")[-1] is State.DECLINED
    assert stage.clerk("bert").ticket is None
    stage.says("anna", m.Invite(ticket=number, purpose="join", clerk="nobody"))
    assert states(stage, "anna") == [State.LOOKING, State.NOBODY]


@pytest.mark.parametrize("how", ["cancelled", "completed", "left", "holder lost"])
def test_an_invitation_ends_with_its_call(stage: Stage, how: str) -> None:
    number = stage.call()
    stage.available("bert")
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    match how:
        case "cancelled":
            stage.says("anna", m.CancelInvite(ticket=number))
        case "completed":
            stage.says("anna", m.Complete(ticket=number, outcome=m.Outcome.DONE))
        case "left":
            stage.says("b1", m.Leave(ticket=number))
        case _:
            stage.says("bert", m.Accept(ticket=number))
            stage.goes("anna")
            stage.passes(61)
            assert [said.reason for said in stage.heard["bert"] if isinstance(said, m.LegEnded)] == ["clerk_lost"] * 2
    assert stage.told("bert", m.ClerkUpdate).state is m.ClerkState.AVAILABLE or how == "holder lost"
    assert not any(ticket.guest for ticket in stage.hall.tickets.values())
    stage.passes(100)


def test_an_offer_to_join_dies_with_its_line_and_another_is_asked(stage: Stage) -> None:
    number = stage.call()
    stage.available("bert")
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    stage.goes("bert")
    stage.available("cleo")
    assert stage.clerk("cleo").ticket == number
    stage.restart()
    stage.comes("anna", "b1", "cleo")
    assert stage.clerk("cleo").ticket == number
    stage.says("cleo", m.Accept(ticket=number))
    assert states(stage, "anna")[-1] is State.JOINED


def test_who_has_waited_long_is_not_overtaken_by_an_invitation(stage: Stage) -> None:
    number = stage.call()
    waiting = stage.joins("b2")
    stage.passes(APPOINTMENT_HEAD_START_S + 1)
    stage.says("anna", m.Invite(ticket=number, purpose="join"))
    stage.available("bert")
    assert stage.clerk("bert").ticket == waiting
    stage.available("cleo")
    assert stage.clerk("cleo").ticket == number


def test_a_supervisor_joins_visibly_and_is_paused_again_afterwards(stage: Stage) -> None:
    number = stage.call()
    stage.comes("vera")
    stage.says("vera", m.JoinCall(ticket=number))
    assert stage.told("b1", m.Call).guest_role == "supervisor"
    assert stage.told("anna", m.InviteUpdate) == m.InviteUpdate(
        ticket=number, state=State.JOINED, clerk="vera", role="supervisor"
    )
    stage.restart()
    stage.comes("anna", "b1", "vera")
    stage.says("vera", m.LeaveCall(ticket=number))
    assert stage.clerk("vera").state is m.ClerkState.PAUSED


def test_a_supervisor_who_joins_is_in_the_audit_log(stage: Stage) -> None:
    number = stage.call()
    stage.comes("vera", "viktor")
    stage.says("vera", m.JoinCall(ticket=number))
    stage.refused("viktor", m.JoinCall(ticket=number))
    assert [(act.actor, act.act, act.subject, issuer) for _, act, issuer in stage.kept.acts] == [
        ("vera", "call_joined", number, ISSUER)
    ]


def test_only_supervisors_of_the_region_join_and_only_one(stage: Stage) -> None:
    number = stage.call()
    stage.comes("hans", grant=ELSEWHERE)
    stage.comes("ines", grant=SIGNING)
    for name in ("hans", "ines"):
        assert stage.refused(name, m.JoinCall(ticket=number)) == ErrorId.NOT_PERMITTED
    stage.comes("vera", "viktor")
    stage.says("vera", m.JoinCall(ticket=number))
    assert stage.refused("viktor", m.JoinCall(ticket=number)) == ErrorId.GUEST_EXISTS
    waiting = stage.joins("b2")
    assert stage.refused("viktor", m.JoinCall(ticket=waiting)) == ErrorId.UNEXPECTED_MESSAGE


def test_guests_are_in_the_log(stage: Stage) -> None:
    number = three(stage)
    stage.says("bert", m.LeaveCall(ticket=number))
    told = [(event.about, event.event) for event in stage.kept.events if event.about != "ticket"]
    assert told == [
        ("invitation", "invited"),
        ("invitation", "offered"),
        ("invitation", "accepted"),
        ("leg", "begun"),
        ("leg", "begun"),
        ("leg", "connected"),
        ("leg", "connected"),
        ("leg", "ended"),
        ("leg", "ended"),
        ("invitation", "left"),
    ]
