"""Reports of calls' quality: clerks' browsers bring them, supervisors read what they come to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.call_quality import MINIMUM_CLERKS, Group, Period, Quality, Spread, Spreads
from clerk_console.call_report import CallReport, Reception, ReportId
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.office import Office
from clerk_console.rest import Endpoint, answer, body
from clerk_console.staff import Staff

REPORT_BYTES: Final = 8 * 1024
_ENDS: Final = ("to_clerk", "to_booth")
_CALL: Final = ("set_up_ms", "round_trip_ms", "interrupted_share")


async def report(office: Office, request: Request, _staff: Staff) -> Response:
    """Whose session brings the report is forgotten here."""
    id_: str = _converted(request.path_params["report"], ReportId)
    made = await body(request, CallReport, REPORT_BYTES)
    if made.booth not in office.booths.sites():
        raise ConsoleError(ErrorId.REPORT_REFUSED, "This office knows no such booth.")
    if office.quality.reports.kept_days:
        await office.quality.reports.put(id_, made)
    return Response(status_code=204)


async def quality(office: Office, request: Request, _staff: Staff) -> Response:
    groups = await _groups(office, request)
    return answer(
        {
            "kept_days": office.quality.reports.kept_days,
            "minimum_calls": office.quality.minimum_calls,
            "minimum_clerks": MINIMUM_CLERKS,
            "groups": groups,
        }
    )


async def table(office: Office, request: Request, _staff: Staff) -> Response:
    """The same for a spreadsheet: one line a group, empty where there was too little to tell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_lines(await _groups(office, request)))
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="call-quality.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), headers=headers, media_type="text/csv")


async def _groups(office: Office, request: Request) -> list[Group]:
    period: Period = _converted(request.query_params.get("period", "day"), Period)
    return await office.quality.groups(period, office.booths.sites())


def _converted(text: str, type_: Any) -> Any:
    try:
        return msgspec.convert(text, type_)
    except msgspec.ValidationError as error:
        raise ConsoleError(ErrorId.MALFORMED_REQUEST, f"The address is not what was expected: {error}") from None


def _lines(groups: Iterable[Group]) -> Iterator[list[str]]:
    yield ["booth", "site", "first_day", "last_day", "calls", "broken", "interrupted", *_columns()]
    for group in groups:
        where = [group.booth, _harmless(group.site), group.first.isoformat(), group.last.isoformat()]
        yield [*where, *(_values(group.quality) if group.quality else [])]


def _columns() -> Iterator[str]:
    names = [*_CALL, *(f"{end}_{name}" for end in _ENDS for name in Reception.__struct_fields__)]
    return (f"{name}_{part}" for name in names for part in Spread.__struct_fields__)


def _values(quality: Quality) -> Iterator[str]:
    yield from (str(quality.calls), str(quality.broken), str(quality.interrupted))
    yield from _parts(quality.call, _CALL)
    yield from _parts(quality.to_clerk, Reception.__struct_fields__)
    yield from _parts(quality.to_booth, Reception.__struct_fields__)


def _parts(spreads: Spreads, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        spread = spreads.get(name)
        yield from (str(spread.median), str(spread.tenth)) if spread else ("", "")


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


ENDPOINTS: Final = (
    Endpoint("PUT", "/api/call-reports/{report}", report),
    Endpoint("GET", "/api/call-quality", quality, role="supervisor"),
    Endpoint("GET", "/api/call-quality.csv", table, role="supervisor"),
)
