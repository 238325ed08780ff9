"""What every request passes before its handler: rate, token, role, size and form, in this order.

Nothing of a request is logged but its endpoint, and an unforeseen fault by its kind and place alone.
"""

from __future__ import annotations

import traceback
from typing import Any, Final

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from signaling.protocol import json_body
from signaling.protocol.errors import ErrorId as ProtocolErrorId
from signaling.protocol.errors import ProtocolError
from signaling.rest.endpoint import Asked, Endpoint, File
from signaling.rest.errors import ErrorId, RateLimited, RestError
from signaling.rest.house import House
from signaling.rest.parameters import read_path, read_query
from signaling.rest.rates import Rate, Rates, peer_of
from signaling.tokens import ClerkIdentity, check_clerk

ADDRESS_RATE: Final = Rate(per_s=20, burst=100)
"""Of all requests from one address: an office's clerks may share one."""
CALLER_RATE: Final = Rate(per_s=5, burst=40)
"""Of one holder of tokens, wherever the requests come from."""
MAX_TOKEN: Final = 4096

log = structlog.get_logger(__name__)


class Guard:
    """Serves endpoints of a house. Rates are counted for this process alone."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._by_address = Rates(ADDRESS_RATE, house.clock)
        self._by_caller = Rates(CALLER_RATE, house.clock)
        self._by_endpoint: dict[str, Rates] = {}

    async def serve(self, endpoint: Endpoint, request: Request) -> Response:
        """The answer; every error becomes one of the endpoint's."""
        try:
            asked = await self._admit(endpoint, request)
            return _response(endpoint, await endpoint.answer(self._house, asked))
        except RestError as error:
            return error_response(error)
        except ClientDisconnect:
            return error_response(RestError(ErrorId.MALFORMED_REQUEST, "The body ended early."))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error(
                "request_failed",
                endpoint=endpoint.name,
                kind=type(error).__name__,
                place=f"{place.name}:{place.lineno}",
            )
            return error_response(RestError(ErrorId.INTERNAL_ERROR, "Something went wrong; the log has a line on it."))

    async def _admit(self, endpoint: Endpoint, request: Request) -> Asked[Any, Any, Any]:
        self._within_rate(endpoint, peer_of(request.client.host if request.client else None))
        caller = await self._caller(endpoint, request) if endpoint.role else None
        return Asked(
            path=read_path(endpoint.path_type, request.path_params) if endpoint.path_type else None,
            query=read_query(endpoint.query_type, request.query_params) if endpoint.query_type else None,
            body=await _body(endpoint, request) if endpoint.body_type else None,
            caller=caller,
        )

    def _within_rate(self, endpoint: Endpoint, peer: str) -> None:
        _take(self._by_address, peer)
        if endpoint.rate is not None:
            rates = self._by_endpoint.get(endpoint.name)
            if rates is None:
                rates = self._by_endpoint[endpoint.name] = Rates(endpoint.rate, self._house.clock)
            _take(rates, peer)

    async def _caller(self, endpoint: Endpoint, request: Request) -> ClerkIdentity:
        token = _bearer(request)
        house = self._house
        try:
            caller = await check_clerk(token, keys=house.keys, directory=house.directory, now=house.clock())
        except ProtocolError as error:
            raise RestError(_of_token(error.error), error.text) from None
        _take(self._by_caller, caller.name)
        if not caller.grant.roles & set(endpoint.role):
            raise RestError(ErrorId.NOT_PERMITTED, f"The token needs the role {' or '.join(endpoint.role)}.")
        return caller


def _take(rates: Rates, key: str) -> None:
    if wait_s := rates.take(key):
        raise RateLimited(wait_s)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RestError(ErrorId.TOKEN_MISSING, "A switchboard token is needed: Authorization: Bearer TOKEN.")
    if len(token) > MAX_TOKEN:
        raise RestError(ErrorId.TOKEN_INVALID, f"A token has at most {MAX_TOKEN} characters.")
    return token


def _of_token(error: ProtocolErrorId) -> ErrorId:
    found = {
        ProtocolErrorId.TOKEN_INVALID: ErrorId.TOKEN_INVALID,
        ProtocolErrorId.TOKEN_EXPIRED: ErrorId.TOKEN_EXPIRED,
        ProtocolErrorId.TOKEN_FOREIGN: ErrorId.TOKEN_FOREIGN,
        ProtocolErrorId.REGION_FOREIGN: ErrorId.REGION_FOREIGN,
        ProtocolErrorId.INTERNAL_ERROR: ErrorId.KEYS_UNAVAILABLE,
    }
    return found[error]


async def _body(endpoint: Endpoint, request: Request) -> Any:
    try:
        return await json_body.read(request.headers, request.stream(), endpoint.body_type, endpoint.body_bytes)
    except json_body.BodyError as error:
        raise RestError(ErrorId(error.error), error.text) from None


def _response(endpoint: Endpoint, content: Any) -> Response:
    headers = {"Cache-Control": f"public, max-age={endpoint.cache_s}" if endpoint.cache_s else "no-store"}
    if endpoint.answer_type is None:
        return Response(status_code=204, headers=headers)
    if isinstance(content, File):
        if content.name is not None:
            headers["Content-Disposition"] = f'attachment; filename="{content.name}"'
        return Response(content.content, endpoint.status, headers, media_type=endpoint.media_type)
    return Response(msgspec.json.encode(content), endpoint.status, headers, media_type=endpoint.media_type)


def error_response(error: RestError) -> Response:
    """The error in the form of all errors."""
    more = {} if error.next_free is None else {"next_free": error.next_free}
    content = msgspec.json.encode({"error": error.error, "text": error.text, **more})
    return Response(content, error.status, {"Cache-Control": "no-store", **error.headers}, media_type=json_body.JSON)
