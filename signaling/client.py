"""The client's side of the switchboard's WebSocket: for the booth and for tests.

`SwitchboardClient.run` keeps a line until `close`: it connects, answers the challenge, and connects again when the
line is lost, at growing, jittered intervals, or as soon as the machine gets another address. What is sent meanwhile
waits in an outbox and follows the next welcome.
Events come in order from iterating over the client:

    Connected      the line stands; the welcome says how things stand. Comes again on the same line when another node
                   of the switchboard has begun to lead
    Disconnected   the line is gone and is being tried again
    ServerRefused  the switchboard has ended the line with an error; tried again only after a long wait where
                   trying at once would be the same again
    any message of the switchboard except `challenge`, `welcome` and `pong`
"""

from __future__ import annotations

import asyncio
import itertools
import random
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import (
    MAX_MESSAGE_BYTES,
    VERSION,
    Candidate,
    Challenge,
    Error,
    FromClient,
    FromSwitchboard,
    Hello,
    Ping,
    Pong,
    Request,
    TicketState,
    TicketUpdate,
    Welcome,
    decode_from_switchboard,
    encode,
)

PING_INTERVAL_S: Final = 1.0
QUIET_PING_INTERVAL_S: Final = 5.0
"""While no ticket is open and nothing has been said for LIVELY_S: ten thousand idle booths are to cost little."""
LIVELY_S: Final = 10.0
SILENCE_S: Final = 3.0
"""A line on which nothing has come for so long is dead, as a pong comes every PING_INTERVAL_S; in quiet times it is
given as much more as its pings are further apart."""
CLOSED: Final = frozenset({TicketState.COMPLETED, TicketState.ABANDONED})
ADDRESS_CHECK_S: Final = 0.25
"""How often the machine's own address is looked at: a cable pulled, another network joined."""
OPEN_TIMEOUT_S: Final = 10.0
FIRST_RETRY_S: Final = 0.3
LONGEST_RETRY_S: Final = 10.0
REFUSED_RETRY_S: Final = 60.0
LAST_WORDS_S: Final = 1.0
"""How long `close` waits for the outbox to empty."""
OUTBOX: Final = 256

WAIT_LONG: Final = frozenset(
    {
        ErrorId.BOOTH_UNKNOWN,
        ErrorId.BOOTH_ALREADY_CONNECTED,
        ErrorId.REPLACED_BY_NEWER_CONNECTION,
        ErrorId.TOKEN_INVALID,
        ErrorId.TOKEN_EXPIRED,
        ErrorId.TOKEN_FOREIGN,
        ErrorId.UNSUPPORTED_VERSION,
    }
)


@dataclass(frozen=True, slots=True)
class Connected:
    """The line stands."""

    welcome: Welcome


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The line is gone; `reason` is for logs. `moved`: because the machine has another address now."""

    reason: str
    moved: bool = False


@dataclass(frozen=True, slots=True)
class ServerRefused:
    """The switchboard has ended the line; it is tried again in `retry_in_s`."""

    error: ErrorId
    text: str
    retry_in_s: float


M = TypeVar("M", Challenge, Welcome)
Event = Connected | Disconnected | ServerRefused | FromSwitchboard


class _Refused(Exception):
    def __init__(self, message: Error) -> None:
        super().__init__(message.error)
        self.message = message


class _Closed(Exception):
    """The owner wants no line any more."""


class _Moved(Exception):
    """The machine has another address now; what went from the old one gets no answer."""


def own_address(remote: tuple[str, int]) -> str | None:
    """The address from which this machine would speak to `remote`; None without a way there. Sends nothing."""
    family = socket.AF_INET6 if ":" in remote[0] else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(remote)
            return str(probe.getsockname()[0])
    except OSError:
        return None


class Outbox:
    """Messages waiting for a line, oldest first. Full, it gives up candidates first, then the oldest message."""

    def __init__(self, size: int = OUTBOX) -> None:
        self._size = size
        self._waiting: deque[Request] = deque()
        self._filled = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: Request) -> None:
        """Add a message."""
        if len(self._waiting) >= self._size:
            spare = next((waiting for waiting in self._waiting if isinstance(waiting, Candidate)), self._waiting[0])
            self._waiting.remove(spare)
        self._waiting.append(message)
        self._filled.set()
        self._empty.clear()

    async def first(self) -> Request:
        """The oldest message; it stays until `sent`."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        return self._waiting[0]

    def sent(self, message: Request) -> None:
        """The message has been handed to the line."""
        with suppress(ValueError):
            self._waiting.remove(message)
        if not self._waiting:
            self._empty.set()

    async def drained(self) -> None:
        """Wait until nothing is waiting."""
        await self._empty.wait()


def retry_delays(chance: random.Random) -> Iterator[float]:
    """Growing waits between attempts, in seconds, jittered so that booths do not return all at once."""
    delay = FIRST_RETRY_S
    while True:
        yield delay * chance.uniform(0.5, 1.0)
        delay = min(delay * 2, LONGEST_RETRY_S)


class _Pulse:
    """How often a line is tried, and after how long a silence it is dead: brisk while somebody waits for it."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._lively_until = self._clock() + LIVELY_S
        self._has_ticket = False
        self._stirred = asyncio.Event()
        self._listening: asyncio.Timeout | None = None

    @property
    def lively(self) -> bool:
        return self._has_ticket or self._clock() < self._lively_until

    def said(self) -> None:
        """An answer is expected."""
        was_quiet = not self.lively
        self._lively_until = self._clock() + LIVELY_S
        if was_quiet:
            self._stirred.set()
            if self._listening is not None:
                self._listening.reschedule(self._clock() + SILENCE_S)

    def told(self, message: FromSwitchboard) -> None:
        """The switchboard has said something."""
        if isinstance(message, Welcome | TicketUpdate):
            ticket = message.ticket
            self._has_ticket = ticket is not None and ticket.state not in CLOSED

    async def beat(self) -> None:
        """Wait until the next ping is due."""
        self._stirred.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(PING_INTERVAL_S if self.lively else QUIET_PING_INTERVAL_S):
                await self._stirred.wait()

    async def next_frame(self, connection: ClientConnection) -> str | bytes:
        """Raises TimeoutError when the line is dead."""
        longer = 0.0 if self.lively else QUIET_PING_INTERVAL_S - PING_INTERVAL_S
        async with asyncio.timeout(SILENCE_S + longer) as self._listening:
            return await connection.recv()


class SwitchboardClient:
    """One peer's line to the switchboard.

    `token` is called with the challenge's nonce and gives the `hello` token; `instance` is random for each run of the
    program. All methods belong to the loop that runs `run`.
    """

    def __init__(
        self,
        url: str,
        *,
        role: Literal["booth", "clerk"],
        token: Callable[[str], str],
        instance: str,
        software: str = "",
        origin: str | None = None,
        chance: random.Random | None = None,
        own_address: Callable[[tuple[str, int]], str | None] = own_address,
        authorities: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._authorities = authorities if url.startswith("wss:") else None
        self._role: Literal["booth", "clerk"] = role
        self._token = token
        self._instance = instance
        self._software = software
        self._origin = Origin(origin) if origin is not None else None
        self._chance = chance or random.SystemRandom()
        self._outbox = Outbox()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._closing = asyncio.Event()
        self._delays = retry_delays(self._chance)
        self._told_offline = False
        self._own_address = own_address
        self._remote: tuple[str, int] | None = None
        self.online = False
        """Whether the line stands."""

    async def run(self) -> None:
        """Keep the line until `close`; the owner's task."""
        try:
            while not self._closing.is_set():
                wait_s, patient = await self._one_line()
                await self._pause(wait_s, patient=patient)
        finally:
            self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Event]:
        """What happens, in order, until the client is closed."""
        while (event := await self._events.get()) is not None:
            yield event

    async def send(self, message: FromClient) -> None:
        """Send a message, or keep it until there is a line."""
        self._outbox.put(message)

    async def close(self) -> None:
        """End the line and the iteration; `run` returns."""
        self._closing.set()

    async def _pause(self, wait_s: float, *, patient: bool) -> None:
        """Wait before the next attempt; an impatient one comes as soon as the machine has another address."""
        address = self._own_address(self._remote) if self._remote else None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while not self._closing.is_set():
                    if not patient and self._remote and self._own_address(self._remote) != address:
                        return
                    with suppress(TimeoutError):
                        async with asyncio.timeout(ADDRESS_CHECK_S):
                            await self._closing.wait()

    async def _one_line(self) -> tuple[float, bool]:
        """Connect once and talk until the line ends. Returns how many seconds to wait before the next attempt, and
        whether they have to be waited out."""
        try:
            async with connect(
                self._url,
                ssl=self._authorities,
                origin=self._origin,
                open_timeout=OPEN_TIMEOUT_S,
                ping_interval=None,  # Our own ping also proves that the switchboard itself is alive.
                close_timeout=1.0,
                max_size=2 * MAX_MESSAGE_BYTES,
                compression=None,
                proxy=None,
            ) as connection:
                await self._talk(connection)
        except _Closed:
            return 0.0, True
        except _Refused as refused:
            return self._refused(refused.message), True
        except _Moved as moved:
            self._lost(moved)
            return 0.0, False
        except (OSError, WebSocketException, TimeoutError, ProtocolError) as error:
            self._lost(error)
        finally:
            self.online = False
        return next(self._delays), False

    async def _talk(self, connection: ClientConnection) -> None:
        """One conversation. Always ends with an exception that says why."""
        async with asyncio.timeout(OPEN_TIMEOUT_S):
            welcome = await self._handshake(connection)
        self._remote = remote = connection.remote_address[:2]
        address = self._own_address(remote)
        self.online, self._told_offline = True, False
        self._delays = retry_delays(self._chance)
        self._events.put_nowait(Connected(welcome))
        pulse = _Pulse()
        pulse.told(welcome)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(connection, pulse), name="switchboard-read")
                tasks.create_task(self._write(connection, pulse), name="switchboard-write")
                tasks.create_task(self._ping(connection, pulse), name="switchboard-ping")
                tasks.create_task(self._watch_address(remote, address), name="switchboard-address")
                tasks.create_task(self._await_close(), name="switchboard-close")
        except ExceptionGroup as group:
            if isinstance(group.exceptions[0], _Moved | TimeoutError):
                # Nobody would answer a farewell, and it would be waited for.
                connection.transport.abort()
            raise group.exceptions[0] from None

    async def _handshake(self, connection: ClientConnection) -> Welcome:
        challenge = await self._expect(connection, Challenge)
        token = self._token(challenge.nonce)
        hello = Hello(version=VERSION, role=self._role, token=token, instance=self._instance, software=self._software)
        await connection.send(encode(hello))
        return await self._expect(connection, Welcome)

    async def _expect(self, connection: ClientConnection, kind: type[M]) -> M:
        message = decode_from_switchboard(await connection.recv())
        if isinstance(message, Error):
            raise _Refused(message)
        if not isinstance(message, kind):
            raise ProtocolError(
                ErrorId.UNEXPECTED_MESSAGE, f"Expected {kind.__name__}, found {type(message).__name__}."
            )
        return message

    async def _read(self, connection: ClientConnection, pulse: _Pulse) -> None:
        while True:
            message = decode_from_switchboard(await pulse.next_frame(connection))
            pulse.told(message)
            if isinstance(message, Error) and message.fatal:
                raise _Refused(message)
            if isinstance(message, Welcome):  # Another node leads now.
                self._events.put_nowait(Connected(message))
            elif not isinstance(message, Pong):
                self._events.put_nowait(message)

    async def _write(self, connection: ClientConnection, pulse: _Pulse) -> None:
        while True:
            message = await self._outbox.first()
            await connection.send(encode(message))
            self._outbox.sent(message)
            pulse.said()

    async def _ping(self, connection: ClientConnection, pulse: _Pulse) -> None:
        for n in itertools.count(1):
            await connection.send(encode(Ping(n=n)))
            await pulse.beat()

    async def _watch_address(self, remote: tuple[str, int], first: str | None) -> None:
        """Raises _Moved once this machine would speak to the switchboard from another address than `first`."""
        while True:
            await asyncio.sleep(ADDRESS_CHECK_S)
            if self._own_address(remote) not in (first, None):
                raise _Moved("The address of this machine has changed.")

    async def _await_close(self) -> None:
        await self._closing.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._outbox.drained()
        raise _Closed

    def _refused(self, message: Error) -> float:
        wait_s = REFUSED_RETRY_S if message.error in WAIT_LONG else next(self._delays)
        self._told_offline = True
        self._events.put_nowait(ServerRefused(message.error, message.text, wait_s))
        return wait_s

    def _lost(self, error: Exception) -> None:
        """Say once that there is no line, however often it is tried in vain."""
        if not self._told_offline:
            self._told_offline = True
            self._events.put_nowait(Disconnected(f"{type(error).__name__}: {error}", isinstance(error, _Moved)))
