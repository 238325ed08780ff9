"""Compares a name as people write it with a name as a machine-readable zone spells it (ICAO 9303-3 section 6)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SPELLINGS: Final = str.maketrans(
    {
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "ẞ": "SS",
        "Å": "AA",
        "Æ": "AE",
        "Ø": "OE",
        "Œ": "OE",
        "Þ": "TH",
        "Ð": "D",
        "Đ": "D",
        "Ł": "L",
        "İ": "I",
    }
)


def machine_spelling(text: str) -> str:
    """The letters A to Z and single spaces a machine-readable zone has for `text`; digits stay."""
    composed = unicodedata.normalize("NFC", text).upper().translate(SPELLINGS)
    plain = "".join(c for c in unicodedata.normalize("NFD", composed) if not unicodedata.combining(c))
    return re.sub(r"[^A-Z0-9]+", " ", plain.replace("'", "").replace("’", "")).strip()


def same(written: str, read: str) -> bool:
    """Whether both may be the same. A zone that ran out of room cuts names off; a cut name is not the same."""
    return machine_spelling(written) == machine_spelling(read)
