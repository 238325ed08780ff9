"""The client against a real switchboard, and against peers that misbehave."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from signaling import client as client_module
from signaling.client import (
    Connected,
    Disconnected,
    Outbox,
    ServerRefused,
    SwitchboardClient,
    own_address,
    retry_delays,
)
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "FIRST_RETRY_S", 0.02)
    monkeypatch.setattr(client_module, "LONGEST_RETRY_S", 0.1)


@asynccontextmanager
async def line(url: str, town: Any, **changes: Any) -> AsyncIterator[tuple[SwitchboardClient, Any]]:
    """A booth's client that runs, and a way to wait for its next event of a kind."""
    token = partial(town.booth_token, "booth-1")
    client = SwitchboardClient(url, **({"role": "booth", "token": token, "instance": "instance-1"} | changes))
    running = asyncio.create_task(client.run(), name="client")
    events = aiter(client)

    async def next_event(kind: type[Any]) -> Any:
        async with asyncio.timeout(30):
            while not isinstance(event := await anext(events), kind):
                pass
            return event

    try:
        yield client, next_event
    finally:
        await client.close()
        async with asyncio.timeout(30):
            await running


async def test_it_connects_talks_and_closes(switchboard: Any, town: Any) -> None:
    async with line(switchboard.url, town) as (client, event):
        assert (await event(Connected)).welcome.peer == "booth-1"
        assert client.online
        await client.send(m.Join(service="registration-certificate", language="de"))
        number = (await event(m.TicketUpdate)).ticket.number
        await client.send(m.Leave(ticket=number))
    assert not client.online
    _, welcome = await switchboard.booth()
    assert welcome.ticket is None  # What was sent before closing has arrived.


async def test_what_is_sent_offline_follows_the_next_welcome(start_switchboard: Any, town: Any) -> None:
    async with start_switchboard() as switchboard:
        url = switchboard.url
    async with line(url, town) as (client, event):
        await event(Disconnected)
        await client.send(m.Join(service="registration-certificate", language="de"))
        port = int(url.rpartition(":")[2].partition("/")[0])
        async with start_switchboard(port=port):
            await event(Connected)
            await event(m.TicketUpdate)


async def test_it_returns_after_a_restart_and_finds_its_ticket(start_switchboard: Any, town: Any) -> None:
    async with start_switchboard() as switchboard:
        port = switchboard.port
        async with line(switchboard.url, town) as (client, event):
            await event(Connected)
            await client.send(m.Join(service="registration-certificate", language="de"))
            number = (await event(m.TicketUpdate)).ticket.number
            await switchboard.stop()
            await event(Disconnected)
            async with start_switchboard(port=port):
                assert (await event(Connected)).welcome.ticket.number == number


async def test_refusals_that_would_repeat_are_not_hammered(switchboard: Any, town: Any) -> None:
    foreign = partial(town.booth_token, "booth-1", aud="elsewhere")
    async with line(switchboard.url, town, token=foreign) as (_, event):
        refused = await event(ServerRefused)
        assert (refused.error, refused.retry_in_s) == (ErrorId.TOKEN_FOREIGN, client_module.REFUSED_RETRY_S)


async def test_being_replaced_is_told_and_not_fought_over(switchboard: Any, town: Any) -> None:
    async with line(switchboard.url, town) as (_, event):
        await event(Connected)
        await switchboard.booth("booth-1")
        refused = await event(ServerRefused)
        assert (refused.error, refused.retry_in_s) == (
            ErrorId.REPLACED_BY_NEWER_CONNECTION,
            client_module.REFUSED_RETRY_S,
        )


async def test_a_dead_line_is_noticed_and_tried_again(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """This switchboard welcomes and then never says a word again, as behind a cable that was pulled."""
    monkeypatch.setattr(client_module, "SILENCE_S", 0.2)
    welcomed = 0

    async def silent(connection: ServerConnection) -> None:
        nonlocal welcomed
        await connection.send(m.encode(m.Challenge(nonce="n" * 20, versions=[1])))
        await connection.recv()
        await connection.send(m.encode(m.Welcome(version=1, peer="booth-1", ice_servers=[])))
        welcomed += 1
        await connection.wait_closed()

    async with serve(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with line(f"ws://127.0.0.1:{port}/ws", town) as (_, event):
            await event(Connected)
            assert "TimeoutError" in (await event(Disconnected)).reason
            await event(Connected)
    assert welcomed == 2


async def everything(heard: asyncio.Queue[m.FromClient], within_s: float) -> None:
    """Hear until nothing comes for a time longer than a line may be silent that somebody waits for."""
    while True:
        async with asyncio.timeout(within_s):
            await heard.get()


async def test_an_idle_line_is_tried_seldom_and_briskly_again_once_something_is_said(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PING_INTERVAL_S", 0.01)
    monkeypatch.setattr(client_module, "LIVELY_S", 0.1)
    monkeypatch.setattr(client_module, "QUIET_PING_INTERVAL_S", 60.0)
    monkeypatch.setattr(client_module, "SILENCE_S", 0.5)
    heard: asyncio.Queue[m.FromClient] = asyncio.Queue()
    answers = True

    async def attentive(connection: ServerConnection) -> None:
        await connection.send(m.encode(m.Challenge(nonce="n" * 20, versions=[1])))
        await connection.recv()
        await connection.send(m.encode(m.Welcome(version=1, peer="booth-1", ice_servers=[])))
        async for frame in connection:
            heard.put_nowait(message := m.decode_from_client(frame))
            if answers and isinstance(message, m.Ping):
                await connection.send(m.encode(m.Pong(n=message.n)))

    async with serve(attentive, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with line(f"ws://127.0.0.1:{port}/ws", town) as (client, event):
            await event(Connected)
            with pytest.raises(TimeoutError):
                await everything(heard, within_s=1.0)
            assert client.online
            answers = False
            await client.send(m.Leave(ticket="AB123"))
            assert isinstance(await heard.get(), m.Leave)
            assert isinstance(await heard.get(), m.Ping)
            assert "TimeoutError" in (await event(Disconnected)).reason


async def test_a_switchboard_that_talks_nonsense_is_left(town: Any) -> None:
    async def nonsense(connection: ServerConnection) -> None:
        await connection.send("{}")
        await connection.wait_closed()

    async with serve(nonsense, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with line(f"ws://127.0.0.1:{port}/ws", town) as (_, event):
            assert "malformed_message" in (await event(Disconnected)).reason


async def test_another_address_means_another_line_at_once(switchboard: Any, town: Any) -> None:
    addresses = ["192.0.2.1"]
    async with line(switchboard.url, town, own_address=lambda remote: addresses[-1]) as (_, event):
        await event(Connected)
        addresses.append("198.51.100.7")
        assert (await event(Disconnected)).moved
        await event(Connected)


async def test_a_machine_that_gets_an_address_does_not_wait_for_its_turn(
    start_switchboard: Any, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt would be due in an hour."""
    addresses: list[str | None] = ["192.0.2.1"]
    async with start_switchboard() as switchboard:
        port, url = switchboard.port, switchboard.url
        running = line(url, town, own_address=lambda remote: addresses[-1])
        client, event = await running.__aenter__()
        await event(Connected)
        monkeypatch.setattr(client_module, "FIRST_RETRY_S", 3600.0)
        monkeypatch.setattr(client_module, "LONGEST_RETRY_S", 3600.0)
        client._delays = retry_delays(random.Random(1))
        await switchboard.stop()
        await event(Disconnected)
    async with start_switchboard(port=port):
        addresses.append("198.51.100.7")
        await event(Connected)
        await running.__aexit__(None, None, None)


def test_the_own_address_is_the_one_towards_the_other_end() -> None:
    assert own_address(("127.0.0.1", 9)) == "127.0.0.1"
    assert own_address(("::ffff:127.0.0.1:bad", 9)) is None


def candidate(n: int) -> m.Candidate:
    return m.Candidate(ticket="AB123", generation=1, candidate=str(n))


async def test_full_outbox_gives_up_candidates_first() -> None:
    outbox = Outbox(3)
    for message in (m.Leave(ticket="AB123"), candidate(1), candidate(2), m.Ping(n=1), m.Ping(n=2), m.Ping(n=3)):
        outbox.put(message)
    kept = []
    while len(outbox):
        kept.append(await outbox.first())
        outbox.sent(kept[-1])
    assert kept == [m.Ping(n=1), m.Ping(n=2), m.Ping(n=3)]
    outbox.put(m.Leave(ticket="AB123"))
    for n in range(5):
        outbox.put(candidate(n))
    assert await outbox.first() == m.Leave(ticket="AB123")
    assert len(outbox) == 3


def test_retries_grow_with_jitter_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    delays = list(islice(retry_delays(random.Random(1)), 12))
    for n, delay in enumerate(delays):
        full = min(client_module.FIRST_RETRY_S * 2**n, client_module.LONGEST_RETRY_S)
        assert full / 2 <= delay <= full
