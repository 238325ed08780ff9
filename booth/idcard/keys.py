"""What opens a chip: the card access number, or the key made of the machine-readable zone (ICAO 9303-11, 4.4.3.2,
4.3.2).

Both lie in memory that is overwritten on leaving the `with` block. Python may have made copies elsewhere (the text
they came from), so this shortens their life and promises no more. Neither is ever shown, logged or sent."""

from __future__ import annotations

import hashlib
import string
from types import TracebackType
from typing import ClassVar, Final, Literal, Self

from booth.idcard.errors import WrongCardAccessNumber, WrongKey, WrongMachineReadableZone

CARD_ACCESS_NUMBER_DIGITS: Final = 6
MAX_DOCUMENT_NUMBER: Final = 22
"""Places for a long document number in a card-sized zone: nine, and thirteen of the optional data (9303-5, 4.2.4)."""

_weights: Final = (7, 3, 1)
_zone_letters: Final = frozenset(string.ascii_uppercase + string.digits + "<")


def check_digit(field: str) -> str:
    """ICAO 9303-3, 4.9. Raises ValueError for what is no letter of the zone."""
    if not _zone_letters.issuperset(field):
        raise ValueError("The machine-readable zone has A to Z, 0 to 9 and < only.")
    values = (0 if letter == "<" else int(letter, 36) for letter in field)
    return str(sum(value * _weights[index % 3] for index, value in enumerate(values)) % 10)


class AccessKey:
    """`password`: what PACE derives its key from; `reference`: how PACE names that kind; `wrong`: the error where a
    chip refuses it. After `wipe` the password is zeros."""

    reference: ClassVar[int]
    access: ClassVar[Literal["pace_can", "pace_mrz"]]
    wrong: ClassVar[type[WrongKey]]
    password: bytearray

    def wipe(self) -> None:
        self.password[:] = bytes(len(self.password))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class CardAccessNumber(AccessKey):
    """The six digits printed on a card. Opens chips that offer PACE; for Basic Access Control they are no key."""

    reference = 2
    access = "pace_can"
    wrong = WrongCardAccessNumber

    def __init__(self, digits: str) -> None:
        if len(digits) != CARD_ACCESS_NUMBER_DIGITS or not digits.isascii() or not digits.isdigit():
            raise ValueError(f"A card access number has {CARD_ACCESS_NUMBER_DIGITS} digits.")
        self.password = bytearray(digits, "ascii")


class MachineReadableZoneKey(AccessKey):
    """Document number, date of birth and date of expiry as the zone has them: the number without check digit (fillers
    at its end may be left out), the dates as YYMMDD, unknown parts of the date of birth as `<`. Opens by PACE and by
    Basic Access Control. Raises ValueError, which never quotes them."""

    reference = 1
    access = "pace_mrz"
    wrong = WrongMachineReadableZone

    def __init__(self, document_number: str, date_of_birth: str, date_of_expiry: str) -> None:
        number = document_number.upper().rstrip("<").ljust(9, "<")
        if not 9 <= len(number) <= MAX_DOCUMENT_NUMBER or number.startswith("<"):
            raise ValueError("The document number does not fit the machine-readable zone.")
        for date, letters in ((date_of_birth, string.digits + "<"), (date_of_expiry, string.digits)):
            if len(date) != 6 or not set(letters).issuperset(date):
                raise ValueError("A date of the machine-readable zone has six places, YYMMDD.")
        information = "".join(field + check_digit(field) for field in (number, date_of_birth, date_of_expiry))
        # SHA-1 of the zone's information is the password of PACE (9.7.3), and its first half the seed of BAC.
        self.password = bytearray(hashlib.sha1(information.encode("ascii")).digest())  # noqa: S324

    @property
    def seed(self) -> bytearray:
        """The key seed of Basic Access Control (9.7.2)."""
        return self.password[:16]
