"""A real switchboard on a real socket, a console that publishes its keys, and peers that speak to it by script."""

from __future__ import annotations

import asyncio
import base64
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from signaling import directory, server
from signaling.appointments import code
from signaling.protocol import messages as m
from signaling.storage import database
from signaling.storage.schema import appointments
from tests.signaling.asking import Rest
from tests.signaling.servers import NatsServer, running_postgresql

PATIENCE_S = 30.0
INSTANCE = "instance-1"


def public(key: Ed25519PrivateKey) -> str:
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()


def where_it_is_noon() -> str:
    """A time zone in which no test meets midnight."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}"  # POSIX counts westwards


class Town:
    """Keys and the directory of a small region: two booths, one console."""

    def __init__(self) -> None:
        self.device_keys = {f"booth-{n}": Ed25519PrivateKey.generate() for n in range(1, 4)}
        self.token_key = Ed25519PrivateKey.generate()
        self.kid = "console-key-1"
        self.issuer = "http://127.0.0.1:1"
        self.origin = "http://console.example"
        self.listed: list[str] | None = None
        """Booths the directory knows; None: all that have a key."""
        self.authority: str | None = None
        """Whose the console is; it then has the region elbtal, and somebody else heide."""

    def jwks(self) -> dict[str, Any]:
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": public(self.token_key), "kid": self.kid}]}

    def directory_toml(self, **times: float) -> str:
        lines = [f'timezone = "{where_it_is_noon()}"', *(f"{name} = {value}" for name, value in times.items())]
        lines += ['[[services]]\nid = "registration-certificate"', '[[services]]\nid = "parking-permit"']
        lines += ['[[regions]]\nid = "elbtal"\nname = "Elbtal"', '[[regions]]\nid = "heide"\nname = "Heide"']
        if self.authority:
            lines = [line.replace('"Elbtal"', f'"Elbtal"\nauthority = "{self.authority}"') for line in lines]
            lines.append(f'[[authorities]]\nid = "{self.authority}"\nname = "Own"')
        for booth, key in self.device_keys.items():
            if self.listed is not None and booth not in self.listed:
                continue
            region = "heide" if booth == "booth-3" else "elbtal"
            lines.append(
                f'[[booths]]\nid = "{booth}"\nregion = "{region}"\nsite = "Hall {booth}"\nkey = "{public(key)}"'
            )
        lines.append(
            f'[[consoles]]\nissuer = "{self.issuer}"\njwks_url = "{self.issuer}/jwks.json"\n'
            f'origins = ["{self.origin}"]' + (f'\nauthority = "{self.authority}"' if self.authority else "")
        )
        lines.append(
            '[[capacities]]\nregion = "elbtal"\nservice = "registration-certificate"\nat_once = 3\nlead_minutes = 0'
        )
        return "\n".join(lines) + "\n"

    def booth_token(self, booth: str, nonce: str, /, *, key: Ed25519PrivateKey | None = None, **claims: Any) -> str:
        now = int(time.time())
        body = {"iss": booth, "sub": booth, "aud": "fernamt-switchboard", "nonce": nonce, "iat": now, "exp": now + 60}
        return jwt.encode(body | claims, key or self.device_keys[booth], algorithm="EdDSA", headers={"kid": booth})

    def clerk_token(self, clerk: str, *, key: Ed25519PrivateKey | None = None, **claims: Any) -> str:
        now = int(time.time())
        body = {
            "iss": self.issuer,
            "sub": clerk,
            "aud": "fernamt-switchboard",
            "iat": now,
            "exp": now + 600,
            "roles": ["clerk"],
            "regions": ["elbtal"],
            "services": ["registration-certificate"],
            "languages": ["de", "en"],
            "needs": [],
        }
        kid = claims.pop("kid", self.kid)
        return jwt.encode(body | claims, key or self.token_key, algorithm="EdDSA", headers={"kid": kid})


class Peer:
    """One end of a scripted conversation."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.passed_over: list[m.FromSwitchboard] = []

    async def say(self, *said: m.FromClient) -> None:
        for message in said:
            await self.connection.send(m.encode(message))

    async def hear(self, kind: type[Any], **fields: Any) -> Any:
        """The next message of a kind with these fields; what comes before it is kept in `passed_over`."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = m.decode_from_switchboard(await self.connection.recv())
                if isinstance(message, kind) and all(_at(message, k) == v for k, v in fields.items()):
                    return message
                self.passed_over.append(message)

    async def hears_nothing_else(self) -> list[m.FromSwitchboard]:
        """Everything up to the answer to a ping: proof that nothing else is on its way."""
        before = len(self.passed_over)
        await self.say(m.Ping(n=4711))
        await self.hear(m.Pong, n=4711)
        return self.passed_over[before:]

    async def closed_with(self) -> tuple[int, str]:
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    self.passed_over.append(m.decode_from_switchboard(await self.connection.recv()))
            except ConnectionClosed as closed:
                return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")

    async def leave_line(self) -> None:
        await self.connection.close()


def _at(message: Any, path: str) -> Any:
    for part in path.split("__"):
        message = getattr(message, part)
    return message


class Switchboard:
    """A running switchboard and ways to reach it."""

    def __init__(self, town: Town, port: int, running: server.Server | None = None, url: URL | None = None) -> None:
        self.town = town
        self.running = running
        self.database = url
        self.stopped = asyncio.Event()
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/ws"
        self._connections: list[ClientConnection] = []

    async def raw(self, **options: Any) -> ClientConnection:
        connection = await connect(self.url, proxy=None, ping_interval=None, **options)
        self._connections.append(connection)
        return connection

    async def greeted(self, **options: Any) -> tuple[Peer, m.Challenge]:
        peer = Peer(await self.raw(**options))
        return peer, await peer.hear(m.Challenge)

    async def hello(self, role: Any, token: Any, instance: str = INSTANCE) -> Peer:
        """A peer that has said hello; what comes back is up to the test. `token` is called with the nonce."""
        peer, challenge = await self.greeted()
        await peer.say(m.Hello(version=1, role=role, token=token(challenge.nonce), instance=instance))
        return peer

    async def booth(self, booth: str = "booth-1", instance: str = INSTANCE) -> tuple[Peer, m.Welcome]:
        peer = await self.hello("booth", lambda nonce: self.town.booth_token(booth, nonce), instance)
        return peer, await peer.hear(m.Welcome)

    async def clerk(self, clerk: str = "clerk-1", instance: str = INSTANCE, **claims: Any) -> tuple[Peer, m.Welcome]:
        peer = await self.hello("clerk", lambda _nonce: self.town.clerk_token(clerk, **claims), instance)
        return peer, await peer.hear(m.Welcome)

    async def available(self, clerk: str = "clerk-1", **claims: Any) -> Peer:
        peer, _ = await self.clerk(clerk, **claims)
        await peer.say(m.SetAvailability(available=True))
        await peer.hear(m.ClerkUpdate, state=m.ClerkState.AVAILABLE)
        return peer

    async def joined(self, booth: str = "booth-1", **fields: Any) -> tuple[Peer, str]:
        peer, _ = await self.booth(booth)
        await peer.say(m.Join(**({"service": "registration-certificate", "language": "de"} | fields)))
        return peer, (await peer.hear(m.TicketUpdate)).ticket.number

    async def appointment(self, in_s: float, **fields: Any) -> str:
        """The code of an appointment that begins in `in_s` seconds, whatever the slots are; it lasts 20 minutes."""
        request = code.new_request()
        starts_at = time.time() + in_s
        row = {
            "id": request[:16],
            "digest": code.digest(code.code_of(request)),
            "region": "elbtal",
            "service": "registration-certificate",
            "site": None,
            "starts_at": starts_at,
            "ends_at": starts_at + 1200,
            "state": "booked",
        }
        async with self.engine() as connection:
            await connection.execute(appointments.insert(), row | fields)
        return code.code_of(request)

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[AsyncConnection]:
        """A look into the running switchboard's database."""
        assert self.database is not None
        engine = database.connect(self.database)
        async with engine.begin() as connection:
            yield connection
        await engine.dispose()

    async def call(self) -> tuple[Peer, Peer, str]:
        """Booth, clerk and the number of a ticket whose call stands."""
        clerk = await self.available()
        booth, number = await self.joined()
        await clerk.hear(m.Offer)
        await clerk.say(m.Accept(ticket=number))
        for peer in (clerk, booth):
            await peer.hear(m.Call, ticket=number, generation=1)
        await clerk.say(m.Connected(ticket=number, generation=1))
        await clerk.hear(m.ClerkUpdate, state=m.ClerkState.IN_CALL)
        await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.IN_CALL)
        return booth, clerk, number

    async def stop(self) -> None:
        """End a switchboard that runs in this process."""
        if self.running is not None:
            self.running.stop()
            await self.stopped.wait()

    async def close(self) -> None:
        for connection in self._connections:
            await connection.close()


@pytest.fixture(scope="session")
def new_postgresql_database() -> Iterator[Callable[[], URL]]:
    """Makes an empty database in a PostgreSQL that ends with the tests, and gives its address."""
    with running_postgresql() as new:
        yield new


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database; each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return database.sqlite(tmp_path / "new" / database.FILE_NAME)
    new: Callable[[], URL] = request.getfixturevalue("new_postgresql_database")
    return new()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A real NATS server for all tests."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    server.begin()
    yield server
    server.end()


@pytest.fixture
async def nats_server_of_my_own(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """One that the test may kill and start again."""
    server = NatsServer(tmp_path)
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """The console's key set is published on a real port, as the switchboard will fetch it."""
    town = Town()

    async def jwks(_request: Any) -> JSONResponse:
        return JSONResponse(town.jwks())

    listener = socket.create_server(("127.0.0.1", 0))
    town.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        Starlette(routes=[Route("/jwks.json", jwks)]), lifespan="off", log_config=None, ws="none", access_log=False
    )
    console = server.Server(config)
    running = asyncio.create_task(console.serve(sockets=[listener]), name="console")
    yield town
    console.stop()
    await running


@asynccontextmanager
async def running_switchboard(town: Town, data: Path, *, port: int = 0, **times: float) -> AsyncIterator[Switchboard]:
    listener = socket.create_server(("127.0.0.1", port))
    ready: asyncio.Future[server.Server] = asyncio.get_running_loop().create_future()
    known = directory.parse(town.directory_toml(**times))
    place = server.Place(data, database.sqlite(data / database.FILE_NAME))
    running = asyncio.create_task(server.serve(known, place, listener, ready.set_result), name="switchboard")
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    switchboard = Switchboard(town, listener.getsockname()[1], ready.result(), place.database)
    running.add_done_callback(lambda _task: switchboard.stopped.set())
    try:
        yield switchboard
    finally:
        await switchboard.close()
        ready.result().stop()
        await running


@pytest.fixture
async def start_switchboard(town: Town, tmp_path: Path) -> Any:
    """Start a switchboard with other times, or again on the same data: `async with start_switchboard(…)`."""
    return lambda **times: running_switchboard(town, tmp_path, **times)


@pytest.fixture
async def switchboard(town: Town, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with running_switchboard(town, tmp_path) as running:
        yield running


@pytest.fixture
def rest(switchboard: Switchboard) -> Rest:
    """REST of the running switchboard."""
    return Rest.of(switchboard)


@pytest.fixture
def make_switchboard() -> type[Switchboard]:
    """For switchboards that run in a process of their own."""
    return Switchboard
