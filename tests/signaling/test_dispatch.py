"""Dispatch, tried with what hypothesis comes up with. The rule itself stands in `dispatch_rule`."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from signaling.clerk import Clerk, Grant
from signaling.dispatch import REFUSAL_PAUSE_S, Dispatch, due, eligible
from signaling.protocol.messages import ClerkState
from signaling.ticket import Ticket
from tests.signaling import dispatch_rule

REGIONS, SERVICES, LANGUAGES, NEEDS = ("elbtal", "heide"), ("certificate", "permit"), ("de", "en"), ("signing", "slow")


NAMES = [f"c{n}" for n in range(4)]


def some(values: tuple[str, ...], at_least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=at_least)


grants = st.builds(
    Grant,
    roles=st.just(frozenset({"clerk"})),
    regions=some(REGIONS, 1),
    services=some(SERVICES, 1),
    languages=some(LANGUAGES, 1),
    needs=st.just(frozenset(NEEDS)) | some(NEEDS),
)


@st.composite
def queues(draw: st.DrawFn) -> list[Ticket]:
    """Nobody refuses a ticket before it exists."""
    found = []
    for n in range(draw(st.integers(0, 8))):
        joined_at = float(draw(st.integers(0, 50)))
        refused = draw(st.dictionaries(st.sampled_from(NAMES), st.floats(0, 60), max_size=3))
        ticket = Ticket(
            number=f"AA{n:03}",
            booth=f"booth-{n}",
            region=draw(st.sampled_from(REGIONS)),
            service=draw(st.sampled_from(SERVICES)),
            language=draw(st.sampled_from((*LANGUAGES, "de-AT"))),
            joined_at=joined_at,
            needs=tuple(sorted(draw(some(NEEDS)))),
            refused={name: joined_at + after for name, after in refused.items()},
        )
        found.append(ticket)
    return found


@st.composite
def staffs(draw: st.DrawFn) -> list[Clerk]:
    return [
        Clerk(f"c{n}", float(draw(st.integers(0, 50))), draw(grants), state=ClerkState.AVAILABLE, address=n + 1)
        for n in range(draw(st.integers(0, 5)))
    ]


times = st.floats(0, 200)
quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(queues(), staffs(), times)
def test_no_ticket_goes_to_two_and_no_clerk_gets_two(
    waiting: list[Ticket], available: list[Clerk], now: float
) -> None:
    pairs = matched(waiting, available, now)
    assert len({ticket.number for ticket, _ in pairs}) == len(pairs)
    assert len({clerk.name for _, clerk in pairs}) == len(pairs)


@quick
@given(queues(), staffs(), times)
def test_only_the_eligible_are_offered_and_refusals_rest(
    waiting: list[Ticket], available: list[Clerk], now: float
) -> None:
    for ticket, clerk in matched(waiting, available, now):
        assert eligible(ticket.profile, clerk.grant)
        assert now >= ticket.refused.get(clerk.name, -REFUSAL_PAUSE_S) + REFUSAL_PAUSE_S


@quick
@given(queues(), staffs(), times)
def test_nobody_is_passed_over(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    """A ticket left waiting has no idle clerk who could take it, and none who got one whose turn began later."""
    pairs = matched(waiting, available, now)
    given_to = {clerk.name: ticket for ticket, clerk in pairs}
    offered = {ticket.number for ticket, _ in pairs}
    for ticket in waiting:
        if ticket.number in offered:
            continue
        for clerk in available:
            if eligible(ticket.profile, clerk.grant) and due(ticket, clerk) <= now:
                got = given_to[clerk.name]
                assert (due(got, clerk), got.number) < (due(ticket, clerk), ticket.number)


@quick
@given(queues(), staffs(), times)
def test_the_longest_idle_eligible_clerk_is_first(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    pairs = matched(waiting, available, now)
    if pairs:
        ticket, chosen = pairs[0]
        fresh = [c for c in available if eligible(ticket.profile, c.grant) and c.name not in ticket.refused]
        if chosen.name not in ticket.refused:
            assert chosen.since == min(clerk.since for clerk in fresh)


@quick
@given(queues(), staffs(), st.randoms(use_true_random=False))
def test_nobody_starves(waiting: list[Ticket], available: list[Clerk], chance: random.Random) -> None:
    """Clerks decline as they like; still every ticket that somebody can serve is offered, again and again."""
    now, offers = 200.0, dict.fromkeys((ticket.number for ticket in waiting), 0)
    for _ in range(80):
        for ticket, clerk in matched(waiting, available, now):
            offers[ticket.number] += 1
            clerk.since = now
            ticket.refused[clerk.name] = now
        now += chance.choice((1.0, REFUSAL_PAUSE_S))
    for ticket in waiting:
        served = any(eligible(ticket.profile, clerk.grant) for clerk in available)
        assert (offers[ticket.number] >= 2) is served


@quick
@given(queues(), staffs(), times)
def test_others_are_asked_before_one_who_refused(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    pairs = matched(waiting, available, now)
    busy = {clerk.name for _, clerk in pairs}
    for ticket, clerk in pairs:
        if clerk.name in ticket.refused and ticket.joined_at <= now:
            others = [c for c in available if eligible(ticket.profile, c.grant) and c.name not in ticket.refused]
            assert busy.issuperset(other.name for other in others)


class Day(RuleBasedStateMachine):
    """Citizens and clerks come, go, decline and wait; after each step the dispatch must do what the rule says."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.dispatch = Dispatch()
        self.waiting: dict[str, Ticket] = {}
        self.offered: dict[str, tuple[Ticket, Clerk]] = {}
        self.idle: dict[str, Clerk] = {}
        self.count = 0

    @rule(
        region=st.sampled_from(REGIONS),
        service=st.sampled_from(SERVICES),
        language=st.sampled_from((*LANGUAGES, "de-AT")),
        needs=some(NEEDS),
        ago=st.integers(-40, 50),
        refused=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 60), max_size=2),
    )
    def citizen_joins(
        self, region: str, service: str, language: str, needs: frozenset[str], ago: int, refused: dict[str, int]
    ) -> None:
        self.count += 1
        number = f"AA{self.count:03}"
        ticket = Ticket(number, f"booth-{number}", region, service, language, self.now - ago, tuple(sorted(needs)))
        ticket.refused = {name: self.now - since for name, since in refused.items()}
        self.waiting[number] = ticket
        self.dispatch.wait(ticket)

    @rule(chance=st.randoms(use_true_random=False))
    def citizen_leaves(self, chance: random.Random) -> None:
        if self.waiting:
            self.dispatch.leave(self.waiting.pop(chance.choice(sorted(self.waiting))).number)

    @rule(grant=grants, name=st.sampled_from(NAMES))
    def clerk_is_idle(self, grant: Grant, name: str) -> None:
        if not any(name == clerk.name for _, clerk in self.offered.values()):
            self.idle[name] = Clerk(name, self.now, grant, state=ClerkState.AVAILABLE, address=1)
            self.dispatch.idle(self.idle[name])

    @rule(name=st.sampled_from(NAMES))
    def clerk_goes(self, name: str) -> None:
        self.idle.pop(name, None)
        self.dispatch.busy(name)

    @rule(chance=st.randoms(use_true_random=False))
    def clerk_declines(self, chance: random.Random) -> None:
        if self.offered:
            ticket, clerk = self.offered.pop(chance.choice(sorted(self.offered)))
            ticket.refused[clerk.name] = clerk.since = self.now
            self.waiting[ticket.number], self.idle[clerk.name] = ticket, clerk
            self.dispatch.wait(ticket)
            self.dispatch.idle(clerk)

    @rule(chance=st.randoms(use_true_random=False))
    def clerk_serves(self, chance: random.Random) -> None:
        if self.offered:
            del self.offered[chance.choice(sorted(self.offered))]

    @rule(seconds=st.sampled_from((0.5, 7.0, REFUSAL_PAUSE_S)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def offers_are_made(self) -> None:
        expected = dispatch_rule.assign(self.waiting.values(), self.idle.values(), self.now)
        pairs = self.dispatch.match(self.now)
        assert [(ticket.number, clerk.name) for ticket, clerk in pairs] == [(t.number, c.name) for t, c in expected]
        for ticket, clerk in pairs:
            del self.waiting[ticket.number], self.idle[clerk.name]
            self.offered[ticket.number] = ticket, clerk

    @invariant()
    def no_rest_ends_unnoticed(self) -> None:
        """It may be looked too early, never too late."""
        rest = dispatch_rule.next_rest(self.waiting.values(), self.now)
        told = self.dispatch.next_rest()
        assert rest is None or (told is not None and told <= rest)


Day.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestDay = Day.TestCase


def matched(waiting: list[Ticket], available: list[Clerk], now: float) -> list[tuple[Ticket, Clerk]]:
    dispatch = Dispatch()
    for ticket in waiting:
        dispatch.wait(ticket)
    for clerk in available:
        dispatch.idle(clerk)
    return dispatch.match(now)


@quick
@given(queues(), staffs(), times)
def test_all_at_once_is_the_rule_too(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    assert matched(waiting, available, now) == dispatch_rule.assign(waiting, available, now)


ALL = Grant(regions=frozenset(REGIONS), services=frozenset(SERVICES), languages=frozenset(LANGUAGES))


def a_ticket(n: int, joined_at: float = 0.0) -> Ticket:
    return Ticket(f"AA{n:03}", f"booth-{n}", "elbtal", "permit", "de", joined_at)


def a_clerk(n: int, since: float = 0.0) -> Clerk:
    return Clerk(f"c{n}", since, ALL, state=ClerkState.AVAILABLE, address=n + 1)


def names(pairs: list[tuple[Ticket, Clerk]]) -> list[tuple[str, str]]:
    return [(ticket.number, clerk.name) for ticket, clerk in pairs]


def test_everyone_at_once_is_paired_off_in_turn() -> None:
    pairs = matched([a_ticket(n, 9.0 - n) for n in range(4)], [a_clerk(n, float(n)) for n in range(3)], 10.0)
    assert names(pairs) == [("AA003", "c0"), ("AA002", "c1"), ("AA001", "c2")]


def test_a_ticket_that_rested_while_its_clerk_was_away_is_offered_on_return() -> None:
    dispatch = Dispatch()
    ticket = a_ticket(1)
    ticket.refused["c0"] = 10.0
    dispatch.wait(ticket)
    assert dispatch.match(10.0 + REFUSAL_PAUSE_S) == []
    dispatch.idle(a_clerk(0))
    assert names(dispatch.match(11.0 + REFUSAL_PAUSE_S)) == [("AA001", "c0")]


def test_what_nobody_waits_in_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.dispatch._MANY_LINES", 3)
    dispatch = Dispatch()
    everything = Grant(regions=frozenset({"elbtal"}), services=frozenset({"permit"}), languages=frozenset({"x"}))
    for n in range(20):
        ticket = Ticket(f"AA{n:03}", "booth", "elbtal", "permit", f"x-{n}", joined_at=float(n))
        dispatch.wait(ticket)
        if n:
            dispatch.leave(ticket.number)
    assert len(dispatch._lines) <= 3
    dispatch.idle(Clerk("c1", 0.0, everything, state=ClerkState.AVAILABLE, address=1))
    assert [ticket.number for ticket, _ in dispatch.match(50.0)] == ["AA000"]
