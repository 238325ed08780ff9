"""What can go wrong between the booth and a card. Each maps to the fault the clerk and the citizen are told.

    IdCardError
      ReadCancelled               the reading was called off; not a fault
      NoReader                    no card reader, or the smart-card service is not running
      NoCard                      a reader, but nothing in it
      CardRemoved                 the card went away while it was read; every later reading is free to start again
      WrongKey                    the chip refused the key; `tries`: how many it still allows, where it says so
        WrongCardAccessNumber
        WrongMachineReadableZone
      CardSuspended               one try is left, and the chip allows it only after another secret
      CardBlocked                 the chip takes this kind of key no more
      CardUnsupported             not a document this booth can open
        HealthInsuranceCard       a card of that kind: the citizen has mistaken it for the ID card
        PaymentCard               likewise
        ZoneNeeded                it opens with the machine-readable zone, not with a card access number
      CardTimeout                 the card or its reader stopped answering
      CardError                   the chip answered something it must not, or the exchange was disturbed
        ChannelEnded              the chip ended secure messaging; `status`: its plain status word
        FormRefused               the chip or reader does not take extended lengths or short file identifiers;
                                  reading starts again without
        GroupForbidden            somebody asked for a data group the booth never reads

The texts are for engineers. They never hold the key or anything read from a chip.
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


class WrongKey(IdCardError):
    """One try is spent; nothing here repeats it."""

    def __init__(self, text: str = "", tries: int | None = None) -> None:
        super().__init__(text)
        self.tries = tries


class WrongCardAccessNumber(WrongKey):
    fault = CardFault.WRONG_CARD_ACCESS_NUMBER


class WrongMachineReadableZone(WrongKey):
    fault = CardFault.WRONG_MACHINE_READABLE_ZONE


class CardSuspended(IdCardError):
    fault = CardFault.CARD_SUSPENDED


class CardBlocked(IdCardError):
    fault = CardFault.CARD_BLOCKED


class CardUnsupported(IdCardError):
    fault = CardFault.CARD_UNSUPPORTED


class HealthInsuranceCard(CardUnsupported):
    fault = CardFault.HEALTH_INSURANCE_CARD


class PaymentCard(CardUnsupported):
    fault = CardFault.PAYMENT_CARD


class ZoneNeeded(CardUnsupported):
    """An older passport without PACE: Basic Access Control knows no card access number."""


class CardTimeout(IdCardError):
    fault = CardFault.TIMEOUT


class CardError(IdCardError):
    fault = CardFault.CARD_ERROR


class ChannelEnded(CardError):
    def __init__(self, status: int) -> None:
        super().__init__(f"The chip ended secure messaging with status {status:04X}.")
        self.status = status


class FormRefused(CardError):
    """The answer to an extended-length command was 6700, the reader could not carry it, or a chip ended secure
    messaging over a short file identifier."""


class GroupForbidden(CardError):
    """Fingerprints (DG3) and irises (DG4) are never read, and there is nothing beyond DG16."""
