"""Sends through a relay and back what a call would: two allocations of this machine talk to each other.

What one of them sends goes up to the relay and comes down again from it, so that both directions of the machine's
network carry as much as in a call. The other one echoes a few bytes of each packet, for the round trip.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import statistics
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aioice import stun, turn

from media.connectivity.probe import Outcome, outcome_of
from media.connectivity.servers import Endpoint, Transport

RATE: Final = 1_500_000
"""Bits a second, as a call with a good picture sends."""
SECONDS: Final = 1.0
PACKET_BYTES: Final = 1_200
OPENING_S: Final = 4.0
STRAGGLERS_S: Final = 0.5
_HELLO_S: Final = 0.1
_LIFETIME_S: Final = 60
_HEAD: Final = struct.Struct("!BIq")
"""A first byte that is not STUN (RFC 7983), a number, the time of sending in nanoseconds."""
_HELLO, _LOAD, _ECHO = 0x80, 0x81, 0x82

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Measurement:
    """`loss` there and `loss_back`: shares of packets, 0 to 1. `round_trip`: seconds, median, through the relay twice.
    `rate`: bits a second that arrived, at most RATE. `outcome` says why nothing was measured."""

    outcome: Outcome
    loss: float = 1.0
    loss_back: float = 1.0
    round_trip: float | None = None
    rate: float = 0.0
    detail: str = ""


@dataclass(eq=False)
class _End(asyncio.DatagramProtocol):
    """One of the two allocations. `arrivals`: monotonic seconds of each packet of the load. `complete`: as many as
    `expected` have come back."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    expected: int = 0
    arrivals: list[float] = field(default_factory=list)
    round_trips: list[float] = field(default_factory=list)
    error: Exception | None = None
    transport: asyncio.DatagramTransport | None = None
    other: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def error_received(self, exc: Exception) -> None:
        self.error = exc
        self.heard.set()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if len(data) < _HEAD.size or addr != self.other:
            return
        kind, number, sent_ns = _HEAD.unpack_from(data)
        self.heard.set()
        if kind == _LOAD:
            self.arrivals.append(time.monotonic())
            self.send(_HEAD.pack(_ECHO, number, sent_ns))
        elif kind == _ECHO:
            self.round_trips.append((time.monotonic_ns() - sent_ns) / 1e9)
            if len(self.round_trips) == self.expected:
                self.complete.set()

    def send(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.sendto(data, self.other)


async def measure(
    relay: Endpoint, trust: ssl.SSLContext, *, rate: float = RATE, seconds: float = SECONDS
) -> Measurement:
    """Send `rate` bits a second through the relay for so many `seconds`. Takes up to 6 s where nothing arrives."""
    near, far = _End(), _End()
    try:
        async with asyncio.timeout(OPENING_S):
            await asyncio.gather(_allocate(near, relay, trust), _allocate(far, relay, trust))
            near.other, far.other = _relayed(far), _relayed(near)
            await _until_both_hear(near, far)
        began = time.monotonic()
        await _load(near, rate, seconds)
        return _measured(near, far, began, seconds)
    except Exception as error:
        # Whatever a stranger's answer has led to, down to aioice's assertions.
        outcome = outcome_of(error)
        log.debug("nothing measured", outcome=outcome.value)
        return Measurement(outcome, detail=f"{type(error).__name__}: {error}"[:200])
    finally:
        await _release(near, far)


async def _allocate(end: _End, relay: Endpoint, trust: ssl.SSLContext) -> None:
    await turn.create_turn_endpoint(
        lambda: end,
        relay.address,
        relay.username,
        relay.credential,
        lifetime=_LIFETIME_S,
        ssl=trust if relay.transport is Transport.TLS else None,
        transport="udp" if relay.transport is Transport.UDP else "tcp",
    )


def _relayed(end: _End) -> Any:
    assert end.transport is not None  # noqa: S101 (set before the endpoint is given out)
    return end.transport.get_extra_info("sockname")


async def _until_both_hear(near: _End, far: _End) -> None:
    """The first packets open the relay for each other, so that they may be lost. Raises what the relay answered."""
    heard = asyncio.gather(near.heard.wait(), far.heard.wait())
    try:
        while not heard.done():
            for end in (near, far):
                end.send(_HEAD.pack(_HELLO, 0, 0))
            await asyncio.wait((heard,), timeout=_HELLO_S)
    finally:
        heard.cancel()
        await asyncio.gather(heard, return_exceptions=True)
    for end in (near, far):
        if end.error is not None:
            raise end.error


async def _load(near: _End, rate: float, seconds: float) -> None:
    """Send at an even pace, and wait a moment for what is still on its way."""
    began, pause = time.monotonic(), PACKET_BYTES * 8 / rate
    padding = bytes(PACKET_BYTES - _HEAD.size)
    near.expected = max(1, round(seconds / pause))
    for number in range(near.expected):
        near.send(_HEAD.pack(_LOAD, number, time.monotonic_ns()) + padding)
        await asyncio.sleep(max(began + (number + 1) * pause - time.monotonic(), 0))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STRAGGLERS_S):
            await near.complete.wait()


def _measured(near: _End, far: _End, began: float, seconds: float) -> Measurement:
    arrived, returned = len(far.arrivals), len(near.round_trips)
    if not arrived or not returned:
        return Measurement(Outcome.TIMEOUT, detail="The relay opened, but then nothing arrived.")
    return Measurement(
        Outcome.GOOD,
        loss=1 - arrived / near.expected,
        loss_back=1 - returned / arrived,
        round_trip=statistics.median(near.round_trips),
        rate=arrived * PACKET_BYTES * 8 / max(seconds, far.arrivals[-1] - began),
    )


async def _release(*ends: _End) -> None:
    transports = [end.transport for end in ends if end.transport is not None]
    for transport in transports:
        transport.close()
    # aioice deletes the allocation in a task of its own, which it keeps to itself.
    tasks = [task for transport in transports if (task := getattr(transport, "_TurnTransport__close_task", None))]
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=1.0)
        for task in pending:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, stun.TransactionError):
                log.debug("allocation not given back", error=type(result).__name__)
