"""The booking pages of a real switchboard, with a town of several sites, in a real Chromium."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.browser import PROGRAM

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SITES = (
    (
        "gemeindehaus",
        "Gemeindehaus Elbtal",
        "Dorfstraße 1, 01234 Elbtal",
        51.0504,
        13.7373,
        "step_free,induction_loop",
    ),
    ("bibliothek", "Stadtbibliothek", "Schloßstraße 2, 01067 Elbstadt", 51.0493, 13.7384, "step_free,wheelchair"),
    ("sparkasse", "Sparkasse Heidenau", "Ernst-Thälmann-Straße 12, 01809 Heidenau", 50.9776, 13.8672, "help_on_site"),
    ("bahnhof", "Bahnhof Radebeul Ost", "", 51.1035, 13.6553, ""),
    ("ohne-karte", "Rollende Kabine", "Kommt jede Woche in einen anderen Ort", None, None, "wheelchair"),
)


def site_toml(key: str) -> str:
    """The sites, each with a booth, and what can be booked there."""
    parts = []
    for site, name, address, latitude, longitude, features in SITES:
        where = "" if latitude is None else f"latitude = {latitude}\nlongitude = {longitude}\n"
        listed = ", ".join(f'"{feature}"' for feature in features.split(",") if feature)
        hours = 'hours = {mon = ["08:00-08:05"]}\n' if site == "bahnhof" else ""
        parts.append(
            f'[[sites]]\nid = "{site}"\nregion = "elbtal"\nname = "{name}"\naddress = "{address}"\n{where}'
            f"accessibility = [{listed}]\n{hours}"
            f'[[booths]]\nid = "booth-{site}"\nregion = "elbtal"\nsite = "{site}"\nkey = "{key}"\n'
        )
    return "".join(parts)


KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2


@pytest.fixture(scope="session")
def shots() -> Path | None:
    """Where to put pictures of the pages, when somebody wants to look at them (FERNAMT_SHOTS)."""
    folder = os.environ.get("FERNAMT_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real browser."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield running
        await running.close()


@asynccontextmanager
async def window(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    """A fresh browser window."""
    context = await browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", **options)
    yield context
    await context.close()
