"""Reports of calls: how they are brought, kept, replaced and deleted."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from clerk_console import database
from clerk_console.call_reports import MOST_A_DAY
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from tests.clerk_console.counter import BOOTH, Clock, add_staff, browser, report, report_id, sign_in

DAY_S = 24 * 60 * 60


async def put(client: httpx.AsyncClient, number: int = 0, **change: Any) -> httpx.Response:
    return await client.put(f"/api/call-reports/{report_id(number)}", json=report(**change))


async def rows(office: Office) -> list[dict[str, Any]]:
    async with office.quality.reports._engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(select(database.call_reports))).mappings()]


async def test_a_report_is_kept_with_the_day_at_the_office(
    office: Office, clerk: httpx.AsyncClient, clock: Clock
) -> None:
    clock.time += 12.5 * 60 * 60  # Half past midnight in Berlin, the day before in UTC.
    await sign_in(clerk, "sabine")
    assert (await put(clerk)).status_code == 204
    (row,) = await rows(office)
    assert (row["id"], row["day"], row["booth"]) == (report_id(0), "2026-11-24", BOOTH)
    (kept,) = await office.quality.reports.all()
    assert kept.report.to_clerk is not None
    assert (kept.report.to_clerk.fps, kept.report.generations) == (29.5, 1)


async def test_a_later_report_of_the_same_call_takes_the_place_of_the_earlier(
    office: Office, clerk: httpx.AsyncClient, clock: Clock
) -> None:
    await put(clerk, outcome="open", to_booth=None)
    clock.time += DAY_S / 2
    await sign_in(clerk, "sabine")
    await put(clerk, outcome="closed", generations=2)
    (row,) = await rows(office)
    assert (row["outcome"], row["generations"], row["day"]) == ("closed", 2, "2026-11-23")
    assert row["to_booth"]["fps"] == 29.5


async def test_reports_of_one_call_that_come_at_once_are_one(office: Office, clerk: httpx.AsyncClient) -> None:
    """A browser that ends a call sends its last report while the one before is still on its way."""
    for number in range(10):
        answers = await asyncio.gather(*(put(clerk, number) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {204}
    assert len(await rows(office)) == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"ticket": "E017"},
        {"clerk": "clerk-1"},
        {"booth": "Erika Mustermann"},
        {"outcome": "she hung up"},
        {"generations": -1},
        {"round_trip_ms": 1e9},
        {"to_clerk": {"fps": 30, "note": "angry"}},
        {"to_clerk": {"loss": 1.5}},
        {"to_clerk": {"height": 1e9}},
    ],
    ids=str,
)
async def test_what_a_report_must_not_say_is_refused(
    office: Office, clerk: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    answer = await clerk.put(f"/api/call-reports/{report_id(0)}", json=report() | wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_request")
    assert await rows(office) == []


@pytest.mark.parametrize("id_", ["E017", "0" * 31, "Z" * 32, "g" * 32, "0" * 33])
async def test_a_report_has_a_random_id_and_no_other(clerk: httpx.AsyncClient, id_: str) -> None:
    answer = await clerk.put(f"/api/call-reports/{id_}", json=report())
    assert answer.json()["error"] == "malformed_request"


async def test_a_report_that_is_too_long_is_not_read(clerk: httpx.AsyncClient) -> None:
    content = b'{"booth": "' + b"x" * 9000 + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = await clerk.put(f"/api/call-reports/{report_id(0)}", content=content, headers=headers)
    assert answer.json()["error"] == "request_too_large"


async def test_a_booth_of_another_office_is_refused(clerk: httpx.AsyncClient) -> None:
    assert (await put(clerk, booth="booth-elsewhere-1")).json()["error"] == "report_refused"


async def test_a_report_stays_with_its_booth(
    office: Office, clerk: httpx.AsyncClient, settings: Settings, enter: Any
) -> None:
    enter(BOOTH, "booth-heide-1")
    await put(clerk)
    assert (await put(clerk, booth="booth-heide-1")).json()["error"] == "report_refused"
    assert [row["booth"] for row in await rows(office)] == [BOOTH]


async def test_no_booth_has_more_calls_a_day_than_there_can_be(office: Office, clerk: httpx.AsyncClient) -> None:
    for number in range(MOST_A_DAY):
        assert (await put(clerk, number)).status_code == 204
    assert (await put(clerk, MOST_A_DAY)).json()["error"] == "report_refused"
    assert (await put(clerk, 3, outcome="broken")).status_code == 204, "One that is kept may still be replaced."


@pytest.mark.parametrize("address", ["/api/call-quality", "/api/call-quality.csv"])
async def test_only_supervisors_read(clerk: httpx.AsyncClient, stranger: httpx.AsyncClient, address: str) -> None:
    assert (await clerk.get(address)).json()["error"] == "not_permitted"
    assert (await stranger.get(address)).json()["error"] == "signed_out"


async def test_only_clerks_report(office: Office, stranger: httpx.AsyncClient) -> None:
    assert (await put(stranger)).json()["error"] == "signed_out"
    await add_staff(office, "paula", roles=["supervisor"])
    async with browser(office) as client:
        await sign_in(client, "paula")
        assert (await put(client)).json()["error"] == "not_permitted"


async def test_reports_are_deleted_after_their_time(office: Office, clerk: httpx.AsyncClient, clock: Clock) -> None:
    await put(clerk, 1)
    clock.time += DAY_S
    await sign_in(clerk, "sabine")
    await put(clerk, 2)
    clock.time += 88 * DAY_S
    await office.retention.sweep()
    assert len(await rows(office)) == 2
    clock.time += DAY_S
    await office.retention.sweep()
    assert [row["id"] for row in await rows(office)] == [report_id(2)]


async def test_what_is_due_is_not_shown_even_before_it_is_deleted(
    office: Office, clerk: httpx.AsyncClient, clock: Clock
) -> None:
    await put(clerk)
    clock.time += 90 * DAY_S
    assert await office.quality.reports.all() == []


async def test_an_office_may_keep_none(settings: Settings, clock: Clock, hasher: PasswordHasher) -> None:
    none = Settings(settings.data, settings.issuer, settings.switchboard, settings.booths, report_days=0)
    async with opened(none, Sources(now=clock), hasher) as office, browser(office) as client:
        await add_staff(office, "sabine")
        await sign_in(client, "sabine")
        assert (await put(client)).status_code == 204
        async with office.quality.reports._engine.connect() as connection:
            kept = await connection.execute(select(func.count()).select_from(database.call_reports))
            assert kept.scalar_one() == 0
