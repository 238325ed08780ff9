"""uvicorn's WebSocket protocol, able to ask a peer for a sign of life and to hang up on one that does not read.

ASGI has no words for either. The line finds its transport in the scope's state under TRANSPORT. Everything that
reaches into uvicorn is in this module; tests/signaling/test_transport.py fails when upstream changes.
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.http11 import Request

TRANSPORT: Final = "fernamt_transport"


class LineProtocol(WebSocketsSansIOProtocol):
    """`ws="websockets-sansio"` and the two things above."""

    _pings: dict[bytes, asyncio.Future[bool]]

    def handle_connect(self, event: Request) -> None:
        self._pings = {}
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"][TRANSPORT] = self

    def handle_pong(self, event: Frame) -> None:
        waiting = self._pings.get(bytes(event.data))
        if waiting is None:
            super().handle_pong(event)
        elif not waiting.done():
            waiting.set_result(True)

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in getattr(self, "_pings", {}).values():
            if not waiting.done():
                waiting.set_result(False)
        super().connection_lost(exc)

    async def answers(self, within_s: float) -> bool:
        """Send a ping (RFC 6455, section 5.5.2) and say whether its pong comes in time."""
        payload = os.urandom(8)
        waiting: asyncio.Future[bool] = self.loop.create_future()
        self._pings[payload] = waiting
        try:
            self.conn.send_ping(payload)
            self.transport.write(b"".join(self.conn.data_to_send()))
            async with asyncio.timeout(within_s):
                await waiting
            return waiting.result()
        except (TimeoutError, InvalidState):
            return False
        finally:
            del self._pings[payload]

    def hang_up(self) -> None:
        """End the connection at once; what has not been sent is dropped."""
        self.transport.abort()
