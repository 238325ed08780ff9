"""Candidates of one call ahead: gathered while somebody is there who will need them, kept fresh, handed out once.

While nobody is there no relay is asked to hold anything.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

import structlog

from media.aiortc_reach.gathering import Gatherer, Servers
from media.connectivity.verdict import NO_SERVERS, Choice

KEPT_FRESH_S: Final = 15.0
"""Routers forget a silent UDP socket after 30 s and more (RFC 8445, 11)."""
AGAIN_S: Final = 5.0
"""Before gathering again where a relay did not give anything."""

log = structlog.get_logger(__name__)


class Reserve:
    """One gatherer ahead, at most. `run` is a task of the owner's; everything else may be called at any time."""

    def __init__(self, authorities: ssl.SSLContext) -> None:
        self._authorities = authorities
        self._choice = NO_SERVERS
        self._wanted = False
        self._ready: Gatherer | None = None
        self._changed = asyncio.Event()
        self._discarded: list[Gatherer] = []
        self.filled = asyncio.Event()
        """Whether a gatherer is ready."""

    def use(self, choice: Choice) -> None:
        """From these servers, with these credentials; what was gathered from others is given up."""
        if (choice, _credentials(choice)) != (self._choice, _credentials(self._choice)):
            self._choice = choice
            self.discard()

    def want(self, wanted: bool) -> None:
        """Whether a call may come."""
        if wanted is not self._wanted:
            self._wanted = wanted
            self._changed.set()

    def discard(self) -> None:
        """What was gathered is of no use any more: the machine has other addresses."""
        ready, self._ready = self._ready, None
        self.filled.clear()
        if ready is not None:
            self._discarded.append(ready)
        self._changed.set()

    def take(self) -> Servers:
        """What the next peer connection is configured with; the next ones are gathered afterwards."""
        ready, self._ready = self._ready, None
        self.filled.clear()
        self._changed.set()
        if ready is not None and not ready.fresh:
            self._discarded.append(ready)
            ready = None
        log.info("candidates", ready=ready is not None, relay=_name(self._choice))
        return Servers(self._choice, self._authorities, ready)

    async def run(self) -> None:
        """Until cancelled; then everything is given back."""
        try:
            while True:
                pause = await self._step()
                try:
                    async with asyncio.timeout(pause):
                        await self._changed.wait()
                except TimeoutError:
                    continue
        finally:
            self.discard()
            await self._give_back()

    async def _step(self) -> float | None:
        """Do what is due; returns after how many seconds something is due again."""
        self._changed.clear()
        await self._give_back()
        if not (self._wanted and self._choice):
            if self._ready is not None:
                self.discard()
            return None
        if self._ready is None:
            return await self._fill()
        kept = self._ready
        if not await kept.keep() and kept is self._ready:
            self.discard()
            return 0.0
        return KEPT_FRESH_S

    async def _fill(self) -> float:
        choice = self._choice
        gatherer = Gatherer(Servers(choice, self._authorities))
        try:
            await gatherer.gather()
        except BaseException:
            self._discarded.append(gatherer)
            raise
        complete = gatherer.relayed or choice.relay is None
        if not complete or choice is not self._choice or not self._wanted:
            self._discarded.append(gatherer)
            return AGAIN_S if not complete else 0.0
        self._ready = gatherer
        self.filled.set()
        log.info("candidates gathered", relay=_name(choice))
        return KEPT_FRESH_S

    async def _give_back(self) -> None:
        while self._discarded:
            await self._discarded.pop().close()


def _credentials(choice: Choice) -> tuple[str | None, str | None]:
    return (choice.relay.username, choice.relay.credential) if choice.relay else (None, None)


def _name(choice: Choice) -> str:
    return choice.relay.transport.value if choice.relay else "none"
