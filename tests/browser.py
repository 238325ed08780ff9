"""The browser of tests that look at pages, and what axe-core objects to in a page."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.async_api import Page

PROGRAM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), None)
"""Chromium without windows around its pages, as each takes twice the processor time. None: Playwright's own."""
_AXE = Path(__file__).resolve().parents[1] / "clerk_console/web/node_modules/axe-core/axe.min.js"
_RUN = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  found => found.id + ": " + found.nodes.map(node => node.html.slice(0, 200)).join(" | "))
"""


async def violations(page: Page) -> list[str]:
    """One line for each rule of axe-core that the page breaks as it stands."""
    # The strict policy keeps injected script elements out; evaluation by the debugger is not bound by it.
    if await page.evaluate("() => !window.axe"):
        await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(_RUN)
    return found
