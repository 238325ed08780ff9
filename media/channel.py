"""The consultation channel over aiortc's data channel: whole messages in and out, with back pressure."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog
from aiortc import RTCDataChannel

from media.consultation import ConsultationError, FromClerk, Message, decode_from_clerk, encode
from media.transfer import chunks

MAX_WAITING: Final = 64
"""Messages that may wait for the channel to open."""
BUFFER_LOW: Final = 64 * 1024
BUFFER_HIGH: Final = 1024 * 1024
"""A transfer pauses above BUFFER_LOW; above BUFFER_HIGH the other end has stopped reading."""

log = structlog.get_logger(__name__)


class ChannelClosed(Exception):
    """Nothing can be sent any more."""


class ChannelFull(Exception):
    """The other end does not read, or the channel never opens."""


class ConsultationChannel:
    """Not safe across threads: lives on the media loop.

    `on_message` gets each good message, `on_bad` each that was refused. Bad ones are counted in `bad`.
    """

    def __init__(self, on_message: Callable[[FromClerk], None], on_bad: Callable[[ConsultationError], None]) -> None:
        self.bad = 0
        self._on_message = on_message
        self._on_bad = on_bad
        self._channel: RTCDataChannel | None = None
        self._waiting: deque[str] = deque()
        self._closed = False
        self._writable = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return not self._closed and self._channel is not None and self._channel.readyState == "open"

    def adopt(self, channel: RTCDataChannel) -> None:
        """Use the channel that the other end has opened; a second one replaces the first."""
        self._channel = channel
        channel.bufferedAmountLowThreshold = BUFFER_LOW
        channel.on("message", self._receive)
        channel.on("bufferedamountlow", self._writable.set)
        channel.on("close", self._lost)
        while self._waiting and self.is_open:
            channel.send(self._waiting.popleft())
        self._writable.set()

    def send(self, message: Message) -> None:
        """Send now, or as soon as the channel opens. Raises ChannelClosed, ChannelFull."""
        frame = encode(message)
        if self._closed:
            raise ChannelClosed("The consultation channel is closed.")
        if self._channel is None or self._channel.readyState != "open":
            if len(self._waiting) >= MAX_WAITING:
                raise ChannelFull(f"{MAX_WAITING} messages wait for the consultation channel to open.")
            self._waiting.append(frame)
        elif self._channel.bufferedAmount > BUFFER_HIGH:
            raise ChannelFull("The other end of the consultation channel does not read.")
        else:
            self._channel.send(frame)

    async def send_transfer(self, transfer: str, data: bytes) -> None:
        """Send data as chunks, no faster than the other end takes them; announce it before.
        Raises ChannelClosed, TransferError."""
        for chunk in chunks(transfer, data):
            await self._until_writable()
            self.send(chunk)

    async def _until_writable(self) -> None:
        while not self._closed:
            if self._channel is not None and self._channel.bufferedAmount <= BUFFER_LOW:
                return
            self._writable.clear()
            await self._writable.wait()
        raise ChannelClosed("The consultation channel is closed.")

    def close(self) -> None:
        """Wakes whoever waits to send; nothing is received any more."""
        self._closed = True
        self._waiting.clear()
        self._writable.set()

    def _lost(self) -> None:
        self.close()

    def _receive(self, frame: str | bytes) -> None:
        if self._closed:
            return
        try:
            message = decode_from_clerk(frame)
        except ConsultationError as error:
            self.bad += 1
            log.warning("consultation message refused", length=len(frame), refused=self.bad)
            self._on_bad(error)
            return
        self._on_message(message)
