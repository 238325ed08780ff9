"""How often a sign-in name may be tried: the more failures in a row, the longer the wait. No I/O.

Names that exist and names that do not are treated alike, so the wait tells nobody which is which.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

FREE_ATTEMPTS: Final = 5
FIRST_WAIT_S: Final = 15.0
LONGEST_WAIT_S: Final = 300.0
FORGET_AFTER_S: Final = 3600.0
NAMES_KEPT: Final = 10_000


@dataclass
class _Failures:
    count: int
    last: float


class Attempts:
    """The failures of each name. Times in seconds on any clock that does not run backwards."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def begin(self, name: str, now: float) -> float:
        """Seconds the caller has to wait first; 0 lets the attempt go on, counted as failed until `succeeded`.

        Counting it beforehand keeps many attempts at the same instant from slipping through.
        """
        failures = self._failures.get(name)
        if failures is None or now - failures.last > FORGET_AFTER_S:
            failures = _Failures(0, now)
        elif (left := failures.last + wait_after(failures.count) - now) > 0:
            return left
        self._failures[name] = _Failures(failures.count + 1, now)
        self._failures.move_to_end(name)
        while len(self._failures) > NAMES_KEPT:
            self._failures.popitem(last=False)
        return 0.0

    def succeeded(self, name: str) -> None:
        """The password was right: the failures are forgotten."""
        self._failures.pop(name, None)


def wait_after(failures: int) -> float:
    """The wait in seconds after so many failures in a row."""
    if failures < FREE_ATTEMPTS:
        return 0.0
    doublings = min(failures - FREE_ATTEMPTS, 16)
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**doublings)
