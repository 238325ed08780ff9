"""The words of AusweisApp's SDK (Governikus, API levels 2 and 3): commands to it, messages from it.

JSON objects over a WebSocket. What comes from AusweisApp is another program's word: size-limited, typed, and unknown
messages and fields of later versions are passed over. Commands that carry a PIN are made apart (`secret_command`),
in memory that can be overwritten.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from booth.eid.digits import Digits
from booth.eid.errors import ProtocolBroken

MAX_MESSAGE_BYTES: Final = 256 * 1024
MAX_READERS: Final = 32

Text = Annotated[str, Meta(max_length=16_000)]
Name = Annotated[str, Meta(max_length=256)]
Rights = Annotated[list[Name], Meta(max_length=64)]


def _tag(class_name: str) -> str:
    return "".join(f"_{c}" if c.isupper() else c.upper() for c in class_name).lstrip("_")


class Command(Struct, tag_field="cmd", tag=_tag, frozen=True, kw_only=True):
    """Base of what the booth says; the tag is the class name in capitals."""


class GetInfo(Command, frozen=True, kw_only=True):
    pass


class GetApiLevel(Command, frozen=True, kw_only=True):
    pass


class SetApiLevel(Command, frozen=True, kw_only=True):
    level: int


class GetReaderList(Command, frozen=True, kw_only=True):
    pass


class RunAuth(Command, frozen=True, kw_only=True):
    """Begin an authentication. `developer_mode`: take test cards and test servers, for the demo and tests alone."""

    tc_token_url: str = field(name="tcTokenURL")
    developer_mode: bool = field(name="developerMode", default=False)
    status: bool = True


class RunChangePin(Command, frozen=True, kw_only=True):
    """Begin to set a PIN of the citizen's own, from a transport PIN or another one."""

    status: bool = True


class SetAccessRights(Command, frozen=True, kw_only=True):
    """`chat`: of the optional rights, those the citizen leaves switched on."""

    chat: list[str]


class GetCertificate(Command, frozen=True, kw_only=True):
    pass


class Accept(Command, frozen=True, kw_only=True):
    pass


class Cancel(Command, frozen=True, kw_only=True):
    pass


class Continue(Command, frozen=True, kw_only=True):
    """After PAUSE, API level 3."""


class SecretCommand(Struct, frozen=True):
    """SET_PIN, SET_NEW_PIN, SET_CAN or SET_PUK; the digits are the sender's to wipe."""

    name: str
    digits: Digits


class Message(Struct, tag_field="msg", tag=_tag, frozen=True, kw_only=True, rename="camel"):
    """Base of what AusweisApp says."""


class VersionInfo(Struct, frozen=True, kw_only=True):
    name: Name = field(name="Name", default="")
    version: Name = field(name="Implementation-Version", default="")


class Info(Message, frozen=True, kw_only=True):
    version_info: VersionInfo = field(name="VersionInfo")


class ApiLevel(Message, frozen=True, kw_only=True):
    available: Annotated[list[int], Meta(max_length=32)] = []
    current: int = 0
    error: Text = ""


class Card(Struct, frozen=True, kw_only=True, rename="camel"):
    """A card in a reader; one that is no eID card has no counter. `inoperative`: its PUK is used up. `deactivated`:
    its eID function is switched off."""

    inoperative: bool = False
    deactivated: bool = False
    retry_counter: int | None = None


class Reader(Message, frozen=True, kw_only=True):
    """`insertable`: AusweisApp's simulator, whose card a program puts in; never one the booth uses."""

    name: Name = ""
    attached: bool = False
    insertable: bool = False
    keypad: bool = False
    card: Card | None = None


class ReaderList(Message, frozen=True, kw_only=True):
    readers: Annotated[list[Reader], Meta(max_length=MAX_READERS)] = []


class Chat(Struct, frozen=True, kw_only=True):
    effective: Rights = []
    optional: Rights = []
    required: Rights = []


class Auxiliary(Struct, frozen=True, kw_only=True, rename="camel"):
    required_age: Name = ""


class AccessRights(Message, frozen=True, kw_only=True):
    chat: Chat
    aux: Auxiliary | None = None
    transaction_info: Text = ""
    error: Text = ""


class CertificateDescription(Struct, frozen=True, kw_only=True, rename="camel"):
    subject_name: Text = ""
    subject_url: Text = ""
    issuer_name: Text = ""
    purpose: Text = ""
    terms_of_usage: Text = ""


class Validity(Struct, frozen=True, kw_only=True, rename="camel"):
    effective_date: Name = ""
    expiration_date: Name = ""


class Certificate(Message, frozen=True, kw_only=True):
    """Who asks, and what for, as the authorisation certificate says."""

    description: CertificateDescription
    validity: Validity = Validity()


class InsertCard(Message, frozen=True, kw_only=True):
    error: Text = ""


class EnterPin(Message, frozen=True, kw_only=True):
    reader: Reader | None = None
    error: Text = ""


class EnterNewPin(EnterPin, frozen=True, kw_only=True):
    pass


class EnterCan(EnterPin, frozen=True, kw_only=True):
    pass


class EnterPuk(EnterPin, frozen=True, kw_only=True):
    pass


class Result(Struct, frozen=True, kw_only=True):
    """`major` and `minor`: TR-03112-1, section 4; `reason`: AusweisApp's failure code, from 1.26.3 on."""

    major: Name = ""
    minor: Name = ""
    reason: Name = ""


class Auth(Message, frozen=True, kw_only=True):
    """Begun, when it has neither `result` nor `error`; else ended."""

    result: Result | None = None
    error: Text = ""


class ChangePin(Message, frozen=True, kw_only=True):
    """Begun, when it does not say whether it succeeded; else ended."""

    success: bool | UnsetType = UNSET
    reason: Name = ""
    error: Text = ""


class Status(Message, frozen=True, kw_only=True):
    """`progress` in percent, of a workflow that is under way."""

    workflow: Name | None = None
    progress: Annotated[int, Meta(ge=0, le=100)] | None = None
    state: Name | None = None


class Pause(Message, frozen=True, kw_only=True):
    cause: Name = ""


class BadState(Message, frozen=True, kw_only=True):
    """The command named in `error` does not fit the state AusweisApp is in."""

    error: Text = ""


class Invalid(Message, frozen=True, kw_only=True):
    error: Text = ""


class UnknownCommand(Message, frozen=True, kw_only=True):
    error: Text = ""


class InternalError(Message, frozen=True, kw_only=True):
    error: Text = ""


Known = (
    Info
    | ApiLevel
    | Reader
    | ReaderList
    | AccessRights
    | Certificate
    | InsertCard
    | EnterPin
    | EnterNewPin
    | EnterCan
    | EnterPuk
    | Auth
    | ChangePin
    | Status
    | Pause
    | BadState
    | Invalid
    | UnknownCommand
    | InternalError
)


class _AnyMessage(Struct):
    msg: Name


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Known] = msgspec.json.Decoder(Known)
_tags = frozenset(_tag(kind.__name__) for kind in Known.__args__)


def encode(command: Command) -> bytes:
    return _encoder.encode(command)


def secret_command(command: SecretCommand) -> bytearray:
    """The command as it goes over the wire; to be overwritten as soon as it has."""
    text = bytearray(b'{"cmd":"')
    text += command.name.encode("ascii")
    text += b'","value":"'
    command.digits.write_to(text)
    text += b'"}'
    return text


def decode(frame: str | bytes) -> Known | None:
    """A message, or None for one that only a later version knows. Raises ProtocolBroken."""
    if len(frame) > MAX_MESSAGE_BYTES:
        raise ProtocolBroken(f"AusweisApp sent a message of {len(frame)} bytes.")
    try:
        if msgspec.json.decode(frame, type=_AnyMessage).msg not in _tags:
            return None
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # The position alone: what was sent may be about a person.
        raise ProtocolBroken(f"AusweisApp sent something that is not of its SDK ({type(error).__name__}).") from None
