"""The machine-readable zone as the booth needs it (ICAO 9303-3 to -6): which lines, which characters may stand where,
and the three fields that open a chip (9303-11, 4.3.2). No I/O.

What is read here opens a chip and goes nowhere else. Check digits only tell a misread from a read; whether the
document is genuine is for the chip and the authority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FILLER: Final = "<"
DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
SEXES: Final = "FMX<"
ANY: Final = DIGITS + LETTERS

_weights: Final = (7, 3, 1)


class Format(StrEnum):
    """By size: a card, a larger card (old ID cards), a passport."""

    TD1 = "td1"
    TD2 = "td2"
    TD3 = "td3"

    @classmethod
    def of(cls, lines: Sequence[str]) -> Format:
        """Raises ValueError where no document has such lines."""
        shape = (len(lines), len(lines[0]) if lines else 0)
        for found, wanted in SHAPES.items():
            if shape == wanted:
                return found
        raise ValueError(f"No machine-readable zone has {shape[0]} lines of {shape[1]}.")


SHAPES: Final = {Format.TD1: (3, 30), Format.TD2: (2, 36), Format.TD3: (2, 44)}
"""Lines and characters a line."""


def check_digit(text: str) -> str:
    """9303-3, 4.9: weights 7, 3, 1; letters count from 10, the filler 0."""
    values = (0 if character == FILLER else int(character, 36) for character in text)
    return str(sum(value * _weights[index % 3] for index, value in enumerate(values)) % 10)


@dataclass(frozen=True, slots=True)
class ZoneKey:
    """What opens a chip by its zone: document number, date of birth and date of expiry as YYMMDD, without fillers
    at the end of the number. Personal: never in a log or a representation."""

    number: str = field(repr=False)
    birth: str = field(repr=False)
    expiry: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which characters may stand at each place of all lines together, and where the fields with a check digit are:
    pairs of the places that count and the place of the digit."""

    allowed: tuple[str, ...]
    number: tuple[range, int]
    birth: tuple[range, int]
    expiry: tuple[range, int]
    composite: tuple[tuple[int, ...], int]
    long_number: range

    @property
    def key_places(self) -> list[int]:
        """The places of the key and its check digits."""
        return [place for places, digit in (self.number, self.birth, self.expiry) for place in (*places, digit)]


def _td1() -> Layout:
    allowed = [LETTERS] * 5 + [ANY] * 9 + [DIGITS + FILLER] + [ANY] * 15
    allowed += [DIGITS + FILLER] * 6 + [DIGITS] + [SEXES] + [DIGITS] * 7 + [LETTERS] * 3 + [ANY] * 11 + [DIGITS]
    allowed += [LETTERS] * 30
    composite = (*range(5, 30), *range(30, 37), *range(38, 45), *range(48, 59))
    return Layout(
        tuple(allowed), (range(5, 14), 14), (range(30, 36), 36), (range(38, 44), 44), (composite, 59), range(15, 30)
    )


def _two_lines(width: int, *, personal_digit: bool) -> Layout:
    rest = width - 29
    allowed = [LETTERS] * width + [ANY] * 9 + [DIGITS + FILLER] + [LETTERS] * 3 + [DIGITS + FILLER] * 6 + [DIGITS]
    allowed += [SEXES] + [DIGITS] * 7 + [ANY] * (rest - personal_digit) + [DIGITS + FILLER] * personal_digit + [DIGITS]
    composite = tuple(width + place for place in (*range(10), *range(13, 20), *range(21, width - 1)))
    return Layout(
        tuple(allowed),
        (range(width, width + 9), width + 9),
        (range(width + 13, width + 19), width + 19),
        (range(width + 21, width + 27), width + 27),
        (composite, 2 * width - 1),
        range(width + 28, 2 * width - 1) if not personal_digit else range(0),
    )


LAYOUTS: Final = {
    Format.TD1: _td1(),
    Format.TD2: _two_lines(36, personal_digit=False),
    Format.TD3: _two_lines(44, personal_digit=True),
}


def fits(text: str, layout: Layout) -> bool:
    """Whether all four check digits are right and the dates are dates."""
    number_places, number_digit = layout.number
    number = "".join(text[place] for place in number_places)
    rest = "".join(text[place] for place in layout.long_number).partition(FILLER)[0]
    if text[number_digit] == FILLER and len(rest) > 1:
        # A number over nine places goes on in the optional data, its digit behind it (9303-5, 4.2.2.2).
        number_fits = check_digit(number + rest[:-1]) == rest[-1]
    else:
        number_fits = check_digit(number) == text[number_digit]
    birth, expiry = (_at(text, places) for places, _ in (layout.birth, layout.expiry))
    composite, digit = layout.composite
    return (
        number_fits
        and number.strip(FILLER) != ""
        and is_birth(birth)
        and is_expiry(expiry)
        and check_digit(birth) == text[layout.birth[1]]
        and check_digit(expiry) == text[layout.expiry[1]]
        and check_digit("".join(text[place] for place in composite)) == text[digit]
    )


def key_of(text: str, layout: Layout) -> ZoneKey:
    """The fields of a zone that `fits`."""
    number = _at(text, layout.number[0])
    rest = _at(text, layout.long_number).partition(FILLER)[0]
    if text[layout.number[1]] == FILLER and len(rest) > 1:
        number += rest[:-1]
    return ZoneKey(number.rstrip(FILLER), _at(text, layout.birth[0]), _at(text, layout.expiry[0]))


def _at(text: str, places: range) -> str:
    return text[places.start : places.stop]


def is_birth(text: str) -> bool:
    """YYMMDD; month and day may be unknown (9303-3, 4.8)."""
    known = text.rstrip(FILLER)
    if len(text) != 6 or len(known) not in (0, 2, 4, 6) or not (known == "" or (known.isascii() and known.isdigit())):
        return False
    return len(known) < 4 or _is_day(known[2:4], known[4:] or "01")


def is_expiry(text: str) -> bool:
    """YYMMDD."""
    return len(text) == 6 and text.isascii() and text.isdigit() and _is_day(text[2:4], text[4:])


def _is_day(month: str, day: str) -> bool:
    """Whether some year has such a day."""
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= int(month) <= 12 and 1 <= int(day) <= longest[int(month) - 1]
