"""PersonalData of a getResult response as fields of a case (TR-03130-1, 3.3.3 to 3.3.5).

Names and places are kept as the chip has them, with their umlauts and small letters; dates become ISO 8601, shortened
where the chip leaves parts open (blanks in `DateString`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml.etree import _Element as Element

from clerk_console.eid.attributes import ATTRIBUTES, FIELDS, Attribute
from clerk_console.eid.errors import AnswerMalformed
from clerk_console.eid.soap import local

MAX_TEXT: Final = 400
PLACE_FIELDS: Final = {"Street": "street_line", "City": "municipality", "ZipCode": "postal_code", "Country": "country"}
_dates: Final = frozenset({Attribute.DATE_OF_BIRTH, Attribute.DATE_OF_EXPIRY})
_house_number: Final = re.compile(r"^(?P<street>.*\D)\s+(?P<number>\d{1,4} ?[A-Za-z]?( ?[/-] ?\d{1,4} ?[A-Za-z]?)?)$")


def holder(personal_data: Element) -> dict[str, str]:
    """The fields that have a value. Raises AnswerMalformed."""
    found: dict[str, str] = {}
    for element in personal_data:
        name = local(element)
        if name in ATTRIBUTES:
            found |= dict(_fields(Attribute(name), element))
    return {field: value for field, value in found.items() if value}


def _fields(attribute: Attribute, element: Element) -> Iterator[tuple[str, str]]:
    if attribute is Attribute.PLACE_OF_RESIDENCE:
        yield from _residence(element)
    elif attribute is Attribute.PLACE_OF_BIRTH:
        place = _parts(element)
        yield FIELDS[attribute], place.get("FreetextPlace") or place.get("City", "")
    elif attribute in _dates:
        yield FIELDS[attribute], _date(element)
    else:
        yield FIELDS[attribute], _clean(element.text)


def _date(element: Element) -> str:
    """GeneralDateType, or a plain xs:date."""
    parts = _parts(element)
    text = parts.get("DateValue") or parts.get("DateString") or _clean(element.text)
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(Z|[+-]\d{2}:\d{2})?", text):
        return "-".join(match.groups()[:3])
    if match := re.fullmatch(r"(\d{4})(\d{2})?(\d{2})?", text.replace(" ", "")):
        return "-".join(part for part in match.groups() if part)
    if not text or not text.strip():
        return ""
    raise AnswerMalformed("A date of the eID-Server is none.")


def _residence(element: Element) -> Iterator[tuple[str, str]]:
    """A chip has street and number in one line; they are taken apart where that is plain to see."""
    parts = _parts(element)
    for name, field in PLACE_FIELDS.items():
        yield field, parts.get(name, "")
    street = parts.get("Street", "")
    match = _house_number.match(street)
    yield "street", match["street"] if match else street
    yield "house_number", match["number"] if match else ""
    yield "residence", parts.get("FreetextPlace") or parts.get("NoPlaceInfo") or ""


def _parts(element: Element) -> Mapping[str, str]:
    return {local(part): _clean(part.text) for part in element.iter() if part is not element}


def _clean(text: str | None) -> str:
    cleaned = " ".join((text or "").split())
    if len(cleaned) > MAX_TEXT:
        raise AnswerMalformed("A value of the eID-Server is too long.")
    return cleaned
