"""A PIN while it is typed: digits in memory that is overwritten."""

from __future__ import annotations

import hmac
from typing import Final

MAX_DIGITS: Final = 10
"""A PUK has ten; nothing that is typed has more."""


class Digits:
    """Digits as the citizen presses them, one by one, so that no text of them ever exists: neither the screen nor
    the view holds more than how many there are. `wipe` overwrites them; what the socket and the kernel copied on the
    way to AusweisApp is beyond reach, so this shortens a life and promises no more."""

    def __init__(self) -> None:
        self._kept = bytearray(MAX_DIGITS)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return "Digits(…)"

    def press(self, digit: int, most: int) -> None:
        """Add one of 0 to 9, up to `most` of them; others are ignored."""
        if 0 <= digit <= 9 and self._count < min(most, MAX_DIGITS):
            self._kept[self._count] = 0x30 + digit
            self._count += 1

    def erase(self) -> None:
        """Take the last one back."""
        if self._count:
            self._count -= 1
            self._kept[self._count] = 0

    def wipe(self) -> None:
        self._kept[:] = bytes(MAX_DIGITS)
        self._count = 0

    def take(self, other: Digits) -> None:
        """Become what `other` is, which is wiped."""
        self._kept[:] = other._kept
        self._count = other._count
        other.wipe()

    def same(self, other: Digits) -> bool:
        return self._count == other._count and hmac.compare_digest(self._kept, other._kept)

    def write_to(self, target: bytearray) -> None:
        """Append them, in ASCII; the caller wipes `target`."""
        target += memoryview(self._kept)[: self._count]
