"""A path that is cut for a while, or a booth that gets another address: how soon both ends notice, and see each other
again. The whole product, beside what two browsers do when their path is cut."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench_runner import Figure
from scripts.clerk import Clerk
from scripts.media_files import media_files
from tests.benchmarks.ends import open_stage
from tests.benchmarks.records import median
from tests.benchmarks.turns import SETTLE_SECONDS
from tests.e2e.line import Line, open_line
from tests.network.cable import Cable, cable

CUT_SECONDS = 5.0
NOTICED_SECONDS = 1.0
BACK_SECONDS = 1.0

_REST_SECONDS = 5.0
"""Until a call that is back has settled; trouble in this time means that it was not back yet."""
_STILL_SECONDS = 0.5
"""Without a new picture."""
_POLL_SECONDS = 0.02
_PAIR_SECONDS = 12.0
"""Longer than a browser takes to see that its path is back."""

WATCH = """
() => {
  const seen = { pictures: [], suspicions: [] };
  window.seen = seen;
  let frames = 0;
  setInterval(() => {
    let shown = 0;
    for (const video of document.querySelectorAll('[data-test="remote-video"]')) {
      shown += video.getVideoPlaybackQuality().totalVideoFrames;
    }
    const unix = (moment) => moment === null ? null : (performance.timeOrigin + moment) / 1000;
    if (shown !== frames) seen.pictures.push(unix(performance.now()));
    frames = shown;
    const figures = window.fernamt.figures();
    const latest = [unix(figures?.suspect_at ?? null), unix(figures?.restored_at ?? null)];
    if (String(seen.suspicions.at(-1)) !== String(latest)) seen.suspicions.push(latest);
  }, 20);
}
"""

Suspicion = tuple[float | None, float | None]
"""When it began, and when it ended."""


@dataclass
class Watched:
    """What one end has seen: each picture and each suspicion, in seconds of the Unix clock."""

    pictures: list[float] = field(default_factory=list)
    suspicions: list[Suspicion] = field(default_factory=list)

    def noticed(self, trouble: float) -> float | None:
        """Seconds after it; None if never."""
        began = [began - trouble for began, _ in self.suspicions if began is not None and began >= trouble]
        return min(began, default=None)

    def back(self, trouble: float, returned: float) -> float:
        """Seconds from the path's return until nothing is suspected any more and pictures flow, for good."""
        ends = [ended for _, ended in self.suspicions if ended is not None and ended >= trouble]
        return max(0.0, max([*ends, flow_again(self.pictures, trouble)]) - returned)


def flow_again(pictures: Sequence[float], trouble: float) -> float:
    """The end of the last time without pictures."""
    after = [at for at in pictures if at >= trouble]
    stills = [late for early, late in itertools.pairwise([trouble, *after]) if late - early > _STILL_SECONDS]
    return max(stills, default=trouble) if after else math.inf


class BoothWatch:
    """Looks at the booth's screen all the time."""

    def __init__(self, line: Line) -> None:
        self.seen = Watched()
        self._line = line
        self._frames = 0
        self._began: float | None = None

    async def run(self) -> None:
        while True:
            link = await self._line.link()
            self._note_link(link in ("suspect", "failed"), time.time())
            frames = (await self._line.robot.figures())["video_frames"]
            if frames != self._frames:
                self._frames = frames
                self.seen.pictures.append(time.time())
            await asyncio.sleep(_POLL_SECONDS)

    def _note_link(self, suspect: bool, now: float) -> None:
        if suspect and self._began is None:
            self._began = now
            self.seen.suspicions.append((now, None))
        elif not suspect and self._began is not None:
            self.seen.suspicions.append((self._began, now))
            self._began = None


@contextlib.asynccontextmanager
async def watching(line: Line) -> AsyncIterator[BoothWatch]:
    watch = BoothWatch(line)
    task = asyncio.create_task(watch.run(), name="watch the booth")
    try:
        await line.clerk.page.evaluate(WATCH)
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def seen_by_clerk(clerk: Clerk) -> Watched:
    seen = await clerk.page.evaluate("seen")
    return Watched(seen["pictures"], [(began, ended) for began, ended in seen["suspicions"]])


@dataclass(frozen=True)
class Recovery:
    """Seconds: from the trouble to its being noticed, and from the path's return to being back; at one end."""

    noticed: float | None
    back: float


def recovery(seen: Watched, trouble: float, returned: float) -> Recovery:
    return Recovery(seen.noticed(trouble), seen.back(trouble, returned))


async def cuts(rounds: int) -> list[Figure]:
    found: dict[str, list[Recovery]] = {"clerk": [], "booth": []}
    with cable() as laid, tempfile.TemporaryDirectory() as folder:
        async with open_line(laid, Path(folder), media_files()) as line, watching(line) as booth:
            for _ in range(rounds):
                cut, joined = await cut_for_a_while(laid)
                await asyncio.sleep(_REST_SECONDS)
                found["clerk"].append(recovery(await seen_by_clerk(line.clerk), cut, joined))
                found["booth"].append(recovery(booth.seen, cut, joined))
    pair = await pair_back()
    path = f"a path cut for {CUT_SECONDS:.0f} s"
    figures = []
    for end, each in found.items():
        noticed = median([math.inf if one.noticed is None else one.noticed for one in each])
        back = median([one.back for one in each])
        figures += [
            Figure(f"{path}: noticed by the {end}", noticed, "s", "limit", NOTICED_SECONDS, 1),
            Figure(f"{path}: back at the {end} after its return", back, "s", "limit", BACK_SECONDS, 1),
            Figure(f"{path}: back at the {end} after its return", back, "s", "Chromium pair", pair, 1),
        ]
    return figures


async def cut_for_a_while(laid: Cable) -> tuple[float, float]:
    """When it was cut, and when it was joined."""
    laid.cut()
    cut = time.time()
    await asyncio.sleep(CUT_SECONDS)
    laid.join()
    return cut, time.time()


async def pair_back() -> float:
    """Seconds until the worse end of two browsers sees the other again."""
    async with open_stage("calm") as stage, stage.call("pair", steady=True) as call:
        await asyncio.sleep(SETTLE_SECONDS)
        cut, joined = await cut_for_a_while(stage.cable)
        await asyncio.sleep(_PAIR_SECONDS)
        seen = await call.records()
    return max(flow_again([one.at for one in end.shown], cut) for end in (seen.clerk, seen.booth)) - joined


async def moves(rounds: int) -> list[Figure]:
    """The path is there again at once, by another address, which both ends first have to find out."""
    noticed, back = [], []
    for _ in range(rounds):
        with cable() as laid, tempfile.TemporaryDirectory() as folder:
            async with open_line(laid, Path(folder), media_files()) as line, watching(line) as booth:
                laid.move()
                moved = time.time()
                await asyncio.sleep(2 * _REST_SECONDS)
                clerk = recovery(await seen_by_clerk(line.clerk), moved, moved)
                noticed.append(booth.seen.noticed(moved) or 0.0)
                back.append(max(clerk.back, booth.seen.back(moved, moved)))
    return [
        Figure("another address: noticed by the booth", median(noticed), "s", "limit", NOTICED_SECONDS, 1),
        Figure("another address: back at both ends", median(back), "s", "limit", NOTICED_SECONDS + BACK_SECONDS, 1),
    ]


def figures(rounds: int = 2) -> Iterator[Figure]:
    yield from asyncio.run(cuts(rounds))
    yield from asyncio.run(moves(rounds))
