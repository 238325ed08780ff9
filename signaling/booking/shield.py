"""What stands in front of the booking pages: headers that forbid what they do not need, and rates."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from signaling.rest.rates import Rate

LOOKING: Final = Rate(per_s=3, burst=60)
"""Of all pages for one address; a library's readers may share one."""
BOOKING: Final = Rate(per_s=0.1, burst=10)
CODES: Final = Rate(per_s=0.1, burst=12)
"""Of codes that are sent; each page about one appointment sends its code again."""

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
STATIC_S: Final = 3600


class Shield:
    """Adds the headers. Pages are kept by nobody, also not by a browser for its way back; styles and script are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cached = f"public, max-age={STATIC_S}" if "/static/" in scope.get("path", "") else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *added, (b"cache-control", cached.encode())]
            await send(message)

        await self._app(scope, receive, send_with_headers)
