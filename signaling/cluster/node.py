"""A node: leads when it is its turn, for as long as it may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from signaling.cluster.leadership import Leadership
from signaling.exchange import Exchange
from signaling.storage.lease import LeadershipLost

CANCEL_AGAIN_S: Final = 2.0

log = structlog.get_logger(__name__)

Duty = Callable[[], Awaitable[None]]


class Node:
    """`exchange`: makes that of a term. `duties`: what else one node at a time has to do, until cancelled; what they
    raise ends the node."""

    def __init__(
        self, leadership: Leadership, exchange: Callable[[int], Exchange], duties: Sequence[Duty] = ()
    ) -> None:
        self._leadership = leadership
        self._exchange = exchange
        self._duties = duties
        self._ending = asyncio.Event()
        self._ended = asyncio.Event()
        self._leads = asyncio.Event()

    @property
    def leads(self) -> bool:
        """Whether this node leads."""
        return self._leads.is_set()

    async def until_leading(self) -> None:
        """Wait until this node leads."""
        await self._leads.wait()

    async def run(self) -> None:
        """Lead whenever it is this node's turn, until it is told to hand over. Raises StoreError."""
        try:
            await self._take_turns()
        finally:
            self._ended.set()

    async def _take_turns(self) -> None:
        while not self._ending.is_set():
            term = await self._unless_ending(self._leadership.win())
            if term is None:
                return
            try:
                await self._lead(term)
            except LeadershipLost as lost:
                log.warning("leads_no_more", term=term, reason=str(lost))
            finally:
                self._leads.clear()

    async def hand_over(self) -> None:
        """Lead no more, and do not seek to; returns when somebody else can."""
        self._ending.set()
        await self._ended.wait()

    async def _lead(self, term: int) -> None:
        exchange = self._exchange(term)
        try:
            await exchange.restore()
            self._leads.set()
            async with asyncio.TaskGroup() as tasks:
                work = [
                    tasks.create_task(exchange.run(), name="exchange"),
                    tasks.create_task(self._leadership.keep(term), name="leadership"),
                    *(tasks.create_task(_run(duty), name="duty") for duty in self._duties),
                ]
                await self._ending.wait()
                await _end(work)
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            await self._leadership.release(term)

    async def _unless_ending(self, winning: Awaitable[int]) -> int | None:
        win = asyncio.ensure_future(winning)
        ending = asyncio.create_task(self._ending.wait(), name="node-ending")
        try:
            await asyncio.wait({win, ending}, return_when=asyncio.FIRST_COMPLETED)
            return win.result() if win.done() else None
        finally:
            win.cancel()
            ending.cancel()
            await asyncio.wait({win, ending})


async def _run(duty: Duty) -> None:
    await duty()


async def _end(work: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until all have ended. Python 3.11's `wait_for`, which nats-py uses, takes a cancellation that comes
    at the same moment as what it waits for as if there had been none (cpython issue 86296)."""
    pending = set(work)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
