"""PC/SC as this booth needs it, over pyscard's thin layer: contexts, what the readers hold, and one card's connection.

    ServiceDown (NoReader)
      pcscd is not running, or went away while a call was open; the context is dead and a new one is needed

A context belongs to one thread: pcsc-lite serialises the calls of a context, and waiting for a change would hold up a
transmission.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Final, NamedTuple, Self

from smartcard import scard

from booth.idcard.errors import (
    CardError,
    CardRemoved,
    CardUnsupported,
    FormRefused,
    IdCardError,
    NoCard,
    NoReader,
)

READER_CHANGES: Final = "\\\\?PnP?\\Notification"
"""Name of pcsc-lite's pseudo reader that changes whenever a reader comes or goes."""
REMOVAL_GRACE_MS: Final = 1500
"""A card torn out is often noticed only after the transmission it broke has failed."""

_service_gone = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_F_INTERNAL_ERROR,
    }
)
_card_gone = frozenset(
    {
        scard.SCARD_W_REMOVED_CARD,
        scard.SCARD_E_NO_SMARTCARD,
        scard.SCARD_E_READER_UNAVAILABLE,
        scard.SCARD_E_UNKNOWN_READER,
        *_service_gone,
    }
)


class ServiceDown(NoReader):
    """The smart-card service (pcscd) cannot be reached."""


class Slot(NamedTuple):
    """A reader and the state PC/SC last reported for it."""

    name: str
    state: int

    @classmethod
    def unaware(cls, name: str) -> Slot:
        """Of a reader never looked at: the first wait returns at once."""
        return cls(name, scard.SCARD_STATE_UNAWARE)

    @property
    def holds_card(self) -> bool:
        return bool(self.state & scard.SCARD_STATE_PRESENT)


def _text(result: int) -> str:
    return str(scard.SCardGetErrorMessage(result))


class Context:
    """A connection to pcscd, as a context manager. Every method raises ServiceDown once the service is gone."""

    def __init__(self) -> None:
        result, self._handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            raise ServiceDown(f"The smart-card service does not answer: {_text(result)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        scard.SCardReleaseContext(self._handle)

    def readers(self) -> list[str]:
        result, names = scard.SCardListReaders(self._handle, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        if result != scard.SCARD_S_SUCCESS:
            raise ServiceDown(f"The smart-card service does not list its readers: {_text(result)}")
        return [str(name) for name in names]

    def changes(self, known: Sequence[Slot], timeout_ms: int) -> list[Slot]:
        """Wait until a slot's state differs from the one given, at most `timeout_ms`; the slots as they are now."""
        wanted = [(slot.name, slot.state & ~scard.SCARD_STATE_CHANGED) for slot in known]
        result, states = scard.SCardGetStatusChange(self._handle, timeout_ms, wanted)
        if result in (scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT):
            return [Slot(name, state) for name, state, _atr in states]
        if result in (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
            return []
        raise ServiceDown(f"The smart-card service went away: {_text(result)}")

    def slots(self, names: Sequence[str]) -> list[Slot]:
        """The present states of these readers."""
        return self.changes([Slot.unaware(name) for name in names], 0) if names else []

    def card_stays(self, name: str) -> bool:
        """Whether the card is still in the reader after the grace time."""
        slots = self.slots([name])
        if slots and slots[0].holds_card:
            slots = self.changes(slots, REMOVAL_GRACE_MS)
        return bool(slots) and slots[0].holds_card

    def connect(self, name: str) -> Connection:
        """Power the card and take it for this program alone. Raises an IdCardError."""
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, handle, protocol = scard.SCardConnect(self._handle, name, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        if result != scard.SCARD_S_SUCCESS:
            raise _connect_error(result)
        return Connection(self, name, handle, protocol)


def _connect_error(result: int) -> IdCardError:
    if result in _service_gone:
        return ServiceDown(f"The smart-card service went away: {_text(result)}")
    if result in (scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD):
        return NoCard("There is no card in the reader.")
    if result in (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE):
        return NoReader("The card reader is gone.")
    if result in (scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_W_UNSUPPORTED_CARD, scard.SCARD_E_PROTO_MISMATCH):
        return CardUnsupported(f"The card does not answer its reader: {_text(result)}")
    return CardError(f"The card cannot be opened: {_text(result)}")


class Connection:
    """A powered card. Leaving it resets the card, which ends the secure channel."""

    def __init__(self, context: Context, name: str, handle: int, protocol: int) -> None:
        self._context = context
        self._name = name
        self._handle = handle
        self._protocol = protocol

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        scard.SCardDisconnect(self._handle, scard.SCARD_RESET_CARD)

    def transmit(self, command: bytes) -> bytes:
        """One command, one raw response. Raises CardRemoved, CardError or FormRefused."""
        result, response = scard.SCardTransmit(self._handle, self._protocol, list(command))
        # A card that leaves in the middle of a command is often reported as a success without an answer.
        if result == scard.SCARD_S_SUCCESS and len(response) >= 2:
            return bytes(response)
        if result in _card_gone or not self._context.card_stays(self._name):
            raise CardRemoved("The card was taken away while it was read.")
        if len(command) > 5 and command[4] == 0:
            raise FormRefused(f"The reader could not carry an extended-length command: {_text(result)}")
        raise CardError(f"The reader could not carry a command: {_text(result)}")
