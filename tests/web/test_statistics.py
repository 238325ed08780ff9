"""The supervisor's statistics and what-if: what is shown, in both languages, and that axe-core has no objection."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import expect

from tests.web.office import Office
from tests.web.test_screens import Look, look

__all__ = ["look"]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_week_and_what_if(office: Office, look: Look) -> None:
    switchboard = office.rest
    await office.sign_in("/supervisor")
    await office.see("statistics-table")
    await office.see("staffing-summary")
    await office.mark("statistics-table").scroll_into_view_if_needed()
    await look("30-statistics-week")
    chart = await office.mark("statistics-chart").get_attribute("aria-label")
    assert chart is not None
    assert "68" in chart  # The most that came on one day.
    await office.mark("statistics-span").select_option("day")
    await office.mark("statistics-table").get_by_text("–").first.wait_for()  # Too few clerks in an hour.
    await office.mark("staffing-summary").scroll_into_view_if_needed()
    await look("31-statistics-day-staffing")
    assert [asked["by"] for asked in switchboard.asked if asked["from"] == asked["to"]] == ["hour", ""]


async def test_sliders_ask_the_model(office: Office) -> None:
    office.staff["regions"] = ["elbtal", "heide"]
    switchboard = office.rest
    await office.sign_in("/supervisor")
    before = await (await office.see("staffing-summary")).inner_text()
    slider = office.mark("staffing-heide-per_hour")
    await slider.focus()
    wanted = switchboard.whatif[0].desks[1].per_hour + 5
    # A slow browser asks once on the way.
    async with office.page.expect_response(lambda _: switchboard.whatif[-1].desks[1].per_hour == wanted):
        for _ in range(5):
            await slider.press("ArrowRight")
    await office.page.wait_for_function(
        "before => document.querySelector('[data-test=staffing-summary]').innerText !== before", arg=before
    )
    found = switchboard.work_out(json.dumps(msgspec.to_builtins(switchboard.whatif[-1])))
    await expect(office.mark("staffing-summary")).to_contain_text(str(found["pooled"]["needed"]))


async def test_where_the_model_says_too_little_it_is_told(office: Office) -> None:
    """docs/statistics.md, "How far to trust it"."""
    office.staff["regions"] = ["elbtal"]
    await office.sign_in("/supervisor")
    await office.see("staffing-summary")
    await expect(office.mark("staffing-full")).to_have_count(0)
    slider = office.mark("staffing-elbtal-per_hour")
    await slider.focus()
    await slider.press("End")
    await expect(office.mark("staffing-full")).to_contain_text("90 %")
    await slider.press("Home")
    await expect(office.mark("staffing-full")).to_have_count(0)


async def test_a_table_that_scrolls_shows_that_it_has_the_focus(office: Office) -> None:
    """EN 301 549 9.2.4.7."""
    await office.sign_in("/supervisor")
    await office.see("supervisor-table")
    await office.mark("sign-out").focus()
    await office.page.keyboard.press("Tab")
    table = office.page.locator(".kern-table-responsive:focus")
    await expect(table).to_have_attribute("aria-labelledby", "supervisor-title")
    await expect(table).to_have_css("outline-style", "solid")
    await expect(table).to_have_css("outline-width", "3px")


async def test_the_table_can_be_taken_along(office: Office) -> None:
    switchboard = office.rest
    await office.sign_in("/supervisor")
    async with office.page.expect_download() as started:
        await (await office.see("statistics-csv")).click()
    download = await started.value
    assert download.suggested_filename.startswith("statistics-")
    assert Path(await download.path()).read_text() == "day,arrivals\n" or switchboard.asked[-1]["by"] == "day"


async def test_appointments_are_told_beside_the_visits(office: Office) -> None:
    await office.sign_in("/supervisor")
    table = await office.see("appointments-table")
    rows = [await row.inner_text() for row in await table.locator("tbody tr").all()]
    assert rows[0].split("\t")[1:] == ["9", "1", "2", "8", "2", "1", "9"]
    assert rows[2].split("\t")[1:4] == ["11", "1", "2"]
    assert "Zu wenige Termine" in rows[2]
    async with office.page.expect_download() as started:
        await office.mark("appointments-csv").click()
    assert (await started.value).suggested_filename.startswith("appointments-")
    await office.mark("statistics-span").select_option("day")
    await office.mark("appointments-table").locator("tbody:not(:has(tr))").wait_for(state="attached")
    await office.mark("statistics-by").select_option("region")
    await office.mark("appointments-table").get_by_text("Elbtal").wait_for()


async def test_nothing_yet_and_not_reachable(office: Office, look: Look) -> None:
    switchboard = office.rest
    switchboard.busy = False
    await office.sign_in("/supervisor")
    await office.see("statistics-empty")
    await office.see("appointments-empty")
    await office.mark("statistics-empty").scroll_into_view_if_needed()
    await look("32-statistics-empty")
    switchboard.refuses = (503, "keys_unavailable")
    async with office.page.expect_console_message(lambda line: "503" in line.text):
        await office.mark("statistics-earlier").click()
    await office.see("statistics-error")
    assert ["503" in trouble for trouble in office.troubles] == [True]
    office.forgive()
