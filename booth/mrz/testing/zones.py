"""Zones to draw: of given fields, or of nobody in particular."""

from __future__ import annotations

from typing import Final

import numpy as np

from booth.mrz.zone import FILLER, SHAPES, Format, ZoneKey, check_digit

NAMES: Final = ("MUSTERMANN<<ERIKA", "GROSS<OEZTUERK<<JUERGEN<ONEIL", "NGUYEN<<KIM", "VENKATANARASIMHARAJUVARIPETA<<A")


def lines_of(kind: Format, key: ZoneKey, names: str, *, state: str = "D", sex: str = "F") -> list[str]:
    """The lines of a zone with all its check digits (ICAO 9303-4, -5, -6)."""
    width = SHAPES[kind][1]
    number, birth, expiry = (text + check_digit(text) for text in (key.number.ljust(9, FILLER), key.birth, key.expiry))
    issuer, letter = state.ljust(3, FILLER), {Format.TD1: "AR", Format.TD2: "I<", Format.TD3: "P<"}[kind]
    if kind is Format.TD1:
        first = f"{letter}{issuer}{number}".ljust(30, FILLER)
        second = f"{birth}{sex}{expiry}{issuer}".ljust(29, FILLER)
        second += check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
        return [first, second, names.ljust(30, FILLER)[:30]]
    second = f"{number}{issuer}{birth}{sex}{expiry}".ljust(width - 1, FILLER)
    second += check_digit(second[:10] + second[13:20] + second[21:])
    return [f"{letter}{issuer}{names}".ljust(width, FILLER)[:width], second]


def random_lines(kind: Format, chance: np.random.Generator) -> list[str]:
    """Any letter and digit in the number, which is harder than most states make it."""
    number = "".join(chance.choice(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 9))
    key = ZoneKey(number, _day(chance, 30, 99), _day(chance, 26, 36))
    return lines_of(kind, key, str(chance.choice(NAMES)), state=str(chance.choice(["D", "UTO", "NLD", "TUR"])))


def _day(chance: np.random.Generator, first: int, last: int) -> str:
    return f"{chance.integers(first, last):02}{chance.integers(1, 13):02}{chance.integers(1, 29):02}"
