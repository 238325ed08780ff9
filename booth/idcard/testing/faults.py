"""The ways a test card can be wrong. Written `NAME` or `NAME:NUMBER` on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FaultName(StrEnum):
    NONE = "none"
    TAMPERED = "tampered"  # DG1 changed after signing
    PORTRAIT_SWAPPED = "portrait-swapped"  # somebody else's DG2
    EXPIRED = "expired"  # rightly signed, but of last year
    WRONG_CA = "wrong-ca"  # signed under a CSCA nobody has heard of
    FORGED_CA = "forged-ca"  # signed under a CSCA with the true one's name and another key
    BROKEN_SIGNATURE = "broken-signature"
    REVOKED = "revoked"  # signed by the state's signer that its CRL revokes
    CLONED = "cloned"  # all files of the true chip, none of its private keys
    TORN = "torn"  # the card goes away at command NUMBER
    SLOW = "slow"  # NUMBER milliseconds before each answer
    NO_PACE = "no-pace"  # no EF.CardAccess
    SHORT_LENGTHS = "short-lengths"  # refuses extended lengths
    PLAIN = "plain"  # refuses extended lengths and short file identifiers
    BLOCKED = "blocked"  # takes no key any more
    SUSPENDED = "suspended"  # one try left, which it does not allow


DEFAULT_NUMBERS: Final = {FaultName.TORN: 14, FaultName.SLOW: 40}


@dataclass(frozen=True, slots=True)
class Fault:
    name: FaultName = FaultName.NONE
    number: int = 0

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Raises ValueError naming the faults there are."""
        word, _, number = text.partition(":")
        try:
            name = FaultName(word)
            return cls(name, int(number) if number else DEFAULT_NUMBERS.get(name, 0))
        except ValueError:
            known = ", ".join(FaultName)
            raise ValueError(
                f"There is no fault {text!r}; known are {known}, with :NUMBER for torn and slow."
            ) from None

    def __str__(self) -> str:
        return f"{self.name}:{self.number}" if self.number else str(self.name)


NO_FAULT: Final = Fault()
