"""The fields that open a chip, as a citizen types them: the number as printed, dates as day, month and year."""

from __future__ import annotations

from datetime import date
from typing import Final

from booth.mrz.zone import FILLER, ZoneKey, is_birth, is_expiry

MAX_NUMBER: Final = 22
"""ICAO 9303-5, 4.2.2.2: nine places and at most thirteen more in the optional data."""
CENTURY: Final = 100


class TypedError(ValueError):
    """`field`: number, birth or expiry; never what was typed."""

    def __init__(self, field: str) -> None:
        super().__init__(f"The field {field} cannot be right.")
        self.field = field


def typed_key(number: str, birth: str, expiry: str, today: date) -> ZoneKey:
    """Dates as eight digits, DDMMYYYY; 00 for a day or month of birth that is not known. Raises TypedError."""
    plain = number.replace(" ", "").replace("-", "").upper()
    if not (4 <= len(plain) <= MAX_NUMBER and plain.isascii() and plain.isalnum()):
        raise TypedError("number")
    born, ends = _short(birth), _short(expiry)
    if born is None or not is_birth(born) or not today.year - 130 <= int(birth[4:]) <= today.year:
        raise TypedError("birth")
    if ends is None or not is_expiry(ends) or not today.year - 20 <= int(expiry[4:]) <= today.year + 60:
        raise TypedError("expiry")
    return ZoneKey(plain, born, ends)


def _short(typed: str) -> str | None:
    """YYMMDD, fillers for what is 00."""
    if len(typed) != 8 or not (typed.isascii() and typed.isdigit()):
        return None
    day, month = ("" if part == "00" else part for part in (typed[:2], typed[2:4]))
    if day and not month:
        return None
    return (typed[6:] + month + day).ljust(6, FILLER)


def as_typed(key: ZoneKey, today: date) -> tuple[str, str, str]:
    """What a citizen would have typed for a key: number, birth, expiry. A birth is never in the future."""
    month, day = (part.replace(FILLER, "0") for part in (key.birth[2:4], key.birth[4:]))
    year = key.birth[:2]
    birth = ""
    if year.isdigit():
        century = today.year - today.year % CENTURY
        whole = century + int(year)
        birth = f"{day}{month}{whole if whole <= today.year else whole - CENTURY}"
    return key.number, birth, f"{key.expiry[4:]}{key.expiry[2:4]}20{key.expiry[:2]}"
