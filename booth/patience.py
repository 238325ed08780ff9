"""How long a screen waits for somebody who does nothing: a quiet time, then a warned one that any touch extends.

No time limit without extension (EN 301 549, 9.2.2.1). During a call nothing is counted. The time is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from booth.visit import ARRANGING, VisitState


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds without a touch until the warning, and from the warning to the end."""

    quiet_s: float
    warned_s: float


LIMITS: Final[dict[VisitState, Limit]] = {
    VisitState.LANGUAGE: Limit(60, 30),
    VisitState.SERVICE: Limit(90, 30),
    VisitState.CODE: Limit(120, 30),
    VisitState.WAITING: Limit(1200, 120),
    VisitState.PARKED: Limit(1200, 120),
    **dict.fromkeys(ARRANGING, Limit(180, 60)),
    VisitState.KEEPSAKE: Limit(180, 60),
    VisitState.THANKS: Limit(0, 30),
}


@dataclass(frozen=True, slots=True)
class Countdown:
    """`left_s`: whole seconds until the visit ends by itself; `warned` when the screen has to say so."""

    left_s: int
    warned: bool


class Patience:
    """Counts from the last touch or the last change of screen, whichever was later."""

    def __init__(self, now: float) -> None:
        self._since = now

    def touched(self, now: float) -> None:
        """Somebody is there, or the screen has changed."""
        self._since = now

    def quiet_s(self, now: float) -> float:
        """Seconds since then."""
        return now - self._since

    def countdown(self, state: VisitState, now: float) -> Countdown | None:
        """None where nothing is counted; `left_s` 0 when the time is up."""
        limit = LIMITS.get(state)
        if limit is None:
            return None
        quiet = self.quiet_s(now)
        left = max(0, math.ceil(limit.quiet_s + limit.warned_s - quiet))
        return Countdown(left, quiet >= limit.quiet_s)
