"""Waiting as the Erlang-A model sees it: Poisson arrivals, some clerks, citizens who leave when they are tired of it.

Erlang-A is M/M/c+M (Palm 1957; Garnett, Mandelbaum, Reiman 2002). Rates are per second, times in seconds. Whoever
finds all clerks busy and `k` others waiting waits for `k + 1` events, each the end of a handling or somebody ahead
who gives up: a sum of exponential times with the rates `clerks / handling + j / patience`, j = k .. 0. Its
distribution has a closed form: such a sum is `-patience * ln B`, B of Beta(clerks * patience / handling, k + 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, count
from typing import Final

_NEGLIGIBLE: Final = 30.0
"""States that are so much rarer, as a natural logarithm, count for nothing."""
_MOST_CLERKS: Final = 100_000
_NOBODY: Final = 1e-12
"""Fewer citizens a second than this are none: one in thirty thousand years."""
NEVER: Final = 1e9
"""The patience of those who never give up, seconds: Erlang-C, to many digits."""


@dataclass(frozen=True, slots=True)
class Load:
    """`arrivals`: citizens a second; `handling` and `patience`: mean seconds, above 0."""

    arrivals: float
    handling: float
    patience: float = NEVER

    def __post_init__(self) -> None:
        if self.arrivals < 0 or self.handling <= 0 or self.patience <= 0:
            raise ValueError("Arrivals must not be negative; handling and patience must be above 0 seconds.")


@dataclass(frozen=True, slots=True)
class Service:
    """What `clerks` make of a load in the long run. Shares are 0 to 1."""

    clerks: int
    service_level: float
    """Share of all citizens who are answered within the time asked for."""
    abandoned: float
    """Share who give up."""
    waits: float
    """Share who find all clerks busy."""
    mean_wait: float
    """Of all citizens, those who give up too, seconds."""
    occupancy: float
    """Share of the clerks' time that is handling."""


def service(load: Load, clerks: int, within: float) -> Service:
    """The long run of `clerks` under the load; `within`: seconds. Raises ValueError."""
    if not 0 < clerks <= _MOST_CLERKS or within < 0:
        raise ValueError(f"There must be 1 to {_MOST_CLERKS} clerks, and the time within must not be negative.")
    if load.arrivals < _NOBODY:
        return Service(clerks, 1.0, 0.0, 0.0, 0.0, 0.0)
    at_once, found_waiting = _states(load, clerks)
    busy = math.fsum(found_waiting)
    queue = math.fsum(ahead * share for ahead, share in enumerate(found_waiting))
    in_time = _answered_within(load, clerks, within)
    answered = at_once + math.fsum(share * next(in_time) for share in found_waiting)
    mean_wait = queue / load.arrivals
    abandoned = mean_wait / load.patience
    return Service(
        clerks=clerks,
        service_level=min(answered, 1.0),
        abandoned=abandoned,
        waits=busy,
        mean_wait=mean_wait,
        occupancy=min(load.arrivals * (1 - abandoned) * load.handling / clerks, 1.0),
    )


def clerks_needed(load: Load, level: float, within: float) -> int:
    """The fewest clerks who answer the share `level` within so many seconds. Raises ValueError."""
    if not 0 < level < 1:
        raise ValueError("The service level must be between 0 and 1.")
    few, many = 0, 1
    while service(load, many, within).service_level < level:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        if service(load, middle, within).service_level < level:
            few = middle
        else:
            many = middle
    return many


def _states(load: Load, clerks: int) -> tuple[float, list[float]]:
    """The share who find a clerk free, and the shares who find all busy and 0, 1, 2 … waiting."""
    if load.patience >= NEVER and load.arrivals * load.handling >= clerks:
        raise ValueError("More arrive than the clerks can serve, and nobody gives up: the queue has no end.")
    free = list(accumulate(math.log(n / load.arrivals / load.handling) for n in range(clerks, 0, -1)))
    waiting, top = [0.0], max(0.0, *free)
    ended, tired = clerks / load.handling, 1 / load.patience
    while load.arrivals > ended + len(waiting) * tired or waiting[-1] > top - _NEGLIGIBLE:
        waiting.append(waiting[-1] + math.log(load.arrivals / (ended + len(waiting) * tired)))
        top = max(top, waiting[-1])
    total = math.fsum(math.exp(one - top) for one in (*free, *waiting))
    return math.fsum(math.exp(one - top) for one in free) / total, [math.exp(one - top) / total for one in waiting]


def _answered_within(load: Load, clerks: int, within: float) -> Iterator[float]:
    """The share answered in time of those who find all busy and 0, 1, 2 … waiting: E[B; B > exp(-within/patience)]."""
    ratio = clerks * load.patience / load.handling
    rest = -math.expm1(-within / load.patience)
    # 1 - I_x(ratio + 1, ahead + 1) for whole `ahead`, by its finite sum.
    step = math.log(rest) if rest > 0 else -math.inf
    term = -(ratio + 1) * within / load.patience
    late = 0.0
    for ahead in count():
        late += math.exp(term)
        yield ratio / (ratio + ahead + 1) * max(0.0, 1 - late)
        term += math.log((ratio + ahead + 1) / (ahead + 1)) + step
