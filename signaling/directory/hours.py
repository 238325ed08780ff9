"""Opening hours as the operator writes them: a week of spans, and days that differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Annotated, Final

from msgspec import Meta, Struct

from signaling.directory.errors import DirectoryError

MINUTES_A_DAY: Final = 24 * 60
_TIME: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"

Span = Annotated[
    str, Meta(pattern=f"^{_TIME}-({_TIME}|24:00)$", description='From and to, wall clock: "08:00-12:30"; to 24:00')
]
Spans = Annotated[list[Span], Meta(max_length=12)]
Minutes = tuple[int, int]
"""A span in minutes after midnight, wall clock, end not included."""


def minutes(spans: Iterable[str]) -> tuple[Minutes, ...]:
    """The spans of a day in minutes. Raises DirectoryError for those that are empty, overlap or are out of order."""
    found: list[Minutes] = []
    for span in spans:
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
        if end <= start:
            raise DirectoryError(f"{span!r} ends before it begins; a span over midnight is written as two, to 24:00")
        if found and start < found[-1][1]:
            raise DirectoryError(f"{span!r} begins before the span in front of it ends; write them in order")
        found.append((start, end))
    return tuple(found)


class Week(Struct, frozen=True, forbid_unknown_fields=True):
    """The usual week; a day that is not named is closed."""

    mon: Spans = []
    tue: Spans = []
    wed: Spans = []
    thu: Spans = []
    fri: Spans = []
    sat: Spans = []
    sun: Spans = []

    def days(self) -> tuple[tuple[Minutes, ...], ...]:
        """The seven days in minutes, Monday first. Raises DirectoryError."""
        week = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return tuple(minutes(spans) for spans in week)


class DayException(Struct, frozen=True, forbid_unknown_fields=True):
    """A day, or the days up to `until`, with other hours than usual, public holiday or not; without spans closed."""

    date: datetime.date
    until: datetime.date | None = None
    hours: Spans = []

    def dates(self) -> list[datetime.date]:
        """The days it is about. Raises DirectoryError for more than a year or none."""
        days = ((self.until or self.date) - self.date).days
        if not 0 <= days <= 366:
            raise DirectoryError(f"the exception of {self.date} must end on that day or within a year after")
        return [self.date + datetime.timedelta(days=n) for n in range(days + 1)]

    def spans(self) -> tuple[Minutes, ...]:
        """Its hours in minutes. Raises DirectoryError."""
        return minutes(self.hours)
