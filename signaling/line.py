"""One peer's WebSocket: what it says, at a bounded rate; what it is told, at once; and how it is closed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling.protocol.errors import CLOSE_CODE, ErrorId, ProtocolError
from signaling.protocol.messages import Error, encode
from signaling.transport import TRANSPORT, LineProtocol, text_frame

MESSAGES_PER_S: Final = 50.0
MESSAGES_AT_ONCE: Final = 150.0
LIMITED_PAUSE_S: Final = 0.1
"""How long a peer over its rate is not listened to."""

log = structlog.get_logger(__name__)


class Bucket:
    """A token bucket: `burst` at once, `rate` a second in the long run. `clock` in seconds."""

    __slots__ = ("_at", "_burst", "_clock", "_level", "_rate")

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


class Listener(Protocol):
    """Who hears the lines that have been admitted."""

    def hear(self, line: Line, payload: bytes | None) -> None:
        """A message; None stands for a binary one."""

    def gone(self, line: Line, code: int) -> None:
        """The line has ended, with this WebSocket close code. Once for each line."""


class Line:
    """One connection. `address` is its number, never used twice in a run."""

    __slots__ = ("_bucket", "_closing", "_held", "_listener", "_transport", "_websocket", "address")

    def __init__(self, address: int, websocket: WebSocket, clock: Callable[[], float]) -> None:
        self.address = address
        self._websocket = websocket
        self._transport: LineProtocol = websocket.scope["state"][TRANSPORT]
        self._bucket = Bucket(MESSAGES_PER_S, MESSAGES_AT_ONCE, clock)
        self._closing = False
        self._listener: Listener | None = None
        self._held: deque[bytes | None] | None = None
        """What has come while the peer is not listened to."""

    def send(self, message: str | bytes) -> None:
        """Send a text. A peer that does not read is hung up on; it learns everything again when it returns."""
        self.send_frame(text_frame(message.encode() if isinstance(message, str) else message))

    def send_frame(self, frame: bytes) -> None:
        """The same with a frame that was made once for many peers (`text_frame`)."""
        if not self._closing and not self._transport.write(frame):
            log.warning("slow_peer", line=self.address)

    def close(self, error: ProtocolError) -> None:
        """Send the error, then close with its id as reason."""
        self.send(encode(Error(error=error.error, text=error.text, fatal=True)))
        self._closing = True
        self._transport.finish(CLOSE_CODE, error.error)

    async def answers(self, within_s: float) -> bool:
        """Whether the peer still answers a WebSocket ping in time."""
        return not self._closing and await self._transport.answers(within_s)

    async def receive(self) -> str:
        """The next text, until a listener hears them. Raises WebSocketDisconnect at the end, ProtocolError
        (malformed_message)."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005), message.get("reason"))
        text = message.get("text")
        if text is None:
            raise binary_refused()
        return str(text)

    def listen(self, listener: Listener) -> None:
        """From now on the listener hears what comes; the WebSocket's task is needed no more."""
        self._listener = listener
        del self._websocket
        self._transport.hand_over(self)

    def within_rate(self) -> bool:
        """Whether the message just heard is to be served. If not, the peer is not listened to for a moment."""
        if self._bucket.take():
            return True
        if self._listener is not None:
            self.hold()
            asyncio.get_running_loop().call_later(LIMITED_PAUSE_S, self.listen_again)
        return False

    def hold(self) -> None:
        """Listen to the peer no more until `listen_again`; what is on its way is kept."""
        self._transport.listen(False)
        self._held = deque()

    def heard(self, payload: bytes | None) -> None:
        """Something has come."""
        if self._held is not None:
            self._held.append(payload)
        elif self._listener is not None and not self._closing:
            self._listener.hear(self, payload)

    def listen_again(self) -> None:
        """Hear what has come meanwhile, and go on."""
        held, self._held = self._held or deque(), None
        for payload in held:
            self.heard(payload)  # Over the rate again, what is left is held again.
        if self._held is None:
            self._transport.listen(True)

    def gone(self, code: int) -> None:
        """The connection has ended."""
        listener, self._listener = self._listener, None
        self._held = None
        if listener is not None:
            listener.gone(self, code)


def binary_refused() -> ProtocolError:
    """The error for a frame that is not text."""
    return ProtocolError(ErrorId.MALFORMED_MESSAGE, "A binary frame; messages are JSON in text frames.")
