"""The bus of a switchboard that is one process: a message is a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic

from signaling.bus import M


class LocalBus(Generic[M]):
    """See `Bus`. Nothing is ever lost."""

    alone = True
    connected = True

    def __init__(self) -> None:
        self._listeners: dict[str, Callable[[M], None]] = {}

    async def until(self, connected: bool) -> None:
        if not connected:
            await asyncio.get_running_loop().create_future()

    async def listen(
        self, subject: str, hear: Callable[[M], None], _lost: Callable[[int], None] | None = None
    ) -> None:
        self._listeners[subject] = hear

    async def leave(self, subject: str) -> None:
        self._listeners.pop(subject, None)

    def send(self, subject: str, message: M) -> None:
        hear = self._listeners.get(subject)
        if hear is not None:
            hear(message)

    broadcast = send

    async def close(self) -> None:
        self._listeners.clear()
