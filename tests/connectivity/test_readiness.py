"""Candidates ahead of a call, from a real coturn."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from media import aiortc_reach
from media.aiortc_reach import gathering
from media.aiortc_reach.gathering import Gatherer, Servers
from media.connectivity import readiness
from media.connectivity.probe import Outcome, probe_all
from media.connectivity.readiness import Reserve
from media.connectivity.servers import endpoints
from media.connectivity.verdict import Choice
from signaling.protocol.messages import IceServer
from tests.connectivity.coturn import Coturn

PATIENCE_S = 30.0


def choice_of(server: IceServer) -> Choice:
    [relay], _ = endpoints([server])
    return Choice(None, relay)


@contextlib.asynccontextmanager
async def reserve(relay: Coturn) -> AsyncIterator[Reserve]:
    aiortc_reach.prepare()
    kept = Reserve(relay.trust())
    running = asyncio.create_task(kept.run(), name="reserve")
    yield kept
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    if relay.process.returncode is None:
        await eventually(lambda: allocations(relay) == 0)


def allocations(relay: Coturn) -> int:
    """How many allocations the relay holds, by its own log."""
    log = relay.log.read_text()
    return log.count(": new, realm=") - len(re.findall(r", lifetime=0\b", log))


async def eventually(condition: Callable[[], bool]) -> None:
    """For what nobody tells: the state of a socket, another program's log."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def until_time(at: float) -> None:
    await eventually(lambda: time.time() > at)


async def filled(kept: Reserve) -> None:
    await asyncio.wait_for(kept.filled.wait(), PATIENCE_S)


async def offered(servers: gathering.Servers) -> str:
    """The description of a peer connection that is configured with it."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    peer.createDataChannel("consultation")
    await peer.setLocalDescription(await peer.createOffer())
    sdp = str(peer.localDescription.sdp)
    await peer.close()
    return sdp


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_what_is_ready_is_used_and_the_next_one_is_gathered(relay: Coturn, transport: str) -> None:
    async with reserve(relay) as kept:
        kept.use(choice_of(relay.server(getattr(relay, transport))))
        kept.want(True)
        await filled(kept)
        servers = kept.take()
        assert not kept.filled.is_set()
        first = await offered(servers)
        await filled(kept)
        second = await offered(kept.take())
    assert " typ relay " in first
    assert " typ relay " in second
    assert first.split("a=ice-ufrag:")[1][:4] != second.split("a=ice-ufrag:")[1][:4]


async def test_nothing_is_asked_of_a_relay_while_nobody_is_there(relay: Coturn) -> None:
    async with reserve(relay) as kept:
        kept.use(choice_of(relay.server(relay.udp)))
        kept.want(True)
        await filled(kept)
        kept.want(False)
        await eventually(lambda: not kept.filled.is_set())
        # Without one that is ready a call gathers for itself.
        assert " typ relay " in await offered(kept.take())


async def test_new_credentials_and_another_address_make_what_is_ready_worthless(relay: Coturn) -> None:
    async with reserve(relay) as kept:
        kept.use(choice_of(relay.server(relay.udp)))
        kept.want(True)
        await filled(kept)
        kept.use(choice_of(relay.server(relay.udp, lasts_s=1200)))
        assert not kept.filled.is_set()
        await filled(kept)
        kept.use(kept._choice)
        assert kept.filled.is_set()
        kept.discard()
        assert not kept.filled.is_set()
        await filled(kept)


async def test_an_allocation_that_is_lost_is_noticed_before_it_is_handed_out(
    relay: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reserve(relay) as kept:
        kept.use(choice_of(relay.server(relay.tls)))
        kept.want(True)
        await filled(kept)
        ready = kept._ready
        assert ready is not None
        await relay.stop()
        await eventually(lambda: not ready.fresh)
        assert not await ready.keep()
        servers = kept.take()
        assert servers.take() is None
    assert relay.process.returncode is not None


async def test_an_allocation_outlives_the_credentials_it_was_made_with(relay: Coturn) -> None:
    """So a call that lasts longer than they do goes on; nothing has to be renewed in it."""
    server = relay.server(relay.udp, lasts_s=1)
    gatherer = Gatherer(Servers(choice_of(server)))
    await gatherer.gather()
    try:
        assert gatherer.relayed
        assert server.username is not None
        over = int(server.username.split(":")[0]) + 1
        await until_time(over)
        [late] = await probe_all(endpoints([server])[0], relay.trust())
        while late.outcome is Outcome.GOOD:
            # The relay has a clock of its own, which it sets each second; it grants but so many at once.
            over += 1
            await until_time(over)
            [late] = await probe_all(endpoints([server])[0], relay.trust())
        assert late.outcome is Outcome.CREDENTIALS
        assert await gatherer.keep()
    finally:
        await gatherer.close()


async def test_what_is_kept_is_kept_fresh(relay: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "KEPT_FRESH_S", 0.05)
    async with reserve(relay) as kept:
        choice = choice_of(relay.server(relay.udp))
        kept.use(Choice(choice.relay, choice.relay))
        kept.want(True)
        await filled(kept)
        ready = kept._ready
        await eventually(lambda: relay.log.read_text().count("REFRESH processed, success") >= 3)
        assert kept._ready is ready
        assert kept.filled.is_set()
