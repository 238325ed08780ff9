"""The ASGI application: the REST API, the public key, and the web app."""

from __future__ import annotations

from itertools import chain
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount

from clerk_console import rest_booths, rest_callbacks, rest_calls, rest_cases, rest_eid, rest_quality, rest_session
from clerk_console.headers import SecurityHeaders
from clerk_console.office import Office
from clerk_console.rest import Endpoint, PublicEndpoint, http_error, route
from clerk_console.site import Site

ENDPOINTS: Final[tuple[Endpoint | PublicEndpoint, ...]] = tuple(
    chain(
        rest_session.ENDPOINTS,
        rest_calls.ENDPOINTS,
        rest_callbacks.ENDPOINTS,
        rest_cases.ENDPOINTS,
        rest_eid.ENDPOINTS,
        rest_quality.ENDPOINTS,
        rest_booths.ENDPOINTS,
    )
)
API: Final = "/api"


def _under_api(endpoint: Endpoint | PublicEndpoint) -> bool:
    return endpoint.path.startswith(f"{API}/")


def make_app(office: Office) -> Starlette:
    """The application over an office that is opened and closed by the caller."""
    return Starlette(
        routes=[
            # Whatever else is under /api is an error in JSON, never a page of the web app.
            Mount(API, routes=[route(office, endpoint, API) for endpoint in ENDPOINTS if _under_api(endpoint)]),
            *(route(office, endpoint) for endpoint in ENDPOINTS if not _under_api(endpoint)),
            Mount("/", app=Site(office.settings.static)),
        ],
        middleware=[Middleware(SecurityHeaders, settings=office.settings)],
        exception_handlers={HTTPException: http_error},
    )
