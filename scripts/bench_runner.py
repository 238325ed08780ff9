"""Runs tests/benchmarks and writes build/bench/NAME.jsonl: one line a figure, with its reference and goal."""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAMES: dict[str, tuple[str, ...]] = {
    "calls": ("only", "rounds"),
    "path": ("rounds",),
    "visit": (),
    "echo": (),
    "media": (),
    "connectivity": (),
    "memory": ("minutes",),
    "setup": (),
    "switchboard": ("only",),
    "simulator": (),
    "idcard": ("only",),
    "mrz": (),
    "eid": (),
}
"""Each benchmark with the options it knows."""
LONG = ("memory",)
"""Only when named."""


@dataclass(frozen=True)
class Figure:
    """`reference` is the named peer or limit the value is held against; `ratio` = value / reference.

    `goal` is the largest ratio that meets it, or the smallest where `more_is_better`. `load`: of the machine, over the
    last minute.
    """

    figure: str
    value: float
    unit: str
    reference: str
    reference_value: float
    goal: float
    more_is_better: bool = False
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))

    @property
    def ratio(self) -> float:
        """1 where both are nothing; infinite where only the reference is."""
        if self.reference_value == 0:
            return 1.0 if self.value == 0 else math.inf
        return self.value / self.reference_value

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    def line(self) -> str:
        """JSON; what is infinite or unknown is null."""
        record = {key: value for key, value in asdict(self).items() if key != "more_is_better"}
        record |= {"ratio": round(self.ratio, 3) if math.isfinite(self.ratio) else self.ratio, "met": self.met}
        return json.dumps({key: value if is_plain(value) else None for key, value in record.items()})


def is_plain(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


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


def keep(target: Path, found: Iterable[Figure]) -> None:
    """Write the figures, in place of those of the same name; the others of the file stay."""
    target.parent.mkdir(parents=True, exist_ok=True)
    earlier = target.read_text().splitlines() if target.exists() else []
    lines = {identity(json.loads(line)): line for line in earlier}
    lines |= {(figure.figure, figure.reference): figure.line() for figure in found}
    target.write_text("".join(line + "\n" for line in lines.values()))


def identity(record: dict[str, str]) -> tuple[str, str]:
    return record["figure"], record["reference"]


def run(name: str, options: dict[str, Any]) -> None:
    """Run one benchmark module's `figures()`, print its table and write its file."""
    measure: Callable[..., Iterable[Figure]] = importlib.import_module(f"tests.benchmarks.{name}").figures
    target = ROOT / f"build/bench/{name}.jsonl"
    if not options["only"]:
        target.unlink(missing_ok=True)
    found: list[Figure] = []
    try:
        found += measure(**{option: options[option] for option in NAMES[name]})
    finally:
        # What was measured before something failed, was measured.
        keep(target, found)
        print(
            f"\n{name}\n{table(found)}\nload {os.getloadavg()[0]:.1f}; written: {target.relative_to(ROOT)}", flush=True
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    usual = [name for name in NAMES if name not in LONG]
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help=f"which; {', '.join(usual)} when none is named")
    parser.add_argument(
        "--only", action="append", default=[], metavar="ROW", help="calls, switchboard, idcard: one row; repeatable"
    )
    parser.add_argument("--rounds", type=int, default=2, help="calls, path: how often each call is made")
    parser.add_argument("--minutes", type=float, default=60, help="memory: how long the call is")
    options = vars(parser.parse_args())
    # Networks and programs that were made are unmade on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for name in options["names"] or usual:
        run(name, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
