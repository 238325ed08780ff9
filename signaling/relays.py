"""STUN and TURN servers as they are told to peers: TURN credentials are made for each line and last for a while.

A relay that knows the same secret (coturn's `use-auth-secret`) can check them without asking anybody: the user name is
the time of expiry and the number of the line, the password an HMAC-SHA1 over it (draft-uberti-behave-turn-rest-00,
2.2). Lines that stay are told new ones when half the time is over, so that whoever begins a call has good ones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Callable, Iterable
from typing import Final

from signaling.directory import RelayServer
from signaling.protocol.messages import IceServer

RENEWED_AFTER: Final = 0.5
"""Share of its lifetime after which a credential is replaced."""


def credentials(secret: str, name: str, expires_at: float) -> tuple[str, str]:
    """User name and password for `name` that are good until `expires_at`, in seconds since the epoch."""
    username = f"{math.ceil(expires_at)}:{name}"
    digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return username, base64.b64encode(digest).decode()


class Relays:
    """`clock`: seconds since the epoch; the relays compare with their own clocks."""

    def __init__(self, servers: Iterable[RelayServer], lifetime_s: float, clock: Callable[[], float]) -> None:
        self._servers: Final = tuple(servers)
        self._lifetime_s = lifetime_s
        self._clock = clock
        # All last equally long, so the first one in is the first that is due.
        self._due: dict[int, float] = {}

    def told(self, address: int) -> list[IceServer]:
        """What the peer on the line `address` is told now; until the line is closed it will be due again."""
        if any(server.secret for server in self._servers):
            self._due.pop(address, None)
            self._due[address] = self._clock() + self._lifetime_s * RENEWED_AFTER
        return [self._issue(server, f"line-{address}") for server in self._servers]

    def closed(self, address: int) -> None:
        """The line is gone."""
        self._due.pop(address, None)

    def deadline(self) -> float | None:
        """When the next line is due."""
        return next(iter(self._due.values())) if self._due else None

    def take_due(self, now: float) -> list[int]:
        """The lines that need new credentials."""
        due = [address for address, at in self._due.items() if at <= now]
        for address in due:
            del self._due[address]
        return due

    def _issue(self, server: RelayServer, name: str) -> IceServer:
        if not server.secret:
            return IceServer(urls=server.urls, username=server.username, credential=server.credential)
        username, password = credentials(server.secret, name, self._clock() + self._lifetime_s)
        return IceServer(urls=server.urls, username=username, credential=password)
