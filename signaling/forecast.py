"""Position and forecast: what a waiting citizen is told. Pure.

A ticket's position counts those ahead of it that compete for the same clerks. The forecast is an interval that four of
five actual waits end in. It is made in three steps:

1. *How much is ahead.* Clerks who serve the same of the waiting kinds are a crew, and crews work at their own pace.
   Each waiting ticket, first turn first, is poured like water into the crews that can serve it: into those that are
   through with what they have the earliest. The level after its own share is when its turn comes, if nobody gives up
   and nobody else comes. So a queue for one language is long for that language only.
2. *What happens meanwhile.* Some ahead give up (Erlang-A), and some who come later have their turn before
   (`signaling.turn`), as many as came of late.
3. *How sure that is.* The number of handlings that end in a time varies, the pace is a mean of few, and clerks come
   and go. The interval is that of a gamma distribution with this mean and variance.

It is None while there is no base for it, because an invented number is worse than none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from signaling.clerk import Clerk, Grant
from signaling.dispatch import eligible
from signaling.recent import Pace, Recent
from signaling.ticket import FREE, Profile, Ticket

STEP_S: Final = 30.0
"""Forecasts are told in steps; they are not more precise than that."""
GRAIN_S: Final = 60.0
GRAINS: Final = 30
"""Tickets whose turns are less than GRAIN_S / GRAINS apart, later on a thirtieth of the wait, are told the same."""
SHIFTS_DOUBT: Final = 0.15
"""How far off the number of clerks may be because shifts begin and end, as a share of it (standard deviation)."""
BREAKS_DOUBT: Final = 0.3
"""The same of a single clerk who takes a break or returns; of many it levels out."""
OVERTAKING_DOUBT: Final = 0.5
"""How far off the number of those who overtake may be, as a share of it."""
BUSIEST: Final = 0.95
"""Who passes all the time takes no more than this share of the clerks' time: a queue is on its way out, for the most
part."""
SURE: Final = 1.05
"""Standard deviations to both sides: 71 %; whole steps, and doubts that are on the safe side, make up for it."""
LARGEST_VARIATION: Final = 1.5
"""The squared coefficient of variation of a gamma distribution that is as skewed as waits are."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds from now between which a clerk likely takes the ticket, in whole steps."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """`position` counts from 1; `forecast` is None while nobody can say; `serving`: clerks who can serve it."""

    position: int
    forecast: Forecast | None
    serving: int = 0


AT_ONCE: Final = Forecast(0.0, STEP_S)


@dataclass(slots=True)
class Crew:
    """Clerks who serve the same of the waiting kinds. `rate`: tickets a second; `variation`: of handling, squared;
    `level`: seconds until they are through with what has been poured into them."""

    able: int
    idle: int
    rate: float
    variation: float
    doubt: float
    regions: frozenset[str]
    level: float = 0.0

    @classmethod
    def of(cls, members: Sequence[tuple[Grant, int, int, Pace]]) -> Crew:
        """Of grants with the numbers of their clerks, able to serve and idle, and their paces."""
        rates = [able / pace.handling for _, able, _, pace in members]
        rate, able, idle = sum(rates), sum(able for _, able, _, _ in members), sum(idle for _, _, idle, _ in members)
        return cls(
            able=able,
            idle=idle,
            rate=rate,
            variation=sum(rate * pace.variation for rate, (_, _, _, pace) in zip(rates, members, strict=True)) / rate,
            doubt=sum(rate * pace.doubt for rate, (_, _, _, pace) in zip(rates, members, strict=True)) / rate,
            regions=frozenset[str]().union(*(grant.regions for grant, _, _, _ in members)),
            level=-idle / rate,
        )


class Crowd:
    """Kinds of ticket that the same clerks serve. Citizens who come later with a longer head start are served by all
    who work for the same regions: `wider` tickets a second."""

    def __init__(self, crews: list[Crew], everybody: Iterable[Crew], recent: Recent, now: float) -> None:
        self.crews: Final = crews
        self.able: Final = sum(crew.able for crew in crews)
        self.rate: Final = sum(crew.rate for crew in crews)
        self.variation: Final = sum(crew.rate * crew.variation for crew in crews) / self.rate
        self.doubt: Final = sum(crew.rate * crew.doubt for crew in crews) / self.rate
        regions = frozenset[str]().union(*(crew.regions for crew in crews))
        self.wider: Final = sum(crew.rate for crew in everybody if not regions.isdisjoint(crew.regions))
        coming: Counter[float] = Counter()
        for region in regions:
            coming.update(recent.coming(region, now))
        self.coming: Final = [(head_start, rate / self.wider) for head_start, rate in coming.items()]
        """Head starts, and how much of the clerks' time those who come with it take, as a share."""

    def pour(self) -> tuple[float, float]:
        """One more ticket. The lowest level that it has found and the one that it has left, seconds."""
        if len(self.crews) == 1:
            crew = self.crews[0]
            found, crew.level = crew.level, crew.level + 1 / crew.rate
            return found, crew.level
        crews = sorted(self.crews, key=_level)
        rest, rate, level = 1.0, 0.0, crews[0].level
        found = level
        filled = 0
        for crew in crews:
            room = (crew.level - level) * rate
            if room >= rest:
                break
            rest -= room
            rate += crew.rate
            level = crew.level
            filled += 1
        level += rest / rate
        for crew in crews[:filled]:
            crew.level = level
        return found, level


def _level(crew: Crew) -> float:
    return crew.level


class Competition:
    """Which queued tickets wait for the same clerks, as things stand. Kinds of ticket that the same grants serve are
    one crowd, so that a place is found by looking at the crowds, not at everybody ahead."""

    def __init__(self, clerks: Iterable[Clerk]) -> None:
        able: Counter[Grant] = Counter()
        idle: Counter[Grant] = Counter()
        for clerk in clerks:
            # Who pauses after the call at hand takes nobody from the queue.
            if clerk.serving and not clerk.pause_wanted:
                able[clerk.grant] += 1
                idle[clerk.grant] += clerk.dispatchable
        self.grants: Final = [(1 << n, grant, number, idle[grant]) for n, (grant, number) in enumerate(able.items())]
        self._crowds: dict[Profile, int] = {}
        self._able: dict[int, int] = {}

    def crowd(self, profile: Profile) -> int:
        """The grants that serve this kind of ticket, a bit for each."""
        crowd = self._crowds.get(profile)
        if crowd is None:
            crowd = sum(bit for bit, grant, _, _ in self.grants if eligible(profile, grant))
            self._crowds[profile] = crowd
        return crowd

    def able(self, crowd: int) -> int:
        """How many clerks can take tickets of this crowd."""
        found = self._able.get(crowd)
        if found is None:
            found = self._able[crowd] = sum(able for bit, _, able, _ in self.grants if bit & crowd)
        return found

    def crowds(self, kinds: Iterable[int], recent: Recent, now: float) -> dict[int, Crowd]:
        """These crowds with their crews; none while nobody can say how fast clerks work."""
        wanted = [crowd for crowd in dict.fromkeys(kinds) if crowd]
        members: dict[tuple[bool, ...], list[tuple[Grant, int, int, Pace]]] = {}
        for bit, grant, able, idle in self.grants:
            pace = recent.pace(grant)
            if pace is None:
                return {}
            members.setdefault(tuple(bool(crowd & bit) for crowd in wanted), []).append((grant, able, idle, pace))
        crews = {served: Crew.of(mine) for served, mine in members.items()}
        return {
            crowd: Crowd([crew for served, crew in crews.items() if served[n]], crews.values(), recent, now)
            for n, crowd in enumerate(wanted)
        }


class Forecaster:
    """Pour the tickets that wait into it, first turn first."""

    def __init__(self, crowds: dict[int, Crowd], recent: Recent) -> None:
        self._crowds = crowds
        self._patience, self._to_accept = recent.patience, recent.to_accept
        self._told: dict[tuple[int, float, int, int], Forecast] = {}

    def pour(self, of: int, head_start: float) -> Forecast | None:
        """The next ticket in the queue, of the crowd `of`."""
        crowd = self._crowds.get(of)
        if crowd is None:
            return None
        found, level = crowd.pour()
        if level <= 0:
            return AT_ONCE
        queue = max(found, 0.0)
        key = of, head_start, _grain(queue), _grain(level - queue)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._forecast(crowd, head_start, queue, level - queue)
        return told

    def _forecast(self, crowd: Crowd, head_start: float, queue: float, own: float) -> Forecast:
        # A handling under way when one looks is a long one, and of any length.
        turn = queue + own * (1 + (crowd.variation - 1) / 2 / crowd.able)
        # Ends of different clerks mix to a Poisson stream; the more follow from each clerk, the more they keep the
        # regularity of handling.
        rounds = queue * crowd.rate / crowd.able
        mixed = -math.expm1(-rounds) / rounds if rounds else 1.0
        variance = own**2 + queue / crowd.wider * (crowd.variation + (1 - crowd.variation) * mixed)
        variance /= 1 + turn / self._patience
        turn = self._patience * math.log1p(turn / self._patience)
        doubt = crowd.doubt**2 + SHIFTS_DOUBT**2 + BREAKS_DOUBT**2 / crowd.able
        faster = [(longer - head_start, load) for longer, load in crowd.coming if longer > head_start]
        likely = [
            (mean, min(variance / mean**2, LARGEST_VARIATION) + doubt)
            for mean, variance in passed(turn, variance, faster, 1 / crowd.wider)
        ]
        below, above = (
            self._to_accept + min(quantile(mean, variation, sure) for mean, variation in likely)
            for sure in (-SURE, SURE)
        )
        return Forecast(math.floor(below / STEP_S) * STEP_S, max(math.ceil(above / STEP_S), 1) * STEP_S)


def _grain(seconds: float) -> int:
    return round(GRAINS * math.log1p(seconds / GRAIN_S))


def quantile(mean: float, variation: float, sure: float) -> float:
    """The time `sure` standard deviations from the middle of a gamma distribution with this mean and squared
    coefficient of variation (Wilson and Hilferty 1931)."""
    cube = 1 - variation / 9 + sure * math.sqrt(variation) / 3
    return mean * max(cube, 0.0) ** 3


def passed(
    turn: float, variance: float, faster: Iterable[tuple[float, float]], each: float
) -> Iterator[tuple[float, float]]:
    """When the turn comes, mean and variance, that would come after `turn` if nobody came later and was served before.
    `faster`: those who do until so many seconds from now, and how much of the clerks' time they take, as a share;
    `each`: how much of it one of them takes, seconds. The turn has come when the clerks are through with all ahead
    (first passage of a random walk), or later when some kinds do not pass any more: it is the least of what is told
    for none, one, two … of them."""
    lasting, done = sum(share for _, share in faster), 0.0
    for until, share in (*sorted(faster), (math.inf, 0.0)):
        rest = 1 - min(lasting, BUSIEST)
        mean = (turn + done) / rest
        yield (
            mean,
            mean * (variance / turn + each * (1 - rest)) / rest**2 + each * done + (OVERTAKING_DOUBT * done) ** 2,
        )
        lasting -= share
        done += share * until if share else 0.0


class Queue:
    """Those who wait, taken in one after the other, first turn first."""

    def __init__(self, competition: Competition, crowds: dict[int, Crowd], recent: Recent) -> None:
        self._competition = competition
        self._forecaster = Forecaster(crowds, recent)
        self._ahead: Counter[int] = Counter()
        self._of_matter: dict[tuple[str, str], Counter[int]] = {}

    def take(self, ticket: Ticket) -> Forecast | None:
        """The next one. Returns its forecast."""
        mine = self._competition.crowd(ticket.profile)
        self._ahead[mine] += 1
        self._of_matter.setdefault((ticket.region, ticket.service), Counter())[mine] += 1
        # Whom a clerk has been offered needs no other.
        return self._forecaster.pour(mine, ticket.head_start_s) if ticket.state in FREE else AT_ONCE

    def place(self, ticket: Ticket, told: Forecast | None) -> Place:
        """The place of the one that was taken in last."""
        mine = self._competition.crowd(ticket.profile)
        matter = self._of_matter[ticket.region, ticket.service]
        # Those who wait for the same clerks, and those for the same service in the same region who do not.
        position = sum(number for crowd, number in self._ahead.items() if crowd & mine)
        position += sum(number for crowd, number in matter.items() if not crowd & mine)
        return Place(position, told, self._competition.able(mine))


def places(waiting: Iterable[Ticket], clerks: Iterable[Clerk], recent: Recent, now: float) -> dict[str, Place]:
    """The place of every queued ticket, by its number. `waiting`: those and what else is to be offered to clerks;
    `now`: seconds since the epoch."""
    competition = Competition(clerks)
    ordered = sorted(waiting, key=_turn)
    kinds = [competition.crowd(ticket.profile) for ticket in ordered]
    queue = Queue(competition, competition.crowds(kinds, recent, now), recent)
    found: dict[str, Place] = {}
    for ticket in ordered:
        told = queue.take(ticket)
        if ticket.queued:
            found[ticket.number] = queue.place(ticket, told)
    return found


def place(ticket: Ticket, waiting: Iterable[Ticket], clerks: Iterable[Clerk], recent: Recent, now: float) -> Place:
    """The place of one of the queued tickets. Those behind it count where crews are told apart."""
    competition = Competition(clerks)
    turn = _turn(ticket)
    ahead, kinds = [], set()
    for other in waiting:
        kinds.add(competition.crowd(other.profile))
        if other is not ticket and _turn(other) < turn:
            ahead.append(other)
    queue = Queue(competition, competition.crowds(kinds, recent, now), recent)
    for other in sorted(ahead, key=_turn):
        queue.take(other)
    return queue.place(ticket, queue.take(ticket))


def _turn(ticket: Ticket) -> tuple[float, str]:
    return ticket.turn_at, ticket.number
