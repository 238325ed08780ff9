"""A card in vpcd's virtual reader: its socket protocol (a two-byte length, then the message) on a thread.

Messages of one byte are control: 0 power off, 1 power on, 2 reset, 4 asks for the ATR; all others are commands.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

DEFAULT_PORT: Final = 35963
CONNECT_TIMEOUT_S: Final = 5.0
SETTLE_S: Final = 1.5
"""After a card was torn out in the middle of a command, pcscd misses one that comes back sooner than this."""

ATR: Final = bytes.fromhex("3B888001000000000000000009")
"""A contactless card with eight historical bytes, as PC/SC part 3 makes it up."""

_off, _on, _reset, _ask_atr = 0, 1, 2, 4


class Card(Protocol):
    def reset(self) -> None: ...

    def exchange(self, raw: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Disturbance:
    """`tear_after`: the card goes away in the middle of the command with this number (from 1, counted from
    insertion); `latency_s`: before every answer."""

    tear_after: int | None = None
    latency_s: float = 0.0


class VpcdUnreachable(Exception):
    """Nothing listens on vpcd's port: pcscd is not running, or the driver is not installed."""


class VirtualSlot:
    """One slot of vpcd. `on_torn` is called, on the card's thread, when a disturbance took the card away."""

    def __init__(
        self, *, port: int = DEFAULT_PORT, host: str = "127.0.0.1", on_torn: Callable[[], None] | None = None
    ) -> None:
        self._address = (host, port)
        self._on_torn = on_torn
        self._inserted: _Insertion | None = None
        self._torn_at: float | None = None

    @property
    def holds_card(self) -> bool:
        return self._inserted is not None and self._inserted.alive

    def insert(self, card: Card, disturbance: Disturbance = Disturbance()) -> None:
        """Put a card in; one that is there goes first. Raises VpcdUnreachable."""
        self.remove()
        if self._torn_at is not None:
            time.sleep(max(0.0, self._torn_at + SETTLE_S - time.monotonic()))
            self._torn_at = None
        try:
            connection = socket.create_connection(self._address, CONNECT_TIMEOUT_S)
        except OSError as error:
            raise VpcdUnreachable(f"vpcd does not answer on port {self._address[1]}: {error.strerror}") from error
        self._inserted = _Insertion(connection, card, disturbance)
        self._inserted.start(self._torn)

    def remove(self) -> None:
        """Take the card out, at whatever point it is."""
        inserted, self._inserted = self._inserted, None
        if inserted and inserted.remove():
            self._torn_at = time.monotonic()

    def _torn(self) -> None:
        self._torn_at = time.monotonic()
        if self._on_torn:
            self._on_torn()


class _Insertion:
    """From putting a card in to its removal."""

    def __init__(self, connection: socket.socket, card: Card, disturbance: Disturbance) -> None:
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._card = card
        self._disturbance = disturbance
        self._commands = 0
        self._answering = False
        self._removed = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        return not self._removed.is_set()

    def start(self, torn: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=self._serve, args=(torn,), name="emulated-card", daemon=True)
        self._thread.start()

    def remove(self) -> bool:
        """Whether it was in the middle of a command."""
        if not self._close():
            return False
        torn = self._answering
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()
        return torn

    def _close(self) -> bool:
        if self._removed.is_set():
            return False
        self._removed.set()
        with contextlib.suppress(OSError):  # the other end may have been faster
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        return True

    def _serve(self, torn: Callable[[], None]) -> None:
        try:
            while True:
                message = self._receive()
                self._answering = True
                if not self._answer(message):
                    if self._close():
                        torn()
                    return
                self._answering = False
        except (EOFError, OSError):
            self._close()

    def _answer(self, message: bytes) -> bool:
        """Whether the card is still there afterwards."""
        if len(message) == 1:
            self._control(message[0])
            return True
        self._commands += 1
        if self._disturbance.latency_s:
            self._removed.wait(self._disturbance.latency_s)
        if self._commands == self._disturbance.tear_after:
            return False
        self._send(self._card.exchange(message))
        return True

    def _control(self, code: int) -> None:
        if code == _ask_atr:
            self._send(ATR)
        elif code in (_off, _on, _reset):
            self._card.reset()

    def _receive(self) -> bytes:
        return self._exactly(struct.unpack(">H", self._exactly(2))[0])

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            # vpcd writes length and body apart; without quick acknowledgement each command waits 40 ms (Nagle).
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            received = self._connection.recv(count - len(data))
            if not received:
                raise EOFError
            data += received
        return data

    def _send(self, message: bytes) -> None:
        self._connection.sendall(struct.pack(">H", len(message)) + message)
