"""The visit's figures of issues 2 and 3: set-up after the click on accept, frames a second, the booth's CPU."""

from __future__ import annotations

import asyncio
import statistics

from scripts.bench_runner import Figure
from scripts.visit import Visit
from tests.benchmarks.ends import open_stage
from tests.benchmarks.office import cpu_seconds, open_office

CALLS = 9
SETTLE_S = 10.0
MEASURE_S = 20.0


async def measure() -> list[Figure]:
    async with open_office() as (visit, booth):
        setups = [await one_call(visit) for _ in range(CALLS)]
        await visit.take_ticket()
        await visit.connect()
        await asyncio.sleep(SETTLE_S)
        before = cpu_seconds(booth)
        await visit.measure(MEASURE_S)
        used = 100 * (cpu_seconds(booth) - before) / MEASURE_S
    browser = await share_of_a_browser()
    figures = visit.figures
    return [
        Figure("accept to first frame, median", statistics.median(setups), "ms", "limit", 700, 1),
        Figure("accept to first frame, slowest", max(setups), "ms", "limit", 700, 1),
        Figure("booth to clerk", figures["booth_to_clerk_fps"], "frames/s", "camera", 30, 0.97, more_is_better=True),
        Figure("clerk to booth", figures["clerk_to_booth_fps"], "frames/s", "camera", 30, 0.97, more_is_better=True),
        Figure("booth to clerk, height", height(figures["booth_to_clerk_size"]), "px", "camera", 720, 1, True),
        Figure("clerk to booth, height", height(figures["clerk_to_booth_size"]), "px", "camera", 720, 1, True),
        Figure("booth process, display and all", used, "% of a core", "limit", 40, 1),
        Figure("booth process, display and all", used, "% of a core", "one Chromium of a pair", browser, 1),
    ]


async def share_of_a_browser() -> float:
    """Per cent of a core that one Chromium of a call between two takes, at the same size and rate of pictures."""
    async with open_stage("calm") as stage, stage.call("pair", steady=True):
        await asyncio.sleep(SETTLE_S)
        before = cpu_seconds(stage.near_process)
        await asyncio.sleep(MEASURE_S)
        return 100 * (cpu_seconds(stage.near_process) - before) / MEASURE_S


def height(size: str) -> float:
    return float(size.split("x")[1])


async def one_call(visit: Visit) -> float:
    """Set up one call and end it again; milliseconds from the click on accept to the first frame."""
    await visit.take_ticket()
    await visit.connect()
    await visit.hang_up()
    return float(visit.figures["setup_ms"])


def figures() -> list[Figure]:
    return asyncio.run(measure())
