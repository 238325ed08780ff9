"""The rule of dispatch in few lines, at the price of looking at everything: what `signaling.dispatch` must equal."""

from __future__ import annotations

from collections.abc import Iterable

from signaling.clerk import Clerk
from signaling.dispatch import REFUSAL_PAUSE_S, due, eligible, rested
from signaling.ticket import Ticket


def assign(waiting: Iterable[Ticket], available: Iterable[Clerk], now: float) -> list[tuple[Ticket, Clerk]]:
    """Pairs of ticket and clerk to offer it to, the earliest turn first."""
    idle = list(available)
    possible = [
        (ticket, clerk)
        for ticket in waiting
        for clerk in idle
        if eligible(ticket.profile, clerk.grant) and rested(ticket, clerk, now)
    ]
    possible.sort(key=lambda pair: (due(*pair), pair[0].number, pair[1].since, pair[1].name))
    pairs: list[tuple[Ticket, Clerk]] = []
    for ticket, clerk in possible:
        if not any(ticket is one or clerk is other for one, other in pairs):
            pairs.append((ticket, clerk))
    return pairs


def next_rest(waiting: Iterable[Ticket], now: float) -> float | None:
    """When the next refusal has rested, seconds since the epoch; None when none is pending."""
    rested = (at + REFUSAL_PAUSE_S for ticket in waiting for at in ticket.refused.values())
    return min((at for at in rested if at > now), default=None)
