"""A day of a whole country on a virtual clock, in processor time of one core, and whether the forecasts were kept."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator

from scripts.bench_runner import Figure

COUNTRY = {"booths": 11_000, "clerks": 3_000, "visits": 500_000, "regions": 400, "groups": 40}
SECONDS = 120.0
FORECAST = 0.8
WIDTH = 2.75
"""A wait without memory needs intervals 2.2 times as wide as it is long, and they are told in whole steps."""


def figures() -> Iterator[Figure]:
    """Processor time, memory, and the share of waits inside what was told."""
    options = [f"--{name}={value}" for name, value in COUNTRY.items()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "signaling.simulator", "--json", *options], check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = json.loads(done.stdout)
    elsewhere = found["turned_away"] + found["found_closed"] + found["no_shows"]
    assert found["total"]["arrivals"] + elsewhere == COUNTRY["visits"]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield Figure("country_day_cpu", round(spent, 1), "s", "limit", SECONDS, 1.0)
    yield Figure("country_day_memory", round(after.ru_maxrss / 1024), "MiB", "limit", 2048, 1.0)
    for name, kept in {"": found["forecast"], **found["classes"]}.items():
        figure = f"forecast_kept_{name}".rstrip("_")
        yield Figure(figure, round(kept["waiting_inside"], 3), "", "limit", FORECAST, 1.0, more_is_better=True)
    wait, width = found["forecast"]["wait_s"], found["forecast"]["width_s"]
    yield Figure("forecast_width", round(width), "s", "mean wait", round(wait), WIDTH)
