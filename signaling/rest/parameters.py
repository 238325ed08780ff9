"""Path and query of a request, read into structs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.datastructures import QueryParams

from signaling.rest.errors import ErrorId, RestError


def read_path(type_: Any, values: Mapping[str, str]) -> Any:
    """Raises RestError (not_found): what does not look like an id cannot be one."""
    try:
        return msgspec.convert(dict(values), type_, strict=False)
    except msgspec.ValidationError:
        raise RestError(ErrorId.NOT_FOUND, "There is nothing here under that path.") from None


def read_query(type_: Any, given: QueryParams) -> Any:
    """Raises RestError (malformed_request) for what is missing, unknown, given twice or not of its type."""
    try:
        return msgspec.convert(_values(type_, given), type_, strict=False)
    except msgspec.ValidationError as error:
        # msgspec's text names the parameter and what was expected, never what was sent.
        raise RestError(ErrorId.MALFORMED_REQUEST, f"The query is not what was expected: {error}") from None


def _values(type_: Any, given: QueryParams) -> dict[str, Any]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(type_)}
    if not set(given) <= set(fields):
        raise RestError(
            ErrorId.MALFORMED_REQUEST,
            f"The query has a parameter that is not known here; expected {_listed(sorted(fields))}.",
        )
    values: dict[str, Any] = {}
    for name in set(given):
        if _takes_many(fields[name].type):
            values[name] = given.getlist(name)
        elif len(given.getlist(name)) > 1:
            raise RestError(ErrorId.MALFORMED_REQUEST, f"The query may have `{name}` once.")
        else:
            values[name] = given[name]
    return values


def _takes_many(type_: Any) -> bool:
    return isinstance(msgspec.inspect.type_info(type_), msgspec.inspect.ListType)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
