"""The JSON body of an HTTP request, as switchboard and console both read it: limited in size, then made into a type.

No I/O of its own: headers and pieces come from whatever server there is. The ids of the errors are those of either's
`ErrorId`.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from typing import Final, Literal, TypeVar

import msgspec

JSON: Final = "application/json"

T = TypeVar("T")


class BodyError(Exception):
    """A body that is not taken. `text` is English and says what was expected."""

    def __init__(
        self, error: Literal["media_type_unsupported", "request_too_large", "malformed_request"], text: str
    ) -> None:
        super().__init__(f"{error}: {text}")
        self.error = error
        self.text = text


async def read(headers: Mapping[str, str], pieces: AsyncIterable[bytes], type_: type[T], limit: int) -> T:
    """The body as `type_`, of at most `limit` bytes. `headers`: by name in small letters. Raises BodyError."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
        raise BodyError("media_type_unsupported", f"The body has to be {JSON}.")
    raw = await _read_limited(headers.get("content-length", "0"), pieces, limit)
    try:
        return msgspec.json.decode(raw, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyError("malformed_request", f"The body is not what was expected: {error}") from None


async def _read_limited(announced: str, pieces: AsyncIterable[bytes], limit: int) -> bytes:
    """What is announced as too long is not read at all; what is not announced, no further than the limit."""
    too_large = BodyError("request_too_large", f"The body may have {limit} bytes.")
    if not announced.isdecimal() or int(announced) > limit:
        raise too_large
    received = bytearray()
    async for piece in pieces:
        received += piece
        if len(received) > limit:
            raise too_large
    return bytes(received)
