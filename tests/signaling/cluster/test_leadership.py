"""Who leads, and when it is taken from whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.bus.local import LocalBus
from signaling.cluster import leadership as module
from signaling.cluster.envelopes import Envelope, Subjects
from signaling.cluster.identity import lock_file, node_name
from signaling.cluster.leadership import Leadership
from signaling.storage.database import FILE_NAME, StoreError, parse_url, sqlite
from signaling.storage.lease import LeadershipLost, Lease
from signaling.storage.store import Store

PATIENCE_S = 30.0
NEVER_S = 3600.0


class CutOff(LocalBus[Envelope]):
    """A bus whose server is not there."""

    alone = False
    connected = False

    async def until(self, connected: bool) -> None:
        if connected:
            await asyncio.get_running_loop().create_future()


class House:
    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.now = 100.0
        self.bus: LocalBus[Envelope] = LocalBus()

    async def candidate(self, holder: str, *, shared: bool = True) -> Leadership:
        candidate = Leadership(self.lease, self.bus, Subjects("test"), holder, shared=shared, clock=lambda: self.now)
        await candidate.open()
        return candidate


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = await Store.open(sqlite(tmp_path / FILE_NAME))
    yield House(Lease(store.engine))
    await store.close()


async def test_a_lease_that_is_released_is_taken_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWAL_S", NEVER_S)
    first = await house.candidate("node-1")
    assert await first.win() == 1
    second = await house.candidate("node-2")
    winning = asyncio.create_task(second.win(), name="win")
    async with asyncio.timeout(PATIENCE_S):
        while not (await asyncio.wait({winning}, timeout=0.05))[0]:
            assert (await house.lease.look()).holder in ("node-1", None, "node-2")
            await first.release(1)
        assert await winning == 2


async def test_a_leader_that_is_silent_is_followed_by_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWAL_S", 0.001)
    await (await house.candidate("node-1")).win()
    looks: list[float] = []
    look = house.lease.look

    async def looked() -> object:
        looks.append(house.now)
        house.now += 0.5
        return await look()

    monkeypatch.setattr(house.lease, "look", looked)
    async with asyncio.timeout(PATIENCE_S):
        assert await (await house.candidate("node-2")).win() == 2
    assert looks[-1] - looks[0] == module.LEASE_S


async def test_a_leader_that_gives_signs_is_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENEWAL_S", 0.001)
    await (await house.candidate("node-1")).win()
    look, renewals = house.lease.look, 0
    enough = asyncio.Event()

    async def looked() -> object:
        nonlocal renewals
        renewals += 1
        house.now += module.LEASE_S - 0.1
        await house.lease.renew(1)
        if renewals == 20:
            enough.set()
        return await look()

    monkeypatch.setattr(house.lease, "look", looked)
    winning = asyncio.create_task((await house.candidate("node-2")).win(), name="win")
    async with asyncio.timeout(PATIENCE_S):
        await enough.wait()
    assert not winning.done()
    winning.cancel()
    await asyncio.wait({winning})


@pytest.mark.parametrize(("holder", "shared"), [("node-1", True), ("node-2", False)])
async def test_the_lease_of_a_dead_holder_is_taken_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch, holder: str, shared: bool
) -> None:
    """An earlier run of this node, or anybody where the database is this node's alone."""
    monkeypatch.setattr(module, "RENEWAL_S", NEVER_S)
    await (await house.candidate("node-1")).win()
    async with asyncio.timeout(PATIENCE_S):
        assert await (await house.candidate(holder, shared=shared)).win() == 2


async def test_a_leader_that_is_cut_off_makes_room(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUS_AWAY_S", 0.0)
    leader = await house.candidate("node-1")
    term = await leader.win()
    house.bus = CutOff()
    cut_off = await house.candidate("node-1")
    with pytest.raises(LeadershipLost, match="cut off"):
        await cut_off.keep(term)
    assert (await house.lease.look()).holder is None


def test_a_node_keeps_its_name_and_nobody_else_has_it_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "data" / "node.lock"
    with node_name(path) as first:
        assert first
        with pytest.raises(StoreError, match="Another switchboard runs"), node_name(path):
            pass
    with node_name(path) as again:
        assert again == first
    assert path.stat().st_mode & 0o077 == 0


def test_the_lock_lies_where_the_data_is(tmp_path: Path) -> None:
    assert lock_file(sqlite(tmp_path / FILE_NAME), Path("/other")) == tmp_path / f"{FILE_NAME}.lock"
    shared = parse_url("postgresql+asyncpg://host/name")
    assert lock_file(shared, tmp_path) == tmp_path / "node.lock"
