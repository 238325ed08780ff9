"""What can go wrong between the booth and AusweisApp. Each maps to the fault clerk and citizen are told.

    EidError
      AppMissing        AusweisApp is not installed, or not set up for this booth
      AppOutdated       it is older than what this booth speaks; names both versions
      AppFailed         it does not start, has ended, or does not answer
      ProtocolBroken    it said something that is not of its SDK

The texts are for engineers. They never hold a PIN or anything of a card.
"""

from __future__ import annotations

from typing import ClassVar

from media.consultation import EidFault


class EidError(Exception):
    """Base of all."""

    fault: ClassVar[EidFault] = EidFault.APP_FAILED


class AppMissing(EidError):
    fault = EidFault.APP_MISSING


class AppOutdated(EidError):
    fault = EidFault.APP_OUTDATED


class AppFailed(EidError):
    fault = EidFault.APP_FAILED


class ProtocolBroken(EidError):
    fault = EidFault.APP_FAILED
