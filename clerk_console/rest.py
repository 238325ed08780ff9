"""The back end's requests: who may ask, how much they may send, and how errors are answered.

Every request passes the same guard, in this order: the CSRF header and the origin, the session, the role. Whatever
goes wrong becomes `{"error": id, "text": English}`; an unforeseen fault is logged by its kind and place alone, because
the text of an exception may hold what a citizen said.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.office import Office
from clerk_console.staff import Staff
from signaling.protocol import json_body

BODY_BYTES: Final = 128 * 1024
CSRF_HEADER: Final = "X-Fernamt"
SAFE: Final = ("GET", "HEAD")

T = TypeVar("T")
Answer = Callable[[Office, Request, Staff], Awaitable[Response]]
PublicAnswer = Callable[[Office, Request], Awaitable[Response]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Endpoint:
    """One request. `role`: one of them is needed to ask; None for anybody signed in."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    answer: Answer
    role: str | tuple[str, ...] | None = "clerk"

    @property
    def roles(self) -> tuple[str, ...]:
        """One of these is needed; none: anybody signed in may ask."""
        return (self.role,) if isinstance(self.role, str) else self.role or ()


@dataclass(frozen=True)
class PublicEndpoint:
    """A request that needs no session."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    answer: PublicAnswer


def route(office: Office, endpoint: Endpoint | PublicEndpoint, mounted: str = "") -> Route:
    """The endpoint behind its guard; `mounted`: the path's beginning a mount takes care of."""

    async def guarded(request: Request) -> Response:
        try:
            _check_origin(request, office.settings.own_origin)
            if isinstance(endpoint, PublicEndpoint):
                return await endpoint.answer(office, request)
            staff = await signed_in(office, request)
            if endpoint.roles and not set(endpoint.roles) & set(staff.roles):
                needed = " or ".join(endpoint.roles)
                raise ConsoleError(ErrorId.NOT_PERMITTED, f"Your account does not have the role {needed}.")
            return await endpoint.answer(office, request, staff)
        except (ConsoleError, ClientDisconnect) as error:
            return error_answer(error)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("request.failed", kind=type(error).__name__, place=f"{place.name}:{place.lineno}")
            return error_answer(
                ConsoleError(ErrorId.INTERNAL_ERROR, "Something went wrong; the log has a line on it.")
            )

    return Route(
        endpoint.path.removeprefix(mounted),
        guarded,
        methods=[endpoint.method],
        name=f"{endpoint.method} {endpoint.path}",
    )


def cookie_name(office: Office) -> str:
    """The session's cookie. `__Host-` binds it to this very host, which browsers allow over TLS only."""
    return "__Host-fernamt_session" if office.settings.secure else "fernamt_session"


async def signed_in(office: Office, request: Request) -> Staff:
    """Who asks. Raises ConsoleError (signed_out)."""
    session = request.cookies.get(cookie_name(office))
    staff = await office.sessions.staff(session) if session else None
    if staff is None:
        raise ConsoleError(ErrorId.SIGNED_OUT, "There is no session, or it has ended; sign in.")
    return staff


async def body(request: Request, type_: type[T], limit: int = BODY_BYTES) -> T:
    """The request's JSON as `type_`. Raises ConsoleError (request_too_large, media_type_unsupported,
    malformed_request)."""
    try:
        return await json_body.read(request.headers, request.stream(), type_, limit)
    except json_body.BodyError as error:
        raise ConsoleError(ErrorId(error.error), error.text) from None


def answer(content: Any, status: int = 200) -> Response:
    """JSON; never kept by a cache."""
    return Response(msgspec.json.encode(content), status, {"Cache-Control": "no-store"}, media_type="application/json")


def error_answer(error: ConsoleError | ClientDisconnect) -> Response:
    if isinstance(error, ClientDisconnect):
        error = ConsoleError(ErrorId.MALFORMED_REQUEST, "The body ended early.")
    response = answer({"error": error.error, "text": error.text, **error.details}, error.status)
    response.headers.update(error.headers)
    return response


async def http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such path, wrong method) in the house's form."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    id_ = {404: ErrorId.NOT_FOUND, 405: ErrorId.METHOD_NOT_ALLOWED}.get(status, ErrorId.INTERNAL_ERROR)
    response = error_answer(ConsoleError(id_, "There is nothing here under that path and method."))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _check_origin(request: Request, own: str) -> None:
    """A page elsewhere can make a browser send requests here, but neither this header nor this origin."""
    if request.method in SAFE:
        return
    if request.headers.get(CSRF_HEADER) != "1":
        raise ConsoleError(ErrorId.CSRF_MISSING, f"Requests that change something carry the header {CSRF_HEADER}: 1.")
    if request.headers.get("origin", own) != own:
        raise ConsoleError(ErrorId.ORIGIN_FOREIGN, f"Requests are only taken from pages of {own}.")
