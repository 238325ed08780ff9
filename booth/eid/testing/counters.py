"""PIN, CAN and PUK with their counters, as the chip keeps them (TR-03110-2, 3.3; TR-03127, 3.4). Survives a reset.

    PIN   three tries. With one left it is suspended: only after the CAN, in the same session, is it tried again.
          With none left it is blocked until the PUK unblocks it, which sets three tries.
    CAN   never blocked.
    PUK   ten uses, right or wrong PINs aside; then the PIN cannot be unblocked any more.

A transport PIN has five digits and becomes a PIN only by being changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

PIN_TRIES: Final = 3
PUK_USES: Final = 10


class Password(IntEnum):
    """References of MSE:Set AT (TR-03110-3, B.1)."""

    CAN = 2
    PIN = 3
    PUK = 4


@dataclass(slots=True)
class CardSecrets:
    pin: str
    can: str
    puk: str
    tries: int = PIN_TRIES
    puk_uses: int = PUK_USES
    deactivated: bool = False

    def __repr__(self) -> str:
        return f"CardSecrets({self.tries} tries)"

    @property
    def suspended(self) -> bool:
        return self.tries == 1

    @property
    def blocked(self) -> bool:
        return self.tries == 0

    @property
    def is_transport_pin(self) -> bool:
        return len(self.pin) == 5

    def value(self, password: Password) -> bytes:
        return {Password.CAN: self.can, Password.PIN: self.pin, Password.PUK: self.puk}[password].encode()

    def used(self, password: Password, *, right: bool) -> None:
        """What a finished or failed PACE does to the counters."""
        if password is Password.PIN:
            self.tries = PIN_TRIES if right else max(0, self.tries - 1)

    def unblock(self) -> bool:
        """With the PUK; False when it is used up."""
        if not self.puk_uses:
            return False
        self.puk_uses -= 1
        self.tries = PIN_TRIES
        return True

    def change_pin(self, pin: bytes) -> bool:
        if len(pin) != 6 or not pin.isdigit():
            return False
        self.pin, self.tries = pin.decode(), PIN_TRIES
        return True
