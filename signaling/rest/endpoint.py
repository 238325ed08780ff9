"""What an endpoint is. Its types stand in its handler's signature, so that code and document cannot differ:

    async def revoke(house: House, asked: Asked[BoothPath, None, Reason]) -> BoothView

`Asked` names the structs of path, query and body, or None; the answer is a msgspec type, None (204) or a `File`. The
handler's docstring is the document's summary (its first paragraph) and description.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Any, Final, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from signaling.protocol.json_body import JSON
from signaling.rest.errors import ErrorId
from signaling.rest.house import House
from signaling.rest.rates import Rate
from signaling.tokens import ClerkIdentity, Role

BODY_BYTES: Final = 64 * 1024

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
P = TypeVar("P")
Q = TypeVar("Q")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Asked(Generic[P, Q, B]):
    """A request that has passed the guard. `caller`: who holds the token; None where none is needed."""

    path: P
    query: Q
    body: B
    caller: ClerkIdentity | None = None

    @property
    def clerk(self) -> ClerkIdentity:
        """Who asks, at an endpoint that needs a role."""
        if self.caller is None:
            raise RuntimeError("This endpoint needs no role, so nobody is known to ask.")
        return self.caller


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is not JSON; its media type is the endpoint's. `name`: offered for saving, if given."""

    content: bytes
    name: str | None = None


Handler = Callable[[House, Asked[Any, Any, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Endpoint:
    """One request.

    role        one of these is needed; empty: open to everybody
    errors      ids of its own, beside those every such endpoint can answer
    status      of a good answer with content
    media_type  of the answer; a handler that answers a File has to say
    body_bytes  largest body
    rate        of one peer at this endpoint, beside the general one
    cache_s     how long anybody may keep the answer; 0: nobody may
    """

    method: Method
    path: str
    answer: Handler
    role: tuple[Role, ...] = ()
    errors: tuple[ErrorId, ...] = ()
    status: int = 200
    media_type: str = JSON
    body_bytes: int = BODY_BYTES
    rate: Rate | None = None
    cache_s: int = 0

    @property
    def name(self) -> str:
        """The operation's name: the handler's."""
        return str(getattr(self.answer, "__name__"))  # noqa: B009 (a callable need not have one)

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.answer, include_extras=True)

    @cached_property
    def _asked(self) -> tuple[Any, Any, Any]:
        asked = next(hint for hint in self._hints.values() if get_origin(hint) is Asked)
        path, query, body = (None if part is NoneType else part for part in get_args(asked))
        return path, query, body

    @property
    def path_type(self) -> Any:
        """The struct of the path's parameters, or None."""
        return self._asked[0]

    @property
    def query_type(self) -> Any:
        """The struct of the query, or None."""
        return self._asked[1]

    @property
    def body_type(self) -> Any:
        """The type of the body, or None."""
        return self._asked[2]

    @cached_property
    def answer_type(self) -> Any:
        """The type of the answer, `File`, or None."""
        returned = self._hints["return"]
        return None if returned is NoneType else returned

    @property
    def summary(self) -> str:
        """The first paragraph of the handler's docstring, on one line."""
        return " ".join((inspect.getdoc(self.answer) or "").partition("\n\n")[0].split())

    @property
    def description(self) -> str:
        """The rest of it."""
        return (inspect.getdoc(self.answer) or "").partition("\n\n")[2]

    @cached_property
    def all_errors(self) -> tuple[ErrorId, ...]:
        """Every id it can answer, in the enumeration's order."""
        found = {ErrorId.RATE_LIMITED, ErrorId.INTERNAL_ERROR, *self.errors}
        if self.path_type is not None:
            found.add(ErrorId.NOT_FOUND)
        if self.query_type is not None or self.body_type is not None:
            found.add(ErrorId.MALFORMED_REQUEST)
        if self.body_type is not None:
            found |= {ErrorId.MEDIA_TYPE_UNSUPPORTED, ErrorId.REQUEST_TOO_LARGE}
        if self.role:
            found |= {error for error in ErrorId if error.startswith("token_")}
            found |= {ErrorId.KEYS_UNAVAILABLE, ErrorId.REGION_FOREIGN, ErrorId.NOT_PERMITTED}
        return tuple(error for error in ErrorId if error in found)
