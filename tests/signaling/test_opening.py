"""Opening hours: several spans a day, exceptions, public holidays, and the two days a year when the clocks change."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import directory
from signaling.opening import Opening, Openings, Timetable, instant

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = """
[[services]]
id = "registration-certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
state = "DE-SN"
[regions.hours]
mon = ["08:00-12:00", "13:00-18:00"]
wed = ["08:00-12:00"]
fri = ["00:00-24:00"]
sat = ["00:00-03:00"]
[[regions.exceptions]]
date = 2026-12-23
until = 2026-12-24
[[regions.exceptions]]
date = 2026-12-25
hours = ["10:00-11:00"]
[[regions]]
id = "heide"
name = "Heide"
[[sites]]
id = "hall"
region = "elbtal"
name = "Village hall"
[sites.hours]
mon = ["09:00-14:00"]
fri = ["09:00-14:00"]
"""
ALWAYS = (((0, 1440),),) * 7


def at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


@pytest.fixture(scope="module")
def openings() -> Openings:
    return Openings(directory.parse(TOWN))


@pytest.mark.parametrize(
    ("now", "open_now", "opens", "closes"),
    [
        ("2026-11-30T07:59:59", False, "2026-11-30T08:00", None),
        ("2026-11-30T08:00", True, "2026-11-30T08:00", "2026-11-30T12:00"),
        ("2026-11-30T12:00", False, "2026-11-30T13:00", None),
        ("2026-11-30T17:59:59", True, "2026-11-30T17:59:59", "2026-11-30T18:00"),
        ("2026-12-04T22:00", True, "2026-12-04T22:00", "2026-12-05T03:00"),  # Friday night into Saturday
        ("2026-12-05T03:00", False, "2026-12-07T08:00", None),
        # Repentance Day is a holiday in Saxony alone
        ("2026-11-18T09:00", False, "2026-11-20T00:00", None),
        # two closed days, then an exception on a public holiday, on a Friday
        ("2026-12-23T09:00", False, "2026-12-25T10:00", None),
        ("2026-12-25T10:30", True, "2026-12-25T10:30", "2026-12-25T11:00"),
    ],
)
def test_when_a_region_is_open(openings: Openings, now: str, open_now: bool, opens: str, closes: str | None) -> None:
    region = openings.of_region("elbtal")
    assert region.is_open(at(now)) is open_now
    assert region.opens_at(at(now)) == at(opens)
    assert region.closes_at(at(now)) == (None if closes is None else at(closes))


def test_a_site_is_open_while_its_doors_and_its_region_are(openings: Openings) -> None:
    hall = openings.of_site("hall")
    assert hall.minutes(datetime.date(2026, 11, 30)) == ((540, 720), (780, 840))
    assert hall.minutes(datetime.date(2026, 12, 2)) == ()


def test_without_hours_it_is_always_open(openings: Openings) -> None:
    region = openings.of_region("heide")
    assert region.opens_at(at("2026-12-25T03:00")) == at("2026-12-25T03:00")
    assert region.closes_at(at("2026-12-25T03:00")) is None


def test_a_place_that_never_opens_says_so() -> None:
    never = Opening(BERLIN, Timetable(((),) * 7))
    assert never.opens_at(at("2026-11-30T08:00")) is None
    assert never.closes_at(at("2026-11-30T08:00")) is None


def test_hours_around_the_clock_never_close() -> None:
    assert Opening(BERLIN, Timetable(ALWAYS)).closes_at(at("2026-03-28T08:00")) is None


@pytest.mark.parametrize(
    ("day", "span", "start", "hours"),
    [
        ("2026-03-29", (60, 240), "2026-03-29T00:00:00+00:00", 2),  # 01:00 to 04:00, an hour is missing
        ("2026-03-29", (60, 150), "2026-03-29T00:00:00+00:00", 1),  # until 02:30, which does not come
        ("2026-03-29", (150, 240), "2026-03-29T01:00:00+00:00", 1),
        ("2026-10-25", (60, 240), "2026-10-24T23:00:00+00:00", 4),  # 02:00 to 03:00 comes twice
        ("2026-10-25", (150, 165), "2026-10-25T00:30:00+00:00", 1.25),
        ("2026-10-25", (0, 1440), "2026-10-24T22:00:00+00:00", 25),
    ],
)
def test_the_days_the_clocks_change(day: str, span: tuple[int, int], start: str, hours: float) -> None:
    place = Opening(BERLIN, Timetable(((span,),) * 7))
    ((found_start, found_end),) = place.spans(datetime.date.fromisoformat(day))
    assert found_start == datetime.datetime.fromisoformat(start).timestamp()
    assert found_end - found_start == hours * 3600


def test_a_span_within_the_skipped_hour_does_not_come() -> None:
    assert Opening(BERLIN, Timetable((((130, 170),),) * 7)).spans(datetime.date(2026, 3, 29)) == ()


def test_half_hours_are_skipped_where_clocks_change_by_half() -> None:
    """Lord Howe Island changes by 30 minutes: 02:00 becomes 02:30."""
    zone = ZoneInfo("Australia/Lord_Howe")
    change = instant(datetime.date(2026, 10, 4), 125, zone)
    assert change == datetime.datetime(2026, 10, 4, 2, 30, tzinfo=zone).timestamp()


@given(
    day=st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)),
    cuts=st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted),
    zone=st.sampled_from(["Europe/Berlin", "UTC", "America/New_York", "Australia/Lord_Howe"]),
)
def test_every_moment_is_open_exactly_when_the_wall_clock_says_so(
    day: datetime.date, cuts: list[int], zone: str
) -> None:
    spans = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    place = Opening(ZoneInfo(zone), Timetable((spans,) * 7))
    midnight = datetime.datetime.combine(day, datetime.time(), ZoneInfo(zone)).timestamp()
    for minute in range(0, 25 * 60, 7):
        moment = midnight + minute * 60
        shown = datetime.datetime.fromtimestamp(moment, ZoneInfo(zone))
        wall = shown.hour * 60 + shown.minute
        fits = any(start <= wall < end for start, end in spans)
        if fits:
            assert place.is_open(moment)
        elif place.is_open(moment):
            # Only between the two times the same hour comes may an hour that comes twice count once more.
            other = shown.replace(fold=1 - shown.fold).timestamp()
            assert other != moment
