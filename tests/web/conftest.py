"""The web app in a real Chromium, one browser for all tests of this folder and a fresh page for each."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from scripts import build_web
from tests.browser import PROGRAM
from tests.web.office import WAIT_S, Office

expect.set_options(timeout=2 * WAIT_S * 1000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="session")
def built() -> None:
    """The web app as it stands in the sources."""
    build_web.main()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(built: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def office(browser: Browser) -> AsyncIterator[Office]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800},
        permissions=["camera", "microphone"],
        locale="de-DE",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(2 * WAIT_S * 1000)
    made = Office(await context.new_page())
    await made.start()
    yield made
    await made.stop()
    await context.close()
    assert made.troubles == []


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """Where to put pictures of the screens, when somebody wants to look at them (FERNAMT_SHOTS)."""
    folder = os.environ.get("FERNAMT_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None
