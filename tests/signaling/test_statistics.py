"""Statistics of days: derived from the log alone, addable, and about nobody in particular."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime
from statistics import fmean
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling.statistics import ledger
from signaling.statistics.groups import Atom, Work, blocks, joined
from signaling.statistics.ledger import Day, Ledger, rollup
from signaling.statistics.report import PARTS, Figures, Part, Question, Visible, answer, visible
from signaling.statistics.waits import Waits, is_step, step, together
from signaling.tally import JOINED, Duty, Event
from tests.signaling.test_dispatch import quick

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, tzinfo=BERLIN).timestamp()
REGIONS = ("elbtal", "heide")
SERVICES = ("certificate", "permit")
HOUR = 3600.0
T = TypeVar("T")


def visit(number: str, at: float, wait: float, handling: float | None, region: str, service: str) -> list[Event]:
    """One ticket: answered after `wait`, or given up when there is no handling."""

    def event(after: float, name: str, before: str | None, state: str) -> Event:
        return Event(at + after, number, name, before, state, region, service)

    if handling is None:
        return [event(0, JOINED, None, "waiting"), event(wait, "left", "waiting", "abandoned")]
    return [
        event(0, JOINED, None, "waiting"),
        event(wait / 2, "offered", "waiting", "offered"),
        event(wait, "accepted", "offered", "connecting"),
        event(wait + 1, "connected", "connecting", "in_call"),
        event(wait + handling, "completed", "in_call", "completed"),
    ]


def shift(
    clerk: str, at: float, regions: tuple[str, ...], calls: list[tuple[float, float, float, str, str]]
) -> list[Duty]:
    """A clerk's work, call by call: idle before it, handling and wrap-up seconds, region and service."""
    duties = [
        Duty(at, clerk, "signed_in", "offline", "paused", regions),
        Duty(at, clerk, "resumed", "paused", "available", regions),
    ]
    for idle, handling, wrap_up, region, service in calls:
        at += idle
        for name, before, after, later in (
            ("offered", "available", "offered", 5.0),
            ("accepted", "offered", "connecting", 1.0),
            ("connected", "connecting", "in_call", handling - 1),
        ):
            duties.append(Duty(at, clerk, name, before, after, regions, region, service))
            at += later
        duties.append(Duty(at, clerk, "call_ended", "in_call", "wrap_up", regions))
        at += wrap_up
        duties.append(Duty(at, clerk, "resumed", "wrap_up", "available", regions))
    return [*duties, Duty(at, clerk, "lost", "available", "offline", regions)]


def one_line(days: dict[date, Day], *, regions: tuple[str, ...] = REGIONS, minimum: int = 5) -> Figures:
    (line,) = answer(days, Question(frozenset(), frozenset(regions), minimum=minimum))
    return line


def test_a_day_by_hand() -> None:
    nine = START + 9 * HOUR
    events = [
        *visit("AA001", nine, 10, 300, "elbtal", "certificate"),
        *visit("AA002", nine + 60, 50, 200, "elbtal", "permit"),
        *visit("AA003", nine + 120, 20, None, "elbtal", "certificate"),  # Left before the promise was broken.
        *visit("AA004", nine + HOUR, 90, None, "elbtal", "certificate"),
        *visit("AA005", nine + HOUR, 0, 100, "heide", "certificate"),
        *visit("AA006", nine + 2 * HOUR, 40, 100, "elbtal", "certificate")[:2],  # Still waits.
    ]
    book = Ledger(BERLIN)
    book.count(sorted(events, key=lambda event: event.at))
    days = book.days(nine + 2 * HOUR + 45, minimum=5)
    line = one_line(days, regions=("elbtal",))
    assert (line.arrivals, line.answered, line.abandoned, line.waiting, line.completed) == (5, 2, 2, 1, 2)
    assert (line.answered_within, line.abandoned_within) == (1, 1)
    assert line.service_level == 0.25  # One of: two answered, one gave up late, one waits already longer than 30 s.
    assert line.abandonment == pytest.approx(1 / 3, abs=1e-4)
    assert (line.wait_mean_s, line.wait_median_s, line.wait_p90_s, line.wait_longest_s) == (42.5, 20, 90, 90.0)
    by_hour = answer(days, Question(frozenset({"hour"}), frozenset(REGIONS)))
    assert [(line.hour, line.arrivals) for line in by_hour] == [(9, 3), (10, 2), (11, 1)]
    by_both = answer(days, Question(frozenset({"region", "service"}), frozenset(REGIONS)))
    assert [(line.region, line.service, line.arrivals) for line in by_both] == [
        ("elbtal", "certificate", 4),
        ("elbtal", "permit", 1),
        ("heide", "certificate", 1),
    ]
    later = answer(days, Question(frozenset(), frozenset(REGIONS), within_s=50))[0]
    assert later.service_level == 0.75


def test_callbacks_and_returned_tickets() -> None:
    joined_at = START + 9 * HOUR
    back = visit("AA001", joined_at, 10, 300, "elbtal", "permit")
    back[-1:] = [
        Event(joined_at + 100, "AA001", "returned", "in_call", "waiting", "elbtal", "permit"),
        Event(joined_at + 200, "AA001", "left", "waiting", "abandoned", "elbtal", "permit"),
    ]
    called = [
        Event(joined_at, "AA002", JOINED, None, "waiting", "elbtal", "permit"),
        Event(joined_at + 5, "AA002", "callback_requested", "waiting", "callback", "elbtal", "permit"),
        Event(joined_at + 5000, "AA002", "completed", "calling_back", "completed", "elbtal", "permit"),
    ]
    line = one_line({MONDAY: rollup(MONDAY, back + called, [], BERLIN, 5)})
    assert (line.arrivals, line.answered, line.abandoned, line.callbacks, line.completed) == (2, 1, 0, 1, 1)


def test_work_by_hand() -> None:
    at = START + 9 * HOUR + 1800
    calls = [(600.0, 900.0, 300.0, "elbtal", "certificate"), (0.0, 600.0, 100.0, "elbtal", "permit")]
    duties = [duty for n in range(5) for duty in shift(f"c{n}", at, REGIONS, calls)]
    days = {MONDAY: rollup(MONDAY, [], duties, BERLIN, 5)}
    line = one_line(days)
    assert (line.handling_s, line.wrap_up_s) == (750.0, 200.0)
    assert line.clerk_hours == round(5 * 2510 / 3600, 2)
    assert line.occupancy == round(1910 / 2510, 4)
    assert one_line(days, minimum=6).occupancy is None
    work = days[MONDAY].blocks
    assert sum(block.work.idle_ms for block in work if block.hours == [9]) == 5 * 600_000
    assert sum(block.work.busy_ms for block in work if block.hours == [9]) == 5 * 1_200_000  # Cut at ten.
    assert {block.hours[0] for block in work if block.work.handlings and block.matters[0][1] == "permit"} == {10}
    assert rollup(MONDAY, [], duties[: -len(duties) // 5], BERLIN, 5).blocks == []


def test_days_and_hours_are_local() -> None:
    forward = date(2026, 3, 29)
    first, end = ledger.bounds(forward, BERLIN)
    assert end - first == 23 * HOUR
    duties = shift("c1", first + 600, ("elbtal",), [(22 * HOUR, 600.0, 60.0, "elbtal", "permit")])
    book = Ledger(BERLIN)
    book.count_work(duties)
    idle = {atom.hour: work["c1"].idle_ms for atom, work in book.work(forward).items() if work["c1"].idle_ms}
    assert 2 not in idle  # That hour never was.
    assert sum(idle.values()) == 22 * 3_600_000


Visits = list[tuple[float, float, float | None, str, str]]
visits = st.lists(
    st.tuples(
        st.floats(0, 3 * 86_400),
        st.floats(0, 4000),
        st.none() | st.floats(1, 4000),
        st.sampled_from(REGIONS),
        st.sampled_from(SERVICES),
    ),
    max_size=30,
)
calls = st.lists(
    st.tuples(
        st.floats(0, 30_000),
        st.floats(2, 3000),
        st.floats(0, 900),
        st.sampled_from(REGIONS),
        st.sampled_from(SERVICES),
    ),
    max_size=4,
)
shifts = st.lists(st.tuples(st.floats(0, 2 * 86_400), st.sampled_from([("elbtal",), REGIONS]), calls), max_size=8)


def log(
    visits: Visits, shifts: list[tuple[float, tuple[str, ...], list[tuple[float, float, float, str, str]]]]
) -> tuple[list[Event], list[Duty]]:
    events = [event for n, (at, *rest) in enumerate(visits) for event in visit(f"AA{n:03}", START + at, *rest)]
    duties = [duty for n, (at, pool, calls) in enumerate(shifts) for duty in shift(f"c{n}", START + at, pool, calls)]
    return sorted(events, key=lambda event: event.at), sorted(duties, key=lambda duty: duty.at)


@quick
@given(visits, shifts)
def test_days_added_up_are_the_whole_log(
    visits: Visits, shifts: list[tuple[float, tuple[str, ...], list[tuple[float, float, float, str, str]]]]
) -> None:
    """Each day by itself, from its part of the log and through the database's JSON, is the day of the whole log."""
    events, duties = log(visits, shifts)
    book = Ledger(BERLIN)
    book.count(events)
    book.count_work(duties)
    whole = book.days(START + 10 * 86_400, minimum=2)
    for day, expected in whole.items():
        made = rollup(day, events, duties, BERLIN, 2)
        assert made == expected
        assert msgspec.json.decode(msgspec.json.encode(made), type=Day) == expected
    question = Question(frozenset(), frozenset(REGIONS), minimum=2)
    (line,) = answer(whole, question)
    waits = [wait for _, wait, *_ in visits]
    answered = [wait for _, wait, handling, *_ in visits if handling is not None]
    late = [wait for _, wait, handling, *_ in visits if handling is None and wait > 30]
    assert line.arrivals == len(visits)
    assert line.wait_mean_s == (pytest.approx(fmean(waits), abs=0.06) if waits else None)
    assert line.wait_longest_s == (pytest.approx(max(waits), abs=0.001) if waits else None)
    in_time = sum(wait <= 30 for wait in answered)
    promised = len(answered) + len(late)
    assert line.service_level == (pytest.approx(in_time / promised, abs=1e-4) if promised else None)


@quick
@given(st.lists(st.floats(0, 10_000), max_size=40), st.lists(st.floats(0, 10_000), max_size=40))
def test_waits_add_up(one: list[float], other: list[float]) -> None:
    parts = []
    for seconds in (one, other):
        parts.append(Waits())
        for wait in seconds:
            parts[-1].add(round(wait * 1000))
    both = together(parts)
    everything = sorted(one + other)
    assert both.count == len(everything)
    for within in (1, 30, 299, 310, 3600):
        assert is_step(within)
        assert both.within(within) == sum(round(wait * 1000) <= within * 1000 for wait in everything)
    if everything:
        median = everything[(len(everything) - 1) // 2]
        assert step(round(median * 1000) / 1000) == both.quantile_s(0.5)
    else:
        assert both.quantile_s(0.5) is both.mean_s() is both.longest_s() is None


@pytest.mark.parametrize("within", [-1, 301, 3610])
def test_what_cannot_be_counted_is_refused(within: int) -> None:
    with pytest.raises(ValueError, match="Within must be"):
        Question(frozenset(), frozenset(REGIONS), within_s=within)


@quick
@given(st.dictionaries(st.integers(0, 9), st.frozensets(st.sampled_from("abcdefgh"), min_size=1)), st.integers(1, 6))
def test_joined_groups_are_large_enough(parts: dict[int, frozenset[str]], minimum: int) -> None:
    found = joined(parts, minimum)
    everybody = frozenset[str]().union(*parts.values())
    assert sorted(itertools.chain(*found)) == (sorted(parts) if len(everybody) >= minimum else [])
    for group in found:
        assert len(frozenset[str]().union(*(parts[key] for key in group))) >= minimum


POOLS = (("elbtal",), ("elbtal", "heide"), ("heide",))
MATTERS = [("", ""), *itertools.product(REGIONS, SERVICES)]
atoms = st.builds(
    lambda pool, matter, hour: Atom(pool, *matter, hour),
    st.sampled_from(POOLS),
    st.sampled_from(MATTERS),
    st.sampled_from((9, 10)),
).filter(lambda atom: atom.region in ("", *atom.pool))
workdays = st.lists(
    st.dictionaries(atoms, st.frozensets(st.sampled_from("abcdef"), min_size=1), max_size=12), min_size=1, max_size=2
)
Workdays = list[dict[Atom, frozenset[str]]]


def questions(minimum: int) -> Iterator[Question]:
    for regions in (("elbtal",), ("heide",), REGIONS):
        for size in range(len(PARTS) + 1):
            for by in itertools.combinations(PARTS, size):
                yield Question(frozenset(by), frozenset(regions), minimum=minimum)


def lines(by: frozenset[Part], regions: frozenset[str], days: list[date]) -> itertools.product:  # type: ignore[type-arg]
    return itertools.product(
        [day.isoformat() for day in days] if "day" in by else [None],
        sorted(regions) if "region" in by else [None],
        SERVICES if "service" in by else [None],
        (9, 10) if "hour" in by else [None],
    )


WorkOfDays = dict[date, dict[Atom, dict[str, Work]]]


def told_by_blocks(work: WorkOfDays, minimum: int) -> Iterator[int]:
    """Every sum that some answer is made of, over every period of whole days."""
    days = {day: Day([], blocks(of_day, minimum)) for day, of_day in work.items()}
    for question in questions(minimum):
        for period in periods(days):
            for key in lines(question.by, question.regions, list(period)):
                seen: Visible = visible(period, question, key)
                yield from (seen.handled.busy_ms, seen.present.busy_ms)


def told_by_each_for_itself(work: WorkOfDays, minimum: int) -> Iterator[int]:
    """The same if each answer were only looked at for itself: told if about enough clerks."""
    for question in questions(minimum):
        for period in periods(work):
            for day, region, service, hour in lines(question.by, question.regions, list(period)):
                asked = [
                    by_clerk
                    for one, of_day in period.items()
                    for atom, by_clerk in of_day.items()
                    if day in (None, one.isoformat())
                    and atom.region in ((region,) if region else question.regions)
                    and service in (None, atom.service)
                    and hour in (None, atom.hour)
                ]
                if len({clerk for by_clerk in asked for clerk in by_clerk}) >= minimum:
                    yield sum(work.busy_ms for by_clerk in asked for work in by_clerk.values())


def periods(days: dict[date, T]) -> Iterator[dict[date, T]]:
    for first, last in itertools.combinations_with_replacement(sorted(days), 2):
        yield {day: kept for day, kept in days.items() if first <= day <= last}


def singled_out(
    workdays: Workdays, minimum: int, tell: Callable[[WorkOfDays, int], Iterator[int]] = told_by_blocks
) -> set[str] | None:
    """Fewer clerks than the minimum about whom some combination of all that is told says something; None if there are
    none. Each clerk's part in an atom is a power of two, so that a sum shows what it is made of."""
    parts: list[str] = []
    work: WorkOfDays = {}
    for number, workday in enumerate(workdays):
        of_day = work.setdefault(date(2026, 3, 2 + number), {})
        for atom, clerks in workday.items():
            for clerk in sorted(clerks):
                of_day.setdefault(atom, {})[clerk] = Work(busy_ms=1 << len(parts))
                parts.append(clerk)
    told = set(tell(work, minimum)) - {0}
    rows = np.zeros((len(told), len(parts)))
    for row, total in zip(rows, told, strict=True):
        row[:] = [total >> n & 1 for n in range(len(parts))]
    for few in itertools.combinations("abcdef", minimum - 1):
        others = [n for n, clerk in enumerate(parts) if clerk not in few]
        # Can the others' part be made to vanish while something of these is left?
        if rank(rows[:, others]) < rank(rows):
            return set(few)
    return None


def rank(rows: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> int:
    return int(np.linalg.matrix_rank(rows)) if rows.size else 0


@settings(quick, max_examples=60)
@given(workdays, st.integers(2, 4))
def test_no_difference_of_answers_singles_out_a_clerk(workdays: Workdays, minimum: int) -> None:
    assert singled_out(workdays, minimum) is None


def test_looking_at_each_answer_by_itself_would_not_be_enough() -> None:
    """The attack finds what there is to find: a service's clerk in the region's total less the other service, a day's
    in the week less the others, and one of two pools in the regions' difference."""
    certificate, permit = (Atom(("elbtal",), "elbtal", service, 9) for service in SERVICES)
    both = Atom(REGIONS, "heide", "permit", 9)
    for workdays in (
        [{certificate: frozenset("abc"), permit: frozenset("d")}],
        [{certificate: frozenset("abc")}, {certificate: frozenset("d")}],
        [{certificate: frozenset("d"), both: frozenset("abc")}],
    ):
        assert singled_out(workdays, 3, told_by_each_for_itself) is not None
        assert singled_out(workdays, 3) is None
