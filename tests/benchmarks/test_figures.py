"""What becomes of a figure: whether it is good enough, and its line in the file."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from scripts.bench_runner import Figure, keep, table
from tests.benchmarks import calls


def test_less_is_better_unless_it_says_otherwise() -> None:
    assert Figure("delay", 18, "ms", "Chromium pair", 50, 0.4).met
    assert not Figure("delay", 21, "ms", "Chromium pair", 50, 0.4).met
    assert Figure("speech", 99.5, "%", "limit", 99, 1, more_is_better=True).met
    assert not Figure("speech", 98.5, "%", "limit", 99, 1, more_is_better=True).met


def test_nothing_is_as_good_as_nothing_and_anything_is_worse() -> None:
    assert Figure("freezes", 0, "a minute", "Chromium pair", 0, 1).met
    assert not Figure("freezes", 1, "a minute", "Chromium pair", 0, 1).met


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_what_never_happened_is_not_met_and_null(value: float) -> None:
    figure = Figure("back", value, "s", "limit", 1, 1)
    assert not figure.met
    line = json.loads(figure.line())
    assert line["value"] is None and line["ratio"] is None and line["met"] is False


def test_a_row_measured_again_takes_the_place_of_its_lines_only(tmp_path: Path) -> None:
    target = tmp_path / "calls.jsonl"
    keep(
        target,
        [Figure("a", 1, "s", "limit", 2, 1), Figure("a", 1, "s", "pair", 2, 1), Figure("b", 1, "s", "limit", 2, 1)],
    )
    keep(target, [Figure("a", 3, "s", "limit", 2, 1)])
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(line["figure"], line["reference"], line["value"]) for line in lines] == [
        ("a", "limit", 3),
        ("a", "pair", 1),
        ("b", "limit", 1),
    ]


def test_the_table_says_what_is_not_met() -> None:
    shown = table([Figure("back", 2.5, "s", "limit", 1, 1)])
    assert "2.5 s" in shown and "<= 1" in shown and "NO" in shown


def test_a_row_that_there_is_not() -> None:
    with pytest.raises(SystemExit, match="no-such-row"):
        list(calls.figures(["no-such-row"]))
