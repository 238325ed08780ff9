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
OPENS: Final = 8
"""The hour in which the day begins."""
CURVE: Final = (3.0, 8.0, 11.0, 11.0, 8.0, 7.0, 9.0, 10.0, 8.0, 4.0)
"""How many citizens come in each hour from then on, in proportion."""
SHIFT_S: Final = 8.5 * HOUR_S
BREAK_S: Final = 0.5 * HOUR_S
TO_ACCEPT_S: Final = (1.0, 6.0)
TO_CONNECT_S: Final = 1.5
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
class Want:
    """What a citizen comes for, and how it will go."""

    service: str
    language: str
    patience: float
    handling: float


class Habits:
    """Draws what happens. `chance`: the only source of it."""

    def __init__(self, pace: Pace, chance: random.Random) -> None:
        self._pace = pace
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
        )

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
