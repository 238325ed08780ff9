"""Further words on holder and document: DG11 and DG12 (ICAO 9303-10, 4.7.11 and 4.7.12). All of it is optional.

Only text is taken out, into fields with stable names; pictures and fingerprints of other people are passed over.
"""

from __future__ import annotations

from typing import Final

from clerk_console.identity.errors import parsing
from clerk_console.identity.groups import child

MAX_FIELD_LETTERS: Final = 300
MAX_FIELDS_REPEATED: Final = 8

_holder: Final = {
    0x0E: "full_name",
    0x0F: "other_names",
    0x10: "personal_number",
    0x2B: "full_date_of_birth",
    0x11: "place_of_birth",
    0x42: "permanent_address",
    0x12: "telephone",
    0x13: "profession",
    0x14: "title",
    0x15: "personal_summary",
    0x17: "other_travel_documents",
    0x18: "custody",
}
"""Tags 5F0E and so on, by their second octet."""
_document: Final = {
    0x19: "issuing_authority",
    0x26: "date_of_issue",
    0x1B: "endorsements",
    0x1C: "tax_or_exit_requirements",
}
_names: Final = frozenset({"full_name", "other_names"})
_dates: Final = frozenset({"full_date_of_birth", "date_of_issue"})
APPLICATION: Final = 1
CONTEXT: Final = 2
LONG_TAG: Final = 0x1F
LONG_LENGTH: Final = 0x80


@parsing("DG11")
def parse_dg11(file: bytes) -> dict[str, str]:
    """Text by field. Raises IdentityDataError."""
    return _fields(child(file, (APPLICATION, 0x0B)), _holder)


@parsing("DG12")
def parse_dg12(file: bytes) -> dict[str, str]:
    """Text by field. Raises IdentityDataError."""
    return _fields(child(file, (APPLICATION, 0x0C)), _document)


def _fields(template: bytes, names: dict[int, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for tag_class, tag, content in _objects(template):
        # A0: a number, then objects of one kind, such as other names or people to notify.
        inner = _objects(content) if (tag_class, tag) == (CONTEXT, 0) else [(tag_class, tag, content)]
        for kind, number, value in inner:
            name = names.get(number) if kind == APPLICATION else None
            if name is None or len(found.get(name, ())) >= MAX_FIELDS_REPEATED:
                continue
            words = _date(value) if name in _dates else _text(value, is_name=name in _names)
            if words:
                found.setdefault(name, []).append(words)
    return {name: "; ".join(values) for name, values in found.items()}


def _objects(template: bytes) -> list[tuple[int, int, bytes]]:
    """Tag class, tag number and content of each object. The standard writes small numbers such as 5F0E in the long
    form, which DER does not allow and `asn1crypto` refuses. Raises ValueError."""
    objects, at = [], 0
    while at < len(template):
        tag_class, number = template[at] >> 6, template[at] & 0x1F
        at += 1
        if number == LONG_TAG:
            number = template[at]
            at += 1
        length = template[at]
        at += 1
        if length > LONG_LENGTH:
            octets = length - LONG_LENGTH
            length = int.from_bytes(template[at : at + octets], "big")
            at += octets
        if length > len(template) - at:
            raise ValueError("too short")
        objects.append((tag_class, number, template[at : at + length]))
        at += length
    return objects


def _text(value: bytes, *, is_name: bool) -> str:
    """UTF-8. `<` stands between parts: words of a name, whose halves `<<` parts; lines of an address. Control
    characters and those that turn the direction of writing are left out: they can make a screen lie."""
    text = value.decode("utf-8", "replace")
    halves = [part.replace("<", " ") for part in text.split("<<")] if is_name else text.split("<")
    words = ", ".join(" ".join(half.split()) for half in halves if half.strip())
    return "".join(letter for letter in words if letter.isprintable())[:MAX_FIELD_LETTERS]


def _date(value: bytes) -> str:
    """ISO, shortened where month or day are not known: written out in eight digits, or packed into four octets."""
    digits = value.decode("ascii") if len(value) == 8 else value.hex()
    if len(digits) != 8 or not digits.isdigit():
        raise ValueError("not a date")
    year, month, day = digits[:4], digits[4:6], digits[6:]
    known = [year] if year != "0000" else []
    if known and month != "00":
        known.append(month)
        if day != "00":
            known.append(day)
    return "-".join(known)
