"""How long citizens waited, as counts that can be added up. Pure.

Waits are counted in steps: whole seconds up to 5 minutes, 10 seconds up to an hour, minutes beyond. So the waits of a
day fit in a row, days add up to weeks without loss, and each figure is the same whether it comes from the log or from
days added up. Sum and longest are kept to the millisecond.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

_STEPS: Final = ((300, 1), (3600, 10))
"""Up to so many seconds, in steps of so many."""
_LAST_STEP: Final = 60
LONGEST_WITHIN_S: Final = 3600


def step(seconds: float) -> int:
    """The end of the step a wait falls in, seconds: the wait is at most that."""
    width = next((width for limit, width in _STEPS if seconds <= limit), _LAST_STEP)
    return math.ceil(seconds / width) * width


def is_step(seconds: int) -> bool:
    """Whether it can be counted who waited at most so long."""
    return 0 <= seconds <= LONGEST_WITHIN_S and step(seconds) == seconds


class Waits(Struct):
    """A number of waits. `steps`: how many ended in the step that ends after so many seconds."""

    total_ms: int = 0
    longest_ms: int = 0
    steps: dict[int, int] = field(default_factory=dict)

    def add(self, milliseconds: int) -> None:
        """Count one more."""
        end = step(milliseconds / 1000)
        self.steps[end] = self.steps.get(end, 0) + 1
        self.total_ms += milliseconds
        self.longest_ms = max(self.longest_ms, milliseconds)

    @property
    def count(self) -> int:
        return sum(self.steps.values())

    def within(self, seconds: int) -> int:
        """How many were at most so long, exact where `is_step`."""
        return sum(number for end, number in self.steps.items() if end <= seconds)

    def mean_s(self) -> float | None:
        """None when there is none."""
        return self.total_ms / self.count / 1000 if self.steps else None

    def longest_s(self) -> float | None:
        """None when there is none."""
        return self.longest_ms / 1000 if self.steps else None

    def quantile_s(self, share: float) -> int | None:
        """The end of the step that the wait at this share of all, in order, falls in; None when there is none."""
        wanted = max(math.ceil(share * self.count), 1)
        counted = 0
        for end in sorted(self.steps):
            counted += self.steps[end]
            if counted >= wanted:
                return end
        return None


def together(parts: Iterable[Waits]) -> Waits:
    """All waits of several counts."""
    steps: Counter[int] = Counter()
    total = longest = 0
    for part in parts:
        steps.update(part.steps)
        total += part.total_ms
        longest = max(longest, part.longest_ms)
    return Waits(total, longest, dict(sorted(steps.items())))
