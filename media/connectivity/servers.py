"""STUN and TURN servers, one at one transport each (RFC 7064, RFC 7065)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

MAX_ENDPOINTS: Final = 16
_URL: Final = re.compile(
    r"(?P<scheme>stun|turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[^\s\[\]:?/@]+)(:(?P<port>[0-9]{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)
_PORTS: Final = {"stun": 3478, "turn": 3478, "turns": 5349}


class IceServer(Protocol):
    """As RTCIceServer (W3C WebRTC 4.2.3); the switchboard's `ice_servers` fit."""

    @property
    def urls(self) -> list[str]: ...
    @property
    def username(self) -> str | None: ...
    @property
    def credential(self) -> str | None: ...


class Transport(StrEnum):
    """How the server is reached, the best for media first."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class ServerUrlError(ValueError):
    """Not the address of a STUN or TURN server that can be used."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server at one transport. Equal to another with the same address, whatever the credentials."""

    relay: bool
    host: str
    port: int
    transport: Transport
    username: str | None = field(default=None, compare=False, repr=False)
    credential: str | None = field(default=None, compare=False, repr=False)

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    def __str__(self) -> str:
        kind = "turn" if self.relay else "stun"
        return f"{kind} {self.host}:{self.port} {self.transport}"


def endpoint(url: str, username: str | None = None, credential: str | None = None) -> Endpoint:
    """Take one URL apart. Raises ServerUrlError."""
    match = _URL.fullmatch(url)
    if match is None:
        raise ServerUrlError(f"{url[:100]!r} is not the address of a STUN or TURN server.")
    scheme, transport = match["scheme"], match["transport"]
    if (scheme, transport) in (("stun", "tcp"), ("turns", "udp")):
        raise ServerUrlError(f"{scheme}: does not go over {transport.upper()} here.")
    port = int(match["port"] or _PORTS[scheme])
    if not 0 < port < 65536:
        raise ServerUrlError(f"{port} is not a port.")
    over = Transport.TLS if scheme == "turns" else Transport(transport or "udp")
    return Endpoint(scheme != "stun", match["host"].strip("[]"), port, over, username, credential)


def endpoints(servers: Iterable[IceServer]) -> tuple[list[Endpoint], list[str]]:
    """All endpoints in the order they were told, each once, and what was wrong with the others."""
    found: dict[Endpoint, Endpoint] = {}
    wrong: list[str] = []
    for server in servers:
        for url in server.urls:
            try:
                told = endpoint(url, server.username, server.credential)
            except ServerUrlError as error:
                wrong.append(str(error))
            else:
                found.setdefault(told, told)
    return list(found.values())[:MAX_ENDPOINTS], wrong
