"""A real booth and a real browser tell each other how good the call is, and what is kept of it names nobody."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from playwright.async_api import expect

from clerk_console.call_report import CallReport, Reception
from scripts.stack import STAFF
from tests.e2e.conftest import Office

pytestmark = pytest.mark.e2e
UNKNOWN = "–"


def kept(folder: Path) -> list[sqlite3.Row]:
    connection = sqlite3.connect(f"file:{folder / 'console.sqlite'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute("SELECT * FROM call_reports").fetchall()
    finally:
        connection.close()


async def test_a_call_is_measured_at_both_ends_and_reported(office: Office) -> None:
    visit = office.visit
    page = visit.clerk.page
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    everything = ["sync_offset_ms", "buffer_ms", "playout_ms", "jitter_ms", "round_trip_ms"]
    known = " && ".join(f"f.{name} !== null" for name in everything)
    await visit.clerk.until(f"f => f.booth && Object.values(f.booth).every(v => v !== null) && {known}", 60)

    await visit.clerk.press("quality")
    rows = page.locator('[data-test="quality-figures"] tbody td')
    await page.wait_for_function(
        "unknown => [...document.querySelectorAll('[data-test=quality-figures] tbody td')]"
        ".every(cell => !cell.innerText.includes(unknown))",
        arg=UNKNOWN,
    )
    await expect(rows).to_have_count(19)
    await page.keyboard.press("Escape")

    async with page.expect_response(
        lambda answer: "/api/call-reports/" in answer.url and '"closed"' in (answer.request.post_data or "")
    ) as response:
        await visit.hang_up()
    assert (await response.value).status == 204
    (report,) = kept(office.stack.data / "console")
    assert set(report.keys()) == {"id", "day", *CallReport.__struct_fields__}
    assert (report["outcome"], report["generations"]) == ("closed", 1)
    for end in ("to_clerk", "to_booth"):
        received = json.loads(report[end])
        assert set(received) == set(Reception.__struct_fields__)
        assert None not in received.values(), received
    told = " ".join(str(value) for value in report)
    assert STAFF not in told
