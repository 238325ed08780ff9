"""Signing in and out, and what a signed-in browser needs to reach the switchboard."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated, Any, Final

import structlog
from msgspec import Meta, Struct, structs
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.office import Office
from clerk_console.rest import Endpoint, PublicEndpoint, answer, body, cookie_name
from clerk_console.staff import LONGEST_PASSWORD, Staff
from clerk_console.tokens import LIFETIME_S

log = structlog.get_logger(__name__)


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSWORD)]


def _session(office: Office, staff: Staff) -> dict[str, Any]:
    shown = structs.asdict(staff)
    del shown["needs"]
    return {
        "staff": shown,
        "switchboard": office.settings.switchboard,
        "issuer": office.settings.issuer,
        "documents": office.casework.documents,
    }


async def sign_in(office: Office, request: Request) -> Response:
    """A session of its own for every sign-in: an id somebody planted before is worth nothing afterwards."""
    wanted = await body(request, SignIn)
    staff = await office.accounts.sign_in(wanted.name, wanted.password)
    if former := request.cookies.get(cookie_name(office)):
        await office.sessions.close(former)
    response = answer(_session(office, staff))
    response.set_cookie(
        cookie_name(office),
        await office.sessions.open(staff),
        path="/",
        secure=office.settings.secure,
        httponly=True,
        samesite="strict",
    )
    log.info("session.opened", staff=staff.id)
    return response


async def session(office: Office, _request: Request, staff: Staff) -> Response:
    return answer(_session(office, staff))


async def sign_out(office: Office, request: Request) -> Response:
    """Also without a session: signed out is signed out."""
    if former := request.cookies.get(cookie_name(office)):
        await office.sessions.close(former)
    response = Response(status_code=204)
    response.delete_cookie(
        cookie_name(office), path="/", secure=office.settings.secure, httponly=True, samesite="strict"
    )
    return response


async def colleagues(office: Office, _request: Request, staff: Staff) -> Response:
    """Whom a clerk can call into a call, or redirect a ticket to; `clerk` as at the switchboard."""
    names = ("display_name", "office", "roles", "regions", "services", "languages", "needs")
    found = await office.accounts.colleagues(staff)
    shown = [{"clerk": office.tokens.name_of(one)} | {name: getattr(one, name) for name in names} for one in found]
    return answer(shown)


async def switchboard_token(office: Office, _request: Request, staff: Staff) -> Response:
    token = office.tokens.switchboard_token(staff, office.sources.now())
    return answer({"token": token, "expires_in_s": LIFETIME_S})


async def jwks(office: Office, _request: Request) -> Response:
    """Whom tokens and seals are checked by, and what booths seal telephone numbers for."""
    response = answer({"keys": [*office.tokens.jwks()["keys"], office.callback_key.jwk()]})
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


async def health(_office: Office, _request: Request) -> Response:
    return answer({"status": "ok", "version": _version()})


def _version() -> str:
    try:
        return metadata.version("fernamt")
    except metadata.PackageNotFoundError:
        return "unknown"  # run from a source tree that was not installed


ENDPOINTS: Final = (
    PublicEndpoint("POST", "/api/session", sign_in),
    Endpoint("GET", "/api/session", session, role=None),
    PublicEndpoint("DELETE", "/api/session", sign_out),
    Endpoint("GET", "/api/colleagues", colleagues, role=("clerk", "supervisor")),
    Endpoint("POST", "/api/switchboard-token", switchboard_token, role=None),
    PublicEndpoint("GET", "/.well-known/jwks.json", jwks),
    PublicEndpoint("GET", "/healthz", health),
)
