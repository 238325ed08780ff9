"""Slots: never outside the hours, never over capacity, on every day of the year."""

from __future__ import annotations

import datetime
import itertools
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from signaling.appointments.offerings import Matter, Offerings
from signaling.appointments.places import Resource, Taken
from signaling.appointments.slots import CELL_S, Offering, Slot
from signaling.opening import Opening, Timetable
from tests.signaling.appointments.conftest import BERLIN, at

MONDAY = datetime.date(2026, 11, 30)
CERTIFICATE = Matter("registration-certificate", "elbtal")


def times(slots: list[Slot]) -> list[str]:
    return [datetime.datetime.fromtimestamp(slot.starts_at, BERLIN).strftime("%H:%M") for slot in slots]


def test_slots_follow_each_other_within_each_span(offerings: Offerings) -> None:
    slots = list(offerings.offering(CERTIFICATE).slots(MONDAY, at("2026-11-28T12:00")))
    # 18 minutes are usual, so 20 are given; none across noon.
    assert times(slots) == ["08:00", "08:20", "08:40", "09:00", "09:20", "09:40", "13:00", "13:20", "13:40"]


def test_a_site_has_the_regions_slots_while_its_doors_are_open(offerings: Offerings) -> None:
    slots = offerings.offering(Matter("registration-certificate", "elbtal", "hall")).slots(
        MONDAY, at("2026-11-28T12:00")
    )
    assert times(list(slots)) == ["08:40", "09:00", "09:20", "09:40", "13:00", "13:20", "13:40"]


def test_lead_time_and_horizon_bound_what_can_be_booked(offerings: Offerings) -> None:
    offering = offerings.offering(CERTIFICATE)
    assert times(list(offering.slots(MONDAY, at("2026-11-30T08:40"))))[0] == "09:20"
    assert list(offering.slots(MONDAY, at("2026-11-30T14:00"))) == []
    assert len(list(offering.slots(datetime.date(2026, 12, 7), at("2026-11-29T23:59")))) == 9
    assert list(offering.slots(datetime.date(2026, 12, 8), at("2026-11-29T23:59"))) == []
    assert offering.days(at("2026-11-30T08:40"))[-1] == datetime.date(2026, 12, 8)


def test_holidays_have_no_slots(offerings: Offerings) -> None:
    easter_monday = datetime.date(2026, 4, 6)
    assert list(offerings.offering(CERTIFICATE).slots(easter_monday, at("2026-04-02T12:00"))) == []


def test_the_last_sunday_of_october_has_an_hour_more() -> None:
    night = Opening(BERLIN, Timetable((((60, 240),),) * 7))
    offering = Offering(night, None, 1, 1200.0, 0.0, 30)
    ordinary, longer, shorter = (
        len(list(offering.slots(datetime.date.fromisoformat(day), at(day) - 86400)))
        for day in ("2026-10-24", "2026-10-25", "2026-03-29")
    )
    assert (ordinary, longer, shorter) == (9, 12, 6)


@given(
    day=st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)),
    cuts=st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted),
    minutes=st.integers(1, 24).map(lambda n: n * 5),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_no_slot_lies_outside_the_hours_or_across_another(
    day: datetime.date, cuts: list[int], minutes: int, zone: str
) -> None:
    spans = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    opening = Opening(ZoneInfo(zone), Timetable((spans,) * 7))
    now = datetime.datetime.combine(day, datetime.time(), ZoneInfo(zone)).timestamp() - 1
    slots = list(Offering(opening, None, 1, minutes * 60.0, 0.0, 2).slots(day, now))
    for slot in slots:
        assert slot.ends_at - slot.starts_at == minutes * 60
        assert slot.starts_at % CELL_S == 0
        assert any(start <= slot.starts_at and slot.ends_at <= end for start, end in opening.spans(day))
    assert all(one.ends_at <= other.starts_at for one, other in itertools.pairwise(slots))
    room = sum((end - start) // (minutes * 60) for start, end in opening.spans(day))
    assert room - len(opening.spans(day)) <= len(slots) <= room


@given(
    places=st.integers(1, 4),
    wishes=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=60),
)
def test_places_are_never_given_twice(places: int, wishes: list[tuple[int, int]]) -> None:
    resource = Resource("r", places)
    rows: list[tuple[str, int, int]] = []
    for first, cells in wishes:
        slot = Slot(first * CELL_S, (first + cells) * CELL_S)
        free = Taken(rows).free(resource, slot)
        busy = max(sum(row[1] == cell for row in rows) for cell in slot.cells)
        assert len(free) <= places - busy
        if free:
            rows += [("r", cell, free[0]) for cell in slot.cells]
    assert len(rows) == len(set(rows))
    assert all(place < places for _, _, place in rows)
