"""Dispatch: which waiting ticket is offered to which available clerk. Pure; called after every change.

The oldest ticket that somebody can serve goes first, to the clerk who has been idle longest. A ticket that a clerk
turned down (declined, let expire, gave back) rests for that clerk; then it queues, for that clerk, as if it had joined
when the rest was over. So it goes to others first, does not bounce, and neither starves nor starves those behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.ticket import Profile, Ticket

REFUSAL_PAUSE_S: Final = 30.0


def speaks(languages: frozenset[str], wanted: str) -> bool:
    """Whether one of the languages is the wanted one or its language without region (`de` for `de-AT`)."""
    return wanted in languages or wanted.partition("-")[0] in languages


def eligible(ticket: Ticket, grant: Grant) -> bool:
    """Whether a clerk with this grant may and can serve the ticket: region, service, language, needs."""
    return (
        ticket.region in grant.regions
        and ticket.service in grant.services
        and speaks(grant.languages, ticket.language)
        and grant.needs.issuperset(ticket.needs)
    )


def due(ticket: Ticket, clerk: Clerk) -> float:
    """When the ticket's turn with this clerk began, seconds since the epoch; in the future while it rests."""
    refused_at = ticket.refused.get(clerk.name)
    return ticket.joined_at if refused_at is None else refused_at + REFUSAL_PAUSE_S


def assign(waiting: Iterable[Ticket], available: Iterable[Clerk], now: float) -> list[tuple[Ticket, Clerk]]:
    """Pairs of ticket and clerk to offer it to; no ticket and no clerk comes twice. `now`: seconds since the epoch."""
    idle = list(available)
    able: dict[Profile, list[Clerk]] = {}
    possible = []
    for ticket in waiting:
        if ticket.profile not in able:
            able[ticket.profile] = [clerk for clerk in idle if eligible(ticket, clerk.grant)]
        possible += [(ticket, clerk) for clerk in able[ticket.profile] if due(ticket, clerk) <= now]
    possible.sort(key=lambda pair: (due(*pair), pair[0].number, pair[1].since, pair[1].name))
    offered: set[str] = set()
    asked: set[str] = set()
    pairs = []
    for ticket, clerk in possible:
        if ticket.number not in offered and clerk.name not in asked:
            offered.add(ticket.number)
            asked.add(clerk.name)
            pairs.append((ticket, clerk))
    return pairs


def next_retry(waiting: Iterable[Ticket], now: float) -> float | None:
    """When the next refusal has rested, seconds since the epoch; None when none is pending."""
    rested = (at + REFUSAL_PAUSE_S for ticket in waiting for at in ticket.refused.values())
    return min((at for at in rested if at > now), default=None)
