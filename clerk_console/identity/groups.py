"""Data groups of the chip (ICAO 9303-10, 4.7): the zone in DG1 and the facial image in DG2."""

from __future__ import annotations

from datetime import date
from typing import Final

from asn1crypto import parser

from clerk_console.identity.errors import IdentityDataError, parsing
from clerk_console.identity.mrz import Zone, parse_zone

SECURITY_OBJECT: Final = "011d"
GROUP_FILES: Final = {f"{0x0100 + number:04x}": number for number in range(1, 17)}

IMAGE_START: Final = 20
FEATURE_POINT_BYTES: Final = 8
IMAGE_INFORMATION_BYTES: Final = 12
RECORD_HEADER_BYTES: Final = 14
FACIAL_RECORD: Final = b"FAC\x00"
EXTENSIBLE_IMAGE: Final = ((2, 1), (1, 5), (2, 1), (0, 16), (2, 1), (2, 0), (2, 0), (2, 0))
"""A1 of the template, FaceImageDataBlock, representationBlocks, the first of them, imageRepresentation, base,
imageRepresentation2DBlock, representationData2D."""


def child(data: bytes, *path: tuple[int, int]) -> bytes:
    """The content of the element reached through `path`, each step a class and a tag number (7F61 is (1, 0x61)).
    Raises ValueError where it is missing."""
    for wanted in path:
        while data:
            tag_class, _, number, header, content, trailer = parser.parse(data)
            if (tag_class, number) == wanted:
                data = content
                break
            data = data[len(header) + len(content) + len(trailer) :]
        else:
            raise ValueError(f"Tag {wanted} is missing.")
    return data


@parsing("DG1")
def parse_dg1(file: bytes, today: date) -> Zone:
    """Raises IdentityDataError."""
    zone = child(file, (1, 0x01), (1, 0x1F))
    try:
        return parse_zone(zone.decode("ascii"), today)
    except UnicodeDecodeError:
        raise IdentityDataError("The machine-readable zone is not ASCII.") from None


@parsing("DG2")
def parse_dg2(file: bytes) -> bytes:
    """The first facial image as it was stored, JPEG or JPEG 2000. Raises IdentityDataError."""
    template = child(file, (1, 0x15), (1, 0x61), (1, 0x60))
    try:
        record = child(template, (1, 0x2E))  # 5F2E, or 7F2E where it consists of elements
    except ValueError:
        raise IdentityDataError("DG2 has no biometric data block.") from None
    return _facial_image(record) if record[:4] == FACIAL_RECORD else _extensible_image(record)


def _extensible_image(record: bytes) -> bytes:
    """ISO/IEC 39794-5:2019 in the profile of ICAO, which states may use since 2026 and have to from 2030 on
    (9303-10, 4.7.2): FaceImageDataBlock, its one representation, and there the image of two dimensions."""
    try:
        return child(record, *EXTENSIBLE_IMAGE)
    except ValueError:
        raise IdentityDataError(
            "The biometric data of DG2 is no facial record, neither of ISO/IEC 19794-5 nor of 39794-5."
        ) from None


def _facial_image(record: bytes) -> bytes:
    """ISO/IEC 19794-5:2005, 5: header, then a block of facial information, feature points, image data."""
    block = record[RECORD_HEADER_BYTES:]
    length = int.from_bytes(block[:4], "big")
    points = int.from_bytes(block[4:6], "big")
    start = IMAGE_START + points * FEATURE_POINT_BYTES + IMAGE_INFORMATION_BYTES
    if not start < length <= len(block):
        raise IdentityDataError("The lengths of the facial record do not fit.")
    return block[start:length]
