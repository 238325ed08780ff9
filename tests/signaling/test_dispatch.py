"""Dispatch and forecast: pure functions, tried with what hypothesis comes up with."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.clerk import Clerk, Grant
from signaling.dispatch import REFUSAL_PAUSE_S, assign, due, eligible, next_retry
from signaling.forecast import STEP_S, forecast, places
from signaling.protocol.messages import ClerkState
from signaling.ticket import Ticket

REGIONS, SERVICES, LANGUAGES, NEEDS = ("elbtal", "heide"), ("certificate", "permit"), ("de", "en"), ("signing", "slow")


def some(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values))


grants = st.builds(
    Grant,
    roles=st.just(frozenset({"clerk"})),
    regions=some(REGIONS),
    services=some(SERVICES),
    languages=some(LANGUAGES),
    needs=some(NEEDS),
)


@st.composite
def queues(draw: st.DrawFn) -> list[Ticket]:
    count = draw(st.integers(0, 8))
    return [
        Ticket(
            number=f"AA{n:03}",
            booth=f"booth-{n}",
            region=draw(st.sampled_from(REGIONS)),
            service=draw(st.sampled_from(SERVICES)),
            language=draw(st.sampled_from((*LANGUAGES, "de-AT"))),
            joined_at=float(draw(st.integers(0, 50))),
            needs=tuple(sorted(draw(some(NEEDS)))),
            refused=draw(st.dictionaries(st.sampled_from([f"c{n}" for n in range(5)]), st.floats(0, 100), max_size=3)),
        )
        for n in range(count)
    ]


@st.composite
def staffs(draw: st.DrawFn) -> list[Clerk]:
    return [
        Clerk(f"c{n}", float(draw(st.integers(0, 50))), draw(grants), state=ClerkState.AVAILABLE, address=n + 1)
        for n in range(draw(st.integers(0, 5)))
    ]


times = st.floats(0, 200)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(queues(), staffs(), times)
def test_no_ticket_goes_to_two_and_no_clerk_gets_two(
    waiting: list[Ticket], available: list[Clerk], now: float
) -> None:
    pairs = assign(waiting, available, now)
    assert len({ticket.number for ticket, _ in pairs}) == len(pairs)
    assert len({clerk.name for _, clerk in pairs}) == len(pairs)


@quick
@given(queues(), staffs(), times)
def test_only_the_eligible_are_offered_and_refusals_rest(
    waiting: list[Ticket], available: list[Clerk], now: float
) -> None:
    for ticket, clerk in assign(waiting, available, now):
        assert eligible(ticket, clerk.grant)
        assert now >= ticket.refused.get(clerk.name, -REFUSAL_PAUSE_S) + REFUSAL_PAUSE_S


@quick
@given(queues(), staffs(), times)
def test_nobody_is_passed_over(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    """A ticket left waiting has no idle clerk who could take it, and none who got one whose turn began later."""
    pairs = assign(waiting, available, now)
    given_to = {clerk.name: ticket for ticket, clerk in pairs}
    offered = {ticket.number for ticket, _ in pairs}
    for ticket in waiting:
        if ticket.number in offered:
            continue
        for clerk in available:
            if eligible(ticket, clerk.grant) and due(ticket, clerk) <= now:
                got = given_to[clerk.name]
                assert (due(got, clerk), got.number) < (due(ticket, clerk), ticket.number)


@quick
@given(queues(), staffs(), times)
def test_the_longest_idle_eligible_clerk_is_first(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    pairs = assign(waiting, available, now)
    if pairs:
        ticket, chosen = pairs[0]
        fresh = [c for c in available if eligible(ticket, c.grant) and c.name not in ticket.refused]
        if chosen.name not in ticket.refused:
            assert chosen.since == min(clerk.since for clerk in fresh)


@quick
@given(queues(), staffs(), st.randoms(use_true_random=False))
def test_nobody_starves(waiting: list[Ticket], available: list[Clerk], chance: random.Random) -> None:
    """Clerks decline as they like; still every ticket that somebody can serve is offered, again and again."""
    now, offers = 200.0, dict.fromkeys((ticket.number for ticket in waiting), 0)
    for _ in range(80):
        for ticket, clerk in assign(waiting, available, now):
            offers[ticket.number] += 1
            clerk.since = now
            ticket.refused[clerk.name] = now
        now += chance.choice((1.0, REFUSAL_PAUSE_S))
    for ticket in waiting:
        served = any(eligible(ticket, clerk.grant) for clerk in available)
        assert (offers[ticket.number] >= 2) is served


@quick
@given(queues(), staffs(), times)
def test_others_are_asked_before_one_who_refused(waiting: list[Ticket], available: list[Clerk], now: float) -> None:
    pairs = assign(waiting, available, now)
    busy = {clerk.name for _, clerk in pairs}
    for ticket, clerk in pairs:
        if clerk.name in ticket.refused and ticket.joined_at <= now:
            others = [c for c in available if eligible(ticket, c.grant) and c.name not in ticket.refused]
            assert busy.issuperset(other.name for other in others)


@quick
@given(queues(), times)
def test_next_retry_is_when_a_refusal_has_rested(waiting: list[Ticket], now: float) -> None:
    retry_at = next_retry(waiting, now)
    rested = sorted(at + REFUSAL_PAUSE_S for ticket in waiting for at in ticket.refused.values())
    assert retry_at == next((at for at in rested if at > now), None)


@quick
@given(queues(), staffs())
def test_positions_count_up_along_the_queue(queued: list[Ticket], clerks: list[Clerk]) -> None:
    found = places(queued, clerks, [])
    assert set(found) == {ticket.number for ticket in queued}
    kinds: dict[object, list[int]] = {}
    for ticket in sorted(queued, key=lambda t: (t.joined_at, t.number)):
        kind = (ticket.region, ticket.service, ticket.language, ticket.needs)
        kinds.setdefault(kind, []).append(found[ticket.number].position)
    for positions in kinds.values():
        assert positions == sorted(set(positions))
        assert positions[0] >= 1


def test_tickets_of_other_regions_count_when_the_same_clerks_serve_them() -> None:
    near = Ticket("AA001", "booth-1", "elbtal", "certificate", "de", joined_at=2.0)
    far = Ticket("AA002", "booth-2", "heide", "certificate", "de", joined_at=1.0)
    both = Clerk(
        "c1",
        0.0,
        Grant(regions=frozenset(REGIONS), services=frozenset(SERVICES), languages=frozenset(LANGUAGES)),
        state=ClerkState.IN_CALL,
        address=1,
    )
    assert places([near, far], [], [])["AA001"].position == 1
    assert places([near, far], [both], [])["AA001"].position == 2


def test_forecast_is_honest() -> None:
    assert forecast(3, 0, [60.0] * 10) is None
    assert forecast(3, 2, [60.0, 60.0]) is None
    assert forecast(3, 2, [60.0, 50.0, 70.0]) == 90.0
    assert (forecast(1, 4, [100.0] * 3) or 0) % STEP_S == 0
