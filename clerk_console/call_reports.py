"""The store of call reports. A row says no more than `call_report` allows, and the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from clerk_console import database
from clerk_console.call_report import CallReport
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.sources import Sources

MOST_A_DAY: Final = 500
"""Calls of one booth; more are not of people."""

_reports = database.call_reports
_cases = database.cases


class KeptReport(Struct, frozen=True):
    """A report with the day (at the office) on which its call began."""

    day: date
    report: CallReport


class CallReports:
    """Reports by their random id. `kept_days`: after so many they are deleted."""

    def __init__(self, engine: AsyncEngine, sources: Sources, kept_days: int) -> None:
        self.kept_days = kept_days
        self._engine = engine
        self._sources = sources

    async def put(self, id_: str, report: CallReport) -> None:
        """Keep a report, in place of what was kept under its id. Its day stays that of the first time.
        Raises ConsoleError (report_refused)."""
        try:
            await self._put(id_, report)
        except IntegrityError:
            # The browser sent the same call's report twice at once, and the other was first: now it is there.
            await self._put(id_, report)

    async def _put(self, id_: str, report: CallReport) -> None:
        row = msgspec.to_builtins(report)
        async with self._engine.begin() as connection:
            if await self._replace(connection, id_, row):
                return
            today = self._sources.today()
            booth_today = (_reports.c.booth == report.booth, _reports.c.day == today.isoformat())
            if await _count(connection, *booth_today) >= MOST_A_DAY:
                raise ConsoleError(ErrorId.REPORT_REFUSED, f"{MOST_A_DAY} calls of {report.booth} are kept of today.")
            await connection.execute(insert(_reports).values(id=id_, day=today.isoformat(), **row))

    async def _replace(self, connection: AsyncConnection, id_: str, row: Mapping[str, Any]) -> bool:
        """Whether there was one. Raises ConsoleError (report_refused)."""
        found = (await connection.execute(select(_reports.c.booth).where(_reports.c.id == id_))).scalar_one_or_none()
        if found is None:
            return False
        if found != row["booth"]:
            raise ConsoleError(ErrorId.REPORT_REFUSED, "This report is of another booth's call.")
        await connection.execute(update(_reports).where(_reports.c.id == id_).values(row))
        return True

    async def all(self) -> Sequence[KeptReport]:
        """Those that are not too old, in no order."""
        columns = [_reports.c.day, *(_reports.c[name] for name in CallReport.__struct_fields__)]
        query = select(*columns).where(_reports.c.day > self._oldest().isoformat())
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_kept(row) for row in rows]

    async def clerks(self, booth: str, first: date, last: date) -> int:
        """How many clerks had a case with `booth` on these days; counted from the cases, since reports name nobody."""
        begins, ends = self._moment(first), self._moment(last + timedelta(days=1))
        query = select(func.count(_cases.c.clerk.distinct())).where(
            _cases.c.booth == booth, _cases.c.created_at >= begins, _cases.c.created_at < ends
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one()

    async def sweep(self) -> int:
        """Delete what is too old; how many there were."""
        async with self._engine.begin() as connection:
            too_old = _reports.c.day <= self._oldest().isoformat()
            return (await connection.execute(delete(_reports).where(too_old))).rowcount

    def _oldest(self) -> date:
        """The latest day that is no longer kept."""
        return self._sources.today() - timedelta(days=self.kept_days)

    def _moment(self, day: date) -> float:
        return datetime.combine(day, time(), self._sources.timezone).timestamp()


async def _count(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> int:
    return (await connection.execute(select(func.count()).select_from(_reports).where(*conditions))).scalar_one()


def _kept(row: RowMapping) -> KeptReport:
    fields = {name: row[name] for name in CallReport.__struct_fields__}
    return KeptReport(date.fromisoformat(row["day"]), msgspec.convert(fields, CallReport))
