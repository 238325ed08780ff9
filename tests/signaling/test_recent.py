"""Recent figures: what is new counts, what is old is forgotten."""

from __future__ import annotations

import random

import pytest

from signaling.clerk import Grant
from signaling.erlang import NEVER
from signaling.recent import ARRIVALS_S, REMEMBERED, Recent

QUICK, SLOW = Grant(regions=frozenset({"elbtal"})), Grant(regions=frozenset({"heide"}))


def test_without_a_base_nothing_is_said() -> None:
    recent = Recent()
    assert (recent.pace(QUICK), recent.patience, recent.to_accept, recent.coming("elbtal", 0.0)) == (
        None,
        NEVER,
        0,
        {},
    )
    recent.worked(QUICK, 60.0)
    recent.worked(QUICK, 60.0)
    assert recent.pace(QUICK) is None


def test_calls_of_the_stored_log_are_a_base_until_clerks_were_seen_at_work() -> None:
    recent = Recent()
    for seconds in (100.0, 200.0, 300.0):
        recent.called(seconds)
    found = recent.pace(QUICK)
    assert found is not None
    assert found.handling == pytest.approx(200)
    assert found.variation == pytest.approx(1 / 6)
    assert found.doubt == pytest.approx((1 / 18) ** 0.5)


def test_each_grant_has_its_pace_and_borrows_while_it_is_new() -> None:
    recent, rng = Recent(), random.Random(1)
    for _ in range(300):
        recent.worked(QUICK, rng.uniform(50, 150))
        recent.worked(SLOW, rng.expovariate(1 / 400))
    quick, slow, new = (recent.pace(grant) for grant in (QUICK, SLOW, Grant()))
    assert quick is not None
    assert slow is not None
    assert new is not None
    assert quick.handling == pytest.approx(100, rel=0.2)
    assert slow.handling == pytest.approx(400, rel=0.2)
    assert quick.variation < 0.5 < slow.variation
    assert quick.handling < new.handling < slow.handling
    assert new.doubt > slow.doubt
    recent.forget_grants()
    assert recent.pace(QUICK) == recent.pace(SLOW) == new


def test_the_pace_is_that_of_late() -> None:
    recent = Recent()
    for _ in range(1000):
        recent.worked(QUICK, 100.0)
    for _ in range(4 * REMEMBERED):
        recent.worked(QUICK, 300.0)
    found = recent.pace(QUICK)
    assert found is not None
    assert found.handling == pytest.approx(300, rel=0.03)


def test_patience_is_the_time_waited_for_each_who_gave_up() -> None:
    recent, rng = Recent(), random.Random(2)
    assert recent.patience == NEVER
    found = []
    for _ in range(3000):
        tired, answered = rng.expovariate(1 / 600), rng.uniform(0, 300)
        recent.waited(min(tired, answered), gave_up=tired < answered)
        found.append(recent.patience)
    assert sum(found[500:]) / len(found[500:]) == pytest.approx(600, rel=0.15)


def test_who_comes_is_counted_by_region_and_head_start() -> None:
    recent, rng, now = Recent(), random.Random(3), 0.0
    for _ in range(4000):
        now += rng.expovariate(1 / 10)
        recent.came(*rng.choice([("elbtal", 0.0), ("elbtal", 290.0), ("heide", -7200.0)]), now)
        if now > 3 * ARRIVALS_S:
            break
    elbtal, heide = recent.coming("elbtal", now), recent.coming("heide", now)
    assert set(elbtal) == {0.0, 300.0}
    assert set(heide) == {-900.0}
    for rate in (*elbtal.values(), *heide.values()):
        assert rate == pytest.approx(1 / 30, rel=0.35)
    assert recent.coming("elbtal", now + 5 * ARRIVALS_S)[0.0] < 0.001


def test_a_rate_is_right_soon_after_the_start() -> None:
    recent = Recent()
    for n in range(13):
        recent.came("elbtal", 0.0, 10.0 * n)
    assert recent.coming("elbtal", 120.0)[0.0] == pytest.approx(0.1, rel=0.15)
