"""Who the emulated eID cards belong to, and what their chips hold (TR-03110-4, 2.2.3 and annex E)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from booth.idcard import tlv


@dataclass(frozen=True, slots=True)
class Person:
    """Dates are `YYYYMMDD`, countries as in the chip (`D`); `pin`, `can` and `puk` are what a holder knows."""

    family_name: str
    given_names: str
    date_of_birth: str
    place_of_birth: str
    street: str
    city: str
    postal_code: str
    birth_name: str = ""
    doctoral_degree: str = ""
    valid_until: str = "20351031"
    nationality: str = "D"
    pin: str = "123456"
    can: str = "500540"
    puk: str = "9876543210"

    def __repr__(self) -> str:
        return "Person(…)"

    def groups(self) -> dict[int, bytes]:
        """The data groups of the eID application by their number."""

        def text(value: str) -> bytes:
            return tlv.encode(0x0C, value.encode())

        country = tlv.encode(0x13, b"D")
        place = tlv.encode(0xAA, text(self.street)) + tlv.encode(0xAB, text(self.city))
        place += tlv.encode(0xAD, country) + tlv.encode(0xAE, tlv.encode(0x13, self.postal_code.encode()))
        content = {
            1: tlv.encode(0x13, b"ID"),
            2: country,
            3: tlv.encode(0x12, self.valid_until.encode()),
            4: text(self.given_names),
            5: text(self.family_name),
            6: text(""),
            7: text(self.doctoral_degree),
            8: tlv.encode(0x12, self.date_of_birth.encode()),
            9: tlv.encode(0xA1, text(self.place_of_birth)),
            10: tlv.encode(0x13, self.nationality.encode()),
            13: text(self.birth_name),
            17: tlv.encode(0x30, place),
        }
        return {number: tlv.encode(0x60 + number, value) for number, value in content.items()}


PERSONS: Final[dict[str, Person]] = {
    "erika": Person(
        family_name="Mustermann",
        given_names="Erika",
        date_of_birth="19640812",
        place_of_birth="Berlin",
        street="Heidestraße 17",
        city="Köln",
        postal_code="51147",
        birth_name="Gabler",
    ),
    "juergen": Person(
        family_name="Groß-Öztürk",
        given_names="Jürgen Ömer",
        date_of_birth="19811229",
        place_of_birth="Iğdır",
        street="Am Südhang 3 a",
        city="Bad Schönborn-Weißenfels",
        postal_code="76669",
        doctoral_degree="Dr.",
        pin="246802",
        can="113355",
        puk="1029384756",
    ),
}
