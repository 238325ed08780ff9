"""The machine-readable zone (ICAO 9303-3 to -6): cards (TD1), the middle size (TD2), passports (TD3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.model import Holder

FILLER: Final = "<"

_weights: Final = (7, 3, 1)
_allowed: Final = re.compile(r"[A-Z0-9<]+")


@dataclass(frozen=True, slots=True)
class Zone:
    """`expiry` is None where the document leaves it open; `wrong_check_digits` names the fields whose digit does not
    fit, which a genuine chip never has."""

    holder: Holder
    expiry: date | None
    wrong_check_digits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fields:
    """The zone cut into its fields, fillers still in them. The second line's order is the same in TD2 and TD3."""

    document_type: str
    issuing_state: str
    names: str
    number: str
    number_digit: str
    nationality: str
    birth: str
    birth_digit: str
    sex: str
    expiry: str
    expiry_digit: str
    optional: str
    composite: str
    composite_digit: str


def check_digit(field: str) -> str:
    """ICAO 9303-3, 4.9: weights 7, 3, 1; letters count from 10, the filler 0."""
    values = (0 if letter == FILLER else int(letter, 36) for letter in field)
    return str(sum(value * _weights[index % 3] for index, value in enumerate(values)) % 10)


def parse_zone(text: str, today: date) -> Zone:
    """`text`: all lines without breaks. `today` decides the century of a birth. Raises IdentityDataError."""
    cut = {90: _cut_td1, 72: _cut_td2, 88: _cut_td3}.get(len(text))
    if cut is None or not _allowed.fullmatch(text):
        raise IdentityDataError("The machine-readable zone has a wrong length or letters that are not allowed.")
    fields = cut(text)
    family_name, given_names = _names(fields.names)
    expiry = _expiry(fields.expiry)
    number, number_digit = _number(fields)
    holder = Holder(
        family_name=family_name,
        given_names=given_names,
        date_of_birth=_birth(fields.birth, today),
        nationality=_words(fields.nationality),
        sex=fields.sex if fields.sex in "MF" else "X",
        document_number=number.rstrip(FILLER),
        document_type=_words(fields.document_type),
        issuing_state=_words(fields.issuing_state),
        date_of_expiry=expiry.isoformat() if expiry else "",
    )
    digits = {
        "document_number": (number, number_digit),
        "date_of_birth": (fields.birth, fields.birth_digit),
        "date_of_expiry": (fields.expiry, fields.expiry_digit),
        "composite": (fields.composite, fields.composite_digit),
    }
    return Zone(holder, expiry, tuple(name for name, (field, digit) in digits.items() if not _fits(field, digit)))


def _cut_td1(text: str) -> _Fields:
    first, second = text[:30], text[30:60]
    return _Fields(
        document_type=first[:2],
        issuing_state=first[2:5],
        names=text[60:],
        number=first[5:14],
        number_digit=first[14],
        nationality=second[15:18],
        birth=second[:6],
        birth_digit=second[6],
        sex=second[7],
        expiry=second[8:14],
        expiry_digit=second[14],
        optional=first[15:30],
        composite=first[5:30] + second[:7] + second[8:15] + second[18:29],
        composite_digit=second[29],
    )


def _cut_two_lines(first: str, second: str) -> _Fields:
    return _Fields(
        document_type=first[:2],
        issuing_state=first[2:5],
        names=first[5:],
        number=second[:9],
        number_digit=second[9],
        nationality=second[10:13],
        birth=second[13:19],
        birth_digit=second[19],
        sex=second[20],
        expiry=second[21:27],
        expiry_digit=second[27],
        optional=second[28:-1],
        composite=second[:10] + second[13:20] + second[21:-1],
        composite_digit=second[-1],
    )


def _cut_td2(text: str) -> _Fields:
    return _cut_two_lines(text[:36], text[36:])


def _cut_td3(text: str) -> _Fields:
    return _cut_two_lines(text[:44], text[44:])


def _fits(field: str, digit: str) -> bool:
    """A field that is not filled in may have a filler for its digit."""
    return check_digit(field) == digit or (digit == FILLER and not field.strip(FILLER))


def _number(fields: _Fields) -> tuple[str, str]:
    """The document number and its check digit. A number over nine places goes on in the optional data, its digit
    behind it (9303-5, 4.2.2.2)."""
    rest = fields.optional.partition(FILLER)[0]
    if fields.number_digit != FILLER or len(rest) < 2:
        return fields.number, fields.number_digit
    return fields.number + rest[:-1], rest[-1]


def _words(field: str) -> str:
    return " ".join(field.replace(FILLER, " ").split())


def _names(field: str) -> tuple[str, str]:
    """Family name and given names; without the double filler there is only one name (9303-3, 4.6)."""
    family_name, _, given_names = field.rstrip(FILLER).partition(FILLER * 2)
    return _words(family_name), _words(given_names)


def _date(year: int, month: str, day: str) -> date:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        raise IdentityDataError("A date of the machine-readable zone is not a day of the calendar.") from None


def _expiry(field: str) -> date | None:
    """Chips are younger than 2000, so are their expiry dates."""
    if not field.strip(FILLER):
        return None
    if not field.isdigit():
        raise IdentityDataError("The date of expiry is not a date.")
    return _date(2000 + int(field[:2]), field[2:4], field[4:])


def _birth(field: str, today: date) -> str:
    """ISO, cut where month or day are not known. Of two possible centuries the later one that is not in the future."""
    known = field.rstrip(FILLER)
    if known and not (known.isdigit() and len(known) in (2, 4, 6)):
        raise IdentityDataError("The date of birth is not a date.")
    if not known:
        return ""
    parts = (known[2:4] or "01", known[4:] or "01")
    year = 2000 + int(known[:2])
    if year > today.year or (year == today.year and _date(year, *parts) > today):
        year -= 100
    return _date(year, *parts).isoformat()[: {2: 4, 4: 7, 6: 10}[len(known)]]
