"""The minimum group size: which figures about clerks may be seen at all. Pure.

A figure about the work of few clerks singles one out, and so does the difference of two figures: a region's total
less its services, a week less six of its days, two regions that share most of their clerks. Checking each answer for
itself does not help against that. Therefore all answers are made of the same blocks:

- Every second of work belongs to exactly one *atom*: a day, a *pool* (the clerks who may serve exactly these regions),
  the region and service of the ticket in hand or neither, an hour.
- The atoms of a day are joined to *blocks*, once and whatever is asked later, each with the work of at least the
  minimum number of different clerks. What cannot be joined to such a block is left out for good.
- Every answer is a sum over whole blocks: those that lie in what was asked for.

So whatever is added and subtracted, the result is made of whole blocks, and no block is about fewer clerks than the
minimum. Days count when they are over: of a day that goes on, two answers a moment apart would show who finished
between them. The blocks are as small as that allows: first by pool, then by region and service, then by hour. Parts
with too few clerks are joined to one rest; is the rest too small, the smallest part that could have stood alone joins
it, since otherwise the whole less the others would show the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct

K = TypeVar("K")

Pool = tuple[str, ...]
"""The regions a clerk may serve, sorted."""


class Work(Struct):
    """What clerks did, milliseconds. `busy` is time with a ticket in hand or in wrap-up, `idle` time available."""

    handlings: int = 0
    handling_ms: int = 0
    wrap_ups: int = 0
    wrap_up_ms: int = 0
    busy_ms: int = 0
    idle_ms: int = 0

    def add(self, other: Work) -> None:
        """Take over the work of others."""
        self.handlings += other.handlings
        self.handling_ms += other.handling_ms
        self.wrap_ups += other.wrap_ups
        self.wrap_up_ms += other.wrap_up_ms
        self.busy_ms += other.busy_ms
        self.idle_ms += other.idle_ms


class Atom(NamedTuple):
    """`region` and `service` are empty while no ticket is in hand."""

    pool: Pool
    region: str
    service: str
    hour: int


ByClerk = Mapping[Atom, Mapping[str, Work]]
"""The work of a day by atom and clerk's pseudonym."""


class Block(Struct):
    """The work of at least the minimum number of clerks, of whom nothing is kept but how many there were."""

    clerks: int
    pools: list[Pool]
    """Those that were joined, not only those of this block's clerks: the blocks of some pools together are all that
    the clerks of these pools did."""
    matters: list[tuple[str, str]]
    """Regions and services of the tickets in hand; empty names where none was."""
    hours: list[int]
    work: Work


def joined(parts: Mapping[K, frozenset[str]], minimum: int) -> list[list[K]]:
    """The parts, joined so that each group has at least `minimum` different clerks; no group at all when all of them
    together are fewer."""
    if len(frozenset[str]().union(*parts.values())) < minimum:
        return []
    # Largest last, so that the smallest of those that can stand alone joins the rest first.
    alone = sorted(parts, key=lambda key: (-len(parts[key]), repr(key)))
    rest: list[K] = []
    clerks: set[str] = set()
    while alone and (len(parts[alone[-1]]) < minimum or 0 < len(clerks) < minimum):
        key = alone.pop()
        rest.append(key)
        clerks |= parts[key]
    return [[key] for key in alone] + ([rest] if rest else [])


def blocks(work: ByClerk, minimum: int) -> list[Block]:
    """The blocks of one day."""
    found = []
    for group in _joined_by(work, lambda atom: atom.pool, minimum):
        pools = sorted({atom.pool for atom in group})
        for matters in _joined_by(group, lambda atom: (atom.region, atom.service), minimum):
            found += [_block(pools, hours) for hours in _joined_by(matters, lambda atom: atom.hour, minimum)]
    return found


def _joined_by(work: ByClerk, part: Callable[[Atom], object], minimum: int) -> list[ByClerk]:
    atoms: defaultdict[object, list[Atom]] = defaultdict(list)
    for atom in work:
        atoms[part(atom)].append(atom)
    clerks = {key: frozenset[str]().union(*(work[atom] for atom in mine)) for key, mine in atoms.items()}
    return [{atom: work[atom] for key in group for atom in atoms[key]} for group in joined(clerks, minimum)]


def _block(pools: list[Pool], work: ByClerk) -> Block:
    total = Work()
    for by_clerk in work.values():
        for one in by_clerk.values():
            total.add(one)
    return Block(
        clerks=len({name for by_clerk in work.values() for name in by_clerk}),
        pools=pools,
        matters=sorted({(atom.region, atom.service) for atom in work}),
        hours=sorted({atom.hour for atom in work}),
        work=total,
    )
