"""REST of a switchboard in this process, asked without a socket, so that each peer may have an address of its own."""

from __future__ import annotations

from typing import Any

import httpx

OFFICE = "192.0.2.7"


class Rest:
    """Asks a switchboard's application. `town` makes the tokens."""

    @classmethod
    def of(cls, switchboard: Any) -> Rest:
        """Of a switchboard that runs in this process."""
        return cls(switchboard.running.config.app.routes[-1].app, switchboard.town)

    def __init__(self, app: Any, town: Any) -> None:
        self.app = app
        self.town = town

    async def ask(
        self, method: str, path: str, *, address: str = OFFICE, token: str | None = None, **options: Any
    ) -> httpx.Response:
        headers = {**({"authorization": f"Bearer {token}"} if token else {}), **options.pop("headers", {})}
        transport = httpx.ASGITransport(self.app, client=(address, 40_000))
        # Nothing here is TLS, and loading the system's certificates takes longer than asking.
        async with httpx.AsyncClient(transport=transport, base_url="http://switchboard", verify=False) as client:
            return await client.request(method, path, headers=headers, **options)

    def token(self, *roles: str, subject: str = "person-1", **claims: Any) -> str:
        token: str = self.town.clerk_token(subject, roles=list(roles), **claims)
        return token
