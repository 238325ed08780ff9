"""One eID request as it goes: what AusweisApp has said, what the citizen has typed, what is to be said next. No I/O.

`received` and the citizen's acts return the commands to send, in order. `view` is what the screen may know: never a
digit. Digits live in `Digits` and are overwritten as soon as they were sent, and when the request ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from msgspec import UNSET

from booth.eid.digits import Digits
from booth.eid.errors import ProtocolBroken
from booth.eid.messages import (
    Accept,
    AccessRights,
    Auth,
    BadState,
    Cancel,
    Certificate,
    ChangePin,
    Command,
    Continue,
    EnterCan,
    EnterNewPin,
    EnterPin,
    EnterPuk,
    GetCertificate,
    GetReaderList,
    InsertCard,
    InternalError,
    Invalid,
    Known,
    Pause,
    Reader,
    ReaderList,
    RunAuth,
    RunChangePin,
    SecretCommand,
    SetAccessRights,
    Status,
    UnknownCommand,
)
from booth.eid.workflow import ENDS, ENTRY, STAGES, TRANSITIONS, Signal, Step, WorkflowError, fault_of, next_step
from media.consultation import EidFault, EidStage

log = structlog.get_logger(__name__)

OK: Final = "#ok"
PIN_DIGITS: Final = 6
TRANSPORT_PIN_DIGITS: Final = 5
CAN_DIGITS: Final = 6
PUK_DIGITS: Final = 10
HIDDEN_RIGHTS: Final = frozenset({"CanAllowed", "PinManagement"})
"""Rights about how the card is opened, not about the citizen. The booth's citizen uses the PIN: these are left off."""

Outgoing = Sequence[Command | SecretCommand]

_wrong: Final = {Step.PIN: EidFault.WRONG_PIN, Step.CAN: EidFault.WRONG_CAN, Step.PUK: EidFault.WRONG_PUK}
_wishes: Final[dict[type[EnterPin], Signal]] = {
    EnterPin: Signal.PIN_WANTED,
    EnterCan: Signal.CAN_WANTED,
    EnterPuk: Signal.PUK_WANTED,
    EnterNewPin: Signal.NEW_PIN_WANTED,
}
_commands: Final = {Step.PIN: "SET_PIN", Step.CAN: "SET_CAN", Step.PUK: "SET_PUK", Step.NEW_PIN: "SET_NEW_PIN"}


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that is asked for: `name` as AusweisApp has it. `granted`: an optional one is left switched on."""

    name: str
    optional: bool
    granted: bool


@dataclass(frozen=True, slots=True)
class IdentificationView:
    """What the screen shows. `asks`, `purpose`, `terms`: from the authorisation certificate; empty until it is there.
    `digits`: how many are typed, of `least` to `most`. `again`: the new PIN is typed for the second time.
    `changing`: a PIN is being set. `tries`: how many the card leaves for the PIN, None where it does not say."""

    step: Step
    asks: str = ""
    purpose: str = ""
    terms: str = ""
    required_age: str = ""
    rights: tuple[Right, ...] = ()
    digits: int = 0
    least: int = 0
    most: int = 0
    again: bool = False
    changing: bool = False
    tries: int | None = None
    fault: EidFault | None = None
    progress: int = 0

    @property
    def stage(self) -> EidStage:
        return STAGES[self.step]


class Identification:
    """`step` says where it stands. `developer_mode`: take test cards and servers."""

    def __init__(self, *, developer_mode: bool = False) -> None:
        self.step = Step.STARTING
        self._developer_mode = developer_mode
        self._rights: AccessRights | None = None
        self._certificate: Certificate | None = None
        self._readers: dict[str, Reader] = {}
        self._typed = Digits()
        self._first = Digits()
        self._sent: Step | None = None
        self._tries: int | None = None
        self._fault: EidFault | None = None
        self._progress = 0
        self._changing = False

    @property
    def over(self) -> bool:
        return self.step in ENDS

    def view(self) -> IdentificationView:
        least, most = self._length()
        description = self._certificate.description if self._certificate else None
        return IdentificationView(
            step=self.step,
            asks=description.subject_name if description else "",
            purpose=description.purpose if description else "",
            terms=description.terms_of_usage if description else "",
            required_age=self._rights.aux.required_age if self._rights and self._rights.aux else "",
            rights=self._asked(),
            digits=len(self._typed),
            least=least,
            most=most,
            again=len(self._first) > 0,
            changing=self._changing,
            tries=self._tries if self.step is Step.PIN else None,
            fault=self._fault or self._reader_fault(),
            progress=self._progress,
        )

    def begin(self, tc_token_url: str) -> Outgoing:
        return [GetReaderList(), RunAuth(tc_token_url=tc_token_url, developer_mode=self._developer_mode)]

    # AusweisApp

    def received(self, message: Known) -> Outgoing:
        """Take one message. Raises ProtocolBroken when both ends no longer understand each other."""
        if self.over:
            return []
        try:
            return self._received(message)
        except WorkflowError as error:
            raise ProtocolBroken(str(error)) from None

    def _received(self, message: Known) -> Outgoing:
        match message:
            case Auth():
                return self._auth(message)
            case ChangePin():
                return self._change_pin(message)
            case AccessRights():
                return self._access_rights(message)
            case Certificate():
                self._certificate = message
            case InsertCard():
                self._forget_digits()
                self._happen(Signal.CARD_WANTED)
            case EnterPin():
                self._wanted(message)
            case Reader():
                self._readers[message.name] = message
            case ReaderList(readers=readers):
                self._readers = {reader.name: reader for reader in readers}
            case Status(progress=progress):
                self._progress = progress or 0
            case Pause():
                self._happen(Signal.PAUSED)
                self._fault = EidFault.CARD_POSITION
            case BadState(error=command) | UnknownCommand(error=command):
                return self._refused(command)
            case InternalError() | Invalid():
                raise ProtocolBroken(f"AusweisApp answered {type(message).__name__}.")
            case _:
                pass
        return []

    def broken(self, fault: EidFault) -> None:
        """The connection or the process is gone."""
        if not self.over:
            self._forget_digits()
            self._fault = fault
            self._happen(Signal.BROKEN)

    def _auth(self, message: Auth) -> Outgoing:
        if message.error:
            raise ProtocolBroken("AusweisApp did not take RUN_AUTH.")
        if message.result is None:
            self._happen(Signal.BEGUN)
            return []
        if message.result.major.endswith(OK):
            self._end(Signal.SUCCEEDED)
            return []
        if self.step is Step.SWITCHING:
            self._happen(Signal.ENDED)
            return [RunChangePin()]
        self._fault = None if self.step is Step.CANCELLING else fault_of(message.result.minor, message.result.reason)
        self._end(Signal.ENDED)
        return []

    def _change_pin(self, message: ChangePin) -> Outgoing:
        if message.error:
            raise ProtocolBroken("AusweisApp did not take RUN_CHANGE_PIN.")
        if message.success is UNSET:
            self._happen(Signal.BEGUN)
            return []
        if message.success:
            self._end(Signal.CHANGED)
        elif self.step is Step.SWITCHING:
            # The authentication has ended, and this could not begin.
            self.broken(fault_of("", message.reason))
        else:
            self._fault = None if self.step is Step.CANCELLING else fault_of("", message.reason)
            self._end(Signal.ENDED)
        return []

    def _access_rights(self, message: AccessRights) -> Outgoing:
        first = self._rights is None
        self._rights = message
        self._happen(Signal.RIGHTS_ASKED)
        if not first:
            return []
        hidden = HIDDEN_RIGHTS & set(message.chat.optional)
        told = [right for right in message.chat.effective if right in message.chat.optional and right not in hidden]
        return [GetCertificate(), *([SetAccessRights(chat=told)] if hidden else [])]

    def _wanted(self, message: EnterPin) -> None:
        """AusweisApp asks for digits; again after others means that those were wrong."""
        if message.reader and message.reader.keypad:
            # AusweisApp takes no digits of ours then: they are typed where the card lies (SET_PIN, since 1.16.0).
            raise ProtocolBroken(f"The reader {message.reader.name!r} has a keypad of its own: connect one without.")
        card = message.reader.card if message.reader else None
        before, self._tries = self._tries, card.retry_counter if card else None
        sent, self._sent = self._sent, None
        self._forget_digits()
        self._happen(_wishes[type(message)])
        if self.step is Step.PUK and card is not None and card.inoperative:
            self._fault = EidFault.CARD_INOPERATIVE
        elif sent is not None and not message.error and (sent is self.step or self._lower_than(before, sent)):
            self._fault = _wrong.get(sent)

    def _lower_than(self, before: int | None, sent: Step) -> bool:
        """The PIN that was sent cost a try, so that something else is asked for now."""
        return sent is Step.PIN and before is not None and self._tries is not None and self._tries < before

    def _refused(self, command: str) -> Outgoing:
        """A command came too late, or this version does not know it. What cannot be taken back is passed over; without
        the others there is no going on."""
        if command in ("CANCEL", "GET_CERTIFICATE", "GET_READER_LIST") or (
            self.step in (Step.SWITCHING, Step.CANCELLING) and command != "RUN_CHANGE_PIN"
        ):
            log.info("eid command too late", command=command[:32])
            if command == "CANCEL" and self.step is Step.CANCELLING:
                # There was nothing to cancel.
                self._end(Signal.ENDED)
            return []
        if command in ("SET_PIN", "SET_CAN", "SET_PUK", "SET_NEW_PIN", "ACCEPT", "SET_ACCESS_RIGHTS", "CONTINUE"):
            # The card went away as the citizen pressed: AusweisApp says itself what it wants next.
            log.info("eid command crossed a message", command=command[:32])
            return []
        raise ProtocolBroken(f"AusweisApp does not take {command[:32]}.")

    # The citizen

    def grant(self, right: str, granted: bool) -> Outgoing:
        """Switch an optional right on or off."""
        if self.step is not Step.RIGHTS or self._rights is None or right not in self._rights.chat.optional:
            return []
        chat = self._rights.chat
        kept = [name for name in chat.optional if name in chat.effective and name != right]
        return [SetAccessRights(chat=[*kept, right] if granted else kept)]

    def agree(self) -> Outgoing:
        """To what is asked for; only once the citizen was shown who asks."""
        if self.step is not Step.RIGHTS or self._certificate is None:
            return []
        self._happen(Signal.AGREED)
        return [Accept()]

    def press(self, digit: int) -> None:
        if self.step in ENTRY:
            self._typed.press(digit, self._length()[1])
            if self._fault in _wrong.values():
                self._fault = None

    def erase(self) -> None:
        if self.step in ENTRY:
            self._typed.erase()

    def enter(self) -> Outgoing:
        """Send what was typed, if it has the right length; a new PIN only after it was typed twice alike."""
        least, _ = self._length()
        if self.step not in ENTRY or len(self._typed) < least:
            return []
        if self.step is Step.NEW_PIN:
            if not len(self._first):
                self._first.take(self._typed)
                self._fault = None
                return []
            alike = self._first.same(self._typed)
            self._first.wipe()
            if not alike:
                self._typed.wipe()
                self._fault = EidFault.WRONG_PIN
                return []
        digits = Digits()
        digits.take(self._typed)
        self._sent = self.step
        command = SecretCommand(_commands[self.step], digits)
        self._happen(Signal.ENTERED)
        return [command]

    def only_transport_pin(self) -> Outgoing:
        """The citizen has no PIN yet, only the five digits of the letter."""
        if self._changing or (self.step, Signal.ONLY_TRANSPORT_PIN) not in TRANSITIONS:
            return []
        self._forget_digits()
        self._changing = True
        self._happen(Signal.ONLY_TRANSPORT_PIN)
        return [Cancel()]

    def lay_right(self) -> Outgoing:
        """After PAUSE: the card lies as it should."""
        if self.step is not Step.POSITION:
            return []
        self._happen(Signal.LAID_RIGHT)
        return [Continue()]

    def stop(self) -> Outgoing:
        """By citizen or clerk."""
        if self.over or self.step is Step.CANCELLING:
            return []
        self._forget_digits()
        self._fault = None
        self._happen(Signal.STOPPED)
        return [Cancel()]

    def wipe(self) -> None:
        self._forget_digits()
        self._rights = self._certificate = None

    def _happen(self, signal: Signal) -> None:
        before = self.step
        self.step = next_step(before, signal)
        if signal not in (Signal.BROKEN, Signal.ENDED):
            self._fault = None
        if before is not self.step:
            log.info("eid", before=before.value, signal=signal.value, step=self.step.value)

    def _end(self, signal: Signal) -> None:
        self._forget_digits()
        self._happen(signal)

    def _forget_digits(self) -> None:
        self._typed.wipe()
        self._first.wipe()

    def _length(self) -> tuple[int, int]:
        """How many digits are to be typed, at least and at most."""
        match self.step:
            case Step.PIN if self._changing:
                return TRANSPORT_PIN_DIGITS, PIN_DIGITS
            case Step.PIN | Step.NEW_PIN:
                return PIN_DIGITS, PIN_DIGITS
            case Step.CAN:
                return CAN_DIGITS, CAN_DIGITS
            case Step.PUK:
                return PUK_DIGITS, PUK_DIGITS
            case _:
                return 0, 0

    def _asked(self) -> tuple[Right, ...]:
        if self._rights is None:
            return ()
        chat = self._rights.chat
        asked = [Right(name, False, True) for name in chat.required if name not in HIDDEN_RIGHTS]
        optional = [name for name in chat.optional if name not in HIDDEN_RIGHTS]
        return (*asked, *(Right(name, True, name in chat.effective) for name in optional))

    def _reader_fault(self) -> EidFault | None:
        """Why AusweisApp still waits for a card, as far as its readers tell."""
        if self.step is not Step.CARD:
            return None
        readers = [reader for reader in self._readers.values() if reader.attached and not reader.insertable]
        if not readers:
            return EidFault.NO_READER
        cards = [reader.card for reader in readers if reader.card is not None]
        if any(card.deactivated for card in cards):
            return EidFault.CARD_DEACTIVATED
        if any(card.inoperative for card in cards):
            return EidFault.CARD_INOPERATIVE
        return EidFault.CARD_UNKNOWN if any(card.retry_counter is None for card in cards) else None
