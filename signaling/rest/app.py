"""The routes of the table: one ASGI application to be mounted beside the WebSocket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from signaling.rest.endpoint import Endpoint
from signaling.rest.errors import ErrorId, RestError
from signaling.rest.guard import Guard, error_response
from signaling.rest.house import House
from signaling.rest.table import ENDPOINTS

PREFLIGHT_S: Final = 600


def make_app(house: House, endpoints: Iterable[Endpoint] = ENDPOINTS) -> Starlette:
    """REST over a house that is opened and closed by the caller. Browsers may ask from the consoles' pages alone."""
    guard = Guard(house)
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    app = Starlette(
        # Fixed paths first: a parameter would take them for an id.
        routes=[_route(guard, path, paths[path]) for path in sorted(paths, key=lambda path: ("{" in path, path))],
        middleware=[
            Middleware(_NoSniff),
            Middleware(
                CORSMiddleware,
                allow_origins=sorted(house.directory.origins()),
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=["Retry-After"],
                max_age=PREFLIGHT_S,
            ),
        ],
        exception_handlers={HTTPException: _http_error},
    )
    app.state.house = house
    return app


def _route(guard: Guard, path: str, by_method: dict[str, Endpoint]) -> Route:
    async def serve(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await guard.serve(by_method[method], request)

    handler: Callable[[Request], Awaitable[Response]] = serve
    return Route(path, handler, methods=list(by_method), name=path)


class _NoSniff:
    """Answers are what their media type says, in whichever browser they are opened."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"x-content-type-options", b"nosniff")]
            await send(message)

        await self._app(scope, receive, send_with_header)


async def _http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such path, wrong method) in the form of all errors."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    id_ = {404: ErrorId.NOT_FOUND, 405: ErrorId.METHOD_NOT_ALLOWED}.get(status, ErrorId.INTERNAL_ERROR)
    response = error_response(RestError(id_, "There is nothing here under that path and method."))
    response.headers.update(getattr(error, "headers", None) or {})
    return response
