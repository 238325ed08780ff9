"""Which bus is meant by an address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from signaling.bus import Bus, BusError
from signaling.bus.local import LocalBus
from signaling.bus.nats import NatsBus

SCHEMES = ("nats", "tls")


def parse_servers(text: str) -> list[str]:
    """The servers of `--bus`. Raises BusError, which does not repeat them: they may hold a password."""
    servers = [server.strip() for server in text.split(",")]
    for server in servers:
        try:
            parts = urlsplit(server)
            known = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise BusError("Give --bus as nats://USER:PASSWORD@HOST:4222 (or tls://…), several with commas between.")
    return servers


async def open_bus(servers: list[str], kind: Any, sender: int) -> Bus[Any]:
    """The bus over these NATS servers; without any the one in this process. Raises BusError."""
    if not servers:
        return LocalBus[Any]()
    return await NatsBus[Any].connect(servers, kind, sender)
