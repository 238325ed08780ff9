"""What the office has asked of a chip, and may be answered once: eight bytes for Active Authentication, and a key
agreement for Chip Authentication. Kept in memory alone: the secrets of an agreement never reach a disk.

One challenge a case is open, the latest. It is used up by the answer, right or wrong, and forgotten after a while. No
I/O; times in seconds on any clock that does not run backwards.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from clerk_console.identity.active_authentication import CHALLENGE_BYTES
from clerk_console.identity.chip_authentication import Agreement, agree
from clerk_console.identity.security_infos import parse_dg14

LIFETIME_S: Final = 60 * 60
"""From asking for the document to its last byte. Nobody at a booth is hurried; an hour is more than a visit takes."""
MOST_OPEN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Challenge:
    nonce: bytes
    opened_at: float
    agreement: Agreement | None = None


class ChipChallenges:
    """The open challenges by case."""

    def __init__(self, now: Callable[[], float], random_bytes: Callable[[int], bytes]) -> None:
        self._now = now
        self._random_bytes = random_bytes
        self._open: OrderedDict[str, Challenge] = OrderedDict()

    def open(self, case: str) -> bytes:
        """Eight bytes for the chip to sign; what was open for the case is void."""
        nonce = self._random_bytes(CHALLENGE_BYTES)
        self._open[case] = Challenge(nonce, self._now())
        self._open.move_to_end(case)
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return nonce

    def agree(self, case: str, nonce: bytes, dg14: bytes) -> Agreement | None:
        """A key agreement with the chip of this EF.DG14; None where it offers none, or the challenge is not open.
        Asked again, the earlier one is void. Raises IdentityDataError."""
        challenge = self._current(case, nonce)
        if challenge is None:
            return None
        agreement = agree(parse_dg14(dg14), self._random_bytes)
        self._open[case] = replace(challenge, agreement=agreement)
        return agreement

    def take(self, case: str, nonce: bytes) -> Challenge | None:
        """The challenge, which is open no more; None for any other."""
        challenge = self._current(case, nonce)
        if challenge is not None:
            del self._open[case]
        return challenge

    def forget(self, case: str) -> None:
        self._open.pop(case, None)

    def _current(self, case: str, nonce: bytes) -> Challenge | None:
        challenge = self._open.get(case)
        if challenge is None or challenge.nonce != nonce:
            return None
        if self._now() - challenge.opened_at > LIFETIME_S:
            del self._open[case]
            return None
        return challenge
