"""Dispatch: which waiting ticket is offered to which available clerk. Pure; called after every change.

The oldest ticket that somebody can serve goes first, to the clerk who has been idle longest. A clerk who turned a
ticket down (declined, let the offer expire, gave it back) is asked again only when no other available clerk is
eligible and a pause has passed, so that no ticket bounces and none starves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.ticket import Ticket

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


def choose(ticket: Ticket, available: Iterable[Clerk], now: float) -> Clerk | None:
    """The clerk to offer the ticket to, or None."""
    able = [clerk for clerk in available if eligible(ticket, clerk.grant)]
    fresh = [clerk for clerk in able if clerk.name not in ticket.refused]
    rested = [clerk for clerk in able if now >= ticket.refused.get(clerk.name, now) + REFUSAL_PAUSE_S]
    return min(fresh or rested, key=lambda clerk: (clerk.since, clerk.name), default=None)


def assign(waiting: Iterable[Ticket], available: Iterable[Clerk], now: float) -> list[tuple[Ticket, Clerk]]:
    """Pairs of ticket and clerk to offer it to; no ticket and no clerk comes twice. `now`: seconds since the epoch."""
    idle = {clerk.name: clerk for clerk in available}
    pairs = []
    for ticket in sorted(waiting, key=lambda ticket: (ticket.joined_at, ticket.number)):
        if not idle:
            break
        clerk = choose(ticket, idle.values(), now)
        if clerk is not None:
            del idle[clerk.name]
            pairs.append((ticket, clerk))
    return pairs


def next_retry(waiting: Iterable[Ticket], now: float) -> float | None:
    """When the next refusal has rested, seconds since the epoch; None when none is pending."""
    rested = (at + REFUSAL_PAUSE_S for ticket in waiting for at in ticket.refused.values())
    return min((at for at in rested if at > now), default=None)
