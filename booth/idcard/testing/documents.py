"""The files of a travel document from what stands on it: machine-readable zone, data groups, EF.COM (ICAO 9303-10)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from booth.idcard import tlv
from booth.idcard.keys import check_digit
from booth.idcard.session import GROUP_TAGS

_transliterations: Final = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "ẞ": "SS", "Å": "AA", "Æ": "AE", "Ø": "OE", "Ł": "L", "-": " "}
)
"""Letters that do not just lose their accents (ICAO 9303-3, section 6 A)."""

TD1_NAME_LENGTH: Final = 30
TD3_NAME_LENGTH: Final = 39


@dataclass(frozen=True, slots=True)
class Bearer:
    """What the machine-readable zone says. `date_of_birth`: or its six places, unknown parts as `<`; `document_type`:
    two letters, `AR` for a residence permit, `P` for a passport; `issuing_state` and `nationality`: ICAO codes, `D`
    for Germany; `sex`: F, M or X."""

    family_name: str
    given_names: str
    date_of_birth: date | str
    sex: str
    nationality: str
    document_number: str
    date_of_expiry: date
    document_type: str = "AR"
    issuing_state: str = "D"

    def expired_on(self, day: date) -> Bearer:
        return replace(self, date_of_expiry=day)


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


def zone_of(bearer: Bearer) -> str:
    """The passport's zone, or that of a card."""
    return td3(bearer) if bearer.document_type.startswith("P") else td1(bearer)


def zone_key(bearer: Bearer) -> tuple[str, str, str]:
    """Document number, date of birth and date of expiry, as `MachineReadableZoneKey` takes them."""
    return bearer.document_number, _birth(bearer), f"{bearer.date_of_expiry:%y%m%d}"


def _birth(bearer: Bearer) -> str:
    birth = bearer.date_of_birth
    return birth if isinstance(birth, str) else f"{birth:%y%m%d}"


def _middle(bearer: Bearer) -> str:
    birth, expiry = _birth(bearer), f"{bearer.date_of_expiry:%y%m%d}"
    sex = "<" if bearer.sex == "X" else bearer.sex
    return birth + check_digit(birth) + sex + expiry + check_digit(expiry)


def td3(bearer: Bearer) -> str:
    """The 88 characters of a passport (ICAO 9303-4, 4.2)."""
    first = _filled(bearer.document_type, 2) + _filled(bearer.issuing_state, 3)
    first += names_field(bearer.family_name, bearer.given_names, TD3_NAME_LENGTH)
    number, personal = _filled(bearer.document_number, 9), "<" * 14
    second = number + check_digit(number) + _filled(bearer.nationality, 3) + _middle(bearer) + personal + "0"
    return first + second + check_digit(second[0:10] + second[13:20] + second[21:43])


def td1(bearer: Bearer) -> str:
    """The 90 characters of a card-sized document (ICAO 9303-5, 4.2)."""
    number = _filled(bearer.document_number, 9)
    first = (
        _filled(bearer.document_type, 2) + _filled(bearer.issuing_state, 3) + number + check_digit(number) + "<" * 15
    )
    second = _middle(bearer) + _filled(bearer.nationality, 3) + "<" * 11
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return first + second + composite + names_field(bearer.family_name, bearer.given_names, TD1_NAME_LENGTH)


def dg1(zone: str) -> bytes:
    return tlv.encode(0x61, tlv.encode(0x5F1F, zone.encode("ascii")))


JPEG, JPEG_2000 = 0, 1
"""Image data types of a facial record (ISO/IEC 19794-5:2005, 5.7.2)."""


def dg2(jpeg: bytes, width: int, height: int, image_type: int = JPEG) -> bytes:
    """One portrait in a CBEFF template with a facial record (ISO/IEC 19794-5:2005, 5)."""
    information = b"\x00\x00" + bytes(14)
    image = bytes((1, image_type)) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes((1, 0, 0, 0, 0, 0))
    block_length = 4 + len(information) + len(image) + len(jpeg)
    record = b"FAC\x00010\x00" + (14 + block_length).to_bytes(4, "big") + b"\x00\x01"
    record += block_length.to_bytes(4, "big") + information + image + jpeg
    header = tlv.encode(0x80, b"\x01\x01") + tlv.encode(0x81, b"\x02") + tlv.encode(0x87, b"\x01\x01")
    header += tlv.encode(0x88, b"\x00\x08")
    return _template(header, 0x5F2E, record)


def extensible_dg2(image: bytes, width: int, height: int, image_type: int = JPEG) -> bytes:
    """The same with an extensible record (ISO/IEC 39794-5:2019, the fields that ICAO wants; format 002A of the
    CBEFF registry)."""
    version = tlv.encode(0xA0, tlv.encode(0x80, b"\x03") + tlv.encode(0x81, b"\x07\xe3"))
    size = tlv.encode(0x80, width.to_bytes(2, "big")) + tlv.encode(0x81, height.to_bytes(2, "big"))
    form = tlv.encode(0xA0, tlv.encode(0x80, b"\x02" if image_type == JPEG else b"\x03"))
    flat = tlv.encode(0x80, image) + tlv.encode(0xA1, form + tlv.encode(0xA7, size))
    representation = tlv.encode(0x80, b"\x00") + tlv.encode(0xA1, tlv.encode(0xA0, tlv.encode(0xA0, flat)))
    block = tlv.encode(0x65, version + tlv.encode(0xA1, tlv.encode(0x30, representation)))
    header = tlv.encode(0x80, b"\x01\x01") + tlv.encode(0x81, b"\x02") + tlv.encode(0x87, b"\x01\x01")
    return _template(header + tlv.encode(0x88, b"\x00\x2a"), 0x7F2E, tlv.encode(0xA1, block))


def _template(header: bytes, tag: int, record: bytes) -> bytes:
    template = tlv.encode(0xA1, header) + tlv.encode(tag, record)
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01") + tlv.encode(0x7F60, template)))


def _listed(group: int, fields: dict[int, str]) -> bytes:
    """A data group whose first element lists the others."""
    tags = b"".join(tag.to_bytes(2, "big") for tag in fields)
    return tlv.encode(group, tlv.encode(0x5C, tags) + b"".join(tlv.encode(*_text(item)) for item in fields.items()))


def _text(item: tuple[int, str]) -> tuple[int, bytes]:
    return item[0], item[1].encode()


def dg11(full_name: str, date_of_birth: str, place_of_birth: str) -> bytes:
    """Additional personal details (9303-10, 4.7.11): the name in the state's own script, the date as YYYYMMDD."""
    return _listed(0x6B, {0x5F0E: full_name, 0x5F2B: date_of_birth, 0x5F11: place_of_birth})


def dg12(authority: str, date_of_issue: str) -> bytes:
    """Additional document details (9303-10, 4.7.12)."""
    return _listed(0x6C, {0x5F19: authority, 0x5F26: date_of_issue})


def dg14(infos: bytes) -> bytes:
    return tlv.encode(0x6E, infos)


def dg15(public_key: bytes) -> bytes:
    """`public_key`: SubjectPublicKeyInfo."""
    return tlv.encode(0x6F, public_key)


def common(groups: list[int]) -> bytes:
    """EF.COM: the data groups that are there."""
    tags = {group: tag for tag, group in GROUP_TAGS.items()}
    listed = bytes(tags[group] for group in groups)
    return tlv.encode(0x60, tlv.encode(0x5F01, b"0107") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, listed))
