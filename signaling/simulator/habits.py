"""What citizens and clerks do of their own accord. Times in seconds; the random source is passed in."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from signaling.simulator.country import LANGUAGES, SERVICES

HOUR_S: Final = 3600.0
CURVE: Final = (3.0, 8.0, 11.0, 11.0, 8.0, 7.0, 9.0, 10.0, 8.0, 4.0)
"""How many citizens come in each hour from the opening on, in proportion."""
SHIFT_S: Final = 8.5 * HOUR_S
BREAK_S: Final = 0.5 * HOUR_S
TO_ACCEPT_S: Final = (1.0, 6.0)
TO_CONNECT_S: Final = 1.5
PUNCTUALITY_S: Final = (-300.0, 480.0)
"""Mean and standard deviation of when people come to appointments: five minutes before."""
APPOINTMENT_S: Final = 900.0
"""Appointments begin at each quarter of an hour."""
NOBODY_ANSWERS_S: Final = 30.0
_FACTORS: Final = dict(zip(SERVICES, (0.8, 0.7, 1.3, 1.1, 1.2, 1.2, 0.9, 1.4), strict=True))
"""How long the matters of a service take, against the mean of all."""
_SHARES: Final = dict(zip(SERVICES, (24, 22, 14, 12, 9, 7, 7, 5), strict=True))


@dataclass(frozen=True, slots=True)
class Pace:
    """Mean seconds of handling, of wrap-up and of patience. `variation`: standard deviation of a service's handling
    against its mean (lognormal)."""

    handling: float = 120.0
    wrap_up: float = 20.0
    patience: float = 900.0
    variation: float = 0.7


@dataclass(frozen=True, slots=True)
class Customs:
    """Shares of 0 to 1. `booked`: of the citizens who have an appointment, of whom `no_show` do not come; `callback`:
    of those who are tired of waiting and ask for one, where `not_reached` of the tries fail; `missed`: of the offers
    that a clerk does not see in time."""

    booked: float = 0.15
    no_show: float = 0.08
    callback: float = 0.3
    not_reached: float = 0.25
    missed: float = 0.01

    def __post_init__(self) -> None:
        if not all(
            0 <= share < 1 for share in (self.booked, self.no_show, self.callback, self.not_reached, self.missed)
        ):
            raise ValueError("Shares must be from 0 to less than 1.")


@dataclass(frozen=True, slots=True)
class Want:
    """What a citizen comes for, and how it will go."""

    service: str
    language: str
    patience: float
    handling: float
    booked: bool = False


class Habits:
    """Draws what happens. `chance`: the only source of it."""

    def __init__(self, pace: Pace, customs: Customs, chance: random.Random) -> None:
        self._pace = pace
        self._customs = customs
        self._chance = chance
        share = sum(_SHARES.values())
        mean = sum(_SHARES[service] * factor for service, factor in _FACTORS.items()) / share
        self._sigma = math.sqrt(math.log(1 + pace.variation**2))
        self._mu = {
            service: math.log(pace.handling * factor / mean) - self._sigma**2 / 2
            for service, factor in _FACTORS.items()
        }
        self._services = list(_SHARES)
        self._cumulated = list(accumulate(_SHARES.values()))
        self._languages = [language for language, _ in LANGUAGES]
        self._spoken = list(accumulate(spoken for _, spoken in LANGUAGES))

    def arrivals(self, number: int) -> Iterator[float]:
        """When each of so many citizens comes, in order, seconds after the opening."""
        hours = self._chance.choices(range(len(CURVE)), CURVE, k=number)
        yield from sorted((hour + self._chance.random()) * HOUR_S for hour in hours)

    def want(self) -> Want:
        """One citizen."""
        chance = self._chance
        service = self._services[bisect(self._cumulated, chance.random() * self._cumulated[-1])]
        return Want(
            service=service,
            language=self._languages[bisect(self._spoken, chance.random() * self._spoken[-1])],
            patience=chance.expovariate(1 / self._pace.patience),
            handling=chance.lognormvariate(self._mu[service], self._sigma),
            booked=chance.random() < self._customs.booked,
        )

    def punctuality(self) -> float | None:
        """How much later than its time somebody comes to an appointment, seconds: most are early, some too late for
        it to count. None: not at all."""
        if self._chance.random() < self._customs.no_show:
            return None
        return self._chance.gauss(*PUNCTUALITY_S)

    def wants_callback(self) -> bool:
        """Whether one who is tired of waiting asks for it instead of just going."""
        return self._chance.random() < self._customs.callback

    def reached(self) -> bool:
        """Whether somebody answers the telephone."""
        return self._chance.random() >= self._customs.not_reached

    def misses(self) -> bool:
        """Whether a clerk does not see an offer."""
        return self._chance.random() < self._customs.missed

    def to_accept(self) -> float:
        """From the offer until the clerk has clicked."""
        return self._chance.uniform(*TO_ACCEPT_S)

    def wrap_up(self) -> float:
        return self._chance.expovariate(1 / self._pace.wrap_up)

    def shift(self) -> tuple[float, float, float]:
        """When a clerk begins, takes a break and ends, seconds after the opening."""
        # One half opens, the other stays until the last citizen has gone.
        begin = self._chance.choice((-0.25, 1.75)) * HOUR_S + self._chance.uniform(0.0, 0.2) * HOUR_S
        return begin, begin + self._chance.uniform(2.5, 5.0) * HOUR_S, begin + SHIFT_S
