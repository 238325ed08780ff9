"""The exchange: joins the switchboard to its lines, its database and the clock.

Every step of the switchboard leaves effects. They are committed in the order they came, as many at once as have
gathered, and only then are the messages of those steps sent. So what a peer has been told has been stored.

A database that cannot be written ends the exchange (StoreError): going on from memory would promise what a restart
could not keep. Peers reconnect to the next run, which knows everything that was promised.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import structlog

from signaling.hall import Effects
from signaling.line import Line
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import FromClient, encode
from signaling.storage.rows import Changes
from signaling.storage.store import Store
from signaling.switchboard import Identity, Switchboard
from signaling.tokens import BoothIdentity

SIGN_OF_LIFE_S: Final = 2.0

log = structlog.get_logger(__name__)


def name_of(identity: Identity) -> str:
    """What the peer is called in logs: a booth's id or a clerk's pseudonym."""
    return identity.booth.id if isinstance(identity, BoothIdentity) else identity.name


class Exchange:
    """Owns the lines. `clock`: seconds since the epoch, the one the switchboard uses."""

    def __init__(self, switchboard: Switchboard, store: Store, clock: Callable[[], float]) -> None:
        self._switchboard = switchboard
        self._store = store
        self._clock = clock
        self._lines: dict[int, Line] = {}
        self._admission: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._pending: list[Effects] = []
        self._stepped = asyncio.Event()
        self._rescheduled = asyncio.Event()

    async def restore(self) -> None:
        """Take over what an earlier run has stored; before the first line."""
        self._switchboard.restore(await self._store.load(self._switchboard.start_of_day()))
        self._after_step()

    async def run(self) -> None:
        """Commit, deliver and keep time until cancelled. Raises StoreError."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._commit_and_deliver(), name="exchange-commit")
                tasks.create_task(self._keep_time(), name="exchange-clock")
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            await self._flush()

    async def admit(self, line: Line, identity: Identity, instance: str) -> None:
        """Make the line the peer's. Raises ProtocolError (booth_already_connected)."""
        async with self._admission[name_of(identity)]:
            current = self._switchboard.address_of(identity)
            earlier = self._lines.get(current[0]) if current is not None else None
            if earlier is not None and current is not None and isinstance(identity, BoothIdentity):
                await self._refuse_second_device(earlier, current[1], instance)
            self._lines[line.address] = line
            self._switchboard.connect(line.address, identity, instance)
            self._after_step()
            if earlier is not None:
                earlier.close(
                    ProtocolError(ErrorId.REPLACED_BY_NEWER_CONNECTION, "The same peer has connected again.")
                )

    async def _refuse_second_device(self, earlier: Line, its_instance: str, instance: str) -> None:
        if its_instance != instance and await earlier.answers(SIGN_OF_LIFE_S):
            raise ProtocolError(
                ErrorId.BOOTH_ALREADY_CONNECTED, "Another device is connected with this booth's key and answers."
            )

    def receive(self, line: Line, message: FromClient) -> None:
        """A message of an admitted line."""
        self._switchboard.receive(line.address, message)
        self._after_step()

    def dismiss(self, line: Line) -> None:
        """The line is gone."""
        if self._lines.pop(line.address, None) is not None:
            self._switchboard.disconnect(line.address)
            self._after_step()

    def expel(self, booth_id: str) -> None:
        """Close the line and the ticket of a booth that has been revoked."""
        address = self._switchboard.expel(booth_id)
        self._after_step()
        if address is not None and (line := self._lines.get(address)) is not None:
            line.close(ProtocolError(ErrorId.BOOTH_UNKNOWN, "The booth has been revoked; enrol it again."))

    def _after_step(self) -> None:
        effects = self._switchboard.take_effects()
        if effects.changes or effects.messages:
            self._pending.append(effects)
            self._stepped.set()
        self._rescheduled.set()

    async def _commit_and_deliver(self) -> None:
        while True:
            await self._stepped.wait()
            self._stepped.clear()
            await self._flush()

    async def _flush(self) -> None:
        gathered, self._pending = self._pending, []
        changes = Changes()
        for effects in gathered:
            changes.merge(effects.changes)
        if changes:
            await self._store.save(changes)
        for event in changes.events:
            log.info("ticket", ticket=event.ticket, event_name=event.event, state=event.to_state)
        for effects in gathered:
            for address, message in effects.messages:
                line = self._lines.get(address)
                if line is not None:
                    line.send(encode(message))

    async def _keep_time(self) -> None:
        while True:
            self._rescheduled.clear()
            deadline = self._switchboard.deadline()
            try:
                async with asyncio.timeout(None if deadline is None else max(deadline - self._clock(), 0.0)):
                    await self._rescheduled.wait()
            except TimeoutError:
                self._switchboard.tick()
                self._after_step()
