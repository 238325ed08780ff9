"""The switchboard on the network: Starlette on uvicorn, `GET /ws`, `GET /healthz` and REST (`signaling.rest`)."""

from __future__ import annotations

import asyncio
import math
import random
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import structlog
import uvicorn
from sqlalchemy import URL
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from signaling import __version__
from signaling.appointments.book import AppointmentBook
from signaling.appointments.code import normalise
from signaling.appointments.offerings import Offerings
from signaling.audit.log import AuditLog
from signaling.booking.pages import make_pages
from signaling.bus import Bus
from signaling.bus.addresses import open_bus
from signaling.cluster.envelopes import Envelope, Subjects
from signaling.cluster.gateway import Gateway
from signaling.cluster.identity import lock_file, node_name
from signaling.cluster.leadership import Leadership
from signaling.cluster.node import Node
from signaling.directory import Directory
from signaling.doorkeeper import Doorkeeper
from signaling.enrolment.registry import BoothRegistry
from signaling.exchange import Exchange, name_of
from signaling.line import LIMITED_PAUSE_S, Line, binary_refused
from signaling.opening import Openings
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    MAX_MESSAGE_BYTES,
    VERSION,
    Challenge,
    Error,
    FromClient,
    Hello,
    Join,
    decode_from_client,
    encode,
)
from signaling.proxies import ProxyWatch
from signaling.rest.app import make_app
from signaling.rest.house import House
from signaling.rest.rates import Rate, Rates, peer_of
from signaling.statistics.metrics import Metrics
from signaling.statistics.rollups import Rollups
from signaling.storage.database import SQLITE
from signaling.storage.lease import Lease
from signaling.storage.store import Store
from signaling.switchboard import Identity, Switchboard
from signaling.tokens import BoothIdentity, KeyRing, check_booth, check_clerk, require_counter
from signaling.transport import LineProtocol

HANDSHAKE_S: Final = 10.0
PING_INTERVAL_S: Final = 8.0
PING_TIMEOUT_S: Final = 6.0
SHUTDOWN_S: Final = 5
CODE_RATE: Final = Rate(per_s=0.1, burst=10)
"""Of appointment codes tried on one line: people mistype, nobody guesses."""

log = structlog.get_logger(__name__)


def steady_clock() -> Callable[[], float]:
    """Seconds since the epoch as of now, then counted by the monotonic clock: setting the time ends no lease."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


class Reception:
    """Greets each connection, finds out who it is and hears it until it goes."""

    def __init__(self, gateway: Gateway, house: House) -> None:
        self._gateway = gateway
        self._house = house
        self._clock = house.clock
        self._door = Doorkeeper(house.directory.handshakes_at_once, house.clock)
        self._code_rates = Rates(CODE_RATE, house.clock)
        self._looking: set[asyncio.Task[None]] = set()

    async def websocket(self, websocket: WebSocket) -> None:
        """`GET /ws`. A browser must come from a console of the directory; a client without Origin is no browser."""
        origin = websocket.headers.get("origin")
        if origin is not None and origin not in self._house.directory.origins():
            log.warning("origin_refused")
            await websocket.send_denial_response(PlainTextResponse("This origin may not connect.", 403))
            return
        peer = peer_of(websocket.client.host if websocket.client else None)
        if wait_s := self._door.wait_s(peer):
            log.warning("handshakes_limited")
            retry = {"Retry-After": str(math.ceil(wait_s))}
            await websocket.send_denial_response(PlainTextResponse("Too many tries; wait.", 429, retry))
            return
        await websocket.accept()
        line = Line(next(self._gateway.addresses), websocket, self._clock)
        try:
            with self._door.handshake(peer):
                await self._handshake(line)
            line.listen(self)
        except WebSocketDisconnect as closed:
            self.gone(line, closed.code)
        except Exception as error:
            self._refuse(line, error)

    def hear(self, line: Line, payload: bytes | None) -> None:
        """A message of an admitted line."""
        try:
            if payload is None:
                raise binary_refused()
            message = decode_from_client(payload)
            looks_up = isinstance(message, Join) and message.code is not None
            if line.within_rate() and not (looks_up and self._code_rates.take(line.address)):
                self._serve(line, message, len(payload))
            else:
                text = "Too many messages; this one was not served."
                line.send(encode(Error(error=ErrorId.RATE_LIMITED, text=text, in_reply_to=message.id)))
        except Exception as error:
            self._refuse(line, error)

    def _serve(self, line: Line, message: FromClient, size: int) -> None:
        if isinstance(message, Join) and message.code is not None:
            # Nothing of this line is heard meanwhile, so that its messages stay in order.
            line.hold()
            looking = asyncio.create_task(self._look_up(line, message, size), name=f"line-{line.address}-appointment")
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)
        else:
            self._gateway.receive(line, message, size)

    async def _look_up(self, line: Line, message: Join, size: int) -> None:
        """Serve a `join` with the appointment its code opens."""
        try:
            code = normalise(message.code or "")
            appointment = None if code is None else await self._house.appointments.find(code)
            self._gateway.receive(line, message, size, appointment)
        except Exception as error:
            self._refuse(line, error)
        line.listen_again()

    def gone(self, line: Line, code: int) -> None:
        """A line has ended."""
        log.info("line_closed", line=line.address, code=code)
        self._gateway.dismiss(line)

    def _refuse(self, line: Line, error: Exception) -> None:
        if isinstance(error, ProtocolError):
            log.info("line_refused", line=line.address, error=error.error)
        else:  # A fault of ours ends this line and no other.
            log.error("internal_error", line=line.address, exc_info=error)
            error = ProtocolError(ErrorId.INTERNAL_ERROR, "The switchboard made a mistake; connect again.")
        line.close(error)
        self._gateway.dismiss(line)

    async def _handshake(self, line: Line) -> None:
        hello: Hello | None = None
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                nonce = secrets.token_urlsafe(24)
                line.send(encode(Challenge(nonce=nonce, versions=[VERSION])))
                hello = await self._hello(line)
                identity = await self._identify(hello, nonce)
                await self._gateway.admit(line, identity, hello.instance)
                await self._not_revoked_meanwhile(identity)
        except TimeoutError:
            if hello is not None:  # The peer has done its part; nobody leads, or a console is slow.
                raise ProtocolError(ErrorId.INTERNAL_ERROR, "The switchboard took too long; connect again.") from None
            raise ProtocolError(ErrorId.HANDSHAKE_TIMEOUT, f"No good `hello` within {HANDSHAKE_S:.0f} s.") from None
        log.info("line_opened", line=line.address, peer=name_of(identity))

    async def _not_revoked_meanwhile(self, identity: Identity) -> None:
        """Between the check and the admission somebody may have revoked the booth, and found no line to close."""
        if isinstance(identity, BoothIdentity) and await self._house.booths.booth(identity.booth.id) != identity.booth:
            await self._house.expel(identity.booth.id)

    async def _hello(self, line: Line) -> Hello:
        while not isinstance(message := decode_from_client(await line.receive()), Hello):
            text = f"Expected `hello`, found `{type(message).__name__}`."
            line.send(encode(Error(error=ErrorId.UNEXPECTED_MESSAGE, text=text, in_reply_to=message.id)))
            if not line.within_rate():
                await asyncio.sleep(LIMITED_PAUSE_S)
        if message.version != VERSION:
            raise ProtocolError(
                ErrorId.UNSUPPORTED_VERSION, f"Version {message.version} is not spoken here; choose {VERSION}."
            )
        return message

    async def _identify(self, hello: Hello, nonce: str) -> Identity:
        now = self._clock()
        if hello.role == "booth":
            return await check_booth(hello.token, nonce=nonce, booths=self._house.booths, now=now)
        keys, directory = self._house.keys, self._house.directory
        return require_counter(await check_clerk(hello.token, keys=keys, directory=directory, now=now))


async def begin_booking(_request: Request) -> Response:
    """`GET /book`: the pages lie below."""
    return RedirectResponse("/book/", 308)


class Server(uvicorn.Server):
    """uvicorn without its signal handling: the program that runs it decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    def __init__(self, config: uvicorn.Config, before_shutdown: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(config)
        self._before_shutdown = before_shutdown

    def stop(self) -> None:
        """End `serve` gracefully."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._before_shutdown is not None:
            await self._before_shutdown()
        await super().shutdown(sockets)


def build_server(
    reception: Reception,
    house: House,
    gateway: Gateway,
    metrics: Metrics,
    before_shutdown: Callable[[], Awaitable[None]],
) -> Server:
    """The web server for a reception, and for REST over a house."""

    async def healthz(_request: Request) -> JSONResponse:
        """`GET /healthz`: 503 while no node leads, or this one has lost touch with it."""
        status = {"status": "ok" if gateway.led else "no_leader", "version": __version__}
        return JSONResponse(status, 200 if gateway.led else 503)

    app = Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/metrics", metrics.answer),
            WebSocketRoute("/ws", reception.websocket),
            Route("/book", begin_booking),
            Mount("/book", app=make_pages(house)),
            # The rest is REST's, which also refuses what is nowhere.
            Mount("/", app=make_app(house)),
        ],
        middleware=[Middleware(ProxyWatch)],
    )
    config = uvicorn.Config(
        app,
        ws=LineProtocol,
        # Four times the limit of a message, so that one slightly too large is answered with an error.
        ws_max_size=4 * MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_INTERVAL_S,
        ws_ping_timeout=PING_TIMEOUT_S,
        ws_per_message_deflate=False,
        forwarded_allow_ips=house.directory.trusted_proxies,
        timeout_graceful_shutdown=SHUTDOWN_S,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )
    return Server(config, before_shutdown)


@dataclass(frozen=True)
class Place:
    """Where a node keeps things and whom it speaks to. `servers`: of the bus; none when one process is everything."""

    data: Path
    database: URL
    servers: Sequence[str] = ()


async def open_house(
    directory: Directory, store: Store, gateway: Gateway, keys: KeyRing, clock: Callable[[], float]
) -> House:
    """What REST and the reception work with. A directory that has changed since the last start is noted."""
    audit = AuditLog(store.engine, clock)
    await audit.note_directory(directory)

    async def expel(booth: str) -> None:
        gateway.expel(booth)

    booths = BoothRegistry(store.engine, directory, audit, clock)
    rollups = Rollups.of(directory, store.engine, clock)
    offerings = Offerings(directory, Openings(directory))
    appointments = AppointmentBook(store.engine, offerings, clock, random.SystemRandom())
    return House(directory, keys, store.engine, audit, booths, appointments, expel, clock, rollups)


async def serve(
    directory: Directory, place: Place, listener: socket.socket, on_ready: Callable[[Server], None]
) -> None:
    """Run a node on a bound socket until the server handed to `on_ready` is stopped. Raises StoreError, BusError."""
    with node_name(lock_file(place.database, place.data)) as name:
        store = await Store.open(place.database)
        try:
            await _serve(directory, place, name, store, listener, on_ready)
        finally:
            await store.close()


async def _serve(
    directory: Directory,
    place: Place,
    name: str,
    store: Store,
    listener: socket.socket,
    on_ready: Callable[[Server], None],
) -> None:
    clock = steady_clock()
    lease = Lease(store.engine)
    run, cluster = await lease.enter()
    subjects = Subjects(cluster)
    bus: Bus[Envelope] = await open_bus(list(place.servers), Envelope, run)

    def exchange(term: int) -> Exchange:
        switchboard = Switchboard(directory, clock=clock, chance=random.SystemRandom())
        metrics.watch(switchboard.hall)
        return Exchange(switchboard, store, bus, subjects, term, clock, metrics.committed)

    async def make_room() -> None:
        if not bus.alone:
            await node.hand_over()

    shared = place.database.drivername != SQLITE
    leadership = Leadership(lease, bus, subjects, name, shared=shared, clock=clock)
    gateway = Gateway(run, bus, subjects, clock)
    async with httpx.AsyncClient(follow_redirects=False) as client:
        keys = KeyRing(client, clock)
        house = await open_house(directory, store, gateway, keys, clock)
        node = Node(leadership, exchange, [house.rollups.run, house.appointments.run])
        metrics = Metrics(directory, gateway.lines, lambda: node.leads)
        server = build_server(Reception(gateway, house), house, gateway, metrics, make_room)
        await leadership.open()
        await gateway.open()
        working = [
            asyncio.create_task(node.run(), name="node"),
            asyncio.create_task(gateway.run(), name="gateway"),
        ]
        for task in working:
            task.add_done_callback(lambda _task: server.stop())
        leading = asyncio.create_task(node.until_leading(), name="node-leading")
        try:
            if bus.alone:
                await asyncio.wait({leading, *working}, return_when=asyncio.FIRST_COMPLETED)
            on_ready(server)
            await server.serve(sockets=[listener])
            await gateway.close()
        finally:
            for task in (leading, *working):
                task.cancel()
            await asyncio.wait({leading, *working})
            await bus.close()
        for task in working:
            if not task.cancelled():
                task.result()
