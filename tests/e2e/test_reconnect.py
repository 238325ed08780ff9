"""The path between booth and clerk is cut and joined, or the booth moves to another address: the call goes on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles
from scripts.stack import STAFF, Robot, Stack, running
from scripts.visit import Visit
from tests.e2e.path import Cable, cable

pytestmark = pytest.mark.e2e

CUT_S = 5.0
POLL_S = 0.02
GOAL_S = 1.0
SLACK_S = 0.5
"""What a machine with other things to do may take longer; the measured figures are printed."""


@dataclass
class Line:
    """An office whose booth is at the end of a cable. Moments are of time.monotonic()."""

    cable: Cable
    visit: Visit
    robot: Robot
    clerk: Clerk
    offset: float = 0.0

    async def set_clocks(self) -> None:
        """Find what has to be added to the browser's clock, in the best of some tries."""
        tries = []
        for _ in range(5):
            before = time.monotonic()
            there = await self.clerk.page.evaluate("() => performance.now()") / 1000
            after = time.monotonic()
            tries.append((after - before, (before + after) / 2 - there))
        self.offset = min(tries)[1]

    async def moment(self, name: str) -> float:
        found = (await self.clerk.figures())[name]
        assert found is not None, f"{name} has not come"
        return float(found) / 1000 + self.offset

    async def at_the_booth(self, condition: Callable[[], Awaitable[Any]], timeout_s: float = 20) -> float:
        """When `condition` became true, to POLL_S."""
        async with asyncio.timeout(timeout_s):
            while True:
                if await condition():
                    return time.monotonic()
                await asyncio.sleep(POLL_S)

    async def link(self) -> str:
        return str((await self.robot.state())["view"]["link"])

    async def suspects(self) -> bool:
        return await self.link() in ("suspect", "failed")

    async def stands(self) -> bool:
        return await self.link() == "connected"


@contextlib.asynccontextmanager
async def open_line(laid: Cable, folder: Path, files: MediaFiles) -> AsyncIterator[Line]:
    stack = Stack(folder)
    async with contextlib.AsyncExitStack() as everything:
        await everything.enter_async_context(running(stack))
        await asyncio.gather(stack.start_switchboard(), stack.start_console())
        await everything.enter_async_context(laid.forward(stack.console_port, from_booth="127.0.0.1"))
        # The line of the switchboard goes over the cable, as it would; the clerk's does not.
        port = await everything.enter_async_context(laid.forward(stack.switchboard_port, from_booth=laid.near))
        stack.switchboard_url = f"ws://{laid.near}:{port}/ws"
        with laid.at_the_booth():
            booth = await stack.start_booth(
                camera=str(files.citizen),
                microphone=str(files.citizen_sound),
                QT_QPA_PLATFORM="offscreen",
                QT_QUICK_BACKEND="software",
            )
        browser = await everything.enter_async_context(chromium(files.clerk, files.clerk_sound))
        clerk = await Clerk.open(browser, stack.console_url)
        await clerk.sign_in(STAFF, stack.password)
        robot = Robot(booth)
        visit = Visit(robot, clerk, "", folder, print)
        await clerk.set_available()
        await visit.take_ticket()
        await visit.connect()
        line = Line(laid, visit, robot, clerk)
        await line.set_clocks()
        await clerk.until("f => f.frames > 30 && f.booth?.video_frames > 30")
        yield line


async def test_a_call_comes_back_by_itself_after_the_path_was_cut(tmp_path: Path, files: MediaFiles) -> None:
    with cable() as laid:
        async with open_line(laid, tmp_path, files) as line:
            await line.clerk.fill({"street": "Lindenweg"})
            cut_at = time.monotonic()
            laid.cut()
            booth_noticed = await line.at_the_booth(line.suspects) - cut_at
            await line.clerk.see("call-reconnecting")
            clerk_noticed = await line.moment("suspect_at") - cut_at
            assert (await line.robot.state())["screen"] == "call"
            await asyncio.sleep(cut_at + CUT_S - time.monotonic())
            frames = (await line.clerk.figures())["frames"]
            joined_at = time.monotonic()
            laid.join()
            booth_back = await line.at_the_booth(line.stands) - joined_at
            await line.clerk.until("f => f.restored_at > f.suspect_at")
            clerk_back = await line.moment("restored_at") - joined_at
            print(
                f"path cut for {CUT_S:g} s: noticed by the booth after {booth_noticed:.2f} s, by the clerk after "
                f"{clerk_noticed:.2f} s; back at the booth {booth_back:.2f} s, at the clerk {clerk_back:.2f} s "
                "after the path"
            )
            assert max(booth_noticed, clerk_noticed) <= GOAL_S + SLACK_S
            assert max(booth_back, clerk_back) <= GOAL_S + SLACK_S
            # It is a call of the next generation before long, and nothing was lost on the way.
            await line.clerk.until("f => f.generation > 1")
            await line.clerk.until(f"f => f.frames > {frames + 60}")
            assert await line.clerk.mark("field-street").input_value() == "Lindenweg"
            await line.visit.hang_up()
            assert line.clerk.troubles == []


async def test_a_call_follows_the_booth_to_another_address(tmp_path: Path, files: MediaFiles) -> None:
    with cable() as laid:
        async with open_line(laid, tmp_path, files) as line:
            moved_at = time.monotonic()
            laid.move()
            booth_noticed = await line.at_the_booth(line.suspects) - moved_at
            booth_back = await line.at_the_booth(line.stands) - moved_at
            await line.clerk.until("f => f.generation > 1 && f.restored_at > f.suspect_at")
            clerk_noticed = await line.moment("suspect_at") - moved_at
            clerk_back = await line.moment("restored_at") - moved_at
            print(
                f"another address: noticed by the booth after {booth_noticed:.2f} s, by the clerk after "
                f"{clerk_noticed:.2f} s; back at the booth {booth_back:.2f} s, at the clerk {clerk_back:.2f} s "
                "after the move"
            )
            assert max(booth_noticed, clerk_noticed) <= GOAL_S + SLACK_S
            assert max(booth_back, clerk_back) <= 2 * GOAL_S + 2 * SLACK_S
            await line.visit.hang_up()
