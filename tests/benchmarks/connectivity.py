"""Set-up of a call through a relay over TLS, 40 ms away: with candidates that are ready, and gathered when called."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aioice import ice

from media.aiortc_reach.gathering import Servers
from media.call import Call
from media.connectivity.readiness import Reserve
from media.connectivity.servers import endpoints
from media.connectivity.verdict import NO_SERVERS, Choice
from media.devices import open_camera, open_microphone, open_speaker
from media.latest import LatestSlot
from media.lifecycle import CallState
from scripts.bench_runner import Figure
from tests.connectivity.coturn import Coturn, coturn, free_port
from tests.media.peers import Clerk

ONE_WAY_S: Final = 0.02
ROUNDS: Final = 3
PATIENCE_S: Final = 20.0


@dataclass
class SetUp:
    """Seconds from the invitation: the answer is there, the transport stands, the clerk's first picture is shown."""

    answered: float
    connected: float
    shown: float


@contextlib.asynccontextmanager
async def far_away(port: int, address: str) -> AsyncIterator[int]:
    """A TCP port that leads to `port`, with ONE_WAY_S on the way in each direction."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                loop.call_later(ONE_WAY_S, lambda data=data: writer.is_closing() or writer.write(data))
        loop.call_later(ONE_WAY_S, writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(address, port)
        await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))

    # Outside too: a handshake of TCP takes a round trip as well.
    async with await asyncio.start_server(serve, address, free_port(address)) as server:
        yield server.sockets[0].getsockname()[1]


@contextlib.contextmanager
def only_relayed() -> Iterator[None]:
    """Whoever gathers now has no way but the relay."""
    addresses = ice.get_host_addresses
    ice.get_host_addresses = lambda **_: []
    try:
        yield
    finally:
        ice.get_host_addresses = addresses


async def set_up(servers: Servers, relayed: bool) -> SetUp:
    """One call, from the invitation on."""
    devices = open_camera("test"), open_microphone("none"), open_speaker("none")
    films = open_camera("test"), open_microphone("none")
    clerk = Clerk(*films)
    offer = await clerk.offer()
    loop, standing, shown = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    frames: LatestSlot[Any] = LatestSlot()
    frames.listen(lambda: loop.call_soon_threadsafe(shown.set))
    with only_relayed() if relayed else contextlib.nullcontext():
        began = time.monotonic()
        call = Call(
            camera=devices[0],
            microphone=devices[1],
            speaker=devices[2],
            ice_servers=servers,
            on_frame=frames,
            on_message=lambda _: None,
            on_state=lambda state: standing.set() if state is CallState.CONNECTED else None,
        )
        answer = await call.answer(offer)
        answered = time.monotonic() - began
    try:
        async with asyncio.timeout(PATIENCE_S):
            await clerk.take_answer(answer)
            await standing.wait()
            connected = time.monotonic() - began
            await shown.wait()
        return SetUp(answered, connected, time.monotonic() - began)
    finally:
        await call.close()
        await clerk.close()
        for device in (*devices, *films):
            await asyncio.to_thread(device.close)


async def ahead(choice: Choice, authorities: ssl.SSLContext) -> SetUp:
    reserve = Reserve(authorities)
    with only_relayed():
        running = asyncio.create_task(reserve.run(), name="reserve")
        reserve.use(choice)
        reserve.want(True)
        await asyncio.wait_for(reserve.filled.wait(), PATIENCE_S)
        reserve.want(False)
        servers = reserve.take()
    try:
        return await set_up(servers, relayed=True)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def measure(relay: Coturn) -> dict[str, SetUp]:
    """Medians of each way to set a call up."""
    found: dict[str, list[SetUp]] = {"host": [], "called": [], "ahead": []}
    async with far_away(relay.tls_port, relay.address) as port:
        url = f"turns:{relay.address}:{port}"
        [endpoint], _ = endpoints([relay.server(url)])
        choice = Choice(None, endpoint)
        for _ in range(ROUNDS):
            found["host"].append(await set_up(Servers(NO_SERVERS), relayed=False))
            found["called"].append(await set_up(Servers(choice, relay.trust()), relayed=True))
            found["ahead"].append(await ahead(choice, relay.trust()))
    return {
        way: SetUp(
            *(statistics.median(getattr(one, part) for one in taken) for part in ("answered", "connected", "shown"))
        )
        for way, taken in found.items()
    }


async def _run() -> dict[str, SetUp]:
    [address, *_] = ice.get_host_addresses(use_ipv4=True, use_ipv6=False)
    with tempfile.TemporaryDirectory() as folder:
        async with coturn(Path(folder), address=address) as relay:
            return await measure(relay)


def figures() -> list[Figure]:
    found = asyncio.run(_run())

    def row(part: str, text: str, goal: float) -> Figure:
        value, called = (getattr(found[way], part) * 1000 for way in ("ahead", "called"))
        return Figure(f"{text}, relay over TLS, gathered ahead", value, "ms", "gathered when called", called, goal)

    host = found["host"]
    return [
        row("answered", "answer", 0.5),
        row("connected", "transport stands", 0.8),
        row("shown", "first picture", 0.9),
        Figure(
            "answer, relay over TLS, gathered ahead",
            found["ahead"].answered * 1000,
            "ms",
            "without servers",
            host.answered * 1000,
            1.5,
        ),
    ]
