"""What came of a simulated day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from msgspec import Struct

from signaling.simulator.day import Day, Promise
from signaling.statistics.ledger import SETTLED_S
from signaling.statistics.report import Figures, Part, Question, answer

_DAY_S = 24 * 3600.0


class Kept(Struct, frozen=True):
    """Of the citizens who were asked, told an interval and answered: how many, and the share answered inside it.
    `waiting`: of these, those who found no clerk free; how long they waited and how wide their intervals were, mean
    seconds."""

    asked: int
    inside: float | None
    waiting: int
    waiting_inside: float | None
    wait_s: float | None
    width_s: float | None


class Outcome(Struct, frozen=True, kw_only=True):
    """`total` and `hours`: the figures of docs/statistics.md. `turned_away`: citizens who found no free booth,
    `found_closed`: who came too late, `no_shows`: who did not come to their appointment; `callbacks_left`: for the
    next day.
    `classes`: the forecasts of those of each priority and language. `steps`: messages the switchboard has served."""

    total: Figures
    hours: list[Figures]
    forecast: Kept
    classes: dict[str, Kept]
    turned_away: int
    found_closed: int
    no_shows: int
    callbacks_left: int
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
        classes={
            name: kept(promise for promise in day.promises if name in promise.classes)
            for name in sorted({name for promise in day.promises for name in promise.classes})
        },
        turned_away=day.turned_away,
        found_closed=day.found_closed,
        no_shows=day.no_shows,
        callbacks_left=len(day.hall.tickets),
        steps=day.steps,
    )


def kept(promises: Iterable[Promise]) -> Kept:
    """How good the promises were."""
    told = [
        (promise, forecast, waited)
        for promise in promises
        if (forecast := promise.place.forecast) is not None and (waited := promise.waited) is not None
    ]
    patient = [(forecast, waited) for promise, forecast, waited in told if not promise.at_once]
    return Kept(
        asked=len(told),
        inside=_mean([forecast.from_s <= waited <= forecast.to_s for _, forecast, waited in told]),
        waiting=len(patient),
        waiting_inside=_mean([forecast.from_s <= waited <= forecast.to_s for forecast, waited in patient]),
        wait_s=_mean([waited for _, waited in patient]),
        width_s=_mean([forecast.to_s - forecast.from_s for forecast, _ in patient]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
