"""Compares a name as people write it with a name as a machine-readable zone spells it (ICAO 9303-3 section 6)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

CARD_ZONE: Final = 30
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


def may_be_cut(family_name: str, given_names: str) -> bool:
    """Whether the names fill the zone of a card (30 places, two of them between the names), so may go on beyond it."""
    return len(machine_spelling(family_name)) + 2 + len(machine_spelling(given_names)) >= CARD_ZONE - 1


def same(written: str, read: str, *, cut: bool = False) -> bool:
    """Whether both may be the same; `cut`: the zone may hold only the beginning of the name."""
    whole, zone = machine_spelling(written), machine_spelling(read)
    return whole.startswith(zone) if cut and zone else whole == zone
