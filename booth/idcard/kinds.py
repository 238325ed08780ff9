"""What kind of card it is that does not open, so that the citizen hears that it is the wrong one of their purse.

Only the names of its applications are asked for (ISO/IEC 7816-4, 11.2.2), and nothing of the answers is kept.
"""

from __future__ import annotations

from typing import Final

from booth.idcard import apdu
from booth.idcard.apdu import Command, Response, Transmit
from booth.idcard.errors import CardUnsupported, HealthInsuranceCard, PaymentCard

SELECT: Final = 0xA4
BY_NAME: Final = 0x04


def _silently(name: bytes) -> Command:
    return Command(0x00, SELECT, BY_NAME, 0x0C, name)


def _with_answer(name: bytes) -> Command:
    """As payment cards want it: they refuse to keep their answer to themselves."""
    return Command(0x00, SELECT, BY_NAME, 0x00, name, expected=apdu.SHORT_RESPONSE)


KINDS: Final[tuple[tuple[Command, type[CardUnsupported]], ...]] = (
    # gemSpec_eGK_ObjSys: the root, and DF.HCA
    (_silently(bytes.fromhex("D2760001448000")), HealthInsuranceCard),
    (_silently(bytes.fromhex("D27600000102")), HealthInsuranceCard),
    # EMV, book B, 3.3.2, and book 1, 12.2.2
    (_with_answer(b"2PAY.SYS.DDF01"), PaymentCard),
    (_with_answer(b"1PAY.SYS.DDF01"), PaymentCard),
)


def known_kind(transmit: Transmit) -> CardUnsupported | None:
    """What to say of a freshly powered card that did not open, or None where it is of no kind known here. Raises an
    IdCardError when the card goes meanwhile."""
    for command, kind in KINDS:
        status = Response.decode(transmit(command.encode())).status
        if status == apdu.OK or status >> 8 == apdu.MORE_DATA:
            return kind("A card of another kind is in the reader.")
    return None
