"""One peer's WebSocket: frames in, a bounded queue of frames out, and how it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.protocol.errors import CLOSE_CODE, ErrorId, ProtocolError
from signaling.protocol.messages import Error, encode
from signaling.transport import TRANSPORT, LineProtocol

MAX_OUTGOING: Final = 256
"""Frames that may wait for a peer that reads slowly; one more and it is hung up on."""
MESSAGES_PER_S: Final = 50.0
MESSAGES_AT_ONCE: Final = 150.0
LIMITED_PAUSE_S: Final = 0.1
"""How long a peer over its rate is not listened to."""

log = structlog.get_logger(__name__)


class Bucket:
    """A token bucket: `burst` at once, `rate` a second in the long run. `clock` in seconds."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._level = burst
        self._at = clock()

    def take(self) -> bool:
        """Whether one more is within the rate."""
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True


class Line:
    """One connection. `address` is its number, never used twice in a run."""

    def __init__(self, address: int, websocket: WebSocket, clock: Callable[[], float]) -> None:
        self.address = address
        self._websocket = websocket
        self._transport: LineProtocol = websocket.scope["state"][TRANSPORT]
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue(MAX_OUTGOING)
        self._bucket = Bucket(MESSAGES_PER_S, MESSAGES_AT_ONCE, clock)
        self._closing: ErrorId | None = None

    def send(self, frame: str) -> None:
        """Queue a frame. A peer that does not read is hung up on; it learns everything again when it returns."""
        if self._closing is not None:
            return
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            log.warning("slow_peer", line=self.address)
            self._transport.hang_up()

    def close(self, error: ProtocolError) -> None:
        """Send the error, then close with its id as reason."""
        self.send(encode(Error(error=error.error, text=error.text, fatal=True)))
        if self._closing is None:
            self._closing = error.error
            if self._outgoing.full():
                self._transport.hang_up()
            else:
                self._outgoing.put_nowait(None)

    async def answers(self, within_s: float) -> bool:
        """Whether the peer still answers a WebSocket ping in time."""
        return self._closing is None and await self._transport.answers(within_s)

    async def receive(self) -> str:
        """The next text frame. Raises WebSocketDisconnect at the end, ProtocolError (malformed_message)."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
        text = message.get("text")
        if text is None:
            raise ProtocolError(ErrorId.MALFORMED_MESSAGE, "A binary frame; messages are JSON in text frames.")
        return str(text)

    async def within_rate(self) -> bool:
        """Whether the message just read is to be served. If not, the peer is not listened to for a moment."""
        if self._bucket.take():
            return True
        await asyncio.sleep(LIMITED_PAUSE_S)
        return False

    async def write(self) -> None:
        """Send what is queued until the line is closed; run as a task by the line's owner."""
        try:
            while (frame := await self._outgoing.get()) is not None:
                await self._websocket.send_text(frame)
            await self._websocket.close(CLOSE_CODE, self._closing)
        except (WebSocketDisconnect, RuntimeError):
            return  # The peer went first; its reader has noticed.
