"""A WebSocket client that does next to nothing (RFC 6455), so that a benchmark measures the server and not itself.

Frames are masked, as clients must, with a key of zeros: that is allowed and costs nothing.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Final, Protocol

TEXT: Final = 0x81
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A
REQUEST: Final = (
    b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Listener(Protocol):
    """Whose line it is."""

    def opened(self) -> None: ...
    def heard(self, frame: bytes) -> None: ...
    def closed(self) -> None: ...


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """A whole frame as a client sends it."""
    size = len(payload)
    if size < 126:
        return bytes((kind, 0x80 | size, 0, 0, 0, 0)) + payload
    if size < 1 << 16:
        return struct.pack("!BBHI", kind, 0x80 | 126, size, 0) + payload
    return struct.pack("!BBQI", kind, 0x80 | 127, size, 0) + payload


class ThinLine(asyncio.Protocol):
    """One connection; tells its listener. Answers pings."""

    __slots__ = ("_buffer", "_listener", "_open", "transport")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._buffer = b""
        self._open = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(REQUEST)

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.closed()

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                self.transport.abort()
                return
            self._open = True
            self._listener.opened()
        self._buffer = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Tell of all whole frames; returns what is left over. Servers neither mask nor split in this benchmark."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, size, head = data[at], data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4]), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10]), 10
            if end - at < head + size:
                break
            payload = data[at + head : at + head + size]
            at += head + size
            if kind == TEXT:
                self._listener.heard(payload)
            elif kind == PING:
                self.transport.write(frame(payload, PONG))
            elif kind == CLOSE:
                self.transport.write(frame(payload, CLOSE))
                self.transport.close()
        return data[at:] if at else data
