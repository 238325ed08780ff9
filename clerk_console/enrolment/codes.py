"""One-time codes for booths, and the nonces their proofs are made for. No I/O."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from signaling.protocol.enrolment import ALPHABET, CODE_LENGTH, digest

HOURS: Final = 24
MOST_HOURS: Final = 14 * 24
FAILURES_ALLOWED: Final = 5
"""A right code that came with a wrong proof so often is spent: somebody is trying something."""
NONCE_S: Final = 300
NONCE_BYTES: Final = 18

K = TypeVar("K")


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """CODE_LENGTH characters, each of ALPHABET alike likely."""
    usable = 256 - 256 % len(ALPHABET)
    code = ""
    while len(code) < CODE_LENGTH:
        code += "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(CODE_LENGTH) if byte < usable)
    return code[:CODE_LENGTH]


def matching(code: str, digests: Iterable[tuple[K, str]]) -> K | None:
    """Whose digest is the code's. Takes the same time whichever it is, and if it is none."""
    wanted, found = digest(code).encode(), None
    for key, kept in digests:
        if hmac.compare_digest(wanted, kept.encode()):
            found = key
    return found


class Nonces:
    """Nonces that need not be kept: each carries its time and a mark only this process can make."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._random_bytes = random_bytes
        self._secret = random_bytes(32)

    def make(self, now: float) -> str:
        """A fresh one, good for NONCE_S."""
        text = f"{int(now) + NONCE_S}.{_text(self._random_bytes(NONCE_BYTES))}"
        return f"{text}.{self._mark(text)}"

    def good(self, nonce: str, now: float) -> bool:
        """Whether it was made here and is not too old."""
        text, _, mark = nonce.rpartition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(text).encode()):
            return False
        return now <= int(text.partition(".")[0])

    def _mark(self, text: str) -> str:
        return _text(hmac.digest(self._secret, text.encode(), hashlib.sha256))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
