"""Seeking and keeping the lease.

Where nobody else can use the database (SQLite, locked by this node) there is nothing to watch and nothing to renew: an
earlier holder is dead. So is an earlier run of this node itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from signaling.bus import Bus
from signaling.cluster.envelopes import Envelope, Subjects, Vacant
from signaling.storage.database import StoreError
from signaling.storage.lease import Held, LeadershipLost, Lease

RENEWAL_S: Final = 0.5
LEASE_S: Final = 2.5
"""A lease whose beat has stood still for so long is taken."""
BUS_AWAY_S: Final = 2.0
"""A leader that has been cut off from the bus for so long makes room for one that is not."""

log = structlog.get_logger(__name__)


class Leadership:
    """`holder`: this node's name. `shared`: whether other nodes can use the database. `clock`: seconds."""

    def __init__(
        self,
        lease: Lease,
        bus: Bus[Envelope],
        subjects: Subjects,
        holder: str,
        *,
        shared: bool,
        clock: Callable[[], float],
    ) -> None:
        self._lease = lease
        self._bus = bus
        self._subjects = subjects
        self._holder = holder
        self._shared = shared
        self._clock = clock
        self._vacant = asyncio.Event()

    async def open(self) -> None:
        """Hear of leaders that end."""
        await self._bus.listen(self._subjects.vacant, lambda _vacant: self._vacant.set())

    async def win(self) -> int:
        """Wait until this node leads. Returns the term."""
        seen: Held | None = None
        seen_at = 0.0
        while True:
            await self._bus.until(True)
            self._vacant.clear()
            held = await self._look()
            if held is not None and held != seen:
                seen, seen_at = held, self._clock()
            if held is not None and self._is_free(held, seen_at):
                term = await self._take(held)
                if term is not None:
                    if not self._bus.alone:
                        log.info("leading", term=term)
                    return term
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(RENEWAL_S):
                        await self._vacant.wait()

    def _is_free(self, held: Held, seen_at: float) -> bool:
        mine = held.holder in (None, self._holder) or not self._shared
        return mine or self._clock() - seen_at >= LEASE_S

    async def _look(self) -> Held | None:
        try:
            return await self._lease.look()
        except StoreError as error:  # The leader ends at this; whoever waits goes on waiting.
            log.warning("database_not_read", error=str(error))
            return None

    async def _take(self, held: Held) -> int | None:
        try:
            return await self._lease.take(held, self._holder)
        except StoreError as error:
            log.warning("database_not_written", error=str(error))
            return None

    async def keep(self, term: int) -> None:
        """Renew until cancelled. Raises LeadershipLost, StoreError."""
        while True:
            if not self._bus.connected:
                await self._wait_for_bus(term)
            if self._shared:
                await self._lease.renew(term)
            await asyncio.sleep(RENEWAL_S)

    async def _wait_for_bus(self, term: int) -> None:
        try:
            async with asyncio.timeout(BUS_AWAY_S):
                await self._bus.until(True)
        except TimeoutError:
            await self.release(term)
            raise LeadershipLost("This node is cut off from the bus.") from None

    async def release(self, term: int) -> None:
        """Lead no more, and say so."""
        with suppress(StoreError):  # Then the lease just runs out.
            await self._lease.release(term)
        self._bus.broadcast(self._subjects.vacant, Vacant())

    async def close(self) -> None:
        """Hear no more."""
        await self._bus.leave(self._subjects.vacant)
