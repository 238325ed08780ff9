"""The leader's side of a session: what a gateway says is served once, whatever happens to leaders and messages."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from signaling import directory
from signaling.bus.local import LocalBus
from signaling.cluster.envelopes import (
    Admitted,
    Again,
    Attach,
    Beat,
    Begin,
    Close,
    Deliver,
    Detach,
    End,
    Envelope,
    Heard,
    Subjects,
    first_address,
)
from signaling.exchange import Exchange
from signaling.protocol import messages as m
from signaling.storage.database import FILE_NAME, sqlite
from signaling.storage.lease import LeadershipLost, Lease
from signaling.storage.store import Store
from signaling.switchboard import Switchboard

PATIENCE_S = 30.0
KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
TOML = """
[[services]]
id = "certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
""" + "".join(f'[[booths]]\nid = "booth-{n}"\nregion = "elbtal"\nsite = "Hall"\nkey = "{KEY}"\n' for n in (1, 2))
KNOWN = directory.parse(TOML)
JOIN = m.Join(service="certificate", language="de")


class SharedBus(LocalBus[Envelope]):
    """As if there were other processes."""

    alone = False


class Gateway:
    """A gateway by script. `run` is its own."""

    def __init__(self, run: int, bus: SharedBus, subjects: Subjects) -> None:
        self.run = run
        self.address = first_address(run)
        self._bus = bus
        self._subjects = subjects
        self.told: list[Any] = []
        self._more = asyncio.Event()

    async def open(self) -> None:
        def hear(envelope: Envelope) -> None:
            self.told.append(envelope)
            self._more.set()

        await self._bus.listen(self._subjects.gateway(self.run), hear)

    def say(self, term: int, *said: Envelope) -> None:
        for envelope in said:
            self._bus.send(self._subjects.leader(term), envelope)

    def attach(self, n: int, booth: str = "booth-1", instance: str = "i", ordinal: int | None = None) -> Attach:
        return Attach(self.run, n, self.address, KNOWN.booth(booth), None, instance, ordinal)

    async def heard(self, kind: type[Any], **fields: Any) -> Any:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for envelope in self.told:
                    if isinstance(envelope, kind) and all(getattr(envelope, k) == v for k, v in fields.items()):
                        return envelope
                self._more.clear()
                await self._more.wait()

    def messages(self) -> list[m.FromSwitchboard]:
        """What the line has been sent so far."""
        deliveries = [envelope for envelope in self.told if isinstance(envelope, Deliver)]
        return [m.decode_from_switchboard(frame) for one in deliveries for _, frame in one.frames]


class World:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.lease = Lease(store.engine)
        self.bus = SharedBus()
        self.subjects = Subjects("test")
        self.running: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def leader(self) -> AsyncIterator[int]:
        """A leader, which is gone afterwards without having said so."""
        term = await self.lease.take(await self.lease.look(), "node")
        assert term is not None
        core = Switchboard(KNOWN, clock=asyncio.get_running_loop().time, chance=random.Random(term))
        exchange = Exchange(core, self.store, self.bus, self.subjects, term, asyncio.get_running_loop().time)
        await exchange.restore()
        listening = asyncio.Event()
        await self.bus.listen(self.subjects.leads, lambda _lead: listening.set())
        self.running = asyncio.create_task(exchange.run(), name="exchange")
        await listening.wait()
        try:
            yield term
        finally:
            self.running.cancel()
            with suppress(asyncio.CancelledError, LeadershipLost):
                await self.running

    async def gateway(self, run: int) -> Gateway:
        gateway = Gateway(run, self.bus, self.subjects)
        await gateway.open()
        return gateway

    async def joined(self) -> int:
        """How many tickets there have ever been."""
        return sum(event.event == "joined" for event in (await self.store.load(0.0)).events)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = await Store.open(sqlite(tmp_path / FILE_NAME))
    yield World(store)
    await store.close()


async def test_what_has_been_stored_is_not_served_again_by_the_next_leader(world: World) -> None:
    gateway = await world.gateway(7)
    join = Heard(7, 2, gateway.address, JOIN)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), End(7), gateway.attach(1), join)
        ordinal = (await gateway.heard(Admitted)).ordinal
        await gateway.heard(Deliver, served=2)
    gateway.told.clear()  # None of it has arrived.
    async with world.leader() as term:
        gateway.say(term, Begin(7, 2), gateway.attach(1, ordinal=ordinal), End(7), join)
        gateway.say(term, Heard(7, 3, gateway.address, m.Ping(n=1)))
        await gateway.heard(Deliver, served=3)
    welcome = gateway.messages()[0]
    assert isinstance(welcome, m.Welcome) and welcome.ticket is not None
    assert not [told for told in gateway.messages() if isinstance(told, m.Error)]
    assert await world.joined() == 1


async def test_what_has_not_been_stored_is_served_by_the_next_leader(world: World) -> None:
    gateway = await world.gateway(7)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), End(7), gateway.attach(1))
        ordinal = (await gateway.heard(Admitted)).ordinal
    async with world.leader() as term:
        join = Heard(7, 2, gateway.address, JOIN)
        gateway.say(term, Begin(7, 2), gateway.attach(1, ordinal=ordinal), End(7), join)
        await gateway.heard(Deliver, session=2, served=2)
    assert await world.joined() == 1


async def test_after_a_gap_nothing_is_heard_until_another_session(world: World) -> None:
    gateway = await world.gateway(7)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), End(7), gateway.attach(1))
        ordinal = (await gateway.heard(Admitted)).ordinal
        world.bus._listeners[world.subjects.leader(term)].__self__._lost(7)  # type: ignore[attr-defined]
        await gateway.heard(Again, session=1)
        gateway.say(term, Heard(7, 3, gateway.address, JOIN))
        gateway.told.clear()
        gateway.say(term, Beat(7, 1))
        await gateway.heard(Again, session=1)
        gateway.say(term, Begin(7, 2), gateway.attach(1, ordinal=ordinal), End(7), Heard(7, 2, gateway.address, JOIN))
        await gateway.heard(Deliver, session=2, served=2)
    assert await world.joined() == 1


async def test_of_two_lines_of_a_peer_the_later_one_counts_whoever_comes_first(world: World) -> None:
    first, second = await world.gateway(7), await world.gateway(8)
    async with world.leader() as term:
        # It was admitted at 7, then at 8; the news that it has left 7 died with the leader.
        second.say(term, Begin(8, 1), second.attach(1, ordinal=12), End(8))
        first.say(term, Begin(7, 1), first.attach(1, ordinal=11), End(7))
        assert (await first.heard(Close)).error == "replaced_by_newer_connection"
        first.say(term, Heard(7, 2, first.address, JOIN))
        second.say(term, Heard(8, 2, second.address, JOIN))
        await second.heard(Deliver, served=2)
        await first.heard(Deliver, served=2)
    assert not [told for told in second.messages() if isinstance(told, m.Error)]
    assert await world.joined() == 1


async def test_lines_that_a_session_does_not_name_are_gone(world: World) -> None:
    gateway, other = await world.gateway(7), await world.gateway(8)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), End(7), gateway.attach(1))
        await gateway.heard(Deliver, served=1)
        gateway.say(term, Begin(7, 2), End(7))
        # Nobody has the booth's line now: another device is let in without a look.
        other.say(term, Begin(8, 1), End(8), other.attach(1, instance="another"))
        await other.heard(Admitted)


async def test_a_detached_line_is_not_attached_by_an_old_session(world: World) -> None:
    gateway = await world.gateway(7)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), gateway.attach(1, ordinal=5), End(7))
        gateway.say(term, Heard(7, 2, gateway.address, JOIN), Detach(7, 3, gateway.address))
        await gateway.heard(Deliver, served=3)
        gateway.say(term, Heard(7, 4, gateway.address, JOIN))
        await gateway.heard(Deliver, served=4)
    assert await world.joined() == 1


async def test_a_leader_whose_term_is_over_tells_nobody_anything(world: World) -> None:
    gateway = await world.gateway(7)
    async with world.leader() as term:
        gateway.say(term, Begin(7, 1), gateway.attach(1, ordinal=5), End(7))
        await gateway.heard(Deliver, served=1)
        gateway.told.clear()
        await world.lease.take(await world.lease.look(), "another")
        gateway.say(term, Heard(7, 2, gateway.address, JOIN))
        assert world.running is not None
        with pytest.raises(LeadershipLost):
            await world.running
    assert gateway.messages() == []
    assert await world.joined() == 0
