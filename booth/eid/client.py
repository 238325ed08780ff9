"""The connection to AusweisApp's SDK: one WebSocket on the loopback interface, for one request at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Final, Self, TypeVar

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from booth.eid.errors import AppFailed, AppOutdated
from booth.eid.messages import (
    MAX_MESSAGE_BYTES,
    ApiLevel,
    Command,
    GetApiLevel,
    GetInfo,
    Info,
    Known,
    SecretCommand,
    SetApiLevel,
    decode,
    encode,
    secret_command,
)

MINIMUM_VERSION: Final = (1, 24, 0)
"""The first with API level 2."""
LEVELS: Final = (3, 2)
"""Those this booth speaks, best first."""
ANSWER_S: Final = 5.0
"""A running AusweisApp answers questions about itself in milliseconds."""

T = TypeVar("T", bound=Known)

log = structlog.get_logger(__name__)
# websockets writes every message down, a PIN too, if the program's log is turned to its lowest level.
_silent = logging.getLogger("booth.eid.sdk")
_silent.setLevel(logging.WARNING)


def parse_version(text: str) -> tuple[int, ...]:
    """`1.26.2`, `2.3.0+14-abc`: the numbers in front; empty when there are none."""
    match = re.match(r"\d{1,4}(\.\d{1,4}){0,3}", text)
    return tuple(int(part) for part in match.group().split(".")) if match else ()


class SdkClient:
    """Use as an asynchronous context manager; then iterate over what AusweisApp says. Raises an EidError."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/eID-Kernel"
        self._connection: ClientConnection | None = None
        self.version = ""

    async def __aenter__(self) -> Self:
        try:
            self._connection = await connect(
                self._address,
                user_agent_header="Fernamt",
                logger=_silent,
                max_size=MAX_MESSAGE_BYTES,
                compression=None,
                proxy=None,
                ping_interval=None,
                open_timeout=ANSWER_S,
                close_timeout=1.0,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise AppFailed(f"AusweisApp's SDK does not answer: {type(error).__name__}.") from None
        try:
            await self._agree_on_version()
        except BaseException:
            await self._connection.close()
            raise
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def __aiter__(self) -> AsyncIterator[Known]:
        """Until AusweisApp goes, which raises AppFailed."""
        while True:
            yield await self._receive()

    async def send(self, commands: Iterable[Command | SecretCommand]) -> None:
        """In order. Digits are overwritten once they are sent. Raises AppFailed."""
        commands = list(commands)
        try:
            for command in commands:
                if isinstance(command, SecretCommand):
                    await self._send_secret(command)
                else:
                    await self._link.send(encode(command), text=True)
        except ConnectionClosed:
            raise AppFailed("AusweisApp has closed the connection.") from None
        finally:
            for command in commands:
                if isinstance(command, SecretCommand):
                    command.digits.wipe()

    async def _send_secret(self, command: SecretCommand) -> None:
        text = secret_command(command)
        try:
            await self._link.send(text, text=True)
        finally:
            text[:] = bytes(len(text))

    @property
    def _link(self) -> ClientConnection:
        assert self._connection is not None  # noqa: S101 (open inside the context)
        return self._connection

    async def _receive(self) -> Known:
        try:
            while True:
                message = decode(await self._link.recv())
                if message is not None:
                    return message
        except ConnectionClosed:
            raise AppFailed("AusweisApp has closed the connection.") from None

    async def _answer(self, command: Command, kind: type[T]) -> T:
        await self.send([command])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while True:
                    message = await self._receive()
                    if isinstance(message, kind):
                        return message
        raise AppFailed(f"AusweisApp did not answer {type(command).__name__} in time.")

    async def _agree_on_version(self) -> None:
        info = await self._answer(GetInfo(), Info)
        self.version = info.version_info.version
        least = ".".join(map(str, MINIMUM_VERSION))
        if parse_version(self.version) < MINIMUM_VERSION:
            raise AppOutdated(f"AusweisApp {self.version[:32]} is too old; {least} or later is needed.")
        offered = (await self._answer(GetApiLevel(), ApiLevel)).available
        level = next((level for level in LEVELS if level in offered), None)
        if level is None:
            raise AppOutdated(f"AusweisApp {self.version[:32]} speaks none of the API levels {LEVELS}.")
        if (chosen := await self._answer(SetApiLevel(level=level), ApiLevel)).current != level:
            raise AppFailed(f"AusweisApp stays at API level {chosen.current}.")
        log.info("ausweisapp connected", version=self.version[:32], level=level)
