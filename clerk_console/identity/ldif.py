"""LDIF (RFC 2849) as far as downloads of the ICAO Public Key Directory use it: entries with attributes, no changes.

A complete download is over a hundred megabytes: it is read line by line, an entry at a time.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from clerk_console.identity.errors import IdentityDataError

MAX_LINE_BYTES: Final = 64 * 1024 * 1024
"""A whole master list may stand in one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`attributes`: by name in small letters, without options such as `;binary`."""

    name: str
    attributes: dict[str, list[bytes]] = field(default_factory=dict)

    def values(self, *names: str) -> list[bytes]:
        return [value for name in names for value in self.attributes.get(name.lower(), [])]


def entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Raises IdentityDataError, naming the line."""
    entry: list[tuple[str, bytes]] = []
    for name, value in _attributes(lines):
        if name:
            entry.append((name, value))
        elif entry:
            yield from _made(entry)
            entry = []
    if entry:
        yield from _made(entry)


def _made(attributes: list[tuple[str, bytes]]) -> Iterator[Entry]:
    """Nothing for the version at the top, and for what changes or deletes others."""
    named = dict(attributes)
    if "dn" not in named:
        return
    if named.get("changetype", b"add").strip() != b"add":
        raise IdentityDataError("The LDIF file lists changes; a complete download is needed.")
    entry = Entry(named["dn"].decode("utf-8", "replace"))
    for name, value in attributes:
        entry.attributes.setdefault(name, []).append(value)
    yield entry


def _attributes(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Attributes in their order; an empty name where an entry ends."""
    for number, line in _logical(lines):
        if line.startswith(b"#"):
            continue
        if not line:
            yield "", b""
            continue
        name, colon, value = line.partition(b":")
        if not colon:
            raise IdentityDataError(f"Line {number} of the LDIF file is no attribute.")
        yield name.split(b";")[0].decode("ascii", "replace").strip().lower(), _value(value, number)


def _value(text: bytes, number: int) -> bytes:
    if text.startswith(b"<"):
        raise IdentityDataError(f"Line {number} of the LDIF file points to another file.")
    if not text.startswith(b":"):
        return text.strip()
    try:
        return base64.b64decode(text[1:].strip(), validate=True)
    except binascii.Error:
        raise IdentityDataError(f"Line {number} of the LDIF file is not base64.") from None


def _logical(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with their continuations, which begin with a space, and the number of the first."""
    parts: list[bytes] = []
    size, begun = 0, 1
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\r\n")
        if line.startswith(b" ") and parts:
            parts.append(line[1:])
            size += len(line)
            if size > MAX_LINE_BYTES:
                raise IdentityDataError(f"Line {begun} of the LDIF file is too long.")
            continue
        if parts:
            yield begun, b"".join(parts)
        parts, size, begun = [line], len(line), number
    if parts:
        yield begun, b"".join(parts)
