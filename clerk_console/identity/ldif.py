"""LDIF (RFC 2849) as downloads of the ICAO Public Key Directory use it: entries, and changes to earlier ones.

A complete download is over a hundred megabytes: it is read line by line, an entry at a time.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from clerk_console.identity.errors import IdentityDataError

SEPARATOR: Final = "-"
"""Between the modifications of an entry."""
MAX_LINE_BYTES: Final = 64 * 1024 * 1024
"""A whole master list may stand in one line."""


Change = Literal["add", "delete", "modify", "modrdn"]
_changes: Final[dict[bytes, Change]] = {
    b"add": "add",
    b"delete": "delete",
    b"modify": "modify",
    b"modrdn": "modrdn",
    b"moddn": "modrdn",
}
_operations: Final = frozenset({"add", "delete", "replace"})


class Modification(NamedTuple):
    """`operation`: add, delete or replace; a `delete` without values takes all."""

    operation: str
    attribute: str
    values: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """`attributes`: by name in small letters, without options such as `;binary`. `change`: what the record does to the
    directory. `modifications`: of a `modify`, in their order. `new_name`: of a `modrdn`."""

    name: str
    attributes: dict[str, list[bytes]] = field(default_factory=dict)
    change: Change = "add"
    modifications: tuple[Modification, ...] = ()
    new_name: str = ""

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
    """Nothing for the version at the top."""
    named = dict(attributes)
    if "dn" not in named:
        return
    name = named["dn"].decode("utf-8", "replace")
    change = _changes.get(named.get("changetype", b"add").strip().lower())
    if change is None:
        raise IdentityDataError(f"The change of the entry {name[:120]!r} is none of RFC 2849.")
    body = [(one, value) for one, value in attributes if one not in ("dn", "changetype")]
    if change == "modify":
        yield Entry(name, change=change, modifications=tuple(_modifications(body)))
    elif change == "modrdn":
        yield Entry(name, change=change, new_name=_new_name(name, dict(body)))
    else:
        entry = Entry(name, change=change)
        for one, value in body:
            entry.attributes.setdefault(one, []).append(value)
        yield entry


def _modifications(body: list[tuple[str, bytes]]) -> Iterator[Modification]:
    """Each begins with what is done to which attribute and ends with a line of a hyphen, which the last may lack."""
    parts = iter([*body, (SEPARATOR, b"")])
    for operation, value in parts:
        if operation == SEPARATOR:
            continue
        if operation not in _operations:
            raise IdentityDataError("The LDIF file does to an attribute what RFC 2849 does not have.")
        attribute = value.decode("ascii", "replace").split(";")[0].strip().lower()
        yield Modification(operation, attribute, tuple(_values_of(attribute, parts)))


def _values_of(attribute: str, parts: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    for name, value in parts:
        if name == SEPARATOR:
            return
        if name != attribute:
            raise IdentityDataError("The LDIF file changes one attribute and gives values of another.")
        yield value


def _new_name(name: str, body: dict[str, bytes]) -> str:
    if "newrdn" not in body:
        raise IdentityDataError("The LDIF file moves an entry and does not say where to.")
    superior = body.get("newsuperior")
    rest = name.partition(",")[2] if superior is None else superior.decode("utf-8", "replace")
    return f"{body['newrdn'].decode('utf-8', 'replace')},{rest}"


class Directory:
    """What a complete download and the changes after it come to. `origin`: where an entry stands, by its name."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[str, Entry]] = {}

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return iter(self._entries.values())

    def apply(self, origin: str, entry: Entry) -> None:
        """Raises IdentityDataError for a change of what is not there: changes are missing before it."""
        key = _folded(entry.name)
        if entry.change == "add":
            self._entries[key] = origin, entry
            return
        if key not in self._entries:
            raise IdentityDataError("A change of an entry that is not there; changes before this file are missing.")
        _, known = self._entries.pop(key)
        if entry.change == "modify":
            self._entries[key] = origin, _modified(known, entry.modifications)
        elif entry.change == "modrdn":
            self._entries[_folded(entry.new_name)] = origin, Entry(entry.new_name, known.attributes)


def _folded(name: str) -> str:
    """Directories do not tell large from small letters, nor count spaces between the parts."""
    return ",".join(part.strip() for part in name.split(",")).casefold()


def _modified(entry: Entry, modifications: Iterable[Modification]) -> Entry:
    attributes = {name: list(values) for name, values in entry.attributes.items()}
    for operation, attribute, values in modifications:
        before = attributes.get(attribute, [])
        if operation == "add":
            attributes[attribute] = [*before, *values]
        elif operation == "replace":
            attributes[attribute] = list(values)
        else:
            attributes[attribute] = [value for value in before if values and value not in values]
    return Entry(entry.name, attributes)


def _attributes(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Attributes in their order; an empty name where an entry ends."""
    for number, line in _logical(lines):
        if line.startswith(b"#"):
            continue
        if not line:
            yield "", b""
            continue
        if line == b"-":
            yield SEPARATOR, b""
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
