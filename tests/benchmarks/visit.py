"""The visit's figures of issue 2: set-up after the click on accept, frames a second each way, the booth's CPU."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

import psutil

from booth.idcard.testing.pcscd import running_pcscd
from scripts.bench_runner import Figure
from scripts.clerk import Clerk, chromium
from scripts.media_files import media_files
from scripts.stack import STAFF, Robot, Stack, running
from scripts.visit import Visit

CALLS = 9
SETTLE_S = 10.0
MEASURE_S = 20.0


async def measure(folder: Path) -> list[Figure]:
    files = media_files()
    async with running(Stack(folder)) as stack:
        await stack.start_office()
        booth = await stack.start_booth(
            camera=str(files.citizen),
            microphone=str(files.citizen_sound),
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        async with chromium(files.clerk, files.clerk_sound) as browser:
            clerk = await Clerk.open(browser, stack.console_url)
            await clerk.sign_in(STAFF, stack.password)
            visit = Visit(Robot(booth), clerk, "", folder)
            await clerk.set_available()
            setups = [await one_call(visit) for _ in range(CALLS)]
            await visit.take_ticket()
            await visit.connect()
            await asyncio.sleep(SETTLE_S)
            process = psutil.Process(booth.pid)
            before = process.cpu_times()
            await visit.measure(MEASURE_S)
            after = process.cpu_times()
    used = (after.user + after.system) - (before.user + before.system)
    figures = visit.figures
    return [
        Figure("accept to first frame, median", statistics.median(setups), "ms", "limit", 700, 1),
        Figure("accept to first frame, slowest", max(setups), "ms", "limit", 700, 1),
        Figure("booth to clerk", figures["booth_to_clerk_fps"], "frames/s", "camera", 30, 0.97, more_is_better=True),
        Figure("clerk to booth", figures["clerk_to_booth_fps"], "frames/s", "camera", 30, 0.97, more_is_better=True),
        Figure("booth to clerk, height", height(figures["booth_to_clerk_size"]), "px", "camera", 720, 1, True),
        Figure("clerk to booth, height", height(figures["clerk_to_booth_size"]), "px", "camera", 720, 1, True),
        Figure("booth process", 100 * used / MEASURE_S, "% of a core", "limit", 70, 1),
    ]


def height(size: str) -> float:
    return float(size.split("x")[1])


async def one_call(visit: Visit) -> float:
    """Set up one call and end it again; milliseconds from the click on accept to the first frame."""
    await visit.take_ticket()
    await visit.connect()
    await visit.hang_up()
    return float(visit.figures["setup_ms"])


def figures() -> list[Figure]:
    with running_pcscd(), tempfile.TemporaryDirectory() as folder:
        return asyncio.run(measure(Path(folder)))
