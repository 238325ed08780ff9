"""Position and forecast: what a waiting citizen is told. Pure.

A ticket's position counts the queued tickets that are ahead of it and compete for the same clerks. The forecast is an
interval that four of five actual waits end in: what the Erlang-A model says of that position, with the clerks who are
serving and the recent times of handling and of giving up. It is None while there is no base for it, because an
invented number is worse than none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, pvariance
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.erlang import NEVER, quantile, waits
from signaling.ticket import Profile, Ticket

MINIMUM_BASE: Final = 3
"""Handling times needed before a forecast is made."""
STEP_S: Final = 30.0
"""Forecasts are told in steps; they are not more precise than that."""
OUTSIDE: Final = 0.13
"""Share of the waits that may end before the interval, and after it; some slack against four of five inside."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast clerks work and citizens tire: mean seconds, and the squared coefficient of variation of handling.
    `doubt`: how far off the mean of handling may be, as a share of it (standard error)."""

    handling: float
    variation: float = 1.0
    patience: float = NEVER
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds from now between which the ticket is likely offered, in whole steps."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """`position` counts from 1; `forecast` is None while nobody can say; `serving`: clerks who can serve it."""

    position: int
    forecast: Forecast | None
    serving: int = 0


def pace(handling_s: Sequence[float], waited_s: Sequence[float], gave_up: int) -> Pace | None:
    """From recent handling times, and recent waits of which so many ended by giving up; None if there are too few."""
    if len(handling_s) < MINIMUM_BASE or (mean := fmean(handling_s)) <= 0:
        return None
    # The likeliest mean of an exponential patience, when most waits end before it does.
    patience = sum(waited_s) / gave_up if gave_up else NEVER
    variation = pvariance(handling_s) / mean**2
    return Pace(mean, variation, max(patience, STEP_S), math.sqrt(variation / len(handling_s)))


class Forecaster:
    """The forecasts of one pace; remembers what it has worked out for each number of clerks."""

    def __init__(self, pace: Pace | None) -> None:
        self._pace = pace
        self._known: dict[int, tuple[list[tuple[float, float]], Iterator[tuple[float, float]]]] = {}

    def forecast(self, position: int, serving: int, idle: int = 0) -> Forecast | None:
        """For the ticket at `position` while `serving` clerks can take it, of whom `idle` have nobody in hand."""
        if self._pace is None or serving == 0:
            return None
        if position <= idle:
            return Forecast(0.0, STEP_S)
        mean, variance = self._wait(self._pace, position - idle, serving)
        variance += (self._pace.doubt * mean) ** 2
        return Forecast(
            math.floor(quantile(mean, variance, OUTSIDE) / STEP_S) * STEP_S,
            max(math.ceil(quantile(mean, variance, 1 - OUTSIDE) / STEP_S), 1) * STEP_S,
        )

    def _wait(self, pace: Pace, position: int, serving: int) -> tuple[float, float]:
        if serving not in self._known:
            self._known[serving] = ([], waits(serving, pace.handling, pace.patience, pace.variation))
        known, further = self._known[serving]
        while len(known) < position:
            known.append(next(further))
        return known[position - 1]


def places(queued: Iterable[Ticket], clerks: Iterable[Clerk], pace: Pace | None) -> dict[str, Place]:
    """The place of every queued ticket, by its number."""
    serving: Counter[Grant] = Counter()
    idle: Counter[Grant] = Counter()
    for clerk in clerks:
        serving[clerk.grant] += clerk.serving
        idle[clerk.grant] += clerk.dispatchable
    servers: dict[Profile, frozenset[Grant]] = {}
    ahead: Counter[Profile] = Counter()
    forecaster = Forecaster(pace)
    found = {}
    for ticket in sorted(queued, key=lambda ticket: (ticket.turn_at, ticket.number)):
        mine = ticket.profile
        if mine not in servers:
            servers[mine] = frozenset(grant for grant in serving if serving[grant] and eligible(mine, grant))
        ahead[mine] += 1
        position = sum(n for other, n in ahead.items() if _compete(mine, other, servers))
        able, free = (sum(count[grant] for grant in servers[mine]) for count in (serving, idle))
        found[ticket.number] = Place(position, forecaster.forecast(position, able, free), able)
    return found


def _compete(one: Profile, other: Profile, servers: dict[Profile, frozenset[Grant]]) -> bool:
    """Whether two kinds of ticket wait for the same clerks, or for the same service in the same region."""
    return one[:2] == other[:2] or bool(servers[one] & servers[other])
