"""How good the calls were: reports put together by booth and period, never one alone.

A group is given out only when it has enough calls, of enough clerks; of a smaller one not even the number of calls is
told. A figure of few calls would be about one conversation, a figure of one clerk's calls about that clerk's
workplace.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from clerk_console.call_report import Reception
from clerk_console.call_reports import CallReports, KeptReport

MINIMUM_CALLS: Final = 5
MINIMUM_CLERKS: Final = 3
"""With two, each would know the other's part."""


class Period(StrEnum):
    """`month`: four weeks, so that each has as many working days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        return {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 28}[self]


_CALL: Final = ("set_up_ms", "round_trip_ms", "interrupted_share")
_MORE_IS_BETTER: Final = frozenset({"fps", "height", "bitrate"})


class Spread(Struct, frozen=True):
    """`median`: half of the calls were better. `tenth`: nine in ten were better."""

    median: float
    tenth: float


Spreads = dict[str, Spread]


class Quality(Struct, frozen=True):
    """The figures of a group by their names in the reports. `interrupted`: calls in which the booth was once not
    heard."""

    calls: int
    broken: int
    interrupted: int
    call: Spreads
    to_clerk: Spreads
    to_booth: Spreads


class Group(Struct, frozen=True):
    """One booth in one period. `quality` is None when there was too little to tell."""

    booth: str
    site: str
    first: date
    last: date
    quality: Quality | None


class CallQuality:
    """`sites`: the names of the booths' places, by booth."""

    def __init__(self, reports: CallReports, minimum_calls: int = MINIMUM_CALLS) -> None:
        self.reports = reports
        self.minimum_calls = minimum_calls

    async def groups(self, period: Period, sites: Mapping[str, str]) -> list[Group]:
        """All groups with any call, newest first, then by site."""
        gathered: dict[tuple[date, str], list[KeptReport]] = defaultdict(list)
        for kept in await self.reports.all():
            gathered[begin(kept.day, period), kept.report.booth].append(kept)
        made = [
            await self._group(booth, sites.get(booth, booth), first, period.days, kept)
            for (first, booth), kept in gathered.items()
        ]
        return sorted(made, key=lambda group: (-group.first.toordinal(), group.site, group.booth))

    async def _group(self, booth: str, site: str, first: date, days: int, kept: Sequence[KeptReport]) -> Group:
        last = first + timedelta(days=days - 1)
        enough = len(kept) >= self.minimum_calls
        enough = enough and await self.reports.clerks(booth, first, last) >= MINIMUM_CLERKS
        return Group(booth, site, first, last, summary(kept, self.minimum_calls) if enough else None)


def begin(day: date, period: Period) -> date:
    """The first day of the period that `day` is in; weeks and months begin on Mondays."""
    return day - timedelta(days=(day.toordinal() - 1) % period.days)


def summary(kept: Sequence[KeptReport], minimum: int) -> Quality:
    """A figure that fewer than `minimum` of the calls know is left out like one that none knows."""
    reports = [one.report for one in kept]
    return Quality(
        calls=len(reports),
        broken=sum(report.outcome == "broken" for report in reports),
        interrupted=sum(report.interruptions > 0 for report in reports),
        call=_spreads(_CALL, reports, minimum),
        to_clerk=_spreads(Reception.__struct_fields__, [report.to_clerk for report in reports], minimum),
        to_booth=_spreads(Reception.__struct_fields__, [report.to_booth for report in reports], minimum),
    )


def _spreads(names: Iterable[str], of: Sequence[object], minimum: int) -> Spreads:
    found = {name: [value for one in of if (value := getattr(one, name, None)) is not None] for name in names}
    return {name: spread(values, name) for name, values in found.items() if len(values) >= minimum}


def spread(values: Sequence[float], name: str) -> Spread:
    """Interpolated, so that the tenth is no single call's figure. At least two values."""
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    return Spread(round(tenths[4], 4), round(tenths[0 if name in _MORE_IS_BETTER else 8], 4))
