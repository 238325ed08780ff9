"""A switchboard in the middle: passes everything on between the ends and the real one, and may change descriptions."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Relay:
    """Listens on `port`, speaks to `target`; `change` sees every message of both directions. `seen` keeps all text."""

    def __init__(self, target: str, port: int, change: Change = lambda message: message) -> None:
        self.target = target
        self.port = port
        self.change = change
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"ws://localhost:{self.port}/ws"

    async def _pass_on(self, source: Any, sink: Any) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in source:
                self.seen.append(frame)
                await sink.send(json.dumps(self.change(json.loads(frame))))
        await sink.close(source.close_code or 1001, source.close_reason or "")

    async def _serve(self, near: ServerConnection) -> None:
        origin = near.request.headers.get("Origin") if near.request else None
        async with connect(self.target, origin=origin) as far:  # type: ignore[arg-type]
            await asyncio.gather(self._pass_on(near, far), self._pass_on(far, near))

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Relay]:
        async with serve(self._serve, "127.0.0.1", self.port):
            yield self


def swap_fingerprint(message: dict[str, Any]) -> dict[str, Any]:
    """What a tapping switchboard would do: its own certificate's fingerprint in place of the sender's."""
    if message.get("type") != "description":
        return message
    lines = message["sdp"].split("\r\n")
    forged = ["a=fingerprint:sha-256 " + ":".join(["AB"] * 32) if "a=fingerprint:" in line else line for line in lines]
    return {**message, "sdp": "\r\n".join(forged)}
