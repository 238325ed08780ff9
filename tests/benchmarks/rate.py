"""How the picture's bitrate begins, changes, gives way and comes back."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.bench_runner import Figure
from tests.benchmarks.delay import PAIR, late
from tests.benchmarks.ends import MAX_BITRATE, Stage, open_stage
from tests.benchmarks.records import Encoded, Kind, Records, Seen, frames_a_second, median, speech_share
from tests.benchmarks.steps import encoded_by_us
from tests.benchmarks.turns import by_turns, pooled, watched

GOOD_BITRATE = 1_500_000
FULL_RATE = 28
"""Frames in one second; the film has thirty, and a second may miss one at either end."""
LEAST_RATE = 20
"""EN 301 549, 6.5.3."""
BACK_SECONDS = 10.0

_RAMP_SECONDS = 10.0
_STEP_SECONDS = 3.0
_FREE_SECONDS = 5.0
_ADAPT_SECONDS = 4.0
_NARROW_SECONDS = 8.0
_PICTURES_FROM = 200_000
"""Bits a second; with less, a picture may go to save the speech."""


async def ramp(rounds: int) -> list[Figure]:
    """From the clerk to the booth, as the clerk's browser sends by the booth's feedback."""
    async with open_stage("lively") as stage:
        ours, pair = await by_turns(rounds, lambda kind: _from_the_start(stage, kind))
    times = [median([good_after(seen) for seen in each]) for each in (ours, pair)]
    slowest = [min(min(_rates(seen)[1:]) for seen in each) for each in (ours, pair)]
    return [
        Figure("clerk to booth, 1.5 Mbit/s at 30 frames/s after", times[0], "s", PAIR, times[1], 1.5),
        Figure("clerk to booth, slowest second", slowest[0], "frames/s", "limit", LEAST_RATE, 1, more_is_better=True),
        Figure("clerk to booth, slowest second", slowest[0], "frames/s", PAIR, slowest[1], 1, more_is_better=True),
    ]


async def _from_the_start(stage: Stage, kind: Kind) -> Seen:
    async with stage.call(kind) as call:
        await asyncio.sleep(call.connected_at + _RAMP_SECONDS - time.time())
        return await call.records()


def _rates(seen: Seen) -> list[float]:
    return frames_a_second(seen.booth.shown, seen.connected_at, seen.connected_at + _RAMP_SECONDS)


def good_after(seen: Seen) -> float:
    """Seconds from the connection; the whole time watched if never."""
    for entry in seen.clerk.series:
        at = entry["at"]
        shown = sum(at - 1 <= picture.at < at for picture in seen.booth.shown)
        if (entry.get("target_bitrate") or 0) >= GOOD_BITRATE and shown >= FULL_RATE:
            return at - seen.connected_at
    return _RAMP_SECONDS


async def steps(_: int) -> list[Figure]:
    """Ours: the encoder of the call, asked by its feedback. The pair's: asked by its application."""
    ours = encoded_by_us((MAX_BITRATE, MAX_BITRATE // 2, MAX_BITRATE), _STEP_SECONDS)
    async with open_stage("lively") as stage:
        pair = await _encoded_by_chromium(stage)
    return [
        Figure("key frames as the bitrate halves and doubles", _key_frames(ours), "", "limit", 0, 1),
        Figure("key frames as the bitrate halves and doubles", _key_frames(ours), "", PAIR, _key_frames(pair), 1),
        Figure("largest picture of its second's mean", _largest(ours), "times", "limit", 3, 1),
        Figure("largest picture of its second's mean", _largest(ours), "times", PAIR, _largest(pair), 1),
    ]


async def _encoded_by_chromium(stage: Stage) -> list[Encoded]:
    async with stage.call("pair", steady=True, encoded=True) as call:
        await asyncio.sleep(_FREE_SECONDS)
        await call.begin()
        for bitrate in (MAX_BITRATE, MAX_BITRATE // 2, MAX_BITRATE):
            await call.booth.limit(bitrate, steady=True)  # type: ignore[union-attr]
            await asyncio.sleep(_STEP_SECONDS)
        return (await call.records()).clerk.encoded


def _key_frames(pictures: Sequence[Encoded]) -> float:
    return float(sum(picture.key for picture in pictures))


def _largest(pictures: Sequence[Encoded]) -> float:
    """Times the mean of the second it is in the middle of."""
    found = 0.0
    for picture in pictures:
        around = [other.size for other in pictures if abs(other.at - picture.at) <= 0.5]
        found = max(found, picture.size * len(around) / sum(around))
    return found


@dataclass(frozen=True)
class Narrowed:
    """One way of a call: before, in the narrows once it had adapted, and afterwards, from `freed` on."""

    before: Records
    within: Records
    late: list[float]
    after: Records
    freed: float

    @property
    def speech(self) -> float:
        return 100 * speech_share(self.within.series)

    @property
    def rate(self) -> float:
        return len(self.within.shown) / _NARROW_SECONDS

    @property
    def height(self) -> float:
        return median([float(picture.height) for picture in self.within.shown] or [0.0])

    @property
    def back(self) -> float:
        """Seconds until the picture is as big as before, after a second in which it was fast enough."""
        usual = max((picture.height for picture in self.before.shown), default=0)
        shown = self.within.shown + self.after.shown
        for place, picture in enumerate(shown):
            recent = place >= LEAST_RATE and picture.at - shown[place - LEAST_RATE].at <= 1
            if picture.at >= self.freed and picture.height >= usual and recent:
                return picture.at - self.freed
        return math.inf


async def narrow(limit: int) -> list[Figure]:
    """Both ways at once, after a while of freedom, and free again."""
    async with open_stage("lively") as stage:
        [ours], [pair] = await by_turns(1, lambda kind: _through_narrows(stage, kind, limit))
    return pooled([_fared(way, limit, ours[way], pair[way]) for way in ours])


def _fared(way: str, limit: int, ours: Narrowed, pair: Narrowed) -> list[Figure]:
    name = f"{way} at {limit // 1000} kbit/s"
    figures = [
        Figure(f"speech {name}", ours.speech, "%", "limit", 99, 1, more_is_better=True),
        Figure(f"speech {name}", ours.speech, "%", PAIR, pair.speech, 1, more_is_better=True),
        Figure(f"pictures {name}", ours.rate, "frames/s", PAIR, pair.rate, 1, more_is_better=True),
        Figure(f"height {name}", ours.height, "px", PAIR, pair.height, 1, more_is_better=True),
        Figure(f"back from {name}", ours.back, "s", "limit", BACK_SECONDS, 1),
    ]
    if limit >= _PICTURES_FROM:
        figures.append(Figure(f"pictures {name}", ours.rate, "frames/s", "limit", LEAST_RATE, 1, more_is_better=True))
    if ours.late and pair.late:
        figures.append(late(f"{name}, median", median(ours.late), median(pair.late), 1))
    return figures


async def _through_narrows(stage: Stage, kind: Kind, limit: int) -> dict[str, Narrowed]:
    async with stage.call(kind) as call:
        before = await watched(call, _FREE_SECONDS)
        stage.cable.impair(rate=limit)
        try:
            await asyncio.sleep(_ADAPT_SECONDS)
            within = await watched(call, _NARROW_SECONDS)
        finally:
            stage.cable.impair()
        freed = time.time()
        after = await watched(call, BACK_SECONDS)
    return {
        "booth to clerk": Narrowed(before.clerk, within.clerk, within.to_clerk, after.clerk, freed),
        "clerk to booth": Narrowed(before.booth, within.booth, within.to_booth, after.booth, freed),
    }
