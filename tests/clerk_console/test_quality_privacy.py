"""What is kept of a call is about a booth's line: no column leads to a clerk, a citizen or a case."""

from __future__ import annotations

import httpx
import structlog
from sqlalchemy import inspect, select

from clerk_console import database
from clerk_console.call_report import CallReport, Reception
from clerk_console.office import Office
from tests.clerk_console.counter import Clock, add_staff, browser, open_case, report, report_id, sign_in

ABOUT_THE_LINE = {
    *("fps", "slow_share", "height", "freezes_per_minute", "frozen_share", "loss", "jitter_ms", "bitrate"),
    *("concealed_share", "mouth_to_ear_ms", "sync_offset_ms"),
}


def test_a_report_says_this_and_nothing_else() -> None:
    """A new column is a new decision (docs/decisions/0011)."""
    columns = {column.name for column in database.call_reports.columns}
    assert columns == {
        *("id", "day", "booth", "outcome", "generations", "interruptions", "interrupted_share"),
        *("set_up_ms", "round_trip_ms", "to_clerk", "to_booth"),
    }
    assert columns == {"id", "day", *CallReport.__struct_fields__}
    assert set(Reception.__struct_fields__) == ABOUT_THE_LINE


def test_nothing_joins_a_report_with_a_case_or_a_person() -> None:
    assert not database.call_reports.foreign_keys
    shared = {column.name for column in database.call_reports.columns}
    shared &= {
        column.name for table in (database.cases, database.staff, database.sessions) for column in table.columns
    }
    assert shared == {"id", "booth"}, "An id here is random; a booth has many calls."


async def test_the_order_in_which_reports_came_is_not_kept(office: Office, clerk: httpx.AsyncClient) -> None:
    """Else the third report of a day would be of the day's third case."""
    order = [5, 1, 4, 2, 3]
    for number in order:
        await clerk.put(f"/api/call-reports/{report_id(number)}", json=report())
    async with office.quality.reports._engine.connect() as connection:
        found = (await connection.execute(select(database.call_reports.c.id))).scalars().all()
        made = (await connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'call_reports'")).scalar()
        indices = await connection.run_sync(lambda sync: inspect(sync).get_indexes("call_reports"))
    assert list(found) == sorted(found)
    assert "WITHOUT ROWID" in str(made)
    assert [index["column_names"] for index in indices] == [["day", "booth"]]


async def test_a_row_is_the_same_whoever_brought_it_and_when(office: Office, clock: Clock) -> None:
    """Two clerks, other tickets, hours between them: but for the random id, nothing tells their calls apart."""
    for number, name in enumerate(("anna", "berta")):
        await add_staff(office, name, display_name=name.title())
        async with browser(office) as client:
            await sign_in(client, name)
            await open_case(client, f"E{300 + number}")
            assert (await client.put(f"/api/call-reports/{report_id(number)}", json=report())).status_code == 204
        clock.time += 3 * 60 * 60
    async with office.quality.reports._engine.connect() as connection:
        rows = (await connection.execute(select(database.call_reports))).mappings().all()
    first, second = ({name: value for name, value in row.items() if name != "id"} for row in rows)
    assert first == second


async def test_a_deleted_report_leaves_nothing_on_disk(office: Office, clerk: httpx.AsyncClient, clock: Clock) -> None:
    id_ = report_id(7)
    await clerk.put(f"/api/call-reports/{id_}", json=report())
    engine = office.quality.reports._engine
    file = office.settings.data / database.FILE

    async def on_disk() -> bool:
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return id_.encode() in file.read_bytes()

    assert await on_disk(), "It is there before, or this test shows nothing."
    clock.time += 91 * 24 * 60 * 60
    await office.retention.sweep()
    assert not await on_disk()


async def test_no_log_line_joins_report_and_clerk(office: Office, clerk: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logged:
        await clerk.put(f"/api/call-reports/{report_id(0)}", json=report())
        await clerk.put(f"/api/call-reports/{report_id(0)}", json=report(booth="booth-elsewhere-1"))
    assert not [line for line in logged if report_id(0) in str(line)]
