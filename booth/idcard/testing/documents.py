"""The files of a residence permit from what stands on it: machine-readable zone, DG1, DG2, EF.COM (ICAO 9303-10)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from booth.idcard import tlv

_weights: Final = (7, 3, 1)
_transliterations: Final = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ẞ": "SS", "Å": "AA", "Æ": "AE", "Ø": "OE", "Ł": "L", "-": " "}
)
"""Letters that do not just lose their accents (ICAO 9303-3, section 6 A)."""

TD1_NAME_LENGTH: Final = 30


@dataclass(frozen=True, slots=True)
class Bearer:
    """What the machine-readable zone says. `document_type`: two letters, `AR` for a residence permit; `issuing_state`
    and `nationality`: ICAO codes, `D` for Germany; `sex`: F, M or X."""

    family_name: str
    given_names: str
    date_of_birth: date
    sex: str
    nationality: str
    document_number: str
    date_of_expiry: date
    document_type: str = "AR"
    issuing_state: str = "D"

    def expired_on(self, day: date) -> Bearer:
        return replace(self, date_of_expiry=day)


def check_digit(field: str) -> str:
    """ICAO 9303-3, 4.9."""
    values = (0 if letter == "<" else int(letter, 36) for letter in field)
    return str(sum(value * _weights[index % 3] for index, value in enumerate(values)) % 10)


def _filled(text: str, width: int) -> str:
    return text.upper().ljust(width, "<")[:width]


def _zone_name(name: str) -> str:
    """A name in the letters of the zone."""
    plain = unicodedata.normalize("NFD", name.replace("ß", "ss").upper().translate(_transliterations))
    return "<".join("".join(letter for letter in part if "A" <= letter <= "Z") for part in plain.split())


def names_field(family_name: str, given_names: str, width: int) -> str:
    """Both names in `width` places; names that are too long are cut so that each keeps a part (9303-5, 4.2.3)."""
    family, given = _zone_name(family_name), _zone_name(given_names)
    if len(family) + 2 + len(given) > width:
        family = family[: max(width - 2 - len(given), width - 2 - (width - 2) // 3)]
    return _filled(f"{family}<<{given}", width)


def td1(bearer: Bearer) -> str:
    """The 90 characters of a card-sized document (ICAO 9303-5, 4.2)."""
    number = _filled(bearer.document_number, 9)
    first = (
        _filled(bearer.document_type, 2) + _filled(bearer.issuing_state, 3) + number + check_digit(number) + "<" * 15
    )
    birth, expiry = f"{bearer.date_of_birth:%y%m%d}", f"{bearer.date_of_expiry:%y%m%d}"
    sex = "<" if bearer.sex == "X" else bearer.sex
    middle = birth + check_digit(birth) + sex + expiry + check_digit(expiry)
    second = middle + _filled(bearer.nationality, 3) + "<" * 11
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return first + second + composite + names_field(bearer.family_name, bearer.given_names, TD1_NAME_LENGTH)


def dg1(zone: str) -> bytes:
    return tlv.encode(0x61, tlv.encode(0x5F1F, zone.encode("ascii")))


def dg2(jpeg: bytes, width: int, height: int) -> bytes:
    """One portrait in a CBEFF template with a facial record (ISO/IEC 19794-5:2005, 5)."""
    information = b"\x00\x00" + bytes(14)
    image = bytes((1, 0)) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes((1, 0, 0, 0, 0, 0))
    block_length = 4 + len(information) + len(image) + len(jpeg)
    record = b"FAC\x00010\x00" + (14 + block_length).to_bytes(4, "big") + b"\x00\x01"
    record += block_length.to_bytes(4, "big") + information + image + jpeg
    header = tlv.encode(0x80, b"\x01\x01") + tlv.encode(0x81, b"\x02") + tlv.encode(0x87, b"\x01\x01")
    header += tlv.encode(0x88, b"\x00\x08")
    template = tlv.encode(0xA1, header) + tlv.encode(0x5F2E, record)
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01") + tlv.encode(0x7F60, template)))


def common(groups: list[int]) -> bytes:
    """EF.COM: the data groups that are there."""
    tags = {1: 0x61, 2: 0x75, 3: 0x63, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70}
    listed = bytes(tags[group] for group in groups)
    return tlv.encode(0x60, tlv.encode(0x5F01, b"0107") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, listed))
