"""Calls, ours beside a call between two Chromiums: the rows of docs/benchmarks.md."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

from scripts.bench_runner import Figure
from tests.benchmarks import delay, rate, sync, trouble

Row = Callable[[int], Coroutine[Any, Any, list[Figure]]]


def _narrow(limit: int) -> Row:
    return lambda rounds: rate.narrow(limit)


ROWS: dict[str, Row] = {
    "delay": delay.calm,
    "jitter": delay.uneven,
    "sync": sync.calm,
    "sync-jitter": sync.uneven,
    "ramp": rate.ramp,
    "speech": trouble.speech,
    "freezes": trouble.freezing,
    "steps": rate.steps,
    **{f"narrow-{kbit}": _narrow(kbit * 1000) for kbit in (100, 300, 1000)},
}


def figures(only: Sequence[str] = (), rounds: int = 2) -> Iterator[Figure]:
    """Row after row; one that fails is told and left out. Raises SystemExit, at once for a row that there is not, and
    at the end if any failed."""
    unknown = set(only) - set(ROWS)
    if unknown:
        raise SystemExit(f"No row {', '.join(unknown)}; there are {', '.join(ROWS)}.")
    failed = []
    for name in only or ROWS:
        print(f"{name} …", flush=True)
        try:
            yield from asyncio.run(ROWS[name](rounds))
        except Exception:
            traceback.print_exc()
            failed.append(name)
    if failed:
        raise SystemExit(f"Not measured: {', '.join(failed)}.")
