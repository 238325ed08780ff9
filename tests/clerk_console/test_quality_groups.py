"""What reports come to: medians and tenths by booth and period, and nothing of a group that is too small."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import httpx
import pytest

from clerk_console.call_quality import Period, begin, spread
from clerk_console.office import Office
from tests.clerk_console.counter import BOOTH, Clock, add_staff, browser, open_case, report, report_id, sign_in

DAY_S = 24 * 60 * 60


async def cases_of(office: Office, *names: str, booth: str = BOOTH) -> None:
    """Each of these clerks has a case with the booth today."""
    for number, name in enumerate(names):
        await add_staff(office, name)
        async with browser(office) as client:
            await sign_in(client, name)
            await open_case(client, f"E{100 + number}", booth=booth)


async def calls(client: httpx.AsyncClient, count: int, first: int = 0, **change: Any) -> None:
    for number in range(first, first + count):
        made = report(round_trip_ms=10.0 * (number - first), **change)
        answer = await client.put(f"/api/call-reports/{report_id(number)}", json=made)
        assert answer.status_code == 204, answer.text


async def groups(client: httpx.AsyncClient, period: str = "day") -> list[dict[str, Any]]:
    answer = await client.get("/api/call-quality", params={"period": period})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["groups"]
    return found


async def test_a_group_tells_median_and_tenth(office: Office, colleague: httpx.AsyncClient) -> None:
    await cases_of(office, "anna", "berta", "clara")
    await calls(colleague, 9)
    await calls(colleague, 2, first=9, outcome="broken", interruptions=1, to_booth=None)
    (group,) = await groups(colleague)
    assert (group["booth"], group["site"]) == (BOOTH, BOOTH)
    assert (group["first"], group["last"]) == ("2026-11-23", "2026-11-23")
    quality = group["quality"]
    assert (quality["calls"], quality["broken"], quality["interrupted"]) == (11, 2, 2)
    assert quality["to_clerk"]["fps"] == {"median": 29.5, "tenth": 29.5}
    assert quality["call"]["round_trip_ms"] == {"median": 30.0, "tenth": 70.0}


async def test_the_tenth_is_the_worse_end() -> None:
    values = [float(n) for n in range(1, 12)]
    assert spread(values, "loss").tenth == 10
    assert spread(values, "fps").tenth == 2


@pytest.mark.parametrize(("count", "clerks"), [(4, 3), (5, 2), (20, 1)])
async def test_of_a_small_group_nothing_is_told(
    office: Office, colleague: httpx.AsyncClient, count: int, clerks: int
) -> None:
    await cases_of(office, *("anna", "berta", "clara")[:clerks])
    await calls(colleague, count)
    (group,) = await groups(colleague)
    assert group["quality"] is None
    assert set(group) == {"booth", "site", "first", "last", "quality"}


async def test_the_smallest_group_that_is_told(office: Office, colleague: httpx.AsyncClient) -> None:
    await cases_of(office, "anna", "berta", "clara")
    await calls(colleague, 5)
    (group,) = await groups(colleague)
    assert group["quality"]["calls"] == 5


async def test_clerks_of_other_booths_do_not_count(office: Office, colleague: httpx.AsyncClient) -> None:
    await cases_of(office, "anna", "berta")
    await add_staff(office, "clara")
    async with browser(office) as client:
        await sign_in(client, "clara")
        await open_case(client, "E200", booth="booth-heide-1")
    await calls(colleague, 5)
    (group,) = await groups(colleague)
    assert group["quality"] is None


async def test_a_figure_that_few_calls_know_is_left_out(office: Office, colleague: httpx.AsyncClient) -> None:
    await cases_of(office, "anna", "berta", "clara")
    await calls(colleague, 4, to_booth={"fps": 30, "mouth_to_ear_ms": 120})
    await calls(colleague, 1, first=4, to_booth={"fps": 12})
    (group,) = await groups(colleague)
    assert set(group["quality"]["to_booth"]) == {"fps"}


async def test_a_longer_period_gathers_small_days(office: Office, colleague: httpx.AsyncClient, clock: Clock) -> None:
    await cases_of(office, "anna", "berta", "clara")
    await calls(colleague, 3)
    clock.time += DAY_S
    await sign_in(colleague, "omar")
    await calls(colleague, 3, first=3)
    assert [group["quality"] for group in await groups(colleague)] == [None, None]
    (week,) = await groups(colleague, "week")
    assert (week["first"], week["last"]) == ("2026-11-23", "2026-11-29")
    assert week["quality"]["calls"] == 6


async def test_newest_first_and_by_site(
    office: Office, colleague: httpx.AsyncClient, clock: Clock, enter: Any
) -> None:
    enter("booth-a", "booth-b", sites={"booth-a": "Rathaus", "booth-b": "Bibliothek"})
    await calls(colleague, 1, booth="booth-a")
    await calls(colleague, 1, first=1, booth="booth-b")
    clock.time += DAY_S
    await sign_in(colleague, "omar")
    await calls(colleague, 1, first=2, booth="booth-a")
    found = [(group["first"], group["site"]) for group in await groups(colleague)]
    assert found == [("2026-11-24", "Rathaus"), ("2026-11-23", "Bibliothek"), ("2026-11-23", "Rathaus")]


@pytest.mark.parametrize(
    ("period", "first"),
    [(Period.DAY, date(2026, 11, 25)), (Period.WEEK, date(2026, 11, 23)), (Period.MONTH, date(2026, 11, 9))],
)
def test_where_a_period_begins(period: Period, first: date) -> None:
    assert begin(date(2026, 11, 25), period) == first
    assert first.weekday() == 0 or period is Period.DAY


async def test_an_unknown_period_is_refused(colleague: httpx.AsyncClient) -> None:
    answer = await colleague.get("/api/call-quality", params={"period": "hour"})
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_request")


async def test_the_table_for_spreadsheets_says_the_same(
    office: Office, colleague: httpx.AsyncClient, enter: Any
) -> None:
    enter(BOOTH, "booth-heide-1", sites={"booth-heide-1": "=Heide"})
    await cases_of(office, "anna", "berta", "clara")
    await calls(colleague, 5)
    await calls(colleague, 2, first=5, booth="booth-heide-1")
    answer = await colleague.get("/api/call-quality.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    small, told = sorted(lines, key=lambda line: line["booth"], reverse=True)
    assert (told["calls"], told["to_clerk_fps_median"], told["round_trip_ms_tenth"]) == ("5", "29.5", "36.0")
    assert small["site"] == "'=Heide", "No cell is a formula."
    assert not any(small[name] for name in small if name not in ("booth", "site", "first_day", "last_day"))
