"""What one end has seen of a call, and what can be said from it. Moments are seconds of the Unix clock."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["ours", "pair"]

LONGEST_DELAY = 3.0
"""Less than the film's length: a number comes again, and the latest one is meant."""
FREEZE_SECONDS = 0.2


@dataclass(frozen=True)
class Shown:
    """A picture as it was shown; `number` is None where its barcode could not be read."""

    number: int | None
    at: float
    height: int


@dataclass(frozen=True)
class Encoded:
    at: float
    key: bool
    size: int


@dataclass(frozen=True)
class Records:
    """`captured`: number and moment of each picture of the camera; `series`: an end's counters every fifth of a
    second, `at` among them; `figures`: what else an end knows of itself."""

    captured: list[tuple[int, float]] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    encoded: list[Encoded] = field(default_factory=list)
    series: list[dict[str, float]] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def between(self, begin: float, end: float) -> Records:
        return Records(
            [one for one in self.captured if begin <= one[1] < end],
            [one for one in self.shown if begin <= one.at < end],
            [one for one in self.encoded if begin <= one.at < end],
            [one for one in self.series if begin <= one["at"] < end],
            self.figures,
        )


@dataclass(frozen=True)
class Seen:
    """What both ends of a call have seen of it."""

    kind: Kind
    connected_at: float
    clerk: Records
    booth: Records

    def between(self, begin: float, end: float) -> Seen:
        return Seen(self.kind, self.connected_at, self.clerk.between(begin, end), self.booth.between(begin, end))

    @property
    def to_clerk(self) -> list[float]:
        """How late the clerk sees each picture of the booth."""
        return delays(self.booth.captured, self.clerk.shown)

    @property
    def to_booth(self) -> list[float]:
        return delays(self.clerk.captured, self.booth.shown)


def delays(captured: Sequence[tuple[int, float]], shown: Sequence[Shown]) -> list[float]:
    """From capture to screen, of every shown picture that can be told."""
    moments: defaultdict[int, list[float]] = defaultdict(list)
    for number, at in captured:
        moments[number].append(at)
    found = []
    for picture in shown:
        before = moments.get(picture.number, []) if picture.number is not None else []
        place = bisect.bisect_right(before, picture.at)
        if place and picture.at - before[place - 1] < LONGEST_DELAY:
            found.append(picture.at - before[place - 1])
    return found


def gaps(shown: Sequence[Shown]) -> list[float]:
    """Between one picture and the next."""
    return [after.at - before.at for before, after in itertools.pairwise(shown)]


def freezes(shown: Sequence[Shown]) -> int:
    return sum(gap > FREEZE_SECONDS for gap in gaps(shown))


def frames_a_second(shown: Sequence[Shown], begin: float, end: float) -> list[float]:
    """In each whole second."""
    moments = [picture.at for picture in shown]
    return [
        float(bisect.bisect_left(moments, begin + second + 1) - bisect.bisect_left(moments, begin + second))
        for second in range(int(end - begin))
    ]


def rate(series: Sequence[dict[str, float]], counter: str) -> float:
    """Of a counter, a second; 0 where it was not there."""
    known = [one for one in series if one.get(counter) is not None]
    if len(known) < 2 or known[-1]["at"] <= known[0]["at"]:
        return 0.0
    return (known[-1][counter] - known[0][counter]) / (known[-1]["at"] - known[0]["at"])


def grown(series: Sequence[dict[str, float]], counter: str) -> float:
    known = [one[counter] for one in series if one.get(counter) is not None]
    return known[-1] - known[0] if known else 0.0


def speech_share(series: Sequence[dict[str, float]]) -> float:
    """How much of the sound that was played had been sent, rather than made up; 0 to 1."""
    samples = grown(series, "samples")
    return 1 - grown(series, "made_up_samples") / samples if samples else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")
