"""The bus over NATS.

What gathers for a subject in a moment goes as one NATS message, a MessagePack array: the number of the sender, the
number of the parcel (from 0 for each subject), and the messages. After a pause of GATHER_S a message goes at once;
what follows on its heels waits for so long, as a parcel costs more than what is in it. A listener notices by the
numbers what it has missed. A subject that this process listens on itself is served without NATS.

While there is no connection what is sent is dropped, not kept: after it both sides begin anew, and old news would only
be in the way.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from signaling.bus import BusError, M

CONNECT_S: Final = 10.0
RECONNECT_S: Final = 0.25
PING_INTERVAL_S: Final = 2
GATHER_S: Final = 0.002
"""Least time between parcels."""
PARCEL_BYTES: Final = 256 * 1024
"""A parcel is closed when it is over this size; NATS takes 1 MiB."""
OUTGOING: Final = 200_000
"""Messages that may wait to be passed on; more are dropped."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Listener(Generic[M]):
    hear: Callable[[M], None]
    lost: Callable[[int], None] | None
    subscription: Subscription
    next: dict[int, int] = field(default_factory=dict)


class _State:
    """Whether there is a connection, to be waited for."""

    def __init__(self) -> None:
        self.events = {True: asyncio.Event(), False: asyncio.Event()}
        self.closing = False

    async def up(self) -> None:
        self._turn(True)

    async def down(self) -> None:
        self._turn(False)

    def _turn(self, connected: bool) -> None:
        self.events[connected].set()
        self.events[not connected].clear()
        if not self.closing:
            log.log(logging.INFO if connected else logging.WARNING, "bus", connected=connected)


class NatsBus(Generic[M]):
    """See `Bus`. `kind`: the type of the messages; `sender`: a number no other process on this bus has."""

    alone = False

    def __init__(self, client: Client, state: _State, kind: Any, sender: int) -> None:
        self._client = client
        self._state = state
        self._decoder = msgspec.msgpack.Decoder(tuple[int, int, list[kind]])
        self._encoder = msgspec.msgpack.Encoder()
        self._sender = sender
        self._listeners: dict[str, _Listener[M]] = {}
        self._outgoing: defaultdict[str, list[M]] = defaultdict(list)
        self._waiting = 0
        self._filled = asyncio.Event()
        self._parcels: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)
        self._writer = asyncio.create_task(self._write(), name="bus-writer")

    @classmethod
    async def connect(cls, servers: list[str], kind: Any, sender: int) -> NatsBus[M]:
        """Join the bus. Raises BusError, which does not repeat the addresses: they may hold a password."""
        client, state = Client(), _State()
        try:
            async with asyncio.timeout(CONNECT_S):
                await client.connect(
                    servers,
                    name=f"fernamt-{sender}",
                    no_echo=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_S,  # type: ignore[arg-type]
                    ping_interval=PING_INTERVAL_S,
                    error_cb=_note,
                    disconnected_cb=state.down,
                    reconnected_cb=state.up,
                )
        except (NatsError, OSError, TimeoutError, ValueError) as error:
            await client.close()
            raise BusError(
                f"The NATS servers given with --bus cannot be reached: {error.__class__.__name__}."
                " They must run, be reachable, and know the user and password of the address."
            ) from None
        await state.up()
        return cls(client, state, kind, sender)

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def until(self, connected: bool) -> None:
        await self._state.events[connected].wait()

    async def listen(self, subject: str, hear: Callable[[M], None], lost: Callable[[int], None] | None = None) -> None:
        async def take(message: Msg) -> None:
            self._take(subject, message.data)

        subscription = await self._client.subscribe(subject, cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
        self._listeners[subject] = _Listener(hear, lost, subscription)
        if self._client.is_connected:
            await self._reach_server()

    async def leave(self, subject: str) -> None:
        listener = self._listeners.pop(subject, None)
        if listener is not None and not self._client.is_closed:
            await listener.subscription.unsubscribe()

    def send(self, subject: str, message: M) -> None:
        own = self._listeners.get(subject)
        if own is not None:
            own.hear(message)
        else:
            self._put(subject, message)

    def broadcast(self, subject: str, message: M) -> None:
        own = self._listeners.get(subject)
        if own is not None:
            own.hear(message)
        self._put(subject, message)

    async def close(self) -> None:
        self._state.closing = True
        self._writer.cancel()
        await asyncio.wait({self._writer})
        if self._client.is_connected:
            await self._pass_on()
            await self._reach_server()
        await self._client.close()

    async def _reach_server(self) -> None:
        """Return when the server has taken in what was told it. The client's flush sends its ping ahead of what waits
        to be written, so that only the second is answered after it."""
        await self._client.flush()
        await self._client.flush()

    def _put(self, subject: str, message: M) -> None:
        if not self._client.is_connected or self._waiting >= OUTGOING:
            next(self._parcels[subject])  # A number nobody will see, so that the loss is noticed.
            return
        self._outgoing[subject].append(message)
        self._waiting += 1
        self._filled.set()

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        again_at = 0.0
        while True:
            await self._filled.wait()
            await asyncio.sleep(max(again_at - clock(), 0.0))
            self._filled.clear()
            await self._pass_on()
            again_at = clock() + GATHER_S

    async def _pass_on(self) -> None:
        outgoing, self._outgoing, self._waiting = self._outgoing, defaultdict(list), 0
        for subject, messages in outgoing.items():
            for parcel in self._parcel(messages):
                number = next(self._parcels[subject])
                head = b"\x93" + self._encoder.encode(self._sender) + self._encoder.encode(number)
                try:
                    await self._client.publish(subject, head + parcel)
                except NatsError as error:
                    log.warning("bus_message_lost", error=error.__class__.__name__)

    def _parcel(self, messages: Iterable[M]) -> Iterator[bytes]:
        """MessagePack arrays of the messages, each of a size that can be sent."""
        parts: list[bytes] = []
        size = 0
        for message in messages:
            parts.append(self._encoder.encode(message))
            size += len(parts[-1])
            if size >= PARCEL_BYTES:
                yield _array(parts)
                parts, size = [], 0
        if parts:
            yield _array(parts)

    def _take(self, subject: str, data: bytes) -> None:
        listener = self._listeners.get(subject)
        if listener is None:
            return
        try:
            sender, number, messages = self._decoder.decode(data)
        except msgspec.DecodeError as error:
            log.error("bus_message_unreadable", subject=subject, error=str(error))
            return  # The next one will show the gap.
        expected = listener.next.get(sender, 0)
        listener.next[sender] = number + 1
        if number != expected and listener.lost is not None:
            listener.lost(sender)
        for message in messages:
            listener.hear(message)


def _array(parts: list[bytes]) -> bytes:
    return b"\xdd" + len(parts).to_bytes(4, "big") + b"".join(parts)


async def _note(error: Exception) -> None:
    log.warning("bus_error", error=error.__class__.__name__)
