"""Each assumption about aioice that `media.aiortc_reach.arrival` builds on: one fails when upstream changes."""

from __future__ import annotations

import asyncio
import inspect
import socket
import time
from types import SimpleNamespace
from typing import Any

from aioice import ice
from aiortc import rtcdtlstransport

from media.aiortc_reach.arrival import Arrived, StampingProtocol, arrived_us

PAUSE_S = 0.05


def test_the_hooks_are_where_they_were() -> None:
    assert ice.StunProtocol is StampingProtocol
    assert "StunProtocol(self)" in inspect.getsource(ice.Connection)
    assert "self.receiver.data_received(data," in inspect.getsource(ice.StunProtocol.__mro__[1])
    assert "data = await self.transport._recv()" in inspect.getsource(rtcdtlstransport.RTCDtlsTransport._recv_next)


async def test_a_process_that_comes_late_still_knows_when_packets_came() -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    receiver: Any = SimpleNamespace(data_received=lambda data, component: heard.put_nowait(data))
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: StampingProtocol(receiver), local_addr=("127.0.0.1", 0)
    )
    protocol.local_candidate = SimpleNamespace(component=1)  # type: ignore[assignment]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(transport.get_extra_info("sockname"))
        # The kernel begins to note when it is asked first.
        sender.send(b"\x80first")
        await heard.get()
        for number in range(3):
            sender.send(b"\x80" + bytes([number]))
            time.sleep(PAUSE_S)  # noqa: ASYNC251 - this is the process that comes late
        read_at = time.monotonic_ns() // 1000
        found = [await heard.get() for _ in range(3)]
    transport.close()
    assert [bytes(one) for one in found] == [b"\x80" + bytes([number]) for number in range(3)]
    assert all(isinstance(one, Arrived) for one in found)
    stamps = [one.at_us for one in found]
    assert stamps[1] - stamps[0] >= PAUSE_S * 1e6
    assert read_at - stamps[0] >= 3 * PAUSE_S * 1e6 * 0.99


def test_without_a_socket_it_is_now() -> None:
    before = time.monotonic_ns() // 1000
    assert before <= arrived_us(None) <= time.monotonic_ns() // 1000
    assert before <= arrived_us(1_000_000) <= time.monotonic_ns() // 1000
