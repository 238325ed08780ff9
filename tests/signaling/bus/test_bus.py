"""The bus in this process and over a real NATS server: what is sent is heard, in order, once; a loss is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest

from signaling.bus import Bus, BusError
from signaling.bus.addresses import open_bus, parse_servers

PATIENCE_S = 30.0


class Word(msgspec.Struct, tag="word"):
    text: str
    people: frozenset[str] = frozenset()


class Number(msgspec.Struct, tag="number"):
    n: int


Said = Word | Number
Join = Callable[[int], Awaitable[Bus[Any]]]


class Ear:
    """Hears and remembers."""

    def __init__(self) -> None:
        self.heard: list[Said] = []
        self.lost: list[int] = []
        self._more = asyncio.Event()

    def hear(self, message: Said) -> None:
        self.heard.append(message)
        self._more.set()

    async def until(self, count: int) -> list[Said]:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return self.heard


@pytest.fixture(params=["local", "nats"])
async def join(request: pytest.FixtureRequest) -> AsyncIterator[Join]:
    """Joins a bus under a number. In one process there is but one bus, which all share."""
    servers = [] if request.param == "local" else [request.getfixturevalue("nats_server").url]
    joined: list[Bus[Any]] = []

    async def join(sender: int) -> Bus[Any]:
        if servers or not joined:
            joined.append(await open_bus(servers, Said, sender))
        return joined[-1]

    yield join
    for bus in joined:
        await bus.close()


async def test_what_is_sent_is_heard_in_order(join: Join) -> None:
    here, there = await join(1), await join(2)
    ear = Ear()
    await there.listen("order.a", ear.hear, ear.lost.append)
    said: list[Said] = [Word(f"w{n}", frozenset({"x"})) if n % 2 else Number(n) for n in range(5000)]
    for one in said:
        here.send("order.a", one)
    assert await ear.until(len(said)) == said
    assert ear.lost == []


async def test_a_message_to_oneself_is_a_call(join: Join) -> None:
    bus, ear = await join(1), Ear()
    await bus.listen("self.a", ear.hear)
    bus.send("self.a", Number(1))
    assert ear.heard == [Number(1)]


async def test_all_hear_a_broadcast_once(join: Join) -> None:
    first, second = await join(1), await join(2)
    ears = [Ear(), Ear()]
    await first.listen("all.a", ears[0].hear)
    if second is first:  # One process has one listener for a subject.
        ears.pop()
    else:
        await second.listen("all.a", ears[1].hear)
    first.broadcast("all.a", Number(1))
    second.broadcast("all.a", Number(2))
    for ear in ears:
        assert sorted(m.n for m in await ear.until(2) if isinstance(m, Number)) == [1, 2]


async def test_who_has_left_hears_no_more(join: Join) -> None:
    here, there = await join(1), await join(2)
    gone, left = Ear(), Ear()
    await there.listen("leave.a", gone.hear)
    await there.listen("leave.b", left.hear)
    await there.leave("leave.a")
    here.send("leave.a", Number(1))
    here.send("leave.b", Number(2))
    await left.until(1)
    assert gone.heard == []


async def test_large_messages_are_passed_on(join: Join) -> None:
    here, there = await join(1), await join(2)
    ear = Ear()
    await there.listen("large.a", ear.hear, ear.lost.append)
    said: list[Said] = [Word("x" * 200_000) for _ in range(20)]
    for one in said:
        here.send("large.a", one)
    assert await ear.until(20) == said
    assert ear.lost == []


async def test_whoever_listens_hears_what_is_sent_from_then_on(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.bus.nats.GATHER_S", 0.0)
    here, there = await join(1), await join(2)
    ear = Ear()
    for n in range(300):
        await there.listen(f"fresh.{n}", ear.hear, ear.lost.append)
        here.send(f"fresh.{n}", Number(n))
        await ear.until(n + 1)
    assert ear.lost == []


async def test_what_comes_on_the_heels_of_a_parcel_goes_in_one(
    nats_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.bus.nats.GATHER_S", 3600.0)
    here, there = await open_bus([nats_server.url], Said, 1), await open_bus([nats_server.url], Said, 2)
    ear = Ear()
    await there.listen("heels.a", ear.hear, ear.lost.append)
    here.send("heels.a", Number(0))
    await ear.until(1)  # After a pause: at once.
    for n in range(1, 100):
        here.send("heels.a", Number(n))
        await asyncio.sleep(0)
    await here.close()  # What is waiting goes first.
    assert await ear.until(100) == [Number(n) for n in range(100)]
    assert ear.lost == []
    assert there._listeners["heels.a"].next == {1: 2}  # Of the sender 1 two parcels.
    await there.close()


async def test_what_was_sent_before_anybody_listened_is_missed(join: Join) -> None:
    here, there = await join(7), await join(8)
    if here is there:
        pytest.skip("in one process nothing is lost")
    before, ear = Ear(), Ear()
    await there.listen("late.b", before.hear)
    here.send("late.a", Number(1))
    here.send("late.b", Number(1))
    await before.until(1)
    await there.listen("late.a", ear.hear, ear.lost.append)
    here.send("late.a", Number(2))
    assert await ear.until(1) == [Number(2)]
    assert ear.lost == [7]


async def test_a_server_that_was_away_leaves_a_gap_that_is_noticed(nats_server_of_my_own: Any) -> None:
    server = nats_server_of_my_own
    here = await open_bus([server.url], Said, 1)
    there = await open_bus([server.url], Said, 2)
    ear = Ear()
    await there.listen("gap.a", ear.hear, ear.lost.append)
    here.send("gap.a", Number(1))
    await ear.until(1)
    await server.kill()
    async with asyncio.timeout(PATIENCE_S):
        await here.until(False)
        await there.until(False)
    assert not here.connected
    here.send("gap.a", Number(2))
    await server.start()
    async with asyncio.timeout(PATIENCE_S):
        await here.until(True)
        await there.until(True)
    assert here.connected
    here.send("gap.a", Number(3))
    assert await ear.until(2) == [Number(1), Number(3)]
    assert ear.lost == [1]
    await here.close()
    await there.close()


async def test_servers_that_are_not_there_are_named_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.bus.nats.CONNECT_S", 0.3)
    with pytest.raises(BusError, match="--bus") as told:
        await open_bus(["nats://me:s3cret@127.0.0.1:1"], Said, 1)
    assert "s3cret" not in str(told.value)


@pytest.mark.parametrize("text", ["", "nats://", "http://host:1", "nats://me:s3cret@host:port", "nats://a,s3cret"])
def test_addresses_that_cannot_be_used_are_not_repeated(text: str) -> None:
    with pytest.raises(BusError, match="Give --bus as") as told:
        parse_servers(text)
    assert "s3cret" not in str(told.value)


def test_several_servers() -> None:
    assert parse_servers("nats://a:4222, tls://b") == ["nats://a:4222", "tls://b"]
