"""A whole office whose booth is at the end of a cable: a real call over a path that can be cut, joined and moved."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles
from scripts.stack import STAFF, Robot, Stack, running
from scripts.visit import Visit
from tests.network.cable import Cable

POLL_S = 0.02


@dataclass
class Line:
    """An office whose booth is at the end of a cable."""

    cable: Cable
    visit: Visit
    robot: Robot
    clerk: Clerk

    async def at_the_booth(self, condition: Callable[[], Awaitable[Any]], timeout_s: float = 60) -> None:
        """Until `condition` is true."""
        async with asyncio.timeout(timeout_s):
            while True:
                if await condition():
                    return
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
        await clerk.until("f => f.frames > 30 && f.booth?.video_frames > 30")
        yield line
