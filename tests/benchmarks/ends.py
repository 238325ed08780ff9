"""Both ends of a measured call: a clerk in Chromium and, behind a cable, a booth or another Chromium in its place."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import psutil
from playwright.async_api import Browser, Page, Route

from media.testing.barcode import GEOMETRY
from scripts.clerk import chromium
from scripts.stack import Program
from tests.benchmarks.films import films
from tests.benchmarks.records import Encoded, Kind, Records, Seen, Shown
from tests.network.cable import Cable, cable

MAX_BITRATE = 2_500_000
"""Of the picture, as the console asks for."""
ADDRESS = "http://localhost/"
PAGE = """<!doctype html><title>An end of a call</title><script src="peer.js"></script>
<video id="video" autoplay muted playsinline width="640" height="360"></video><audio id="audio" autoplay></audio>"""
SCRIPT = Path(__file__).with_name("peer.js")
RULE = Path(__file__).parents[2] / "clerk_console/web/src/narrow.ts"
NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"


class BrowserEnd:
    """A page with `peer.js`."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, *, offers: bool, encoded: bool = False, narrow: int = 0) -> BrowserEnd:
        """`narrow`: the picture follows the console's rule for narrow paths, up to so many bits a second."""
        page = await browser.new_page()
        await page.route("**/*", _serve)
        await page.goto(ADDRESS)
        await page.evaluate(
            "settings => open(settings)",
            {"offers": offers, "encoded": encoded, "narrow": narrow, "geometry": GEOMETRY.as_json()},
        )
        return cls(page)

    async def offer(self) -> str:
        return str(await self.page.evaluate("offer()"))

    async def answer(self, sdp: str) -> str:
        return str(await self.page.evaluate("sdp => answer(sdp)", sdp))

    async def finish(self, sdp: str) -> float:
        """Take the answer and return when connected, with the moment."""
        await self.page.evaluate("sdp => finish(sdp)", sdp)
        await self.page.wait_for_function("connectedAt !== null", polling=50, timeout=10_000)
        return float(await self.page.evaluate("connectedAt")) / 1000

    async def limit(self, bitrate: int, *, steady: bool = False) -> None:
        """Bits a second of the picture it sends; `steady`: it keeps its size and rate on a busy machine."""
        await self.page.evaluate("([bitrate, steady]) => limit(bitrate, steady)", [bitrate, steady])

    async def begin(self) -> None:
        await self.page.evaluate("begin()")

    async def records(self) -> Records:
        return _read(await self.page.evaluate("records"))

    async def close(self) -> None:
        await self.page.close()


class BoothEnd:
    """`tests.benchmarks.booth_end`, from outside."""

    def __init__(self, program: Program) -> None:
        self.program = program

    async def _ask(self, **order: Any) -> dict[str, Any]:
        await self.program.tell(json.dumps(order))
        return await self.program.hear(15)

    async def answer(self, sdp: str) -> str:
        return str((await self._ask(do="answer", sdp=sdp))["sdp"])

    async def join(self, sdp: str) -> str:
        """Answer a guest, beside the call there is."""
        return str((await self._ask(do="join", sdp=sdp))["sdp"])

    async def begin(self) -> None:
        await self._ask(do="begin")

    async def records(self) -> Records:
        return _read(await self._ask(do="records"))

    async def close(self) -> None:
        await self.program.tell('{"do": "quit"}')
        assert self.program.process is not None
        await asyncio.wait_for(self.program.process.wait(), 15)


@dataclass
class MeasuredCall:
    """`clerk` is always Chromium; `booth` is the booth, or Chromium in its place."""

    kind: Kind
    clerk: BrowserEnd
    booth: BoothEnd | BrowserEnd
    connected_at: float

    async def begin(self) -> None:
        """Forget what was seen."""
        await asyncio.gather(self.clerk.begin(), self.booth.begin())

    async def records(self) -> Seen:
        return Seen(self.kind, self.connected_at, await self.clerk.records(), await self.booth.records())


@dataclass
class Stage:
    """A cable, a browser at each end of it, and a film for all cameras. One call at a time: there are two cores."""

    cable: Cable
    near: Browser
    near_process: psutil.Process
    far: Browser
    film: Path
    speech: Path
    folder: Path

    @contextlib.asynccontextmanager
    async def call(self, kind: Kind, *, steady: bool = False, encoded: bool = False) -> AsyncIterator[MeasuredCall]:
        """Connected, with the picture's bitrate limited as the console limits it. `steady`: browsers keep 1280x720 at
        30 frames a second even if the machine is too busy for it; `encoded`: the clerk's end looks at what arrives."""
        async with contextlib.AsyncExitStack() as ends:
            narrow = MAX_BITRATE if kind == "ours" and not steady else 0
            clerk = await BrowserEnd.open(self.near, offers=True, encoded=encoded, narrow=narrow)
            ends.push_async_callback(clerk.close)
            booth = await (self._booth() if kind == "ours" else BrowserEnd.open(self.far, offers=False))
            ends.push_async_callback(booth.close)
            connected_at = await clerk.finish(await booth.answer(await clerk.offer()))
            for end in (clerk, booth):
                if isinstance(end, BrowserEnd):
                    await end.limit(MAX_BITRATE, steady=steady)
            yield MeasuredCall(kind, clerk, booth, connected_at)

    @contextlib.asynccontextmanager
    async def guest(self, booth: BoothEnd) -> AsyncIterator[BrowserEnd]:
        """A second clerk in the call of this booth, as in `call` with `steady`."""
        guest = await BrowserEnd.open(self.near, offers=True)
        try:
            await guest.finish(await booth.join(await guest.offer()))
            await guest.limit(MAX_BITRATE, steady=True)
            yield guest
        finally:
            await guest.close()

    async def _booth(self) -> BoothEnd:
        program = Program(
            "booth end",
            ["tests.benchmarks.booth_end", str(self.film), str(self.speech)],
            self.folder / "booth-end.log",
            talks=True,
        )
        with self.cable.at_the_booth():
            await program.start()
        return BoothEnd(program)


@contextlib.asynccontextmanager
async def open_stage(film: Literal["calm", "lively"]) -> AsyncIterator[Stage]:
    made = films()
    picture = getattr(made, film)
    with cable() as laid, tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as browsers:
            before = set(_programs())
            near = await browsers.enter_async_context(chromium(picture, made.speech))
            [near_process] = set(_programs()) - before
            with laid.at_the_booth():
                far = await browsers.enter_async_context(chromium(picture, made.speech))
            yield Stage(laid, near, near_process, far, picture, made.speech, Path(folder))


def _programs() -> list[psutil.Process]:
    """The browsers' drivers, with the browsers as their children."""
    children: list[psutil.Process] = psutil.Process().children()
    return children


@cache
def _rule() -> str:
    """The console's narrow.ts as a browser takes it, by the Node.js of the web app."""
    strip = "process.stdout.write(require('module').stripTypeScriptTypes(require('fs').readFileSync(0, 'utf8')))"
    return subprocess.run(
        [NODE, "--no-warnings", "-e", strip], input=RULE.read_text(), capture_output=True, text=True, check=True
    ).stdout


async def _serve(route: Route) -> None:
    if route.request.url.endswith("narrow.js"):
        await route.fulfill(body=_rule(), content_type="text/javascript")
    elif route.request.url.endswith("peer.js"):
        await route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
    else:
        await route.fulfill(body=PAGE, content_type="text/html")


def _read(raw: dict[str, Any]) -> Records:
    return Records(
        [(number, at / 1000) for number, at in raw["captured"]],
        [Shown(number, at / 1000, height) for number, at, _, height in raw["shown"]],
        [Encoded(at / 1000, key, size) for at, key, size in raw["encoded"]],
        [{**entry, "at": entry["at"] / 1000} for entry in raw["series"]],
        raw.get("figures", {}),
    )
