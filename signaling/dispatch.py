"""Dispatch: which waiting ticket is offered to which idle clerk. Pure; follows changes instead of counting all anew.

The ticket whose turn comes first goes first, to the clerk who has been idle longest; one whose turn is yet to come
(`signaling.turn`) goes when nobody else is there for the clerk. A ticket that a clerk turned down
(declined, let expire, gave back) rests for that clerk; then it queues, for that clerk, as if it had joined when the
rest was over. So it goes to others first, does not bounce, and neither starves nor starves those behind it.

Tickets of one profile wait in one line, idle clerks of one grant in one pool; which pools serve which line is found
once. After `match` no waiting ticket has an idle clerk who may take it now, so the next pairs can only be about those
that have come since, or whose rest is over: a change costs what the change is about, not what the whole queue is.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.ticket import Profile, Ticket

REFUSAL_PAUSE_S: Final = 30.0

Pair = tuple[Ticket, Clerk]
_Key = tuple[float, str, float, str]
_Place = tuple[float, str]

_MANY_LINES: Final = 20_000


def speaks(languages: frozenset[str], wanted: str) -> bool:
    """Whether one of the languages is the wanted one or its language without region (`de` for `de-AT`)."""
    return wanted in languages or wanted.partition("-")[0] in languages


def eligible(profile: Profile, grant: Grant) -> bool:
    """Whether a clerk with this grant may and can serve tickets of this kind: region, service, language, needs. An
    empty service stands for any."""
    region, service, language, needs = profile
    return (
        region in grant.regions
        and (not service or service in grant.services)
        and speaks(grant.languages, language)
        and grant.needs.issuperset(needs)
    )


def due(ticket: Ticket, clerk: Clerk) -> float:
    """When the ticket's turn with this clerk begins, seconds since the epoch."""
    refused_at = ticket.refused.get(clerk.name)
    return ticket.turn_at if refused_at is None else max(ticket.turn_at, refused_at + REFUSAL_PAUSE_S)


def rested(ticket: Ticket, clerk: Clerk, now: float) -> bool:
    """Whether the ticket does not rest for this clerk (any more)."""
    refused_at = ticket.refused.get(clerk.name)
    return refused_at is None or refused_at + REFUSAL_PAUSE_S <= now


@dataclass(slots=True, eq=False)
class _Line:
    """The waiting tickets of one profile, by turn, and the pools that serve them."""

    pools: list[_Pool]
    waiting: list[_Place] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Pool:
    """The idle clerks of one grant, longest idle first, and the lines they serve."""

    lines: list[_Line]
    idle: list[_Place] = field(default_factory=list)
    waiting: dict[_Line, None] = field(default_factory=dict)
    """Those of the lines that somebody waits in: of hundreds, often none."""


class Dispatch:
    """Waiting tickets and idle clerks. Whoever changes says so: `wait` and `leave`, `idle` and `busy`."""

    def __init__(self) -> None:
        self._tickets: dict[str, tuple[Ticket, _Line, _Place]] = {}
        self._clerks: dict[str, tuple[Clerk, _Pool, _Place]] = {}
        self._lines: dict[Profile, _Line] = {}
        self._pools: dict[Grant, _Pool] = {}
        self._refused: dict[str, set[str]] = {}
        """By clerk, the waiting tickets that rest or have rested for that clerk."""
        self._new_tickets: set[str] = set()
        self._new_clerks: set[str] = set()
        self._rests: list[tuple[float, str]] = []

    def wait(self, ticket: Ticket) -> None:
        """The ticket can be offered, from now on or still; what has changed about it counts."""
        self.leave(ticket.number)
        place = (ticket.turn_at, ticket.number)
        line = self._line(ticket.profile)
        self._tickets[ticket.number] = (ticket, line, place)
        if not line.waiting:
            for pool in line.pools:
                pool.waiting[line] = None
        insort(line.waiting, place)
        for name, refused_at in ticket.refused.items():
            self._refused.setdefault(name, set()).add(ticket.number)
            heapq.heappush(self._rests, (refused_at + REFUSAL_PAUSE_S, ticket.number))
        self._new_tickets.add(ticket.number)

    def leave(self, number: str) -> None:
        """The ticket cannot be offered any more. Harmless when it could not."""
        known = self._tickets.pop(number, None)
        if known is None:
            return
        ticket, line, place = known
        _remove(line.waiting, place)
        if not line.waiting:
            for pool in line.pools:
                pool.waiting.pop(line, None)
        for name in ticket.refused:
            if (numbers := self._refused.get(name)) is not None:
                numbers.discard(number)
                if not numbers:
                    del self._refused[name]
        self._new_tickets.discard(number)

    def idle(self, clerk: Clerk) -> None:
        """An offer can be made to the clerk, from now on or still; what has changed about the clerk counts."""
        self.busy(clerk.name)
        place = (clerk.since, clerk.name)
        pool = self._pool(clerk.grant)
        self._clerks[clerk.name] = (clerk, pool, place)
        insort(pool.idle, place)
        self._new_clerks.add(clerk.name)

    def busy(self, name: str) -> None:
        """No offer can be made to the clerk. Harmless when none could."""
        known = self._clerks.pop(name, None)
        if known is not None:
            _, pool, place = known
            _remove(pool.idle, place)
            self._new_clerks.discard(name)

    def match(self, now: float) -> list[Pair]:
        """Pairs of ticket and clerk to offer it to, `now` in seconds since the epoch. Both are out of the dispatch
        until they are put in again; no ticket and no clerk comes twice."""
        self._wake(now)
        if not self._new_tickets and not self._new_clerks:
            return []
        pairs: list[Pair] = []
        best: list[tuple[_Key, str, str]] = []

        def look(number: str, name: str) -> None:
            """Note the best pair the ticket or the clerk can still be part of."""
            found = self._best_for_ticket(number, now) if number else self._best_for_clerk(name, now)
            if found is not None:
                heapq.heappush(best, (_key(found), number, name))

        for number in self._new_tickets:
            look(number, "")
        for name in self._new_clerks:
            look("", name)
        self._new_tickets, self._new_clerks = set(), set()
        while best:
            (_, wanted, _, offered_to), number, name = heapq.heappop(best)
            ticket, clerk = self._tickets.get(wanted), self._clerks.get(offered_to)
            if ticket is not None and clerk is not None:
                pairs.append((ticket[0], clerk[0]))
                self.leave(wanted)
                self.busy(offered_to)
            elif number in self._tickets or name in self._clerks:
                # Somebody else took the other half, so the next best is later: the heap's order holds.
                look(number, name)
        return pairs

    def helper(self, profile: Profile, turn_at: float, refused: Container[str], now: float) -> Clerk | None:
        """The idle clerk to be asked into a call: who can serve the profile, has not `refused`, and has no ticket to
        be offered whose turn is before `turn_at`."""
        fit = [
            place
            for pool in self._line(profile).pools
            for place in pool.idle
            if place[1] not in refused and not self._has_earlier(place[1], turn_at, now)
        ]
        return self._clerks[min(fit)[1]][0] if fit else None

    def helper_named(self, name: str, region: str, turn_at: float, now: float) -> Clerk | None:
        """The clerk of this name, as above, when idle and of the region."""
        known = self._clerks.get(name)
        if known is None or region not in known[0].grant.regions or self._has_earlier(name, turn_at, now):
            return None
        return known[0]

    def _has_earlier(self, name: str, turn_at: float, now: float) -> bool:
        best = self._best_for_clerk(name, now)
        return best is not None and due(*best) <= turn_at

    def next_rest(self) -> float | None:
        """When the next ticket has rested, seconds since the epoch; None when none rests. May be a moment too early
        for a ticket that is gone."""
        while self._rests and self._rests[0][1] not in self._tickets:
            heapq.heappop(self._rests)
        return self._rests[0][0] if self._rests else None

    def _wake(self, now: float) -> None:
        while self._rests and self._rests[0][0] <= now:
            _, number = heapq.heappop(self._rests)
            if number in self._tickets:
                self._new_tickets.add(number)

    def _best_for_ticket(self, number: str, now: float) -> Pair | None:
        ticket, line, _ = self._tickets[number]
        pairs: list[Pair] = []
        for pool in line.pools:
            name = next((name for _, name in pool.idle if name not in ticket.refused), None)
            if name is not None:
                pairs.append((ticket, self._clerks[name][0]))
        for name in ticket.refused:
            known = self._clerks.get(name)
            if known is not None and known[1] in line.pools and rested(ticket, known[0], now):
                pairs.append((ticket, known[0]))
        return min(pairs, key=_key, default=None)

    def _best_for_clerk(self, name: str, now: float) -> Pair | None:
        clerk, pool, _ = self._clerks[name]
        refused = self._refused.get(name)
        if not refused:
            first = min((line.waiting[0] for line in pool.waiting), default=None)
            return (self._tickets[first[1]][0], clerk) if first is not None else None
        pairs: list[Pair] = []
        for line in pool.waiting:
            number = next((number for _, number in line.waiting if number not in refused), None)
            if number is not None:
                pairs.append((self._tickets[number][0], clerk))
        for number in refused:
            ticket, line, _ = self._tickets[number]
            if pool in line.pools and rested(ticket, clerk, now):
                pairs.append((ticket, clerk))
        return min(pairs, key=_key, default=None)

    def _line(self, profile: Profile) -> _Line:
        line = self._lines.get(profile)
        if line is None:
            if len(self._lines) >= _MANY_LINES:
                self._forget_empty_lines()
            serving = [pool for grant, pool in self._pools.items() if eligible(profile, grant)]
            line = self._lines[profile] = _Line(serving)
            for pool in serving:
                pool.lines.append(line)
        return line

    def _forget_empty_lines(self) -> None:
        """Booths choose languages and needs freely; what nobody waits in is not kept for ever."""
        self._lines = {profile: line for profile, line in self._lines.items() if line.waiting}
        for pool in self._pools.values():
            pool.lines = [line for line in pool.lines if line.waiting]

    def _pool(self, grant: Grant) -> _Pool:
        pool = self._pools.get(grant)
        if pool is None:
            serves = [line for profile, line in self._lines.items() if eligible(profile, grant)]
            pool = self._pools[grant] = _Pool(serves, waiting=dict.fromkeys(line for line in serves if line.waiting))
            for line in serves:
                line.pools.append(pool)
        return pool


def _key(pair: Pair) -> _Key:
    ticket, clerk = pair
    return due(ticket, clerk), ticket.number, clerk.since, clerk.name


def _remove(places: list[_Place], place: _Place) -> None:
    del places[bisect_left(places, place)]
