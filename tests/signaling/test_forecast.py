"""What a waiting citizen is told: position, and an interval that four of five actual waits end in."""

from __future__ import annotations

import heapq
import itertools
import math
import random

import pytest
from hypothesis import given

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.erlang import NEVER
from signaling.forecast import STEP_S, Forecast, Forecaster, Pace, Place, pace, place, places
from signaling.protocol.messages import ClerkState
from signaling.ticket import Ticket
from tests.signaling.test_dispatch import LANGUAGES, REGIONS, SERVICES, queues, quick, staffs


@quick
@given(queues(), staffs())
def test_positions_count_up_along_the_queue(queued: list[Ticket], clerks: list[Clerk]) -> None:
    found = places(queued, clerks, None)
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
    serving = [clerk for clerk in clerks if clerk.serving]
    found = places(queued, clerks, Pace(300.0))
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
        idle = sum(clerk.dispatchable for clerk in able)
        expected = Place(len(ahead), Forecaster(Pace(300.0)).forecast(len(ahead), len(able), idle), len(able))
        assert found[ticket.number] == place(ticket, queued, clerks, Pace(300.0)) == expected


def test_those_who_may_be_overtaken_are_told_a_later_time() -> None:
    forecaster = Forecaster(Pace(300.0, 0.5, 1200.0), {-300.0: 0.1, 0.0: 0.6, 300.0: 0.3})
    told = {head: forecaster.forecast(8, 4, head_start=head) for head in (-300.0, 0.0, 300.0)}
    low, usual, high = told[-300.0], told[0.0], told[300.0]
    assert low is not None
    assert usual is not None
    assert high is not None
    assert high.to_s < usual.to_s < low.to_s
    assert high == Forecaster(Pace(300.0, 0.5, 1200.0)).forecast(8, 4)  # Nobody overtakes the first class.


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
    assert places([near, far], [], None)["AA001"].position == 1
    assert places([near, far], [both], None)["AA001"].position == 2


def test_without_a_base_nothing_is_said() -> None:
    assert pace([60.0, 60.0], [], 0) is None
    assert Forecaster(None).forecast(3, 2) is None
    assert Forecaster(Pace(60.0)).forecast(3, 0) is None


def test_a_free_clerk_means_at_once() -> None:
    assert Forecaster(Pace(600.0)).forecast(2, 5, idle=2) == Forecast(0.0, STEP_S)


def test_the_pace_is_that_of_late() -> None:
    found = pace([100.0, 200.0, 300.0], [60.0, 60.0, 180.0], gave_up=1)
    assert found is not None
    assert (found.handling, found.patience) == (200.0, 300.0)
    assert found.variation == pytest.approx(1 / 6)
    assert found.doubt == pytest.approx((1 / 18) ** 0.5)
    assert pace([100.0] * 3, [60.0], gave_up=0) == Pace(100.0, 0.0, NEVER)


def test_who_is_further_behind_is_told_a_later_time() -> None:
    forecaster = Forecaster(Pace(300.0, 0.5, 1200.0))
    told = [forecaster.forecast(position, 4) for position in range(1, 60)]
    for one, following in itertools.pairwise(told):
        assert one is not None
        assert following is not None
        assert one.from_s <= following.from_s < following.to_s
        assert one.to_s <= following.to_s
        assert one.from_s % STEP_S == one.to_s % STEP_S == 0


def kept(clerks: int, load: float, variation: float, patience: float, seed: int) -> tuple[int, int]:
    """Of those who had to wait and were answered, how many were answered inside what they were told on arrival, and
    of how many. Handling is lognormal; forecasts know only the recent past, as the switchboard does."""
    rng = random.Random(seed)
    sigma = math.sqrt(math.log(1 + variation))
    handling: list[float] = []
    waited: list[tuple[float, bool]] = []
    free_at = [0.0] * clerks
    now, inside, answered = 0.0, 0, 0
    queue: list[float] = []
    for _ in range(4000):
        now += rng.expovariate(load * clerks / 300)
        queue = [at for at in queue if at > now]
        recent = waited[-200:]
        known = pace(handling[-50:], [seconds for seconds, _ in recent], sum(gave_up for _, gave_up in recent))
        busy = sum(at > now for at in free_at)
        told = Forecaster(known).forecast(len(queue) + 1, clerks, clerks - busy)
        begin, tired = max(now, free_at[0]), now + rng.expovariate(1 / patience)
        waited.append((min(begin, tired) - now, tired < begin))
        queue.append(min(begin, tired))
        if tired < begin:
            continue
        seconds = rng.lognormvariate(math.log(300) - sigma**2 / 2, sigma)
        heapq.heapreplace(free_at, begin + seconds)
        handling.append(seconds)
        if told is not None and begin > now:
            answered += 1
            inside += told.from_s <= begin - now <= told.to_s
    return inside, answered


@pytest.mark.parametrize("clerks", [1, 3, 12, 60])
@pytest.mark.parametrize(("load", "variation", "patience"), [(0.95, 0.5, 1800), (1.15, 1.0, 900), (0.9, 0.25, 3600)])
def test_four_of_five_waits_end_inside_the_interval(
    clerks: int, load: float, variation: float, patience: float
) -> None:
    runs = [kept(clerks, load, variation, patience, seed) for seed in range(2)]
    inside, answered = (sum(column) for column in zip(*runs, strict=True))
    print(f"{clerks} clerks, load {load}, variation {variation}: {inside / answered:.1%} of {answered}")
    assert inside / answered >= 0.8
