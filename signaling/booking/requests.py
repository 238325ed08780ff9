"""What comes with a request: queries and forms, limited in size and read into structs."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from signaling.appointments.code import MAX_TYPED
from signaling.appointments.endpoints import Day, Moment, WishName
from signaling.directory import Accessibility
from signaling.protocol.messages import Identifier

FORM_BYTES: Final = 2048
QUERY_BYTES: Final = 2048
MAX_FIELDS: Final = 24

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class BadRequest(Exception):
    """A request that none of our pages makes."""


class FindQuery(Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """`near`: the name of a place; `lat`, `lon`: from the browser. `with`: accessibility features, all of them."""

    service: Identifier
    near: Annotated[str, Meta(max_length=100)] = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    open: bool = False
    with_: list[Accessibility] = []
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1


class SlotsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    service: Identifier
    site: Identifier
    day: Day | None = None


class CheckQuery(Struct, frozen=True, forbid_unknown_fields=True):
    service: Identifier
    site: Identifier
    at: Moment


class BookForm(Struct, frozen=True, forbid_unknown_fields=True):
    service: Identifier
    site: Identifier
    at: Moment
    request: WishName


class CodeForm(Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(max_length=MAX_TYPED)] = ""


class MoveForm(Struct, frozen=True, forbid_unknown_fields=True):
    """`day`: another day's slots are wanted; `at`: this one."""

    code: Annotated[str, Meta(max_length=MAX_TYPED)] = ""
    day: Day | None = None
    at: Moment | None = None


T = TypeVar("T")


def read_query(request: Request, kind: type[T]) -> T:
    """Raises BadRequest."""
    return _read(request.url.query, kind, QUERY_BYTES)


async def read_form(request: Request, kind: type[T]) -> T:
    """Raises BadRequest."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise BadRequest
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            raise BadRequest
    try:
        return _read(body.decode("ascii"), kind, FORM_BYTES)
    except UnicodeDecodeError:
        raise BadRequest from None


def _read(text: str, kind: type[T], limit: int) -> T:
    if len(text) > limit:
        raise BadRequest
    values: dict[str, Any] = {}
    try:
        for name, value in parse_qsl(text, keep_blank_values=False, max_num_fields=MAX_FIELDS, errors="strict"):
            if name == "with":
                values.setdefault(name, []).append(value)
            elif name in values:
                raise BadRequest
            else:
                values[name] = value
        return msgspec.convert(values, kind, strict=False)
    except ValueError:  # also msgspec.ValidationError and UnicodeDecodeError
        raise BadRequest from None
