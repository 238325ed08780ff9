"""Position and forecast: what a waiting citizen is told. Pure.

A ticket's position counts the queued tickets that are ahead of it and compete for the same clerks. The forecast is
what a queue with that many ahead, so many serving clerks and the mean of recent handling times takes; it is None while
there is no base for it, because an invented number is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.ticket import Profile, Ticket

MINIMUM_BASE: Final = 3
"""Handling times needed before a forecast is made."""
STEP_S: Final = 30.0
"""Forecasts are told in steps; they are not more precise than that."""


@dataclass(frozen=True, slots=True)
class Place:
    """`position` counts from 1; `forecast_s` is in seconds, None while nobody can say."""

    position: int
    forecast_s: float | None


def forecast(position: int, serving: int, handling_s: Sequence[float]) -> float | None:
    """Seconds until the ticket at `position` is likely offered, rounded up to a step, or None."""
    if serving == 0 or len(handling_s) < MINIMUM_BASE:
        return None
    expected = position * fmean(handling_s) / serving
    return -(-expected // STEP_S) * STEP_S


def places(queued: Iterable[Ticket], clerks: Iterable[Clerk], handling_s: Sequence[float]) -> dict[str, Place]:
    """The place of every queued ticket, by its number."""
    serving: Counter[Grant] = Counter(clerk.grant for clerk in clerks if clerk.serving)
    servers: dict[Profile, frozenset[Grant]] = {}
    ahead: Counter[Profile] = Counter()
    found = {}
    for ticket in sorted(queued, key=lambda ticket: (ticket.joined_at, ticket.number)):
        mine = ticket.profile
        if mine not in servers:
            servers[mine] = frozenset(grant for grant in serving if eligible(ticket.profile, grant))
        ahead[mine] += 1
        position = sum(n for other, n in ahead.items() if _compete(mine, other, servers))
        able = sum(serving[grant] for grant in servers[mine])
        found[ticket.number] = Place(position, forecast(position, able, handling_s))
    return found


def _compete(one: Profile, other: Profile, servers: dict[Profile, frozenset[Grant]]) -> bool:
    """Whether two kinds of ticket wait for the same clerks, or for the same service in the same region."""
    return one[:2] == other[:2] or bool(servers[one] & servers[other])
