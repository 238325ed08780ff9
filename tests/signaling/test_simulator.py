"""Simulated days: the real core, nobody lost, promises kept, and the same day again from the same seed."""

from __future__ import annotations

import json
import random
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from signaling.forecast import STEP_S
from signaling.protocol.messages import TicketState
from signaling.simulator.__main__ import main, parse_arguments, report, simulate
from signaling.simulator.country import Country, Size
from signaling.simulator.day import Day
from signaling.simulator.habits import TO_ACCEPT_S, TO_CONNECT_S, Customs, Habits, Pace
from signaling.simulator.outcome import Outcome, outcome
from signaling.statistics.ledger import SETTLED_S
from signaling.statistics.report import Question, answer
from signaling.statistics.staffing import Desk, staffing
from signaling.statistics.staffing import Pace as StaffingPace

SMALL = ["--booths", "60", "--clerks", "12", "--visits", "1500", "--regions", "4", "--groups", "1", "--asked", "3"]
APART = [*SMALL, "--groups", "4"]
LONG = [
    *("--booths", "120", "--clerks", "24", "--visits", "1200", "--regions", "6", "--groups", "2", "--asked", "2"),
    *("--handling", "480", "--wrap-up", "60", "--patience", "900"),
]
MONDAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Berlin"))
DAYS = {"one line": SMALL, "regions apart": APART, "long matters": LONG}
SEEDS = (1, 2, 3)


@cache
def played(day: str, seed: int) -> Outcome:
    """What came of a day; each is played once for all tests."""
    found = simulate(parse_arguments([*DAYS[day], "--seed", str(seed)]))
    print(day, seed, report(found, 0.0), sep="\n")
    return found


def test_everybody_who_comes_is_accounted_for() -> None:
    chance = random.Random(3)
    country = Country(Size(40, 12, 4, 2))
    day = Day(country, Habits(Pace(), Customs(), chance), chance, MONDAY, 10)
    day.run(1200)
    left = list(day.hall.tickets.values())
    assert {ticket.state for ticket in left} <= {TicketState.CALLBACK}
    assert not any(clerk.ticket for clerk in day.hall.clerks.values())
    days = day.ledger.days(day.now + 86_400 + SETTLED_S, 1)
    (total,) = answer(days, Question(frozenset(), frozenset(r.id for r in country.directory.regions), minimum=1))
    assert total.arrivals + day.turned_away + day.found_closed + day.no_shows == 1200
    assert total.arrivals == total.answered + total.abandoned + total.callbacks
    # A callback is made, or left for the next day, or given up when nobody answers three times.
    assert total.answered < total.completed <= total.answered + total.callbacks - len(left)
    assert total.waiting == 0
    assert day.no_shows > 0
    assert total.handling_s == pytest.approx(120, rel=0.15)
    assert total.wrap_up_s == pytest.approx(20, rel=0.15)
    assert total.clerk_hours == pytest.approx(12 * 8, rel=0.03)
    # From the offer until ready for the next one.
    pace = day.hall.tally.recent.pace(country.clerks[0].grant)
    assert pace is not None
    assert pace.handling == pytest.approx(3.5 + 1.5 + 120 + 20, rel=0.2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("day", DAYS)
def test_four_of_five_waits_end_inside_what_was_told(day: str, seed: int) -> None:
    """On every day; and no interval is so wide that it says nothing."""
    found = played(day, seed)
    assert found.forecast.waiting > 50
    assert found.forecast.waiting_inside is not None
    assert found.forecast.waiting_inside >= 0.8
    assert found.forecast.width_s is not None
    assert found.forecast.wait_s is not None
    # Four of five waits without memory lie within 2.2 times their mean; both ends are rounded to whole steps.
    assert found.forecast.width_s < 2.2 * found.forecast.wait_s + 2 * STEP_S


def test_four_of_five_waits_of_each_class_end_inside_what_was_told() -> None:
    """Of the days above: on a single one there are too few of some."""
    found = [played(day, seed) for day in DAYS for seed in SEEDS]
    for name in ("low", "normal", "high", "appointment", "de", "en", "tr", "uk"):
        mine = [one.classes[name] for one in found if name in one.classes]
        waiting = sum(kept.waiting for kept in mine)
        inside = sum(kept.waiting * (kept.waiting_inside or 0.0) for kept in mine)
        print(f"{name}: {inside / waiting:.1%} of {waiting}")
        assert waiting > 30
        assert inside / waiting >= 0.8


def test_the_same_seed_is_the_same_day() -> None:
    assert simulate(parse_arguments(SMALL)) == played("one line", 1)


def test_pooling_regions_answers_more() -> None:
    apart = simulate(parse_arguments([*SMALL, "--groups", "4"])).total.service_level
    together = simulate(parse_arguments(SMALL)).total.service_level
    assert apart is not None
    assert together is not None
    assert together > apart + 0.1


def test_the_program_prints_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--booths", "9", "--clerks", "3", "--visits", "60", "--regions", "3", "--groups", "1", "--asked", "1"]
    assert main([*small, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["arrivals"] <= 60
    assert main(small) == 0
    assert "answered inside the interval" in capsys.readouterr().out
    assert main([*small, "--groups", "4"]) == 1
    assert "a booth for each region" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--visits", "0"], ["--within", "301"], ["--handling", "-1"]])
def test_what_makes_no_day_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(wrong)
    assert "error" in capsys.readouterr().err


@pytest.mark.parametrize("seed", [1, 2])
def test_what_if_agrees_with_simulated_hours(seed: int) -> None:
    """Where no shift begins or ends and clerks are busy for less than nine tenths of their time: within ten of a
    hundred. In fuller hours the long run is worse than an hour, so the model is on the safe side, and never by far on
    the other."""
    chance = random.Random(seed)
    country = Country(Size(200, 40, 4, 1))
    day = Day(country, Habits(Pace(), Customs(), chance), chance, MONDAY, 10**9)
    day.run(6600)
    hours = {figures.hour: figures for figures in outcome(day, 30).hours}
    handling = sum(TO_ACCEPT_S) / 2 + TO_CONNECT_S + Pace().handling + Pace().wrap_up
    compared = 0
    for hour in (10, 11, 12, 13, 14, 15):
        found = hours[hour]
        assert found.clerk_hours is not None
        assert found.service_level is not None
        desk = Desk("all", found.arrivals, round(found.clerk_hours))
        said = staffing([desk], StaffingPace(handling, Pace().patience), 0.75, 30 - sum(TO_ACCEPT_S) / 2).pooled
        print(hour, found.arrivals, found.clerk_hours, found.service_level, said)
        assert said.service_level < found.service_level + 0.1
        if said.occupancy < 0.9:
            compared += 1
            assert said.service_level == pytest.approx(found.service_level, abs=0.1)
            assert said.occupancy == pytest.approx(found.occupancy, abs=0.08)
    assert compared >= 4
