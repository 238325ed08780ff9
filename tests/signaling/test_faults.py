"""Every state x every fault, on the real core with a virtual clock: nobody is lost, stuck, offered twice or a ghost.

What can happen to a ticket, to an invitation and to a guest's leg is played by `MOVES`, one for each event. A *scene*
is a ticket's state together with those of its guest. The scenes that the moves lead to are found by walking the
transition tables: a new state or event without a move fails the walk, and one with a move meets every fault.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import pytest

from signaling import directory
from signaling.callbacks import KEPT_S, REST_S, TRIES
from signaling.guest import INVITATION, LEG, LegState
from signaling.guests import LOOKING_S
from signaling.protocol import messages as m
from signaling.ticket import AWAY, STANDING, TICKET, Ticket
from tests.signaling.stage import TOML, Stage

KNOWN = directory.parse(TOML.replace("booth_lease_seconds = 120", "booth_lease_seconds = 15"))
"""A booth may be lost while its ticket is offered: an offer lasts longer."""
BOOTH, OTHER_BOOTH = "b1", "b2"
CLERKS: Final = ("anna", "bert", "cleo")
OFFER_S, PARK_S = KNOWN.offer_seconds + 1, KNOWN.park_seconds + 1
BOOTH_LEASE_S, CLERK_LEASE_S = KNOWN.booth_lease_seconds + 1, KNOWN.clerk_lease_seconds + 1

S, I = m.TicketState, m.InviteState  # noqa: E741
Scene = tuple[str, str, str]
"""State of the ticket, of the invitation ("" without one), and of the guest's leg to the booth ("" without one)."""


@dataclass
class Act:
    """A stage with one ticket and three clerks, and the instances the peers have now."""

    stage: Stage
    number: str
    runs: dict[str, int]

    @property
    def ticket(self) -> Ticket | None:
        return self.stage.hall.tickets.get(self.number)

    @property
    def holder(self) -> str:
        ticket = self.ticket
        assert ticket is not None
        assert ticket.clerk is not None
        return ticket.clerk

    @property
    def guest(self) -> str:
        ticket = self.ticket
        assert ticket is not None
        assert ticket.guest is not None
        assert ticket.guest.clerk is not None
        return ticket.guest.clerk

    @property
    def idle(self) -> str:
        """A clerk who has nothing in hand."""
        return next(name for name in CLERKS if name in self.stage.lines and self.stage.clerk(name).ticket is None)

    def scene(self) -> Scene:
        ticket = self.ticket
        if ticket is None:
            return next(e.to_state for e in reversed(self.stage.kept.events) if e.about == "ticket"), "", ""
        leg = next((leg.state for leg in ticket.guest.legs), "") if ticket.guest is not None else ""
        return ticket.state, ticket.guest.state if ticket.guest is not None else "", leg

    def says(self, name: str, *said: m.FromClient) -> None:
        self.stage.says(name, *said)

    def back(self, name: str, *, anew: bool = False) -> None:
        self.runs[name] += anew
        self.stage.comes(name, instance=f"instance-{self.runs[name]}")

    def anew(self, name: str) -> None:
        self.stage.goes(name)
        self.back(name, anew=True)

    def loses(self, name: str, seconds: float) -> None:
        if name in self.stage.lines:
            self.stage.goes(name)
        self.stage.passes(seconds)

    def stands(self, leg: int | None = None) -> None:
        """Whoever tells of a leg says that it stands."""
        ticket = self.ticket
        assert ticket is not None
        if leg is None:
            said = m.Connected(ticket=self.number, leg=ticket.leg, generation=ticket.generation)
            self.says(self.holder, said)
            return
        assert ticket.guest is not None
        mine = ticket.guest.legs[leg]
        self.says(self.guest, m.Connected(ticket=self.number, leg=mine.number, generation=mine.generation))


def opening() -> Act:
    """A citizen waits; three clerks are there and paused."""
    stage = Stage(KNOWN)
    stage.comes(*CLERKS, instance="instance-1")
    stage.comes(BOOTH, instance="instance-1")
    number = stage.joins(BOOTH)
    return Act(stage, number, dict.fromkeys((BOOTH, OTHER_BOOTH, *CLERKS), 1))


def offer(act: Act) -> None:
    """To the first clerk who has nothing in hand, and to nobody else."""
    name = act.idle
    for other in CLERKS:
        if other != name and act.stage.clerk(other).state is m.ClerkState.AVAILABLE:
            act.says(other, m.SetAvailability(available=False))
    act.says(name, m.SetAvailability(available=True))


def give_up_callback(act: Act) -> None:
    ticket = act.ticket
    assert ticket is not None
    if ticket.state is S.CALLBACK:
        act.stage.passes(KEPT_S + 1)
        return
    for _ in range(TRIES - ticket.tries - 1):
        act.says(act.holder, m.ReturnToQueue(ticket=act.number, reason=m.EndReason.CONNECT_FAILED))
        act.stage.passes(REST_S + 1)
        act.says(act.idle, m.Pick(ticket=act.number))
    act.says(act.holder, m.ReturnToQueue(ticket=act.number, reason=m.EndReason.CONNECT_FAILED))


def give_back(act: Act, reason: m.EndReason, language: str | None = None) -> None:
    act.says(act.holder, m.ReturnToQueue(ticket=act.number, reason=reason, language=language))


def end_offer(act: Act) -> None:
    name = act.holder if act.scene()[1] == "" else act.guest
    act.says(name, m.SetAvailability(available=False))


def invite(act: Act, name: str | None = None) -> None:
    act.says(act.holder, m.Invite(ticket=act.number, purpose="transfer", clerk=name))


def invite_by_name(act: Act) -> None:
    """What is offered now was for anybody; so somebody is asked by name."""
    name = "bert" if act.holder != "bert" else "cleo"
    act.says(act.holder, m.CancelInvite(ticket=act.number))
    if act.scene()[0] == S.CONNECTING:
        act.stands()
    invite(act, name)
    if act.scene()[1] == I.LOOKING:
        act.says(name, m.SetAvailability(available=True))


def refuse_by_name(act: Act) -> None:
    invite_by_name(act)
    act.says(act.guest, m.Decline(ticket=act.number))


def give_up_invitation(act: Act) -> None:
    if act.scene()[1] == I.OFFERED:
        invite_by_name(act)
        act.stage.passes(OFFER_S)
    else:
        act.stage.passes(LOOKING_S + 1)


def connect_guest(act: Act) -> None:
    for leg in (0, 1):
        act.stands(leg)


Move = Callable[[Act], None]
MOVES: Final[dict[tuple[str, str], Move]] = {
    ("ticket", "offered"): offer,
    ("ticket", "offer_ended"): end_offer,
    ("ticket", "accepted"): lambda act: act.says(act.holder, m.Accept(ticket=act.number)),
    ("ticket", "picked"): lambda act: act.says(act.idle, m.Pick(ticket=act.number)),
    ("ticket", "connected"): lambda act: act.stands(),
    ("ticket", "held"): lambda act: act.says(act.holder, m.Hold(ticket=act.number, held=True)),
    ("ticket", "resumed"): lambda act: act.says(act.holder, m.Hold(ticket=act.number, held=False)),
    ("ticket", "renewed"): lambda act: act.anew(act.holder),
    ("ticket", "handed_over"): lambda act: act.says(act.holder, m.HandOver(ticket=act.number)),
    ("ticket", "parked"): lambda act: act.says(act.holder, m.Park(ticket=act.number)),
    ("ticket", "unparked"): lambda act: act.says(act.holder, m.Unpark(ticket=act.number)),
    ("ticket", "park_ended"): lambda act: act.stage.passes(PARK_S),
    ("ticket", "callback_wanted"): lambda act: act.says(
        BOOTH, m.RequestCallback(ticket=act.number, sealed="a.b.c.d.e")
    ),
    ("ticket", "not_reached"): lambda act: give_back(act, m.EndReason.CONNECT_FAILED),
    ("ticket", "given_up"): give_up_callback,
    ("ticket", "returned"): lambda act: give_back(act, m.EndReason.CLERK_LEFT),
    ("ticket", "redirected"): lambda act: give_back(act, m.EndReason.REDIRECTED, "en"),
    ("ticket", "completed"): lambda act: act.says(act.holder, m.Complete(ticket=act.number, outcome=m.Outcome.DONE)),
    ("ticket", "left"): lambda act: act.says(BOOTH, m.Leave(ticket=act.number)),
    ("ticket", "booth_lost"): lambda act: act.loses(BOOTH, BOOTH_LEASE_S),
    ("invitation", "invited"): invite,
    ("invitation", "entered"): lambda act: act.says(act.idle, m.JoinCall(ticket=act.number)),
    ("invitation", "offered"): offer,
    ("invitation", "offer_ended"): lambda act: act.says(act.guest, m.Decline(ticket=act.number)),
    ("invitation", "accepted"): lambda act: act.says(act.guest, m.Accept(ticket=act.number)),
    ("invitation", "refused"): refuse_by_name,
    ("invitation", "given_up"): give_up_invitation,
    ("invitation", "cancelled"): lambda act: act.says(act.holder, m.CancelInvite(ticket=act.number)),
    ("invitation", "left"): lambda act: act.says(act.guest, m.LeaveCall(ticket=act.number)),
    ("invitation", "handed_over"): lambda act: act.says(act.holder, m.HandOver(ticket=act.number)),
    ("leg", "connected"): connect_guest,
    ("leg", "renewed"): lambda act: act.anew(act.guest),
    ("leg", "ended"): lambda act: act.says(act.guest, m.LeaveCall(ticket=act.number)),
}


def possible(scene: Scene) -> list[tuple[str, str]]:
    """The moves of a scene, by the tables."""
    ticket, invitation, leg = scene
    moves = [("ticket", str(event)) for event in TICKET.transitions[S(ticket)]]
    if ticket in STANDING and not invitation:
        moves += [("invitation", "invited"), ("invitation", "entered")]
    if invitation:
        entered = invitation == I.LOOKING  # A supervisor enters without an invitation before.
        moves += [
            ("invitation", str(event))
            for event in INVITATION.transitions[I(invitation)]
            if not (entered and event == "entered")
        ]
    if leg:
        moves += [("leg", str(event)) for event in LEG.transitions[LegState(leg)]]
    if leg != LegState.STANDING:  # Nobody is there to hand over to.
        moves = [move for move in moves if move[1] != "handed_over"]
    return moves


def play(path: tuple[tuple[str, str], ...]) -> Act:
    act = opening()
    for move in path:
        MOVES[move](act)
    return act


@cache
def walk() -> tuple[dict[Scene, tuple[tuple[str, str], ...]], frozenset[tuple[str, str | None, str]]]:
    """A shortest way to each scene that the moves lead to, and every transition taken on the way."""
    ways: dict[Scene, tuple[tuple[str, str], ...]] = {}
    taken: set[tuple[str, str | None, str]] = set()
    start = opening()
    ways[start.scene()] = ()
    queue = deque([start.scene()])
    while queue:
        scene = queue.popleft()
        for move in possible(scene):
            act = play(ways[scene])
            assert act.scene() == scene
            before = len(act.stage.kept.events)
            MOVES[move](act)
            events = act.stage.kept.events[before:]
            assert move in {(event.about, event.event) for event in events}, (scene, move)
            taken |= {(event.about, event.from_state, event.event) for event in events}
            found = act.scene()
            if found not in ways:
                ways[found] = (*ways[scene], move)
                queue.append(found)
    return ways, frozenset(taken)


def test_the_walk_takes_every_transition_of_every_table() -> None:
    ways, taken = walk()
    for lifecycle in (TICKET, INVITATION, LEG):
        for state, row in lifecycle.transitions.items():
            assert {(lifecycle.name, state, event) for event in row} <= taken
    assert {state for state, _, _ in ways} == set(S)


def invariants(act: Act) -> None:
    """What must hold at any time, whatever has happened."""
    hall = act.stage.hall
    in_hand: list[str] = []
    for ticket in hall.tickets.values():
        if ticket.guest is not None:
            assert ticket.calling, "a guest without a call"
            assert ticket.guest.clerk != ticket.clerk
            assert len(ticket.guest.legs) == (2 if ticket.guest.joined else 0), "a ghost leg"
            if ticket.guest.clerk is not None:
                in_hand.append(ticket.guest.clerk)
                assert hall.clerks[ticket.guest.clerk].ticket == ticket.number
        if ticket.clerk is not None:
            assert ticket.clerk in hall.clerks, "held by nobody"
            if ticket.state is not S.PARKED:
                in_hand.append(ticket.clerk)
                assert hall.clerks[ticket.clerk].ticket == ticket.number
        assert (ticket.clerk is None) is (ticket.state in (S.WAITING, S.CALLBACK))
    assert len(set(in_hand)) == len(in_hand), "one clerk in two calls, or a ticket offered twice"
    for clerk in hall.clerks.values():
        busy = clerk.state in (m.ClerkState.OFFERED, m.ClerkState.CONNECTING, m.ClerkState.IN_CALL)
        assert busy is (clerk.name in in_hand), "busy without a ticket"
        assert busy is (clerk.ticket is not None)


@dataclass(frozen=True)
class Fault:
    """What goes wrong; whether the citizen's end was away too long; by which name it is told."""

    name: str
    happens: Callable[[Act, str], None]
    who: str
    booth_gone: bool = False


def restart(act: Act, _name: str) -> None:
    act.stage.restart()
    for name in (BOOTH, *CLERKS):
        act.back(name)


def restart_alone(act: Act, _name: str) -> None:
    """Nobody comes back but the booth."""
    act.stage.restart()
    act.back(BOOTH)
    act.stage.passes(CLERK_LEASE_S)


def cut(seconds: float) -> Callable[[Act, str], None]:
    def happens(act: Act, name: str) -> None:
        act.loses(name, seconds)
        act.back(name)

    return happens


def gone(seconds: float) -> Callable[[Act, str], None]:
    return lambda act, name: act.loses(name, seconds)


FAULTS: Final = [
    Fault("switchboard killed, all come back", restart, ""),
    Fault("switchboard killed, clerks stay away", restart_alone, ""),
    *(
        fault
        for who in ("holder", "guest")
        for fault in (
            Fault("short cut", cut(2.0), who),
            Fault("long cut", cut(CLERK_LEASE_S), who),
            Fault("gone for good", gone(CLERK_LEASE_S), who),
            Fault("started anew", lambda act, name: act.anew(name), who),
            Fault("started anew on top", lambda act, name: act.back(name, anew=True), who),
        )
    ),
    Fault("short cut", cut(2.0), "booth"),
    Fault("long cut", cut(BOOTH_LEASE_S), "booth", booth_gone=True),
    Fault("gone for good", gone(BOOTH_LEASE_S), "booth", booth_gone=True),
    Fault("started anew", lambda act, name: act.anew(name), "booth"),
    Fault("started anew on top", lambda act, name: act.back(name, anew=True), "booth"),
]


def whom(act: Act, fault: Fault) -> str | None:
    """The peer a fault befalls; None when there is no such peer in the scene."""
    ticket = act.ticket
    match fault.who:
        case "":
            return ""
        case "booth":
            return BOOTH if BOOTH in act.stage.lines else None
        case "holder":
            return ticket.clerk if ticket is not None else None
        case _:
            return ticket.guest.clerk if ticket is not None and ticket.guest is not None else None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.who or 'all'}: {fault.name}")
def test_every_state_survives_the_fault(fault: Fault) -> None:
    met = 0
    for scene, way in walk()[0].items():
        act = play(way)
        ticket = act.ticket
        name = whom(act, fault)
        if ticket is None or name is None:
            continue
        met += 1
        place, at_booth = ticket.turn_at, ticket.state not in AWAY
        fault.happens(act, name)
        invariants(act)
        after = act.ticket
        if fault.booth_gone and at_booth:
            assert after is None, scene
        else:
            assert after is not None, f"{scene}: a place is lost"
            assert after.turn_at == place, f"{scene}: another place"
        goes_on(act)
    assert met, "the fault never happens"


def goes_on(act: Act) -> None:
    """Whatever is left can be brought to its end by those who come."""
    for name in (BOOTH, *CLERKS):
        if name not in act.stage.lines:
            act.back(name)
    act.stage.passes(PARK_S + REST_S)
    invariants(act)
    for name in CLERKS:
        act.says(name, m.SetAvailability(available=True))
    ticket = act.ticket
    for _ in range(8):
        if (ticket := act.ticket) is None:
            break
        if ticket.state in (S.WAITING, S.CALLBACK):
            act.stage.passes(REST_S)
        elif ticket.state in (S.OFFERED, S.CALLBACK_OFFERED):
            act.says(act.holder, m.Accept(ticket=act.number))
        elif ticket.state is S.CONNECTING:
            act.stands()
        elif ticket.state is S.HELD:
            act.says(act.holder, m.Hold(ticket=act.number, held=False))
        else:
            act.says(act.holder, m.Complete(ticket=act.number, outcome=m.Outcome.DONE))
        invariants(act)
    assert ticket is None, f"stuck in {act.scene()}"
    for name in CLERKS:
        act.says(name, m.SetAvailability(available=False))
    invariants(act)
    assert all(act.stage.clerk(name).state is m.ClerkState.PAUSED for name in CLERKS)
