"""Runs tests/benchmarks and writes build/bench/NAME.jsonl: one line a figure, with its reference and goal."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("visit", "media", "setup")


@dataclass(frozen=True)
class Figure:
    """`reference` is the named peer or limit the value is held against; `ratio` = value / reference.

    `goal` is the largest ratio that meets it, or the smallest where `more_is_better`.
    """

    figure: str
    value: float
    unit: str
    reference: str
    reference_value: float
    goal: float
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.reference_value

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    def line(self) -> str:
        record = {key: value for key, value in asdict(self).items() if key != "more_is_better"}
        return json.dumps({**record, "ratio": round(self.ratio, 3), "met": self.met})


def table(figures: Iterable[Figure]) -> str:
    rows = [("figure", "value", "reference", "ratio", "goal", "met")]
    for found in figures:
        sign = ">=" if found.more_is_better else "<="
        rows.append(
            (
                found.figure,
                f"{found.value:.1f} {found.unit}",
                f"{found.reference} ({found.reference_value:.1f})",
                f"{found.ratio:.2f}",
                f"{sign} {found.goal:g}",
                "yes" if found.met else "NO",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def run(name: str) -> None:
    """Run one benchmark module's `figures()`, print its table and write its file."""
    measure: Callable[[], list[Figure]] = importlib.import_module(f"tests.benchmarks.{name}").figures
    found = measure()
    target = ROOT / f"build/bench/{name}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(figure.line() + "\n" for figure in found))
    print(f"\n{name}\n{table(found)}\nwritten: {target.relative_to(ROOT)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which benchmarks; all when none is named")
    for name in parser.parse_args().names or NAMES:
        run(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
