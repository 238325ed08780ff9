"""Ours and the pair of browsers by turns, over the same path, in the same minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tests.benchmarks.ends import MeasuredCall, Stage
from tests.benchmarks.records import Kind, Seen

T = TypeVar("T")

SETTLE_SECONDS = 4.0
"""Until estimators, buffers and encoders of both have found their measure."""


async def by_turns(rounds: int, look: Callable[[Kind], Awaitable[T]]) -> tuple[list[T], list[T]]:
    """Ours, pair, ours, pair, …: what a busy machine does to one, it does to the other. Gives ours and the pair's."""
    ours: list[T] = []
    pair: list[T] = []
    for _ in range(rounds):
        ours.append(await look("ours"))
        pair.append(await look("pair"))
    return ours, pair


async def settled(stage: Stage, kind: Kind, seconds: float) -> Seen:
    """What is seen in `seconds` of a steady call that has stood for a while."""
    async with stage.call(kind, steady=True) as call:
        await asyncio.sleep(SETTLE_SECONDS)
        await call.begin()
        return await watched(call, seconds)


async def watched(call: MeasuredCall, seconds: float) -> Seen:
    """What is seen from now on, for so long."""
    began = time.time()
    await asyncio.sleep(seconds)
    ended = time.time()
    return (await call.records()).between(began, ended)


def pooled(lists: Sequence[Sequence[T]]) -> list[T]:
    return [one for each in lists for one in each]
