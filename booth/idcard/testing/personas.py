"""The people of the test cards, all invented. Their names try out what real ones do to forms and zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from booth.idcard.testing.documents import Bearer
from booth.idcard.testing.portrait import Features


@dataclass(frozen=True, slots=True)
class Persona:
    """`card_access_number`: printed on the front of the card."""

    bearer: Bearer
    features: Features
    card_access_number: str


PERSONAS: Final = {
    "erika": Persona(
        Bearer("Mustermann", "Erika", date(1964, 8, 12), "F", "D", "C01X0006H", date(2033, 10, 31)),
        Features((236, 196, 168), (122, 78, 46), (52, 92, 138), long_hair=True),
        "938471",
    ),
    # Umlauts, a double name and an apostrophe.
    "juergen": Persona(
        Bearer("Groß-Öztürk", "Jürgen O'Neil", date(1951, 2, 28), "M", "TUR", "L01X00T47", date(2031, 3, 1)),
        Features((222, 178, 142), (150, 150, 152), (70, 84, 72), glasses=True, beard=True),
        "500540",
    ),
    # Longer than the thirty places of the zone: both names are cut.
    "anantha": Persona(
        Bearer(
            "Venkatanarasimharajuvaripeta Rao",
            "Anantha Lakshmi Subrahmanyeswari",
            date(1989, 12, 31),
            "F",
            "IND",
            "Y0AB12CD3",
            date(2029, 6, 30),
        ),
        Features((176, 122, 86), (36, 28, 28), (168, 64, 92), long_hair=True, glasses=True),
        "000000",
    ),
    # A single name, and a birthday in this century.
    "amina": Persona(
        Bearer("Amina", "", date(2004, 1, 1), "F", "SYR", "YZ6311T19", date(2028, 2, 29)),
        Features((206, 160, 126), (58, 110, 116), (44, 60, 66), headscarf=True),
        "271828",
    ),
    # No entry for the sex, and an old card number that begins with a digit.
    "kim": Persona(
        Bearer("Nguyễn", "Kim", date(1998, 5, 17), "X", "VNM", "T22000129", date(2030, 1, 15)),
        Features((232, 190, 150), (30, 26, 30), (210, 160, 60)),
        "314159",
    ),
}
