"""`python -m signaling.simulator`: play a day out and print what came of it."""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from datetime import datetime

import msgspec

from signaling.simulator.country import CLOSES, Country, Size
from signaling.simulator.day import Day
from signaling.simulator.habits import Customs, Habits, Pace
from signaling.simulator.outcome import Kept, Outcome, outcome
from signaling.statistics.report import WITHIN_S, Figures
from signaling.statistics.waits import is_step


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line (docs/operate.md, "How many clerks")."""
    usual, customs = Pace(), Customs()
    parser = argparse.ArgumentParser(
        prog="python -m signaling.simulator",
        description="A day of the switchboard's real core on a virtual clock, with made-up citizens and clerks.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--booths", type=int, default=1100, help="how many there are")
    parser.add_argument("--clerks", type=int, default=300, help="who work 8.5 h with a break of half an hour")
    parser.add_argument("--visits", type=int, default=50_000, help="citizens who come between 8 and 18 h")
    parser.add_argument("--regions", type=int, default=40, help="booths and citizens are spread evenly over them")
    parser.add_argument("--groups", type=int, default=4, help="of regions that share their clerks; 1 pools all")
    parser.add_argument("--handling", type=float, default=usual.handling, metavar="S", help="mean seconds of a call")
    parser.add_argument("--wrap-up", type=float, default=usual.wrap_up, metavar="S", help="mean seconds after it")
    parser.add_argument("--patience", type=float, default=usual.patience, metavar="S", help="mean until giving up")
    parser.add_argument("--within", type=int, default=WITHIN_S, metavar="S", help="the T of the service level")
    parser.add_argument(
        "--asked", type=int, default=100, metavar="N", help="one citizen of so many is asked for the forecast"
    )
    parser.add_argument("--closes", type=int, default=CLOSES, metavar="H", help="the hour in which booths close")
    parser.add_argument("--booked", type=float, default=customs.booked, metavar="SHARE", help="who have appointments")
    parser.add_argument("--no-show", type=float, default=customs.no_show, metavar="SHARE", help="of these do not come")
    parser.add_argument(
        "--callback", type=float, default=customs.callback, metavar="SHARE", help="who ask for one when they give up"
    )
    parser.add_argument(
        "--not-reached", type=float, default=customs.not_reached, metavar="SHARE", help="of tries to call back"
    )
    parser.add_argument("--missed", type=float, default=customs.missed, metavar="SHARE", help="of offers to a clerk")
    parser.add_argument("--seed", type=int, default=1, help="the same number, the same day")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    if not is_step(options.within):
        parser.error("--within: whole seconds up to 300, or tens of seconds up to 3600")
    if min(options.visits, options.asked, options.handling, options.wrap_up, options.patience) <= 0:
        parser.error("numbers of citizens and mean times must be above 0")
    return options


def simulate(options: argparse.Namespace) -> Outcome:
    """The day. Raises ValueError."""
    chance = random.Random(options.seed)  # noqa: S311 (a day that can be played again, nothing secret)
    country = Country(Size(options.booths, options.clerks, options.regions, options.groups, options.closes))
    customs = Customs(options.booked, options.no_show, options.callback, options.not_reached, options.missed)
    habits = Habits(Pace(options.handling, options.wrap_up, options.patience), customs, chance)
    monday = datetime(2026, 3, 2, tzinfo=country.directory.zone())
    day = Day(country, habits, chance, monday, options.asked)
    day.run(options.visits)
    return outcome(day, options.within)


def report(found: Outcome, seconds: float) -> str:
    """For people."""
    forecast = found.forecast
    head = ("hour", "came", "answered", "in time", "gave up", "median", "9 of 10", "busy")
    lines = [
        " ".join(f"{name:>8}" for name in head),
        *(_line(f"{line.hour}", line) for line in found.hours),
        _line("day", found.total),
        "",
        f"found no free booth: {found.turned_away}; found it closed: {found.found_closed}; did not come to their"
        f" appointment: {found.no_shows}; callbacks left for the next day: {found.callbacks_left}",
        f"answered inside the interval told on joining: {_percent(forecast.inside)} of {forecast.asked} asked;"
        " of those who found no clerk free:",
        *(_kept(name, of) for name, of in {"all": forecast, **found.classes}.items()),
        f"{found.steps} messages served in {seconds:.1f} s of processor time",
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, of: Figures) -> str:
    shares = map(_percent, (of.service_level, of.abandonment))
    waits = map(_seconds, (of.wait_median_s, of.wait_p90_s))
    cells = (name, str(of.arrivals), str(of.answered), *shares, *waits, _percent(of.occupancy))
    return " ".join(f"{cell:>8}" for cell in cells)


def _kept(name: str, of: Kept) -> str:
    times = f"waited {_seconds(of.wait_s)}, intervals {_seconds(of.width_s)} wide"
    return f"{name:>8} {_percent(of.waiting_inside):>8} of {of.waiting:6}  ({times})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} s"


def main(arguments: list[str] | None = None) -> int:
    """Entry point. Returns the exit status."""
    options = parse_arguments(arguments)
    # Millions of log entries come and go, and none is part of a ring: looking for rings is a third of the time.
    gc.disable()
    began = time.process_time()
    try:
        found = simulate(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        gc.enable()
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        sys.stdout.write(report(found, time.process_time() - began))
    return 0


if __name__ == "__main__":
    sys.exit(main())
