"""Codes of appointments: easy to read out, type and scan, hard to guess. Nobody keeps them but the citizen.

Ten characters of an alphabet of 29 (letters that are not mistaken for a digit or for each other, and the digits) are
4.2e14 possibilities. With a million appointments open, whoever tries ten codes a minute finds one in eighty years.

The database keeps the SHA-256 of a code. So what an index looks up is not what an attacker chooses byte by byte, and
whoever reads the database cannot use an appointment.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

LETTERS: Final = "ACDEFHJKLMNPRTUVWXY"
ALPHABET: Final = LETTERS + "0123456789"
LENGTH: Final = 10
MAX_TYPED: Final = 40
REQUEST_BYTES: Final = 18
_LIKE: Final = str.maketrans({"O": "0", "Q": "0", "I": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
"""What is not in the alphabet but can be taken for something in it."""


def new_request() -> str:
    """A name for one wish to book, unguessable."""
    return secrets.token_urlsafe(REQUEST_BYTES)


def code_of(request: str) -> str:
    """The code for a wish to book: the same for the same wish, so that a form that is sent twice books once."""
    number = int.from_bytes(hashlib.sha256(b"fernamt appointment code " + request.encode()).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def normalise(typed: str) -> str | None:
    """The code somebody has typed, without spaces and hyphens, in capitals; None when it cannot be one."""
    if len(typed) > MAX_TYPED:
        return None
    code = "".join(typed.split()).replace("-", "").upper().translate(_LIKE)
    return code if len(code) == LENGTH and not set(code) - set(ALPHABET) else None


def shown(code: str) -> str:
    """In two groups, as it is printed and called out."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def digest(code: str) -> str:
    """What stands for the code in the database."""
    return hashlib.sha256(b"fernamt appointment " + code.encode()).hexdigest()
