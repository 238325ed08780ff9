"""Erlang-A against what is known of it: Erlang-C tables, its own balance, and a simulation event by event."""

from __future__ import annotations

import heapq
import math
import random

import pytest

from signaling.erlang import Load, clerks_needed, service


def erlang_c(offered: float, clerks: int) -> float:
    """The chance to wait, by the textbook's sum."""
    top = offered**clerks / math.factorial(clerks) * clerks / (clerks - offered)
    return top / (sum(offered**n / math.factorial(n) for n in range(clerks)) + top)


@pytest.mark.parametrize(("offered", "clerks"), [(0.5, 1), (2.0, 3), (8.0, 10), (20.0, 24)])
def test_without_impatience_it_is_erlang_c(offered: float, clerks: int) -> None:
    found = service(Load(offered / 300, 300), clerks, within=60)
    expected = erlang_c(offered, clerks)
    assert found.waits == pytest.approx(expected, rel=1e-4)
    assert found.mean_wait == pytest.approx(expected * 300 / (clerks - offered), rel=1e-4)
    assert found.service_level == pytest.approx(1 - expected * math.exp(-(clerks - offered) * 60 / 300), rel=1e-4)
    assert found.abandoned == pytest.approx(0, abs=1e-5)


def simulated(load: Load, clerks: int, within: float, citizens: int, seed: int) -> tuple[float, float]:
    """Service level and share of those who gave up."""
    rng = random.Random(seed)
    now, free_at = 0.0, [0.0] * clerks
    in_time = gone = 0
    for _ in range(citizens):
        now += rng.expovariate(load.arrivals)
        begin = max(now, free_at[0])
        if begin - now > rng.expovariate(1 / load.patience):
            gone += 1
            continue
        in_time += begin - now <= within
        heapq.heapreplace(free_at, begin + rng.expovariate(1 / load.handling))
    return in_time / citizens, gone / citizens


@pytest.mark.parametrize(
    ("load", "clerks"),
    [
        (Load(1 / 60, 300, 600), 5),
        (Load(1 / 60, 300, 200), 4),
        (Load(0.5, 240, 900), 118),
        (Load(1 / 400, 300, 60), 1),
    ],
)
def test_it_is_what_a_simulation_finds(load: Load, clerks: int) -> None:
    found = service(load, clerks, within=90)
    level, gone = simulated(load, clerks, 90, 60_000, seed=4)
    assert found.service_level == pytest.approx(level, abs=0.015)
    assert found.abandoned == pytest.approx(gone, abs=0.012)


def test_who_gives_up_and_who_is_served_are_all() -> None:
    load = Load(0.1, 300, 240)
    found = service(load, 20, within=1e7)
    assert found.service_level + found.abandoned == pytest.approx(1)
    assert found.occupancy == pytest.approx(load.arrivals * found.service_level * load.handling / 20)


def test_one_line_for_all_regions_needs_fewer_clerks() -> None:
    alone, pooled = Load(0.005, 600, 900), Load(0.05, 600, 900)
    assert clerks_needed(pooled, 0.8, 120) < 10 * clerks_needed(alone, 0.8, 120)
    needed = clerks_needed(alone, 0.8, 120)
    assert service(alone, needed, 120).service_level >= 0.8 > service(alone, needed - 1, 120).service_level


def test_nobody_comes_nobody_waits() -> None:
    assert service(Load(0, 300), 2, 10).service_level == 1


@pytest.mark.parametrize("wrong", [lambda: Load(-1, 300), lambda: Load(1, 0), lambda: service(Load(1, 9), 0, 1)])
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="must"):
        wrong()  # type: ignore[operator]


def test_a_hopeless_crowd_mostly_gives_up() -> None:
    found = service(Load(10.0, 300, 600), 2, within=60)
    assert found.abandoned == pytest.approx(1 - 2 / 300 / 10, rel=1e-6)
    assert (found.occupancy, found.service_level) == (pytest.approx(1), pytest.approx(0, abs=1e-9))


def test_a_queue_without_end_is_said_to_be_one() -> None:
    with pytest.raises(ValueError, match="no end"):
        service(Load(1, 300), 10, 60)
