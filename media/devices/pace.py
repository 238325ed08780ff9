"""Real time for what has none of its own: files, silence, synthetic pictures."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Lets a thread through once every `interval` seconds. A late thread catches up by at most `slack` seconds,
    so a suspended machine does not come back with a burst."""

    def __init__(
        self,
        interval: float,
        slack: float = 0.25,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._interval = interval
        self._slack = slack
        self._clock = clock
        self._sleep = sleep
        self._due: float | None = None

    def wait(self) -> None:
        now = self._clock()
        if self._due is None or now - self._due > self._slack:
            self._due = now
        elif self._due > now:
            self._sleep(self._due - now)
        self._due += self._interval
