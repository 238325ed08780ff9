"""Statistics, booths and audit log in the browser, from a real console and a real switchboard."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser

from scripts.stack import REGION, SERVICE, Stack, running
from signaling.storage.database import FILE_NAME, sqlite
from signaling.storage.rows import Changes
from signaling.storage.store import Store
from signaling.tally import Event
from tests.signaling.test_statistics import visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
BERLIN = ZoneInfo("Europe/Berlin")


async def lived_through(stack: Stack) -> None:
    """The log of a switchboard after 12 visits, 3 of them given up, and 6 appointments, yesterday."""
    noon = datetime.now(BERLIN).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    at = noon.timestamp()
    log = [
        event
        for n in range(12)
        for event in visit(f"AA{n:03}", at + 60 * n, 20 + n, None if n % 4 == 0 else 300, REGION, SERVICE)
    ]
    about = {"region": REGION, "service": SERVICE, "about": "appointment", "from_state": "booked"}
    log += [Event(at, f"a{n}", "checked_in", to_state="checked_in", reason="due", **about) for n in range(5)]
    log.append(Event(at, "a5", "no_show", to_state="missed", **about))
    store = await Store.open(sqlite(stack.data / "switchboard" / FILE_NAME))
    await store.save(Changes(events=sorted(log, key=lambda event: event.at)))
    await store.close()


async def test_what_the_switchboard_has_counted_is_on_the_page(browser: Browser, tmp_path: Path) -> None:
    stack = Stack(tmp_path, booth_ids=("booth-elbtal-1",))
    async with running(stack):
        await lived_through(stack)
        switchboard = await stack.start_switchboard()
        await stack.start_console()
        stack.add_staff("otto", "Otto Krause", roles="supervisor,operator")
        context = await browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
        page = await context.new_page()

        def mark(name: str) -> str:
            return f'[data-test="{name}"]'

        await page.goto(f"{stack.console_url}/supervisor")
        await page.fill(mark("sign-in-name"), "otto")
        await page.fill(mark("sign-in-password"), stack.password)
        await page.click(mark("sign-in-submit"))
        await page.wait_for_selector(mark("statistics-span"))
        await page.select_option(mark("statistics-span"), "day")
        await page.click(mark("statistics-earlier"))
        total = page.locator(f"{mark('statistics-table')} tfoot tr")
        await total.get_by_text("12", exact=True).wait_for()
        cells = (await total.inner_text()).split("\t")
        assert cells[1:3] == ["12", "9"]
        appointments = (await page.locator(f"{mark('appointments-table')} tfoot tr").inner_text()).split("\t")
        assert appointments[4:7] == ["5", "0", "1"]

        await page.fill(mark("statistics-day"), "2020-02-02")
        await page.wait_for_selector(mark("statistics-empty"))
        await page.wait_for_selector(mark("appointments-empty"))

        await page.click(mark("nav-booths"))
        await page.wait_for_selector('[data-test="line-booth-elbtal-1"][data-online="false"]')
        await page.wait_for_selector(mark("audit-table"))
        await page.select_option(mark("audit-log"), "switchboard")
        # What the machine did itself is not of this console.
        await page.wait_for_selector(mark("audit-empty"))

        await switchboard.stop()
        await page.click(mark("nav-supervisor"))
        await page.wait_for_selector(mark("statistics-error"))
        await context.close()
