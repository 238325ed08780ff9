"""What if: so many clerks, each region for itself or all together. The long run of the Erlang-A model. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from msgspec import Struct

from signaling import erlang
from signaling.erlang import Load

LEVEL: Final = 0.75
"""Number 115's promise: three in four answered within 30 s."""
_HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A region: citizens an hour, and clerks, 0 or more."""

    name: str
    per_hour: float
    clerks: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What a citizen takes: mean seconds of handling with its wrap-up, and of patience."""

    handling_s: float
    patience_s: float


class Outcome(Struct, frozen=True, kw_only=True):
    """What so many clerks make of it. Seconds, and shares of 0 to 1. `needed`: the fewest clerks who keep the
    promise."""

    clerks: int
    service_level: float
    wait_mean_s: float
    abandonment: float
    occupancy: float
    needed: int


class Staffing(Struct, frozen=True, kw_only=True):
    """`separate`: each region for itself, in the order asked; `sum_of_separate`: all their citizens; `pooled`: the
    same clerks, each for every region."""

    separate: list[Outcome]
    sum_of_separate: Outcome
    pooled: Outcome


def staffing(desks: Sequence[Desk], pace: Pace, level: float, within_s: float) -> Staffing:
    """Raises ValueError for what the model cannot say."""
    separate = [_outcome(desk, pace, level, within_s) for desk in desks]
    everything = Desk("", fsum(desk.per_hour for desk in desks), sum(desk.clerks for desk in desks))
    return Staffing(
        separate=separate,
        sum_of_separate=_sum(desks, separate),
        pooled=_outcome(everything, pace, level, within_s),
    )


def _outcome(desk: Desk, pace: Pace, level: float, within_s: float) -> Outcome:
    load = Load(desk.per_hour / _HOUR_S, pace.handling_s, pace.patience_s)
    needed = erlang.clerks_needed(load, level, within_s) if desk.per_hour else 0
    if desk.clerks == 0:
        # Everybody waits until giving up.
        gone = 1.0 if desk.per_hour else 0.0
        return Outcome(
            clerks=0,
            service_level=1.0 - gone,
            wait_mean_s=gone * pace.patience_s,
            abandonment=gone,
            occupancy=0.0,
            needed=needed,
        )
    found = erlang.service(load, desk.clerks, within_s)
    return Outcome(
        clerks=desk.clerks,
        service_level=found.service_level,
        wait_mean_s=found.mean_wait,
        abandonment=found.abandoned,
        occupancy=found.occupancy,
        needed=needed,
    )


def _sum(desks: Sequence[Desk], separate: Sequence[Outcome]) -> Outcome:
    """Of all citizens; of all clerks, for the occupancy."""
    citizens = fsum(desk.per_hour for desk in desks)
    clerks = sum(desk.clerks for desk in desks)

    def mean(of: Sequence[float]) -> float:
        return fsum(desk.per_hour * value for desk, value in zip(desks, of, strict=True)) / citizens if citizens else 0

    return Outcome(
        clerks=clerks,
        service_level=mean([one.service_level for one in separate]) if citizens else 1.0,
        wait_mean_s=mean([one.wait_mean_s for one in separate]),
        abandonment=mean([one.abandonment for one in separate]),
        occupancy=fsum(one.clerks * one.occupancy for one in separate) / clerks if clerks else 0.0,
        needed=sum(one.needed for one in separate),
    )
