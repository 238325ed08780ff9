"""The clerk as a program: a real Chromium that uses the console's screens through their `data-test` marks."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Download, Locator, Page, async_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@contextlib.asynccontextmanager
async def chromium(picture: Path | None = None, sound: Path | None = None, *more: str) -> AsyncIterator[Browser]:
    """Headless Chromium with a .y4m file as its camera and a .wav file as its microphone, and `more` flags."""
    flags = [*CHROMIUM_FLAGS, *more]
    if picture:
        flags.append(f"--use-file-for-fake-video-capture={picture}")
    if sound:
        flags.append(f"--use-file-for-fake-audio-capture={sound}")
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


class Clerk:
    """One browser tab with the console."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda line: self.troubles.append(line.text) if line.type == "error" else None)

    @classmethod
    async def open(cls, browser: Browser, url: str, *, language: str = "en") -> Clerk:
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900}, locale=language, permissions=["camera", "microphone"]
        )
        return cls(await context.new_page(), url)

    def mark(self, name: str) -> Locator:
        """The element with this `data-test` mark."""
        return self.page.locator(f'[data-test="{name}"]')

    async def press(self, name: str, timeout_s: float = 60) -> None:
        await self.mark(name).click(timeout=timeout_s * 1000)

    async def see(self, name: str, timeout_s: float = 60) -> Locator:
        found = self.mark(name)
        await found.wait_for(state="visible", timeout=timeout_s * 1000)
        return found

    async def sign_in(self, name: str, password: str) -> None:
        await self.page.goto(self.url)
        await self.mark("sign-in-name").fill(name)
        await self.mark("sign-in-password").fill(password)
        await self.press("sign-in-submit")
        await self.see("availability")

    async def set_available(self) -> None:
        """Ready for offers; does nothing when it is so already."""
        switch = await self.see("availability")
        if await switch.get_attribute("aria-pressed") != "true":
            await switch.click()

    async def accept(self, timeout_s: float = 60) -> None:
        """Accept the ringing offer and return when the citizen's first frame is shown."""
        await self.see("offer-accept", timeout_s)
        before = await self.page.evaluate("() => window.fernamt.figures()?.ticket ?? ''")
        await self.press("offer-accept")
        await self.until(f"f => f.ticket !== '{before}' && f.first_frame_at !== null", timeout_s)

    async def figures(self) -> dict[str, Any]:
        """What the console measured of the running call (`window.fernamt.figures()`)."""
        found: dict[str, Any] = await self.page.evaluate("() => window.fernamt.figures()")
        return found

    async def until(self, condition: str, timeout_s: float = 60) -> None:
        """Return when the JavaScript function `condition` of the figures is true."""
        await self.page.wait_for_function(
            f"() => {{ const f = window.fernamt?.figures(); return !!f && ({condition})(f); }}",
            timeout=timeout_s * 1000,
            polling=20,
        )

    async def verdicts(self) -> dict[str, str]:
        """Each identity check that is shown, with its verdict."""
        marks = self.page.locator('[data-test^="identity-check-"]')
        found = {}
        for mark in await marks.all():
            name = (await mark.get_attribute("data-test") or "").removeprefix("identity-check-")
            found[name] = await mark.get_attribute("data-verdict") or ""
        return found

    async def fill(self, values: dict[str, str]) -> None:
        """Type the values into the form's fields; selects are chosen by value."""
        for name, value in values.items():
            field = self.mark(f"field-{name}")
            if await field.evaluate("element => element.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)

    async def download(self, target: Path) -> Path:
        """Press the document's download and keep it as `target`."""
        async with self.page.expect_download() as waiting:
            await self.press("document-download")
        document: Download = await waiting.value
        await document.save_as(target)
        return target

    async def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)
