"""Opening hours: open at a time?, when next, until when? Pure; times are seconds since the epoch.

Hours are written in wall-clock time, so the length of a span changes on the two days a year when the clocks do: an
hour that comes twice counts twice, one that does not come is left out. Days on which nobody is there are an
exception of the directory or a public holiday. Hours that are not given at all mean: always open.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from signaling.directory import Booth, DayException, Directory, Region, Site, Week
from signaling.directory.hours import MINUTES_A_DAY, Minutes

Moments = tuple[float, float]
"""A span of time, seconds since the epoch, end not included."""

LOOK_AHEAD_DAYS: Final = 400
_MANY_DAYS: Final = 1000


def instant(day: datetime.date, minute: int, zone: ZoneInfo, *, end: bool = False) -> float:
    """When the wall clock shows `minute` minutes after midnight of a day (up to 24:00).

    A time that comes twice is taken the first time as a start, the second time as an `end`; one that is skipped is
    the moment the clocks change.
    """
    day += datetime.timedelta(days=minute // MINUTES_A_DAY)
    shown = datetime.datetime.combine(day, datetime.time(*divmod(minute % MINUTES_A_DAY, 60)), zone)
    first, second = shown.timestamp(), shown.replace(fold=1).timestamp()
    if second < first:
        return _change_between(second, first, zone)
    return second if end else first


def _change_between(before: float, after: float, zone: ZoneInfo) -> float:
    """When the clocks change between two times, to the second."""
    offset = datetime.datetime.fromtimestamp(before, zone).utcoffset()
    low, high = int(before), int(after)
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return float(high)


@dataclass(slots=True)
class Timetable:
    """The hours of one region or site: seven days from Monday, days that differ, and whose public holidays count."""

    week: Sequence[tuple[Minutes, ...]]
    exceptions: dict[datetime.date, tuple[Minutes, ...]] = field(default_factory=dict)
    public_holidays: holidays.HolidayBase | None = None

    @classmethod
    def read(cls, week: Week | None, exceptions: Iterable[DayException], state: str | None) -> Timetable:
        """As the directory has it. Exceptions count also where no week is given."""
        differing = {day: exception.spans() for exception in exceptions for day in exception.dates()}
        if week is None:
            return cls([((0, MINUTES_A_DAY),)] * 7, differing)
        country, _, part = (state or "").partition("-")
        closed = holidays.country_holidays(country, subdiv=part or None) if country else None
        return cls(week.days(), differing, closed)

    def minutes(self, day: datetime.date) -> tuple[Minutes, ...]:
        """The spans of a day, wall clock."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.public_holidays is not None and day in self.public_holidays:
            return ()
        return self.week[day.weekday()]


class Opening:
    """When all of several timetables are open; no timetable means always."""

    def __init__(self, zone: ZoneInfo, *timetables: Timetable) -> None:
        self.zone: Final = zone
        self._timetables = timetables
        self._known: dict[datetime.date, tuple[Moments, ...]] = {}

    def day(self, at: float) -> datetime.date:
        """The day of a time."""
        return datetime.datetime.fromtimestamp(at, self.zone).date()

    def minutes(self, day: datetime.date) -> tuple[Minutes, ...]:
        """The spans of a day, wall clock."""
        common: tuple[Minutes, ...] = ((0, MINUTES_A_DAY),)
        for timetable in self._timetables:
            common = _overlap(common, timetable.minutes(day))
        return common

    def spans(self, day: datetime.date) -> tuple[Moments, ...]:
        """The spans of a day in time."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _MANY_DAYS:
                self._known.clear()
            moments = (
                (instant(day, start, self.zone), instant(day, end, self.zone, end=True))
                for start, end in self.minutes(day)
            )
            known = self._known[day] = tuple((start, end) for start, end in moments if end > start)
        return known

    def is_open(self, at: float) -> bool:
        """Whether somebody is there."""
        return not self._timetables or any(start <= at < end for start, end in self.spans(self.day(at)))

    def opens_at(self, at: float) -> float | None:
        """When it is open next: `at` itself while it is open; None when not within a year."""
        if self.is_open(at):
            return at
        first = self.day(at)
        for n in range(LOOK_AHEAD_DAYS):
            for start, _ in self.spans(first + datetime.timedelta(days=n)):
                if start > at:
                    return start
        return None

    def closes_at(self, at: float) -> float | None:
        """When it closes; None while it is closed or when it does not close within a year."""
        if not self._timetables or not self.is_open(at):
            return None
        first, until = self.day(at), at
        for n in range(LOOK_AHEAD_DAYS):
            for start, end in self.spans(first + datetime.timedelta(days=n)):
                if start > until:
                    return until
                until = max(until, end)
            if until < instant(first + datetime.timedelta(days=n), MINUTES_A_DAY, self.zone):
                return until
        return None


class Openings:
    """The opening hours of everybody in a directory, each made once."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        zone = directory.zone()
        regions = {region.id: _of(region, region.state) for region in directory.regions}
        self._regions = {name: Opening(zone, *tables) for name, tables in regions.items()}
        self._sites = {site.id: Opening(zone, *regions[site.region], *_of(site, None)) for site in directory.sites}

    def __iter__(self) -> Iterator[Opening]:
        yield from self._regions.values()
        yield from self._sites.values()

    def of_region(self, region: str) -> Opening:
        """When clerks of a region are there."""
        return self._regions[region]

    def of_site(self, site: str) -> Opening:
        """When a site's doors are open and clerks are there."""
        return self._sites[site]

    def of_booth(self, booth: Booth) -> Opening:
        """When a booth can be used."""
        return self._sites[booth.site] if booth.site in self._sites else self._regions[booth.region]


def _of(place: Region | Site, state: str | None) -> list[Timetable]:
    if place.hours is None and not place.exceptions:
        return []
    return [Timetable.read(place.hours, place.exceptions, state)]


def _overlap(some: tuple[Minutes, ...], others: tuple[Minutes, ...]) -> tuple[Minutes, ...]:
    return tuple(
        (max(start, its_start), min(end, its_end))
        for start, end in some
        for its_start, its_end in others
        if max(start, its_start) < min(end, its_end)
    )
