"""uvicorn's WebSocket protocol, able to serve a line without ASGI, to ask for a sign of life and to hang up.

ASGI greets a connection; then the line takes it over (`hand_over`), and the task, the queues and the scope that ASGI
needs for each connection go. Ten thousand of them would take more memory than all else, and each message would pass
three queues. From then on frames are given to a `Receiver` as they come, and written as they are.

The line finds its transport in the scope's state under TRANSPORT. Everything that reaches into uvicorn is in this
module; tests/signaling/test_transport.py fails when upstream changes.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final, Protocol

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

TRANSPORT: Final = "fernamt_transport"
MAX_UNSENT: Final = 1024 * 1024
"""Bytes that may wait for a peer that reads slowly; with more it is hung up on."""
FAREWELL_S: Final = 5.0
"""How long the last words to a peer may take."""


def text_frame(payload: bytes) -> bytes:
    """The whole frame (RFC 6455, section 5.2) as it goes to any peer: a server does not mask."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


class Receiver(Protocol):
    """Who has taken a connection over."""

    def heard(self, payload: bytes | None) -> None:
        """A message; None stands for a binary one."""

    def gone(self, code: int) -> None:
        """The connection has ended, or is being ended; may be told twice."""


class _Events:
    """In place of ASGI's queue: what uvicorn still puts there goes to the receiver."""

    __slots__ = ("_receiver",)

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def put_nowait(self, event: Any) -> None:
        if event["type"] == "websocket.receive":
            text = event.get("text")
            self._receiver.heard(None if text is None else text.encode())
        elif event["type"] == "websocket.disconnect":
            self._receiver.gone(event.get("code", 1005))


class LineProtocol(WebSocketsSansIOProtocol):
    """`ws="websockets-sansio"` and the things above."""

    _pings: dict[bytes, asyncio.Future[bool]] | None = None
    _receiver: Receiver | None = None
    _is_slow = False

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"][TRANSPORT] = self

    async def run_asgi(self) -> None:
        """As upstream's, but a connection that was handed over outlives it."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        if self._receiver is None and self.close_timer is None:
            self.transport.close()

    def hand_over(self, receiver: Receiver) -> None:
        """From now on messages go to the receiver, at once and without ASGI; first those that have come already."""
        self._receiver = receiver
        waiting, events = self.queue, _Events(receiver)
        self.queue = events  # type: ignore[assignment]
        del self.scope, self.request, self.response
        while not waiting.empty():
            events.put_nowait(waiting.get_nowait())
        self.listen(True)

    def send_receive_event_to_app(self) -> None:
        if self._receiver is None:
            super().send_receive_event_to_app()
            return
        frames, self.frames = self.frames, []
        if not self.close_sent:
            is_text = self.curr_msg_data_type == "text"
            self._receiver.heard((frames[0] if len(frames) == 1 else b"".join(frames)) if is_text else None)

    def listen(self, listen: bool) -> None:
        """Read from the peer, or leave what it sends to wait in its own machine."""
        if listen == self.read_paused and not self.transport.is_closing():
            self.read_paused = not listen
            if listen:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def pause_writing(self) -> None:
        self._is_slow = True
        super().pause_writing()

    def resume_writing(self) -> None:
        self._is_slow = False
        super().resume_writing()

    def write(self, frame: bytes) -> bool:
        """Send a frame made by `text_frame`, or part with a peer that has not read for long: then it is False."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return True
        self.transport.write(frame)
        if self._is_slow and self.transport.get_write_buffer_size() > MAX_UNSENT:
            self.hang_up()
            return False
        return True

    def finish(self, code: int, reason: str) -> None:
        """Close (RFC 6455, section 7.1.2), after what has been written; a peer that does not answer is hung up on."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        self.listen(True)
        self.close_timer = self.loop.call_later(FAREWELL_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """A peer that is gone will not take what is still waiting for it."""
        super().keepalive_timeout()
        self.transport.abort()

    def handle_pong(self, event: Frame) -> None:
        waiting = self._pings.get(bytes(event.data)) if self._pings else None
        if waiting is None:
            super().handle_pong(event)
        elif not waiting.done():
            waiting.set_result(True)

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in (self._pings or {}).values():
            if not waiting.done():
                waiting.set_result(False)
        super().connection_lost(exc)

    async def answers(self, within_s: float) -> bool:
        """Send a ping (RFC 6455, section 5.5.2) and say whether its pong comes in time."""
        payload = os.urandom(8)
        waiting: asyncio.Future[bool] = self.loop.create_future()
        self._pings = pings = self._pings or {}
        pings[payload] = waiting
        try:
            self.conn.send_ping(payload)
            self.transport.write(b"".join(self.conn.data_to_send()))
            async with asyncio.timeout(within_s):
                await waiting
            return waiting.result()
        except (TimeoutError, InvalidState):
            return False
        finally:
            del pings[payload]

    def hang_up(self) -> None:
        """End the connection at once; what has not been sent is dropped."""
        self.transport.abort()
