"""What came of a simulated day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from signaling.simulator.day import Day, Promise
from signaling.statistics.ledger import SETTLED_S
from signaling.statistics.report import Figures, Part, Question, answer

_DAY_S = 24 * 3600.0


class Kept(Struct, frozen=True):
    """Of the citizens who were asked, told an interval and answered: how many, and the share answered inside it.
    `waiting`: of these, those who found no clerk free."""

    asked: int
    inside: float | None
    waiting: int
    waiting_inside: float | None


class Outcome(Struct, frozen=True, kw_only=True):
    """`total` and `hours`: the figures of docs/statistics.md. `turned_away`: citizens who found no free booth.
    `steps`: messages the switchboard has served."""

    total: Figures
    hours: list[Figures]
    forecast: Kept
    turned_away: int
    steps: int


def outcome(day: Day, within_s: int) -> Outcome:
    """The figures of a day that is over. There is nobody to single out."""
    days = day.ledger.days(day.now + _DAY_S + SETTLED_S, minimum=1)
    regions = frozenset(region.id for region in day.hall.directory.regions)

    def figures(*by: Part) -> list[Figures]:
        return answer(days, Question(frozenset(by), regions, within_s, minimum=1))

    return Outcome(
        total=figures()[0],
        hours=figures("hour"),
        forecast=kept(day.promises),
        turned_away=day.turned_away,
        steps=day.steps,
    )


def kept(promises: Iterable[Promise]) -> Kept:
    """How good the promises were."""
    told = [(promise, _inside(promise)) for promise in promises if promise.waited is not None]
    known = [(promise, inside) for promise, inside in told if inside is not None]
    waited = [inside for promise, inside in known if not promise.at_once]
    return Kept(len(known), _share([inside for _, inside in known]), len(waited), _share(waited))


def _inside(promise: Promise) -> bool | None:
    forecast = promise.place.forecast
    if forecast is None or promise.waited is None:
        return None
    return forecast.from_s <= promise.waited <= forecast.to_s


def _share(inside: Sequence[bool]) -> float | None:
    return sum(inside) / len(inside) if inside else None
