"""Status words with which the emulated chip refuses (ISO/IEC 7816-4, 5.6)."""

from __future__ import annotations

from typing import Final

AUTHENTICATION_FAILED: Final = 0x6300
CONDITIONS_NOT_SATISFIED: Final = 0x6985
NO_CURRENT_FILE: Final = 0x6986
SECURE_OBJECTS_MISSING: Final = 0x6987
SECURE_OBJECTS_WRONG: Final = 0x6988
WRONG_DATA: Final = 0x6A80
WRONG_PARAMETERS: Final = 0x6A86
REFERENCE_NOT_FOUND: Final = 0x6A88
OFFSET_WRONG: Final = 0x6B00
INSTRUCTION_UNKNOWN: Final = 0x6D00


class Refused(Exception):
    """The chip answers with this status word and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status
