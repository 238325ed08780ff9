"""Cycles are collected, but never all objects at once unless it is told to."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from signaling import garbage


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def test_young_cycles_go_and_old_objects_are_let_alone() -> None:
    garbage.settle()
    before = full_collections()
    knot = weakref.ref(Knot())
    kept = [[] for _ in range(5 * garbage.YOUNG * garbage.MIDDLE)]  # type: ignore[var-annotated]
    assert knot() is None
    assert full_collections() == before
    assert kept


async def test_all_is_looked_through_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    garbage.settle()
    old = Knot()
    gc.collect()
    seen = weakref.ref(old, lambda _knot: gone.set())
    gone = asyncio.Event()
    del old
    monkeypatch.setattr(garbage, "FULL_S", 0.0)
    task = asyncio.create_task(garbage.collect_seldom())
    async with asyncio.timeout(30):
        await gone.wait()
    task.cancel()
    assert seen() is None
