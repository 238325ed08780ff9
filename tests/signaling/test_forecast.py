"""What a waiting citizen is told: position, and an interval that four of five actual waits end in."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.forecast import STEP_S, Crew, Crowd, Forecast, Forecaster, passed, place, places
from signaling.protocol.messages import ClerkState, TicketState
from signaling.recent import Recent
from signaling.ticket import Ticket
from tests.signaling.test_dispatch import LANGUAGES, REGIONS, SERVICES, queues, quick, staffs

NOW = 100_000.0
GRANT = Grant(regions=frozenset({"elbtal"}), services=frozenset(SERVICES), languages=frozenset(LANGUAGES))


def worked(by_grant: dict[Grant, list[float]], tired_every: int = 0) -> Recent:
    """What has been seen of late: so many seconds each; of so many who waited 100 s one gave up."""
    recent = Recent()
    for grant, values in by_grant.items():
        for n, seconds in enumerate(values):
            recent.worked(grant, seconds)
            recent.waited(100.0, gave_up=bool(tired_every) and n % tired_every == 0)
    return recent


def line(number: int, service: str = "certificate", language: str = "de") -> list[Ticket]:
    """So many who wait for the same."""
    return [
        Ticket(f"AA{n:03}", f"booth-{n}", "elbtal", service, language, joined_at=NOW - 500 + n) for n in range(number)
    ]


def staff(number: int, state: ClerkState = ClerkState.IN_CALL, grant: Grant = GRANT) -> list[Clerk]:
    """So many clerks."""
    return [Clerk(f"c{n}", NOW, grant, state=state, address=n) for n in range(number)]


@quick
@given(queues(), staffs())
def test_positions_count_up_along_the_queue(queued: list[Ticket], clerks: list[Clerk]) -> None:
    found = places(queued, clerks, Recent(), NOW)
    assert set(found) == {ticket.number for ticket in queued}
    kinds: dict[object, list[int]] = {}
    for ticket in sorted(queued, key=lambda t: (t.joined_at, t.number)):
        kind = (ticket.region, ticket.service, ticket.language, ticket.needs)
        kinds.setdefault(kind, []).append(found[ticket.number].position)
    for positions in kinds.values():
        assert positions == sorted(set(positions))
        assert positions[0] >= 1


@quick
@given(queues(), staffs())
def test_a_position_counts_those_ahead_for_the_same_clerks(queued: list[Ticket], clerks: list[Clerk]) -> None:
    """The rule, ticket by ticket: ahead in the queue, and for one of the same clerks or the same service here."""
    serving, recent = [clerk for clerk in clerks if clerk.serving], worked({Grant(): [300.0] * 5})
    found = places(queued, clerks, recent, NOW)
    for ticket in queued:
        able = [clerk for clerk in serving if eligible(ticket.profile, clerk.grant)]
        ahead = [
            other
            for other in queued
            if (other.turn_at, other.number) <= (ticket.turn_at, ticket.number)
            and (
                other.profile[:2] == ticket.profile[:2] or any(eligible(other.profile, clerk.grant) for clerk in able)
            )
        ]
        mine = found[ticket.number]
        assert (mine.position, mine.serving) == (len(ahead), len(able))
        assert (mine.forecast is None) == (not able)
        assert place(ticket, queued, clerks, recent, NOW) == mine


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
    assert places([near, far], [], Recent(), NOW)["AA001"].position == 1
    assert places([near, far], [both], Recent(), NOW)["AA001"].position == 2


def test_without_a_base_nothing_is_said() -> None:
    queue, clerk = line(3), staff(1)
    assert places(queue, clerk, Recent(), NOW)["AA000"].forecast is None
    assert places(queue, [], worked({GRANT: [60.0] * 5}), NOW)["AA000"].forecast is None
    assert places(queue, clerk, worked({GRANT: [60.0] * 5}), NOW)["AA000"].forecast is not None


def told(queue: list[Ticket], clerks: list[Clerk], recent: Recent) -> list[Forecast]:
    """What each is told, by number."""
    found = places(queue, clerks, recent, NOW)
    forecasts = [found[ticket.number].forecast for ticket in queue if ticket.queued]
    assert None not in forecasts
    return [forecast for forecast in forecasts if forecast is not None]


def test_a_free_clerk_means_at_once() -> None:
    recent = worked({GRANT: [600.0] * 50})
    clerks = [*staff(3), *staff(2, ClerkState.AVAILABLE)]
    first, second, third = told(line(3), clerks, recent)
    assert first == second == Forecast(0.0, STEP_S)
    assert third.to_s > STEP_S


def test_whom_a_clerk_has_been_offered_needs_no_other() -> None:
    recent, queue = worked({GRANT: [600.0] * 50}), line(4)
    offered = [replace(ticket, state=TicketState.OFFERED) for ticket in queue[:3]]
    assert told([*offered, queue[3]], staff(4), recent) == [Forecast(0.0, STEP_S)] * 3 + told(
        line(1), staff(4), recent
    )


def test_callbacks_whose_turn_is_before_are_ahead() -> None:
    recent, queue = worked({GRANT: [300.0] * 50}), line(12)
    calls = [replace(ticket, state=TicketState.CALLBACK) for ticket in queue[:11]]
    assert told([*calls, queue[11]], staff(2), recent) == told(queue, staff(2), recent)[11:]


def test_who_pauses_after_the_call_takes_nobody() -> None:
    recent, clerks = worked({GRANT: [300.0] * 50}), staff(4)
    for clerk in clerks[:3]:
        clerk.pause_wanted = True
    assert told(line(3), clerks, recent) == told(line(3), staff(1), recent)
    assert places(line(1), clerks[:3], recent, NOW)["AA000"].serving == 0


def test_who_is_further_behind_is_told_a_later_time() -> None:
    forecasts = told(line(60), staff(4), worked({GRANT: [100.0, 500.0] * 50}, tired_every=8))
    for one, following in itertools.pairwise(forecasts):
        assert one.from_s <= following.from_s < following.to_s
        assert one.to_s <= following.to_s
        assert one.from_s % STEP_S == one.to_s % STEP_S == 0


def test_clerks_of_each_grant_work_at_their_own_pace() -> None:
    quick, slow = (replace(GRANT, services=frozenset({service})) for service in ("certificate", "permit"))
    recent = worked({quick: [100.0] * 100, slow: [900.0] * 100})
    clerks = [*staff(2, grant=quick), *staff(2, grant=slow)]
    soon, late = told(line(10), clerks, recent)[-1], told(line(10, service="permit"), clerks, recent)[-1]
    assert 4 * soon.to_s < late.to_s


def test_a_queue_for_one_language_is_long_for_that_language_only() -> None:
    """Ten wait for the one clerk who speaks English; she takes nobody else from the other three."""
    both, one = replace(GRANT, languages=frozenset({"de", "en"})), replace(GRANT, languages=frozenset({"de"}))
    recent = worked({both: [300.0] * 100, one: [300.0] * 100})
    clerks = [*staff(1, grant=both), *staff(3, grant=one)]
    english = line(10, language="en")
    german = Ticket("AB000", "booth-99", "elbtal", "certificate", "de", joined_at=NOW)
    assert told([*english, german], clerks, recent)[-1] == told([german], staff(3, grant=one), recent)[0]
    # And many who could go to any of the four are not a queue for her alone.
    many = line(12)
    last = Ticket("AB000", "booth-99", "elbtal", "certificate", "en", joined_at=NOW)
    assert told([*many, last], clerks, recent)[-1].from_s < 900 < 12 * 300
    assert told([*many, last], clerks, recent)[-1].to_s > told([*many, german], clerks, recent)[-1].to_s


def test_those_who_may_be_overtaken_are_told_a_later_time() -> None:
    recent = worked({GRANT: [300.0] * 100})
    for n in range(-90, 1):
        for head_start in (-300.0, 0.0, 300.0):
            recent.came("elbtal", head_start, NOW + 300 * n)
    queue, clerks = line(8), staff(4)
    last = queue[7]
    high, usual, low = (
        told([*queue[:7], replace(last, head_start_s=head, joined_at=last.joined_at + head)], clerks, recent)[7]
        for head in (300.0, 0.0, -300.0)
    )
    assert high.to_s < usual.to_s < low.to_s
    assert high == told(queue, staff(4), worked({GRANT: [300.0] * 100}))[7]  # Nobody overtakes the first class.


@pytest.mark.parametrize(
    ("faster", "until"),
    [
        ([], 100),
        ([(1000.0, 0.5)], 200),
        ([(150.0, 0.5)], 175),
        ([(150.0, 0.5), (1000.0, 0.25)], 175 / 0.75),
        ([(300.0, 0.9)], 370),
        ([(300.0, 1.6)], 580),
    ],
)
def test_the_turn_is_over_when_the_clerks_are_through_with_all_ahead(
    faster: list[tuple[float, float]], until: float
) -> None:
    means = [mean for mean, variance in passed(100.0, 400.0, faster, 10.0) if variance > 0]
    assert len(means) == len(faster) + 1
    assert min(means) == pytest.approx(until)


def kept(clerks: int, load: float, variation: float, patience: float, seed: int) -> tuple[int, int]:
    """Of those who had to wait and were answered, how many were answered inside what they were told on arrival, and
    of how many. Handling is lognormal; forecasts know only the recent past, as the switchboard does."""
    rng, recent = random.Random(seed), Recent()
    sigma = math.sqrt(math.log(1 + variation))
    free_at = [0.0] * clerks
    now, inside, answered = 0.0, 0, 0
    queue: list[float] = []
    known: list[tuple[float, float, bool | None]] = []
    for _ in range(4000):
        now += rng.expovariate(load * clerks / 300)
        queue = [at for at in queue if at > now]
        while known and known[0][0] <= now:
            _, seconds, gave_up = heapq.heappop(known)
            if gave_up is None:
                recent.worked(GRANT, seconds)
            else:
                recent.waited(seconds, gave_up=gave_up)
        forecast, pace = None, recent.pace(GRANT)
        if pace is not None:
            crew = Crew.of([(GRANT, clerks, sum(at <= now for at in free_at), pace)])
            forecaster = Forecaster({1: Crowd([crew], [crew], recent, now)}, recent)
            for _ in range(len(queue) + 1):
                forecast = forecaster.pour(1, 0.0)
        begin, tired = max(now, free_at[0]), now + rng.expovariate(1 / patience)
        heapq.heappush(known, (min(begin, tired), min(begin, tired) - now, tired < begin))
        queue.append(min(begin, tired))
        if tired < begin:
            continue
        seconds = rng.lognormvariate(math.log(300) - sigma**2 / 2, sigma)
        heapq.heapreplace(free_at, begin + seconds)
        heapq.heappush(known, (begin + seconds, seconds, None))
        if forecast is not None and begin > now:
            answered += 1
            inside += forecast.from_s <= begin - now <= forecast.to_s
    return inside, answered


@pytest.mark.parametrize("clerks", [1, 3, 12, 60])
@pytest.mark.parametrize(("load", "variation", "patience"), [(0.95, 0.5, 1800), (1.15, 1.0, 900), (0.9, 0.25, 3600)])
def test_four_of_five_waits_end_inside_the_interval(
    clerks: int, load: float, variation: float, patience: float
) -> None:
    for seed in range(2):
        inside, answered = kept(clerks, load, variation, patience, seed)
        print(f"{clerks} clerks, load {load}, variation {variation}: {inside / answered:.1%} of {answered}")
        assert inside / answered >= 0.8
