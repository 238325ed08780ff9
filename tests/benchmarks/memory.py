"""What a long call does to the booth's memory: the resident sets of its processes, sampled all the time."""

from __future__ import annotations

import asyncio
import statistics
import time

from scripts.bench_runner import Figure
from tests.benchmarks.office import open_office, resident_bytes

SAMPLE_SECONDS = 5.0
WARM_UP_MINUTES = 2.0
"""Less in a call that is not three times as long."""
FLAT = 1.05
MB = 1 << 20


def figures(minutes: float = 60) -> list[Figure]:
    samples = asyncio.run(resident(minutes))
    warm_up = 60 * min(WARM_UP_MINUTES, minutes / 3)
    settled = [sample for sample in samples if sample[0] >= warm_up]
    begin, end = _mean(settled, first=True), _mean(settled, first=False)
    hourly = 3600 * statistics.linear_regression(*zip(*settled, strict=True)).slope
    name = f"a call of {minutes:g} minutes"
    return [
        Figure(f"resident memory at the end of {name}", end, "MB", "after warm-up", begin, FLAT),
        # What an hour would add to it; of a short call only a hint.
        Figure(f"growth of resident memory in {name}", hourly, "MB/hour", "resident memory", begin, FLAT - 1),
    ]


async def resident(minutes: float) -> list[tuple[float, float]]:
    """Seconds of the call, and MB."""
    async with open_office() as (visit, booth):
        await visit.take_ticket()
        await visit.connect()
        began = time.monotonic()
        samples: list[tuple[float, float]] = []
        while (seconds := time.monotonic() - began) < minutes * 60:
            samples.append((seconds, resident_bytes(booth) / MB))
            if len(samples) % round(60 / SAMPLE_SECONDS) == 1:
                print(f"  minute {seconds / 60:.0f}: {samples[-1][1]:.1f} MB", flush=True)
            await asyncio.sleep(SAMPLE_SECONDS)
        # A call that has ended by itself would be flat, too.
        await visit.measure(SAMPLE_SECONDS)
        if visit.figures["booth_to_clerk_fps"] == 0 or visit.figures["clerk_to_booth_fps"] == 0:
            raise RuntimeError("The call did not last.")
    return samples


def _mean(samples: list[tuple[float, float]], *, first: bool) -> float:
    """Of the first or last tenth."""
    count = max(1, len(samples) // 10)
    return statistics.mean(size for _, size in (samples[:count] if first else samples[-count:]))
