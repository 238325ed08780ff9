"""Figures of appointments: sums, and what is not told of few."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signaling.appointments.counts import AppointmentCount
from signaling.appointments.figures import AppointmentFigures, figures

DAY = datetime.date(2026, 11, 30)
ABOUT_VISITS = ("in_time", "late", "no_show", "attended")


def count(region: str = "elbtal", service: str = "certificate", day: int = 0, **numbers: int) -> AppointmentCount:
    return AppointmentCount(day=DAY + datetime.timedelta(days=day), region=region, service=service, **numbers)


def visits(line: AppointmentFigures) -> list[int | None]:
    return [getattr(line, name) for name in ABOUT_VISITS]


def test_one_line_adds_everything_up() -> None:
    monday = count(booked=3, moved=1, cancelled=2, checked_in=9, late=3, no_show=4, after_all=2, attended=8)
    (line,) = figures([monday, count(day=1, checked_in=1, attended=1)], [], 5)
    assert (line.booked, line.moved, line.cancelled) == (3, 1, 2)
    assert visits(line) == [7, 3, 2, 9]
    assert (line.day, line.region, line.service) == (None, None, None)


def test_nothing_is_one_line_of_nothing() -> None:
    (line,) = figures([], [], 5)
    assert (line.booked, *visits(line)) == (0, 0, 0, 0, 0)
    assert figures([], ["day"], 5) == []


def test_lines_are_in_order() -> None:
    mixed = [count("heide", day=1, checked_in=5), count(day=1, checked_in=5), count("heide", checked_in=5)]
    lines = figures(mixed, ["region", "day"], 5)
    assert [(line.day, line.region) for line in lines] == [
        (DAY, "heide"),
        (DAY + datetime.timedelta(days=1), "elbtal"),
        (DAY + datetime.timedelta(days=1), "heide"),
    ]


def test_of_few_only_what_was_booked_is_told() -> None:
    few, more, many = (
        count("elbtal", booked=2, no_show=1),
        count("furt", checked_in=6),
        count("heide", checked_in=20, no_show=5),
    )
    elbtal, furt, heide = figures([few, more, many], ["region"], 5)
    assert (elbtal.booked, visits(elbtal)) == (2, [None] * 4)
    assert visits(furt) == [None] * 4, "else the total less the others would tell of Elbtal"
    assert visits(heide) == [20, 0, 5, 0]
    assert visits(figures([few], [], 5)[0]) == [None] * 4
    assert visits(figures([count(booked=3)], [], 5)[0]) == [0, 0, 0, 0], "nobody was due"


@given(
    numbers=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 9)), max_size=8),
    minimum=st.integers(1, 10),
)
def test_what_is_not_told_is_never_about_few(numbers: list[tuple[int, int, int]], minimum: int) -> None:
    counts = [
        count(f"region-{n}", checked_in=came, late=min(late, came), no_show=missed)
        for n, (came, late, missed) in enumerate(numbers)
    ]
    (total,) = figures(counts, [], minimum)
    lines = figures(counts, ["region"], minimum)
    told: list[Any] = [line for line in lines if line.no_show is not None]
    hidden = sum(came + missed for came, _, missed in numbers) - sum(
        one.in_time + one.late + one.no_show for one in told
    )
    if total.no_show is None:
        assert not any(one.in_time + one.late + one.no_show for one in told)
    else:
        assert hidden == 0 or hidden >= minimum
    assert all(due == 0 or due >= minimum for due in (one.in_time + one.late + one.no_show for one in told))
