"""A question about a period, and its answer. Pure; what may be seen about clerks is decided in `groups`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from msgspec import Struct

from signaling.statistics.groups import Block, Pool, Work
from signaling.statistics.ledger import Day, Queue
from signaling.statistics.waits import is_step, together

Part = Literal["day", "region", "service", "hour"]
PARTS: Final[tuple[Part, ...]] = ("day", "region", "service", "hour")
WITHIN_S: Final = 30
"""The public benchmark: number 115's promise."""

Key = tuple[str | None, str | None, str | None, int | None]
"""Day, region, service and hour of a line of the answer; None where not asked apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """`by`: what the answer is told apart by. `regions`: the only ones looked at. `within_s`: the T of the service
    level. `minimum`: fewest clerks a figure about clerks may be about."""

    by: frozenset[Part]
    regions: frozenset[str]
    within_s: int = WITHIN_S
    minimum: int = 5

    def __post_init__(self) -> None:
        if not is_step(self.within_s):
            raise ValueError("Within must be whole seconds up to 300, or tens of seconds up to 3600.")


class Figures(Struct, frozen=True, kw_only=True):
    """One line. Seconds, and shares of 0 to 1. None: no such ticket, or about too few clerks (docs/statistics.md)."""

    day: str | None
    region: str | None
    service: str | None
    hour: int | None
    arrivals: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int
    """Of those, who left before the promised time was over."""
    waiting: int
    callbacks: int
    completed: int
    service_level: float | None
    abandonment: float | None
    wait_mean_s: float | None
    wait_median_s: float | None
    wait_p90_s: float | None
    wait_longest_s: float | None
    handling_s: float | None
    wrap_up_s: float | None
    occupancy: float | None
    clerk_hours: float | None


def answer(days: Mapping[date, Day], question: Question) -> list[Figures]:
    """The figures of some days, in order. One line even where nothing happened, when nothing is told apart."""
    queues: dict[Key, list[Queue]] = {}
    for day, kept in days.items():
        for row in kept.rows:
            if row.region in question.regions:
                key = _key(question.by, day, row.region, row.service, row.hour)
                queues.setdefault(key, []).append(row.queue)
    if not question.by:
        queues.setdefault((None, None, None, None), [])
    return [
        _figures(key, queues[key], visible(days, question, key), question)
        for key in sorted(queues, key=lambda key: tuple((part is not None, part or 0) for part in key))
    ]


@dataclass(slots=True)
class Visible:
    """What of the clerks' work may be seen in one line. `handled`: where tickets in hand were of what was asked for;
    `present`: of all clerks who could serve it, idle time too."""

    handled: Work
    present: Work


def visible(days: Mapping[date, Day], question: Question, key: Key) -> Visible:
    """The blocks that lie in a line of the answer, added up."""
    day, region, service, hour = key
    regions = question.regions if region is None else frozenset({region})
    found = Visible(Work(), Work())
    for one, kept in days.items():
        if day not in (None, one.isoformat()):
            continue
        of_pools: defaultdict[tuple[Pool, ...], list[Block]] = defaultdict(list)
        for block in kept.blocks:
            of_pools[tuple(block.pools)].append(block)
            inside = all(r in regions and service in (None, s) for r, s in block.matters)
            if inside and _may_be_seen(block, hour, question.minimum):
                found.handled.add(block.work)
        for pools, blocks in of_pools.items():
            # Busy time without its idle time would be a wrong occupancy: all that such clerks did, or nothing.
            present = [block for block in blocks if hour is None or hour in block.hours]
            able = service is None and all(not regions.isdisjoint(pool) for pool in pools)
            if able and all(_may_be_seen(block, hour, question.minimum) for block in present):
                for block in present:
                    found.present.add(block.work)
    return found


def _may_be_seen(block: Block, hour: int | None, minimum: int) -> bool:
    return block.clerks >= minimum and (hour is None or block.hours == [hour])


def _key(by: frozenset[Part], day: date, region: str, service: str, hour: int) -> Key:
    return (
        day.isoformat() if "day" in by else None,
        region if "region" in by else None,
        service if "service" in by else None,
        hour if "hour" in by else None,
    )


def _figures(key: Key, queues: Iterable[Queue], work: Visible, question: Question) -> Figures:
    queues = list(queues)
    answered = together(queue.answered for queue in queues)
    abandoned = together(queue.abandoned for queue in queues)
    waiting = together(queue.waiting for queue in queues)
    within = question.within_s
    late = abandoned.count - abandoned.within(within) + waiting.count - waiting.within(within)
    ended = together([answered, abandoned])
    return Figures(
        day=key[0],
        region=key[1],
        service=key[2],
        hour=key[3],
        arrivals=sum(queue.arrivals for queue in queues),
        answered=answered.count,
        answered_within=answered.within(within),
        abandoned=abandoned.count,
        abandoned_within=abandoned.within(within),
        waiting=waiting.count,
        callbacks=sum(queue.callbacks for queue in queues),
        completed=sum(queue.completed for queue in queues),
        service_level=_share(answered.within(within), answered.count + late),
        abandonment=_share(abandoned.count - abandoned.within(within), ended.count - abandoned.within(within)),
        wait_mean_s=_rounded(ended.mean_s()),
        wait_median_s=ended.quantile_s(0.5),
        wait_p90_s=ended.quantile_s(0.9),
        wait_longest_s=together([ended, waiting]).longest_s(),
        handling_s=_mean_s(work.handled.handling_ms, work.handled.handlings),
        wrap_up_s=_mean_s(work.handled.wrap_up_ms, work.handled.wrap_ups),
        occupancy=_share(work.present.busy_ms, work.present.busy_ms + work.present.idle_ms),
        clerk_hours=_rounded((work.present.busy_ms + work.present.idle_ms) / 3_600_000, 2) or None,
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean_s(milliseconds: int, number: int) -> float | None:
    return _rounded(milliseconds / number / 1000) if number else None


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
