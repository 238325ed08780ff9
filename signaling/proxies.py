"""Whether the proxy in front is one that `trusted_proxies` names.

If it is not, everybody behind it counts as one address in all limits, and what citizens see is "too many requests".
uvicorn reads the headers of those that are named; this tells the operator of another.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

FORWARDED: Final = b"x-forwarded-for"

log = structlog.get_logger(__name__)


class ProxyWatch:
    """ASGI. Logs once, without its address, that somebody forwards who is not believed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told = False

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if not self._told and _forwarded(scope) and not _believed(scope):
            self._told = True
            log.warning(
                "proxy_untrusted",
                text="A request was forwarded by a machine that `trusted_proxies` of the directory does not name: "
                "all who come through it count as one in the limits.",
            )
        return self._app(scope, receive, send)


def _forwarded(scope: Scope) -> bool:
    return any(name == FORWARDED for name, _ in scope.get("headers", ()))


def _believed(scope: Scope) -> bool:
    """An address that uvicorn took from the header is without a port, which no connection is."""
    client = scope.get("client")
    return client is not None and client[1] == 0
