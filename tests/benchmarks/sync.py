"""How far picture and sound are apart where they are played (EN 301 549, 6.5.4), as each end tells: the booth by its
own measure, Chromium by its estimated playout timestamps. Both count on the reports of the sender."""

from __future__ import annotations

from scripts.bench_runner import Figure
from tests.benchmarks.delay import JITTER
from tests.benchmarks.ends import open_stage
from tests.benchmarks.records import Records, Seen, median
from tests.benchmarks.turns import by_turns, pooled, settled

LIMIT_MS = 100

_SECONDS = 6.0


async def calm(rounds: int) -> list[Figure]:
    return await _apart(rounds, 0.0, "on a calm path")


async def uneven(rounds: int) -> list[Figure]:
    return await _apart(rounds, JITTER, f"at {JITTER * 1000:.0f} ms jitter")


async def _apart(rounds: int, jitter: float, path: str) -> list[Figure]:
    async with open_stage("calm") as stage:
        stage.cable.impair(jitter=jitter)
        ours, pair = await by_turns(rounds, lambda kind: settled(stage, kind, _SECONDS))
    return [
        _figure(f"clerk to booth {path}", [each.booth for each in ours]),
        _figure(f"booth to clerk {path}", [each.clerk for each in ours]),
        _figure(f"between two Chromiums {path}", pooled([_both(each) for each in pair])),
    ]


def _both(seen: Seen) -> list[Records]:
    return [seen.clerk, seen.booth]


def _figure(way: str, records: list[Records]) -> Figure:
    offsets = [
        abs(one["sync_offset"]) for each in records for one in each.series if one.get("sync_offset") is not None
    ]
    return Figure(f"picture and sound apart {way}, median", 1000 * median(offsets), "ms", "limit", LIMIT_MS, 1)
