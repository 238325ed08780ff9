"""Position and forecast: what a waiting citizen is told. Pure.

A ticket's position counts the queued tickets that are ahead of it and compete for the same clerks. The forecast is an
interval that four of five actual waits end in: what the Erlang-A model says of that position, with the clerks who are
serving and the recent times of handling and of giving up. It is None while there is no base for it, because an
invented number is worse than none.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
LOADED: Final = 0.6
"""Arrivals against what clerks can serve, while somebody waits: for the most part a queue is on its way out."""
OVERTAKING_DOUBT: Final = 0.5
"""How far off the number of those who overtake may be, as a share of it."""
OVERTAKING_ROUNDS: Final = 8
"""Until it is known how many overtake those who overtake."""
OUTSIDE: Final = 0.13
"""Share of the waits that may end before the interval, and after it; some slack against four of five inside."""


Mix = Mapping[float, float]


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
    """The forecasts of one pace; remembers what it has worked out for each number of clerks. `mix`: the shares of
    recent tickets by head start, seconds; those with a longer one may come later and be served before."""

    def __init__(self, pace: Pace | None, mix: Mix = {}) -> None:  # noqa: B006 (nobody writes to it)
        self._pace = pace
        self._mix = mix
        self._told: dict[tuple[int, int, int, float], Forecast | None] = {}
        self._known: dict[int, tuple[list[tuple[float, float]], Iterator[tuple[float, float]]]] = {}

    def forecast(self, position: int, serving: int, idle: int = 0, head_start: float = 0.0) -> Forecast | None:
        """For the ticket at `position` while `serving` clerks can take it, of whom `idle` have nobody in hand."""
        key = position, serving, idle, head_start
        if key not in self._told:
            self._told[key] = self._forecast(*key)
        return self._told[key]

    def _forecast(self, position: int, serving: int, idle: int, head_start: float) -> Forecast | None:
        if self._pace is None or serving == 0:
            return None
        if position <= idle:
            return Forecast(0.0, STEP_S)
        ended = self._pace.handling / serving
        more = self._overtaking(position - idle, ended, head_start)
        mean, variance = self._wait(self._pace, position - idle + round(more), serving)
        variance += (self._pace.doubt * mean) ** 2 + more * ended**2 + (OVERTAKING_DOUBT * more * ended) ** 2
        return Forecast(
            math.floor(quantile(mean, variance, OUTSIDE) / STEP_S) * STEP_S,
            max(math.ceil(quantile(mean, variance, 1 - OUTSIDE) / STEP_S), 1) * STEP_S,
        )

    def _overtaking(self, ahead: int, ended: float, head_start: float) -> float:
        """How many will come later and have their turn before: of each kind those who come before their longer head
        start is used up, or the wait is over. `ended`: seconds from one end of a handling to the next."""
        faster = [(longer - head_start, share) for longer, share in self._mix.items() if longer > head_start]
        more = 0.0
        for _ in range(OVERTAKING_ROUNDS if faster else 0):
            wait = (ahead + more) * ended
            more = LOADED * sum(share * min(wait, gap) for gap, share in faster) / ended
        return more

    def _wait(self, pace: Pace, position: int, serving: int) -> tuple[float, float]:
        if serving not in self._known:
            self._known[serving] = ([], waits(serving, pace.handling, pace.patience, pace.variation))
        known, further = self._known[serving]
        while len(known) < position:
            known.append(next(further))
        return known[position - 1]


class Competition:
    """Which queued tickets wait for the same clerks, as things stand. Kinds of ticket that the same grants serve are
    one crowd, so that a place is found by looking at the crowds, not at everybody ahead."""

    def __init__(self, clerks: Iterable[Clerk]) -> None:
        serving: Counter[Grant] = Counter()
        idle: Counter[Grant] = Counter()
        for clerk in clerks:
            if clerk.serving:
                serving[clerk.grant] += 1
                idle[clerk.grant] += clerk.dispatchable
        self._grants = [(1 << n, grant, serving[grant], idle[grant]) for n, grant in enumerate(serving)]
        self._crowds: dict[Profile, int] = {}
        self._clerks: dict[int, tuple[int, int]] = {}

    def crowd(self, profile: Profile) -> int:
        """The grants that serve this kind of ticket, a bit for each."""
        crowd = self._crowds.get(profile)
        if crowd is None:
            crowd = sum(bit for bit, grant, _, _ in self._grants if eligible(profile, grant))
            self._crowds[profile] = crowd
        return crowd

    def clerks(self, crowd: int) -> tuple[int, int]:
        """How many can take tickets of this crowd, and how many of them have nobody in hand."""
        found = self._clerks.get(crowd)
        if found is None:
            mine = [(able, free) for bit, _, able, free in self._grants if bit & crowd]
            found = self._clerks[crowd] = sum(able for able, _ in mine), sum(free for _, free in mine)
        return found


def places(
    queued: Iterable[Ticket],
    clerks: Iterable[Clerk],
    pace: Pace | None,
    mix: Mix = {},  # noqa: B006 (nobody writes to it)
) -> dict[str, Place]:
    """The place of every queued ticket, by its number."""
    competition, forecaster = Competition(clerks), Forecaster(pace, mix)
    ahead: Counter[int] = Counter()
    of_matter: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    found = {}
    for ticket in sorted(queued, key=lambda ticket: (ticket.turn_at, ticket.number)):
        mine, matter = competition.crowd(ticket.profile), of_matter[ticket.region, ticket.service]
        ahead[mine] += 1
        matter[mine] += 1
        # Those who wait for the same clerks, and those for the same service in the same region who do not.
        position = sum(number for crowd, number in ahead.items() if crowd & mine)
        position += sum(number for crowd, number in matter.items() if not crowd & mine)
        able, free = competition.clerks(mine)
        told = forecaster.forecast(position, able, free, ticket.head_start_s)
        found[ticket.number] = Place(position, told, able)
    return found


def place(
    ticket: Ticket,
    queued: Iterable[Ticket],
    clerks: Iterable[Clerk],
    pace: Pace | None,
    mix: Mix = {},  # noqa: B006 (nobody writes to it)
) -> Place:
    """The place of one queued ticket."""
    competition = Competition(clerks)
    mine = competition.crowd(ticket.profile)
    position = 1
    for other in queued:
        if (other.turn_at, other.number) < (ticket.turn_at, ticket.number):
            same = (other.region, other.service) == (ticket.region, ticket.service)
            position += bool(same or competition.crowd(other.profile) & mine)
    able, free = competition.clerks(mine)
    return Place(position, Forecaster(pace, mix).forecast(position, able, free, ticket.head_start_s), able)
