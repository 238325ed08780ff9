"""A node ends when it is told to."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from signaling.cluster import node as module
from signaling.cluster.leadership import Leadership
from signaling.cluster.node import Node
from signaling.exchange import Exchange


class Lease:
    """Won at once; says which terms were given back."""

    def __init__(self) -> None:
        self.released: list[int] = []

    async def win(self) -> int:
        return 1

    async def keep(self, _term: int) -> None:
        await asyncio.Event().wait()

    async def release(self, term: int) -> None:
        self.released.append(term)


class Deaf:
    """An exchange that loses the first cancellation, as `asyncio.wait_for` of Python 3.11 may."""

    async def restore(self) -> None:
        return

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()


async def test_a_lost_cancellation_does_not_keep_a_node_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CANCEL_AGAIN_S", 0.01)
    lease: Any = Lease()
    node = Node(cast("Leadership", lease), lambda _term: cast("Exchange", Deaf()))
    running = asyncio.create_task(node.run(), name="node")
    await node.until_leading()
    async with asyncio.timeout(30):
        await node.hand_over()
        await running
    assert lease.released == [1]
