"""Recent figures: what forecasts are made of. Pure; each is kept as a few numbers, never as a list of what happened.

How long a clerk has one ticket in hand is kept for each grant, since clerks of one grant serve the same kinds of
ticket; citizens who come are kept for each region and head start. All are exponentially weighted means: what is new
counts most, what is old is forgotten by and by. Nothing here is about one clerk by name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signaling.clerk import Grant
from signaling.erlang import NEVER

MINIMUM_BASE: Final = 3
"""Handling times needed before anything is said."""
REMEMBERED: Final = 100
"""So many values a mean is about."""
BORROWED: Final = 5
"""What the mean of all clerks counts beside a grant's own, in values: few values of one's own say little."""
SHORTEST_PATIENCE_S: Final = 30.0
ARRIVALS_S: Final = 900.0
"""How long citizens who have come count, seconds (time constant)."""
HEAD_START_STEP_S: Final = 300.0
"""Head starts are told apart by this much."""
LONGEST_HEAD_START_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast clerks work: mean seconds that one has a ticket in hand, from the offer until ready for the next, and
    its squared coefficient of variation. `doubt`: how far off the mean may be, as a share of it (standard error)."""

    handling: float
    variation: float = 1.0
    doubt: float = 0.0


class Mean:
    """The mean and variance of the latest REMEMBERED values."""

    __slots__ = ("count", "mean", "variance")

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.variance = 0.0

    def add(self, value: float) -> None:
        """Count one more."""
        self.count = min(self.count + 1, REMEMBERED)
        share, off = 1 / self.count, value - self.mean
        self.mean += share * off
        self.variance = (1 - share) * (self.variance + share * off**2)

    @property
    def variation(self) -> float:
        """The squared coefficient of variation."""
        return self.variance / self.mean**2 if self.mean > 0 else 0.0


class Rate:
    """How many come a second, of late."""

    __slots__ = ("at", "number")

    def __init__(self, at: float) -> None:
        self.number, self.at = 0.0, at

    def add(self, now: float) -> None:
        """One has come."""
        self.number = self.number * math.exp((self.at - now) / ARRIVALS_S) + 1
        self.at = now

    def of_late(self, now: float, since: float) -> float:
        """A second; `since`: when counting began."""
        counted_s = -ARRIVALS_S * math.expm1(min(since - now, -1.0) / ARRIVALS_S)
        return self.number * math.exp((self.at - now) / ARRIVALS_S) / counted_s


class Recent:
    """The figures. `now`: seconds since the epoch."""

    def __init__(self) -> None:
        self._all = Mean()
        self._by_grant: dict[Grant, Mean] = {}
        self._calls = Mean()
        """From acceptance to completion, also those of the stored log: until clerks have been seen at work."""
        self._to_accept = Mean()
        self._waited = 0.0
        self._gave_up = 0.0
        self._coming: dict[str, dict[float, Rate]] = {}
        self._since: float | None = None

    def came(self, region: str, head_start_s: float, now: float) -> None:
        """A citizen has taken a ticket."""
        if self._since is None:
            self._since = now
        longest = max(-LONGEST_HEAD_START_S, min(head_start_s, LONGEST_HEAD_START_S))
        step = round(longest / HEAD_START_STEP_S) * HEAD_START_STEP_S
        rates = self._coming.setdefault(region, {})
        rate = rates.get(step)
        if rate is None:
            rate = rates[step] = Rate(now)
        rate.add(now)

    def waited(self, seconds: float, *, gave_up: bool) -> None:
        """A wait is over."""
        kept = 1 - 1 / REMEMBERED
        self._waited = kept * self._waited + seconds
        self._gave_up = kept * self._gave_up + gave_up

    def called(self, seconds: float) -> None:
        """A ticket has been completed so long after it was accepted."""
        self._calls.add(seconds)

    def accepted(self, seconds: float) -> None:
        """A clerk has accepted so long after the offer."""
        self._to_accept.add(seconds)

    def worked(self, grant: Grant, seconds: float) -> None:
        """A clerk of this grant is ready again so long after a ticket was offered to it."""
        self._all.add(seconds)
        mine = self._by_grant.get(grant)
        if mine is None:
            mine = self._by_grant[grant] = Mean()
        mine.add(seconds)

    def forget_grants(self) -> None:
        """A new day, new tokens: what grants are not used any more need not be kept."""
        self._by_grant.clear()

    @property
    def patience(self) -> float:
        """The likeliest mean of an exponential patience, when most waits end before it does, seconds."""
        return max(self._waited / self._gave_up, SHORTEST_PATIENCE_S) if self._gave_up > 0 else NEVER

    @property
    def to_accept(self) -> float:
        """Mean seconds from an offer to its acceptance."""
        return self._to_accept.mean

    def pace(self, grant: Grant) -> Pace | None:
        """Of clerks of this grant; None while there is too little to say so."""
        usual = self._all if self._all.count >= MINIMUM_BASE else self._calls
        if usual.count < MINIMUM_BASE or usual.mean <= 0:
            return None
        mine = self._by_grant.get(grant, usual)
        own, borrowed = mine.count if mine is not usual else 0, min(usual.count, BORROWED)
        handling = (own * mine.mean + borrowed * usual.mean) / (own + borrowed)
        variation = (own * mine.variation + borrowed * usual.variation) / (own + borrowed)
        return Pace(handling, variation, math.sqrt(variation / (own + borrowed)))

    def coming(self, region: str, now: float) -> Mapping[float, float]:
        """Citizens a second by head start, seconds in steps of HEAD_START_STEP_S."""
        since = self._since if self._since is not None else now
        return {head: rate.of_late(now, since) for head, rate in self._coming.get(region, {}).items()}
