"""Figures of appointments for supervisors, told apart by day, region and service. Pure.

Who books, moves or cancels does it on a public page; these are told as they are. Whether citizens came is told of a
line only where at least `minimum` appointments were due: what one citizen did is not to be read off a screen. So that
the total less the other lines does not tell it either, lines that are not told have at least `minimum` together; the
smallest that could be told joins them. This holds within an answer. No figure is about a clerk.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from signaling.appointments.counts import AppointmentCount

Part = Literal["day", "region", "service"]
PARTS: Final[tuple[Part, ...]] = ("day", "region", "service")


class AppointmentFigures(Struct, frozen=True, kw_only=True):
    """One line. `in_time`: came early, or before the grace was over; `late`: after it; `no_show`: not at all;
    `attended`: those whose matter was completed. These are null where too few were due."""

    day: datetime.date | None
    region: str | None
    service: str | None
    booked: int
    moved: int
    cancelled: int
    in_time: int | None
    late: int | None
    no_show: int | None
    attended: int | None


class _Key(NamedTuple):
    day: datetime.date | None
    region: str | None
    service: str | None


def figures(counts: Iterable[AppointmentCount], by: Collection[Part], minimum: int) -> list[AppointmentFigures]:
    """The lines, in order. One line even where nothing happened, when nothing is told apart."""
    sums: dict[_Key, Counter[str]] = {} if by else {_Key(None, None, None): Counter()}
    for count in counts:
        key = _Key(
            count.day if "day" in by else None,
            count.region if "region" in by else None,
            count.service if "service" in by else None,
        )
        own = sums.setdefault(key, Counter())
        for name in ("booked", "moved", "cancelled", "late", "attended"):
            own[name] += getattr(count, name)
        own["in_time"] += count.checked_in - count.late
        own["no_show"] += count.no_show - count.after_all
    untold = _untold({key: own["in_time"] + own["late"] + own["no_show"] for key, own in sums.items()}, minimum)
    return [_line(key, sums[key], told=key not in untold) for key in sorted(sums, key=repr)]


def _untold(due: dict[_Key, int], minimum: int) -> set[_Key]:
    few = {key for key, number in due.items() if 0 < number < minimum}
    others = sorted((key for key, number in due.items() if number >= minimum), key=lambda key: (due[key], repr(key)))
    while few and others and sum(due[key] for key in few) < minimum:
        few.add(others.pop(0))
    return few


def _line(key: _Key, own: Counter[str], *, told: bool) -> AppointmentFigures:
    def visits(name: str) -> int | None:
        return own[name] if told else None

    return AppointmentFigures(
        day=key.day,
        region=key.region,
        service=key.service,
        booked=own["booked"],
        moved=own["moved"],
        cancelled=own["cancelled"],
        in_time=visits("in_time"),
        late=visits("late"),
        no_show=visits("no_show"),
        attended=visits("attended"),
    )
