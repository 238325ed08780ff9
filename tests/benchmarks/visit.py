"""The visit's figures of issues 2 and 3: set-up after the click on accept, frames a second, the booth's CPU."""

from __future__ import annotations

import asyncio
import statistics

import psutil

from scripts.bench_runner import Figure
from scripts.visit import Visit
from tests.benchmarks.ends import BoothEnd, open_stage
from tests.benchmarks.office import cpu_seconds, open_office
from tests.benchmarks.records import rate

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
    one, more = await shares_of_the_legs()
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
        Figure("a guest's leg at the booth, without a screen", more, "% of a core", "the holder's leg", one, 0.75),
    ]


async def share_of_a_browser() -> float:
    """Per cent of a core that one Chromium of a call between two takes, at the same size and rate of pictures."""
    async with open_stage("calm") as stage, stage.call("pair", steady=True):
        return await share(stage.near_process)


async def shares_of_the_legs() -> tuple[float, float]:
    """Per cent of a core that the booth's end of a call takes, without a screen, and how much more with a guest."""
    async with open_stage("calm") as stage, stage.call("ours", steady=True) as call:
        assert isinstance(call.booth, BoothEnd)
        process = psutil.Process(call.booth.program.pid)
        one = await share(process)
        async with stage.guest(call.booth):
            await call.begin()
            two = await share(process)
            pictures = rate((await call.records()).booth.series, "sent_frames")
        print(f"  with a guest the holder gets {pictures:.1f} frames/s", flush=True)
        return one, two - one


async def share(process: psutil.Process) -> float:
    """Per cent of a core that it takes, once it has settled."""
    await asyncio.sleep(SETTLE_S)
    before = cpu_seconds(process)
    await asyncio.sleep(MEASURE_S)
    return 100 * (cpu_seconds(process) - before) / MEASURE_S


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
