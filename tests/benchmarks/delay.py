"""How late each sees the other, on a calm path and on an uneven one."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.bench_runner import Figure
from tests.benchmarks.ends import open_stage
from tests.benchmarks.records import Seen, freezes, median, percentile
from tests.benchmarks.turns import by_turns, pooled, settled

JITTER = 0.030
PAIR = "Chromium pair"

_CALM_SECONDS = 7.0
_JITTER_SECONDS = 9.0


async def calm(rounds: int) -> list[Figure]:
    async with open_stage("calm") as stage:
        ours, pair = await by_turns(rounds, lambda kind: settled(stage, kind, _CALM_SECONDS))
    to_clerk, to_booth, theirs = delays_of(ours, pair)
    return [
        late("booth to clerk, median", median(to_clerk), median(theirs), 0.4),
        late("booth to clerk, 95th percentile", percentile(to_clerk, 0.95), percentile(theirs, 0.95), 0.5),
        late("clerk to booth, decoded, median", median(to_booth), median(theirs), 0.35),
        late("clerk to booth, decoded, 95th percentile", percentile(to_booth, 0.95), percentile(theirs, 0.95), 0.5),
    ]


async def uneven(rounds: int) -> list[Figure]:
    async with open_stage("calm") as stage:
        stage.cable.impair(jitter=JITTER)
        ours, pair = await by_turns(rounds, lambda kind: settled(stage, kind, _JITTER_SECONDS))
    to_clerk, to_booth, theirs = delays_of(ours, pair)
    path = f"at {JITTER * 1000:.0f} ms jitter"
    return [
        late(f"booth to clerk {path}, median", median(to_clerk), median(theirs), 0.8),
        late(f"clerk to booth {path}, median", median(to_booth), median(theirs), 0.8),
        *freezes_a_minute(ours, pair, _JITTER_SECONDS, path),
    ]


def delays_of(ours: Sequence[Seen], pair: Sequence[Seen]) -> tuple[list[float], list[float], list[float]]:
    """Ours to the clerk and to the booth, and the pair's: both its ways are alike, and count as one."""
    theirs = pooled([each.to_clerk + each.to_booth for each in pair])
    return pooled([each.to_clerk for each in ours]), pooled([each.to_booth for each in ours]), theirs


def late(name: str, seconds: float, reference: float, goal: float) -> Figure:
    return Figure(f"picture delay {name}", seconds * 1000, "ms", PAIR, reference * 1000, goal)


def freezes_a_minute(ours: Sequence[Seen], pair: Sequence[Seen], seconds: float, path: str) -> list[Figure]:
    """Of over 200 ms, both ways; in so many seconds of each call."""
    minutes = seconds * len(ours) / 60
    theirs = sum(freezes(each.clerk.shown) + freezes(each.booth.shown) for each in pair) / 2
    to_clerk = sum(freezes(each.clerk.shown) for each in ours)
    to_booth = sum(freezes(each.booth.shown) for each in ours)
    return [
        Figure(f"freezes {way} {path}", count / minutes, "a minute", PAIR, theirs / minutes, 1)
        for way, count in (("booth to clerk", to_clerk), ("clerk to booth", to_booth))
    ]
