"""What can go wrong between the booth and a card. Each maps to the fault the clerk and the citizen are told.

    IdCardError
      ReadCancelled               the reading was called off; not a fault
      NoReader                    no card reader, or the smart-card service is not running
      NoCard                      a reader, but nothing in it
      CardRemoved                 the card went away while it was read; every later reading is free to start again
      WrongCardAccessNumber       the chip refused the number
      CardUnsupported             not a document this booth can open
      CardTimeout                 the card or its reader stopped answering
      CardError                   the chip answered something it must not, or the exchange was disturbed
        LengthRefused             the chip or reader does not take extended lengths; reading starts again
        GroupForbidden            somebody asked for a data group the booth never reads

The texts are for engineers. They never hold the card access number or anything read from a chip.
"""

from __future__ import annotations

from typing import ClassVar

from media.consultation import CardFault


class IdCardError(Exception):
    """Base of all; `fault` is None where there is nothing to report."""

    fault: ClassVar[CardFault | None] = None


class ReadCancelled(IdCardError):
    """The clerk, the citizen or the end of the visit called the reading off."""


class NoReader(IdCardError):
    fault = CardFault.NO_READER


class NoCard(IdCardError):
    fault = CardFault.NO_CARD


class CardRemoved(IdCardError):
    fault = CardFault.CARD_REMOVED


class WrongCardAccessNumber(IdCardError):
    fault = CardFault.WRONG_CARD_ACCESS_NUMBER


class CardUnsupported(IdCardError):
    fault = CardFault.CARD_UNSUPPORTED


class CardTimeout(IdCardError):
    fault = CardFault.TIMEOUT


class CardError(IdCardError):
    fault = CardFault.CARD_ERROR


class LengthRefused(CardError):
    """The answer to an extended-length command was 6700, or the reader could not carry it."""


class GroupForbidden(CardError):
    """Fingerprints (DG3) and irises (DG4) are never read, and there is nothing beyond DG16."""
