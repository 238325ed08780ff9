"""The path between booth and clerk is cut and joined, or the booth moves to another address: the call goes on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from scripts.media_files import MediaFiles
from tests.e2e.line import open_line
from tests.network.cable import cable

pytestmark = pytest.mark.e2e

CUT_S = 5.0
AT_REST = "(f.suspect_at === null || f.restored_at !== null)"
"""How soon, is measured by `scripts/bench path`; here it has to happen, well before aiortc itself would notice."""


async def test_a_call_comes_back_by_itself_after_the_path_was_cut(tmp_path: Path, files: MediaFiles) -> None:
    with cable() as laid:
        async with open_line(laid, tmp_path, files) as line:
            await line.clerk.fill({"street": "Lindenweg"})
            cut_at = time.monotonic()
            laid.cut()
            await line.at_the_booth(line.suspects)
            await line.clerk.see("call-reconnecting")
            assert (await line.robot.state())["screen"] == "call"
            await asyncio.sleep(cut_at + CUT_S - time.monotonic())
            frames = (await line.clerk.figures())["frames"]
            laid.join()
            await line.at_the_booth(line.stands)
            # It is a call of the next generation before long, and nothing was lost on the way.
            await line.clerk.until(f"f => f.generation > 1 && {AT_REST} && f.frames > {frames + 60}")
            await expect(line.clerk.mark("field-street")).to_have_value("Lindenweg")
            await line.visit.hang_up()
            assert line.clerk.troubles == []


async def test_a_call_follows_the_booth_to_another_address(tmp_path: Path, files: MediaFiles) -> None:
    with cable() as laid:
        async with open_line(laid, tmp_path, files) as line:
            laid.move()
            await line.at_the_booth(line.suspects)
            await line.at_the_booth(line.stands)
            # The clerk's end may not even have noticed.
            await line.clerk.until(f"f => f.generation > 1 && {AT_REST}")
            figures = await line.clerk.figures()
            await line.clerk.until(f"f => f.frames > {figures['frames'] + 60} && f.booth.video_frames > 30")
            await line.visit.hang_up()
