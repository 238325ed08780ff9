"""Asking for a new generation of the call while the clerk is not heard, with growing patience.

A generation asked for needs time to stand, on a slow path more than on a fast one; so each wait is longer than the
one before. When something has changed (`nudge`: the line to the switchboard is back, or the clerk's is) the next is
asked for at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Final

FIRST_PATIENCE_S: Final = 3.0
LONGEST_PATIENCE_S: Final = 10.0
GROWTH: Final = 1.5


def patience() -> Iterator[float]:
    """How long each generation asked for gets, in seconds, one after the other."""
    seconds = FIRST_PATIENCE_S
    while True:
        yield seconds
        seconds = min(seconds * GROWTH, LONGEST_PATIENCE_S)


class Restoration:
    """Calls `ask` again and again from `begin` to `end`."""

    def __init__(self, ask: Callable[[], Awaitable[None]]) -> None:
        self._ask = ask
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Does nothing when it has begun already."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="call-restoration")

    def nudge(self) -> None:
        """Something has changed: ask at once, and be as patient as at first."""
        self._changed.set()

    def calm(self) -> None:
        """The clerk is heard again."""
        task, self._task = self._task, None
        if task is not None:
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            task.cancel()

    async def end(self) -> None:
        """Like `calm`, and wait until nothing runs any more."""
        self.calm()
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _run(self) -> None:
        waits = patience()
        while True:
            self._changed.clear()
            await self._ask()
            with suppress(TimeoutError):
                async with asyncio.timeout(next(waits)):
                    await self._changed.wait()
                waits = patience()
