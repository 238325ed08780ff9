"""One eID request from beginning to end: AusweisApp's connection on one side, the citizen's wishes on the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from booth.eid.client import SdkClient
from booth.eid.errors import EidError
from booth.eid.identification import Identification, IdentificationView, Outgoing
from booth.eid.messages import SecretCommand
from media.consultation import EidFault

CITIZEN_S: Final = 600.0
"""A session at an eID-Server does not wait longer than this, whatever it waits for."""
CANCEL_S: Final = 10.0
"""AusweisApp says within this that a workflow was cancelled, or it is given up."""

log = structlog.get_logger(__name__)


class App(Protocol):
    """AusweisApp as a process (`booth.eid.ausweisapp.AusweisApp`)."""

    @property
    def developer_mode(self) -> bool: ...
    async def port(self) -> int: ...


class EidSession:
    """`changed` is called, on the loop, with each new view. Acts are taken at any time; those that do not fit are
    passed over."""

    def __init__(self, app: App, changed: Callable[[IdentificationView], None]) -> None:
        self._app = app
        self._changed = changed
        self._identification = Identification(developer_mode=app.developer_mode)
        self._outgoing: asyncio.Queue[Outgoing] = asyncio.Queue()
        self._stopping = asyncio.Event()

    @property
    def view(self) -> IdentificationView:
        return self._identification.view()

    @property
    def over(self) -> bool:
        return self._identification.over

    async def run(self, tc_token_url: str) -> IdentificationView:
        """The last view, when the request is over. Digits are wiped then. Never raises an EidError."""
        identification = self._identification
        giving_up = asyncio.create_task(self._give_up(), name="eid-giving-up")
        conversing = asyncio.create_task(self._converse(tc_token_url), name="eid-conversation")
        try:
            await asyncio.wait({giving_up, conversing}, timeout=CITIZEN_S, return_when=asyncio.FIRST_COMPLETED)
            if conversing.done():
                conversing.result()
            elif not giving_up.done():
                identification.broken(EidFault.TIMEOUT)
        except EidError as error:
            log.warning("eid broken off", error=type(error).__name__, text=str(error))
            identification.broken(error.fault)
        finally:
            for task in (giving_up, conversing):
                task.cancel()
            await asyncio.gather(giving_up, conversing, return_exceptions=True)
            view = identification.view()
            self._wipe()
        return view

    async def _converse(self, tc_token_url: str) -> None:
        port = await self._app.port()
        async with SdkClient(port) as client:
            if self._stopping.is_set():
                self._identification.broken(EidFault.APP_FAILED)
                return
            await client.send(self._identification.begin(tc_token_url))
            speaking = asyncio.create_task(self._speak(client), name="eid-commands")
            hearing = asyncio.create_task(self._hear(client), name="eid-messages")
            try:
                done, _ = await asyncio.wait({speaking, hearing}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                speaking.cancel()
                hearing.cancel()
                await asyncio.gather(speaking, hearing, return_exceptions=True)

    def _wipe(self) -> None:
        """Also the digits of commands that were never sent."""
        self._identification.wipe()
        while not self._outgoing.empty():
            for command in self._outgoing.get_nowait():
                if isinstance(command, SecretCommand):
                    command.digits.wipe()

    async def _hear(self, client: SdkClient) -> None:
        async for message in client:
            commands = self._identification.received(message)
            self._changed(self._identification.view())
            if self._identification.over:
                return
            if commands:
                self._outgoing.put_nowait(commands)

    async def _speak(self, client: SdkClient) -> None:
        while True:
            await client.send(await self._outgoing.get())

    async def _give_up(self) -> None:
        await self._stopping.wait()
        await asyncio.sleep(CANCEL_S)
        self._identification.broken(EidFault.APP_FAILED)

    def act(self, act: Callable[[Identification], Outgoing | None]) -> None:
        """Something the citizen or the clerk does."""
        if self._identification.over:
            return
        commands = act(self._identification)
        if commands:
            self._outgoing.put_nowait(commands)
        self._changed(self._identification.view())

    def stop(self) -> None:
        """Break it off, and wait no longer than CANCEL_S for AusweisApp to agree."""
        self.act(lambda identification: identification.stop())
        self._stopping.set()
