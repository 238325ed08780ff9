"""A relay over TLS whose connection is full: pictures are dropped, and nothing grows."""

from __future__ import annotations

import asyncio
import ssl
import struct
from pathlib import Path

from media.aiortc_reach.gathering import QUEUE_BYTES, RelayStream
from media.connectivity.trust import trust
from tests.connectivity.coturn import make_certificates

PICTURE = struct.pack("!HH", 0x4000, 1200) + bytes(1200)
MEGABYTES = 8
IN_TLS_BYTES = 4 * 1024
"""Its records are a little longer than what is in them."""


async def test_what_a_full_connection_does_not_take_is_dropped(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    over = asyncio.Event()

    async def read_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.transport.abort()

    async with await asyncio.start_server(read_nothing, "127.0.0.1", 0, ssl=context) as server:
        address = server.sockets[0].getsockname()
        _, stream = await asyncio.get_running_loop().create_connection(
            lambda: RelayStream(address, "u", "c", 600, 500), *address, ssl=trust(certificates.ca)
        )
        longest = 0
        for number in range(MEGABYTES * 1024 * 1024 // len(PICTURE)):
            stream._send(PICTURE)
            longest = max(longest, stream._waiting())
            if number % 8 == 0:
                await asyncio.sleep(0)
        assert stream.dropped > 0
        assert QUEUE_BYTES < longest <= QUEUE_BYTES + len(PICTURE) + IN_TLS_BYTES
        over.set()
        stream.transport.abort()  # type: ignore[union-attr]
