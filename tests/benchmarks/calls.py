"""Calls, ours beside a call between two Chromiums: the rows of docs/benchmarks.md."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from scripts.bench_runner import Figure
from tests.benchmarks import delay, rate, trouble

Row = Callable[[int], Coroutine[Any, Any, list[Figure]]]


def _narrow(limit: int) -> Row:
    return lambda rounds: rate.narrow(limit)


ROWS: dict[str, Row] = {
    "delay": delay.calm,
    "jitter": delay.uneven,
    "ramp": rate.ramp,
    "speech": trouble.speech,
    "freezes": trouble.freezing,
    "steps": rate.steps,
    **{f"narrow-{kbit}": _narrow(kbit * 1000) for kbit in (100, 300, 1000)},
}


def figures(only: Sequence[str] = (), rounds: int = 2) -> Iterator[Figure]:
    """Row after row. Raises SystemExit for a row that there is not."""
    unknown = set(only) - set(ROWS)
    if unknown:
        raise SystemExit(f"No row {', '.join(unknown)}; there are {', '.join(ROWS)}.")
    for name in only or ROWS:
        print(f"{name} …", flush=True)
        yield from asyncio.run(ROWS[name](rounds))
