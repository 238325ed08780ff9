"""Asks a STUN or TURN server, in the real protocol, whether it would serve a call from here.

A relay is asked for an allocation, which is given back at once. Nothing is raised: what comes of it is a `Finding`.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog
from aioice import stun, turn

from media.connectivity.servers import Endpoint, Transport

PATIENCE_S: Final = 4.0
"""How long a server may take for everything it is asked; a good one over TLS takes five round trips."""
MAX_DETAIL: Final = 200
_BINDING_S: Final = 0.5
_FAREWELL_S: Final = 1.0
_ALLOCATION_S: Final = 60

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What came of asking a server."""

    GOOD = "good"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    """There is a machine, but nothing listens there, or something in between says no."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    TLS = "tls"
    CREDENTIALS = "credentials"
    FULL = "full"
    """The relay has no more to give, to this user or at all."""
    NOT_SERVED = "not_served"
    """The server answers, but will not do what it is asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`round_trip`: seconds of a STUN binding, None if it was not answered; over UDP that makes the server good for
    finding out the public address too. `detail` is for engineers and holds nothing personal."""

    endpoint: Endpoint
    outcome: Outcome
    round_trip: float | None = None
    detail: str = ""

    @property
    def good(self) -> bool:
        return self.outcome is Outcome.GOOD

    @property
    def binds(self) -> bool:
        """Whether it tells the public address of a UDP socket."""
        return self.round_trip is not None and self.endpoint.transport is Transport.UDP


class Refusal(Exception):
    """The other machine says over UDP that nothing listens there."""


class DatagramClient(turn.TurnClientUdpProtocol):
    """Hears of a refusal at once instead of falling silent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def error_received(self, exc: Exception) -> None:
        if not self.refused.done():
            self.refused.set_exception(Refusal(str(exc)))


class StreamClient(turn.TurnClientTcpProtocol):
    """Hears of a lost connection at once instead of falling silent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if not self.refused.done():
            self.refused.set_exception(exc or ConnectionResetError("The server has hung up."))


Client = DatagramClient | StreamClient


async def probe_all(asked: Iterable[Endpoint], trust: ssl.SSLContext, patience_s: float = PATIENCE_S) -> list[Finding]:
    """Ask all of them at once."""
    return list(await asyncio.gather(*(probe(one, trust, patience_s) for one in asked)))


async def probe(asked: Endpoint, trust: ssl.SSLContext, patience_s: float = PATIENCE_S) -> Finding:
    """Ask one server."""
    round_trips: list[float] = []
    client: Client | None = None
    try:
        async with asyncio.timeout(patience_s):
            client = await _open(asked, trust)
            await _unless_refused(client, _ask(client, asked, round_trips.append))
        outcome, detail = Outcome.GOOD, ""
    except Exception as error:
        # Whatever a stranger's answer has led to, down to aioice's assertions.
        outcome, detail = outcome_of(error), f"{type(error).__name__}: {error}".rstrip(": ")[:MAX_DETAIL]
    finally:
        if client is not None:
            await _close(client)
    return Finding(asked, outcome, min(round_trips, default=None), detail)


def outcome_of(error: Exception) -> Outcome:
    """What an error of the protocol, of TLS or of the system means."""
    match error:
        case socket.gaierror():
            return Outcome.NAME_UNKNOWN
        case ssl.SSLCertVerificationError():
            return Outcome.CERTIFICATE
        case ssl.SSLError():
            return Outcome.TLS
        case ConnectionError() | Refusal():
            return Outcome.REFUSED
        case TimeoutError() | stun.TransactionTimeout():
            return Outcome.TIMEOUT
        case stun.TransactionFailed():
            return _refused_with(error.response.attributes.get("ERROR-CODE", (0, ""))[0])
        case OSError() if f"[Errno {errno.ECONNREFUSED}]" in str(error):  # From several addresses of one name.
            return Outcome.REFUSED
        case OSError():
            return Outcome.UNREACHABLE
    return Outcome.NOT_SERVED


def _refused_with(code: int) -> Outcome:
    """Error codes of RFC 8656, 19 and RFC 8489, 14.8."""
    if code in (401, 431, 438, 441):
        return Outcome.CREDENTIALS
    return Outcome.FULL if code in (486, 508) else Outcome.NOT_SERVED


async def _open(asked: Endpoint, trust: ssl.SSLContext) -> Client:
    loop = asyncio.get_running_loop()
    settings = (asked.address, asked.username, asked.credential, _ALLOCATION_S, turn.DEFAULT_CHANNEL_REFRESH_TIME)
    client: Client
    if asked.transport is Transport.UDP:
        _, client = await loop.create_datagram_endpoint(lambda: DatagramClient(*settings), remote_addr=asked.address)
    else:
        secured = trust if asked.transport is Transport.TLS else None
        _, client = await loop.create_connection(lambda: StreamClient(*settings), *asked.address, ssl=secured)
    return client


async def _unless_refused(client: Client, work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work, name="probe-questions")
    try:
        await asyncio.wait((task, client.refused), return_when=asyncio.FIRST_COMPLETED)
        (task if task.done() else client.refused).result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _ask(client: Client, asked: Endpoint, measured: Callable[[float], None]) -> None:
    if not asked.relay:
        await _bind(client, measured)
        return
    # A relay need not tell addresses, so that this may fail.
    binding = asyncio.create_task(_bind(client, measured), name="probe-binding")
    try:
        await client.connect()
    finally:
        await asyncio.wait((binding,), timeout=_BINDING_S)
        binding.cancel()
        await asyncio.gather(binding, return_exceptions=True)


async def _bind(client: Client, measured: Callable[[float], None]) -> None:
    began = time.monotonic()
    message = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    await client.request(message)
    measured(time.monotonic() - began)


async def _close(client: Client) -> None:
    """Give back what was allocated, if the server still listens."""
    try:
        if client.relayed_address is not None:
            async with asyncio.timeout(_FAREWELL_S):
                await client.delete()
    except TimeoutError:
        log.debug("relay does not take its allocation back")
    finally:
        if client.refresh_task is not None:
            client.refresh_task.cancel()
        if not client.refused.cancel() and not client.refused.cancelled():
            client.refused.exception()
        client.transport.close()
