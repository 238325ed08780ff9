"""Statistics over REST, for supervisors: past days and today as JSON and CSV, and the what-if of staffing."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final, get_args

from msgspec import Meta, Struct, field

from signaling.protocol.messages import Identifier
from signaling.rest.endpoint import Asked, Endpoint, File
from signaling.rest.errors import ErrorId, RestError
from signaling.rest.house import House
from signaling.rest.rates import Rate
from signaling.statistics import staffing as model
from signaling.statistics.report import WITHIN_S, Figures, Part, Question, answer
from signaling.statistics.staffing import LEVEL, Desk, Pace, Staffing
from signaling.tokens import ClerkIdentity

MOST_DAYS: Final = 400
MOST_DESKS: Final = 20
HEAVY: Final = Rate(per_s=1, burst=30)
"""Of one peer: an answer may take a second of the machine."""


class Period(Struct, frozen=True, forbid_unknown_fields=True):
    """`from` and `to`: days, both included. `by`: what the lines are told apart by, with commas. `within`: the T of
    the service level, whole seconds up to 300 or tens of seconds up to 3600."""

    first: date = field(name="from")
    last: date = field(name="to")
    by: Annotated[str, Meta(pattern=r"^((day|region|service|hour)(,(day|region|service|hour)){0,3})?$")] = ""
    within: Annotated[int, Meta(ge=0, le=3600)] = WITHIN_S
    region: Identifier | None = None


class Statistics(Struct, frozen=True, kw_only=True):
    """What was asked for, and the figures; those about clerks are null where fewer than `minimum_group_size` clerks
    stand behind them, and for days that are not over."""

    first: date = field(name="from")
    last: date = field(name="to")
    within_s: int
    minimum_group_size: int
    regions: list[Identifier]
    lines: list[Figures]


class DeskAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A region: citizens an hour, and clerks."""

    region: Identifier
    per_hour: Annotated[float, Meta(ge=0, le=2_000)]
    clerks: Annotated[int, Meta(ge=0, le=1_000)]


class WhatIf(Struct, frozen=True, forbid_unknown_fields=True):
    """`handling_s`: mean time of a citizen with the wrap-up; `patience_s`: mean time after which one gives up.
    `level`: the share that shall be answered within `within_s`."""

    desks: Annotated[list[DeskAsked], Meta(min_length=1, max_length=MOST_DESKS)]
    handling_s: Annotated[float, Meta(ge=10, le=3_600)]
    patience_s: Annotated[float, Meta(ge=10, le=14_400)]
    level: Annotated[float, Meta(ge=0.01, le=0.99)] = LEVEL
    within_s: Annotated[float, Meta(ge=0, le=3_600)] = WITHIN_S


async def statistics(house: House, asked: Asked[None, Period, None]) -> Statistics:
    """Arrivals, waiting, service level, abandonment and work of a period, in the caller's regions.

    Every figure, its formula and where it comes from: docs/statistics.md.
    """
    regions = _regions(house, asked.clerk, asked.query)
    return Statistics(
        first=asked.query.first,
        last=asked.query.last,
        within_s=asked.query.within,
        minimum_group_size=house.directory.minimum_group_size,
        regions=regions,
        lines=await _lines(house, asked.query, regions),
    )


async def statistics_table(house: House, asked: Asked[None, Period, None]) -> File:
    """The same as a table: CSV (RFC 4180) with a line of names, in UTF-8, empty where there is no figure."""
    lines = await _lines(house, asked.query, _regions(house, asked.clerk, asked.query))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(Figures.__struct_fields__)
    table.writerows([getattr(line, name) for name in Figures.__struct_fields__] for line in lines)
    name = f"statistics-{asked.query.first}-{asked.query.last}.csv"
    # The mark tells spreadsheets that it is UTF-8.
    return File(text.getvalue().encode("utf-8-sig"), name)


async def staffing(_house: House, asked: Asked[None, None, WhatIf]) -> Staffing:
    """What so many clerks make of so many citizens, by the Erlang-A model: each region for itself and all
    together."""
    wanted = asked.body
    desks = [Desk(desk.region, desk.per_hour, desk.clerks) for desk in wanted.desks]
    pace = Pace(wanted.handling_s, wanted.patience_s)
    try:
        return await asyncio.to_thread(model.staffing, desks, pace, wanted.level, wanted.within_s)
    except ValueError as error:
        raise RestError(ErrorId.LOAD_UNUSABLE, str(error)) from None


def _regions(house: House, clerk: ClerkIdentity, period: Period) -> list[str]:
    """The regions the caller may see, or the one asked for. Raises RestError."""
    if not timedelta(0) <= period.last - period.first < timedelta(days=MOST_DAYS):
        raise RestError(ErrorId.PERIOD_UNUSABLE, f"`from` has to come before `to`, at most {MOST_DAYS} days.")
    own = [region.id for region in house.directory.regions if region.id in clerk.grant.regions]
    if period.region is None:
        return own
    if period.region not in own:
        raise RestError(ErrorId.NOT_PERMITTED, "The token does not name this region.")
    return [period.region]


async def _lines(house: House, period: Period, regions: Sequence[str]) -> list[Figures]:
    by: frozenset[Part] = frozenset(part for part in get_args(Part) if part in period.by.split(","))
    try:
        question = Question(by, frozenset(regions), period.within, house.directory.minimum_group_size)
    except ValueError as error:
        raise RestError(ErrorId.PERIOD_UNUSABLE, str(error)) from None
    days = await house.rollups.read(period.first, period.last, regions)
    return await asyncio.to_thread(answer, days, question)


SUPERVISOR: Final = ("supervisor",)
ENDPOINTS: Final = (
    Endpoint("GET", "/api/statistics", statistics, role=SUPERVISOR, errors=(ErrorId.PERIOD_UNUSABLE,), rate=HEAVY),
    Endpoint(
        "GET",
        "/api/statistics.csv",
        statistics_table,
        role=SUPERVISOR,
        errors=(ErrorId.PERIOD_UNUSABLE,),
        media_type="text/csv",
        rate=HEAVY,
    ),
    Endpoint("POST", "/api/staffing", staffing, role=SUPERVISOR, errors=(ErrorId.LOAD_UNUSABLE,), rate=HEAVY),
)
