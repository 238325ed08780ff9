"""What loss does to speech and picture."""

from __future__ import annotations

import asyncio

from scripts.bench_runner import Figure
from tests.benchmarks.delay import PAIR, freezes_a_minute
from tests.benchmarks.ends import Stage, open_stage
from tests.benchmarks.records import Kind, Seen, median, speech_share
from tests.benchmarks.turns import SETTLE_SECONDS, by_turns, settled, watched

SPEECH_GOALS = {0.01: 99.0, 0.05: 97.0, 0.10: 93.0}
"""Loss, and the per cent of speech that must be played rather than made up."""
FREEZE_LOSS = 0.05
FREEZE_DELAY = 0.040

_SPEECH_SECONDS = 8.0
_FREEZE_SECONDS = 10.0


async def speech(_: int) -> list[Figure]:
    """One call each, through all losses: the shares are of hundreds of packets already."""
    async with open_stage("calm") as stage:
        [ours], [pair] = await by_turns(1, lambda kind: _through_losses(stage, kind))
    figures = []
    for loss, goal in SPEECH_GOALS.items():
        for way in ("clerk to booth", "booth to clerk"):
            mine, theirs = (100 * _share(seen[loss], way) for seen in (ours, pair))
            name = f"speech played {way} at {loss:.0%} loss"
            figures.append(Figure(name, mine, "%", "limit", goal, 1, more_is_better=True))
            figures.append(Figure(name, mine, "%", PAIR, theirs, 1, more_is_better=True))
    return figures


def _share(seen: Seen, way: str) -> float:
    return speech_share((seen.booth if way == "clerk to booth" else seen.clerk).series)


async def _through_losses(stage: Stage, kind: Kind) -> dict[float, Seen]:
    found = {}
    async with stage.call(kind, steady=True) as call:
        await asyncio.sleep(SETTLE_SECONDS)
        for loss in SPEECH_GOALS:
            stage.cable.impair(loss=loss)
            found[loss] = await watched(call, _SPEECH_SECONDS)
        stage.cable.impair()
    return found


async def freezing(rounds: int) -> list[Figure]:
    async with open_stage("calm") as stage:
        stage.cable.impair(loss=FREEZE_LOSS, delay=FREEZE_DELAY)
        ours, pair = await by_turns(rounds, lambda kind: settled(stage, kind, _FREEZE_SECONDS))
    path = f"at {FREEZE_LOSS:.0%} loss and {FREEZE_DELAY * 1000:.0f} ms"
    theirs = median([delay for each in pair for delay in each.to_clerk + each.to_booth])
    mine = median([delay for each in ours for delay in each.to_clerk])
    return [
        *freezes_a_minute(ours, pair, _FREEZE_SECONDS, path),
        Figure(f"picture delay booth to clerk {path}, median", mine * 1000, "ms", PAIR, theirs * 1000, 1),
    ]
