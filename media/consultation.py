"""The consultation channel: what booth and clerk say to each other over the call's data channel, version 1.

One reliable, ordered data channel with the label `consultation`, opened by the clerk's browser; one JSON object a
message, `type` says which. Both ends send `greeting` first. It runs over DTLS from end to end: the switchboard never
sees it. What the clerk asks of the citizen carries a `request` number; the booth's answers carry the same one, and
an answer to a request that is no longer open is ignored.

Long data (a chip file, a document) goes as `chunk` messages of at most CHUNK_BYTES each, announced by the message
that names the `transfer`; the receiver checks size and SHA-256.

JSON Schema and the TypeScript types are generated from this module by `scripts/generate`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

VERSION: Final = 1
LABEL: Final = "consultation"
MAX_MESSAGE_BYTES: Final = 60 * 1024
"""Below aiortc's 64 KiB SCTP message limit."""
CHUNK_BYTES: Final = 12 * 1024
MAX_TRANSFER_BYTES: Final = 8 * 1024 * 1024
MAX_CHIP_FILE_BYTES: Final = 256 * 1024
MAX_STILL_BYTES: Final = 2 * 1024 * 1024


class ConsultationError(Exception):
    """A message from the other end that is not of this protocol; the text says what was wrong."""


def _tag(class_name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in class_name).lstrip("_")


RequestNumber = Annotated[int, Meta(ge=1, le=2**31)]
ShortText = Annotated[str, Meta(max_length=200)]
LongText = Annotated[str, Meta(max_length=4000)]
Transfer = Annotated[str, Meta(pattern=r"^[a-z0-9-]{4,64}$")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=12 * 1024)]
"""Standard base64 of a few bytes to a few KiB; its length is looked at before its pattern."""
Milliseconds = Annotated[float, Meta(ge=0, le=60_000)]


class Message(Struct, tag_field="type", tag=_tag, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Base of every message; the tag is the class name in snake_case."""


class Greeting(Message, frozen=True, kw_only=True):
    """First message of each end. `name` is what the other end may show: the clerk's name and office, the booth's
    site; never the citizen's. `features`: what this end can do, for example `card`, `document`, `text`."""

    version: int
    name: ShortText
    features: Annotated[list[Identifier], Meta(max_length=32)] = []


class Heartbeat(Message, frozen=True, kw_only=True):
    """Sent once a second; `echo` returns the other end's latest `n`, so that each end knows it is heard."""

    n: Annotated[int, Meta(ge=0)]
    echo: int | None = None


class Text(Message, frozen=True, kw_only=True):
    """Real-time text (EN 301 549 6.2): the whole of the line being written, sent within 300 ms of each keystroke;
    `done` closes the line. Lines count from 0 for each sender."""

    line: Annotated[int, Meta(ge=0)]
    text: LongText
    done: bool


class Chunk(Message, frozen=True, kw_only=True):
    """A piece of a transfer, `data` in standard base64, CHUNK_BYTES at most before encoding; in order."""

    transfer: Transfer
    offset: Annotated[int, Meta(ge=0, le=MAX_TRANSFER_BYTES)]
    data: Annotated[str, Meta(max_length=CHUNK_BYTES * 2)]


DocumentKind = Literal["id_card", "passport", "residence_permit"]
"""What the citizen is asked for, and with it what opens the chip: the card access number of a card, the
machine-readable zone of a passport."""


class CardRequest(Message, frozen=True, kw_only=True):
    """The clerk asks to read the document's chip. `groups`: data groups wanted beside EF.SOD (ICAO 9303-10), never 3
    or 4; the booth names them to the citizen. `challenge`: eight bytes of the console for Active Authentication
    (ICAO 9303-11, 6.1); without them it is not asked of the chip. An earlier open request is replaced."""

    request: RequestNumber
    groups: Annotated[list[Annotated[int, Meta(ge=1, le=16)]], Meta(max_length=8)]
    document: DocumentKind = "id_card"
    challenge: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{11}=$")] | None = None


class CardCancel(Message, frozen=True, kw_only=True):
    """The clerk takes the request back; the booth leaves the card screen and wipes the card access number."""

    request: RequestNumber


class CardStage(StrEnum):
    """Where the booth is with a card request. `card_access_number` and `machine_readable_zone`: the citizen gives what
    opens the chip. `declined` and `failed` end the request, `sent` succeeds."""

    CONSENT = "consent"
    CARD_ACCESS_NUMBER = "card_access_number"
    MACHINE_READABLE_ZONE = "machine_readable_zone"
    INSERT_CARD = "insert_card"
    READING = "reading"
    SENT = "sent"
    DECLINED = "declined"
    FAILED = "failed"


class CardFault(StrEnum):
    """Why reading failed. After a fault with a way on, the booth offers it itself (try again, type the number again)
    and the request stays open in an earlier stage, with `fault` set on the `card_status`. `card_suspended`: one try is
    left, which the chip allows only after another secret; `card_blocked`: it takes this kind of key no more.
    `not_permitted`: reading an ID card by its access number alone is switched off at this booth (PAuswG section
    18a)."""

    WRONG_CARD_ACCESS_NUMBER = "wrong_card_access_number"
    WRONG_MACHINE_READABLE_ZONE = "wrong_machine_readable_zone"
    CARD_SUSPENDED = "card_suspended"
    CARD_BLOCKED = "card_blocked"
    NO_READER = "no_reader"
    NO_CARD = "no_card"
    CARD_REMOVED = "card_removed"
    CARD_UNSUPPORTED = "card_unsupported"
    HEALTH_INSURANCE_CARD = "health_insurance_card"
    PAYMENT_CARD = "payment_card"
    CARD_ERROR = "card_error"
    TIMEOUT = "timeout"
    NOT_PERMITTED = "not_permitted"


class CardStatus(Message, frozen=True, kw_only=True):
    """The booth reports each step of a card request. `progress` 0 to 1 while reading."""

    request: RequestNumber
    stage: CardStage
    fault: CardFault | None = None
    progress: Annotated[float, Meta(ge=0, le=1)] | None = None


class ChipFile(Struct, frozen=True, kw_only=True):
    """One elementary file of the chip, raw. `file`: identifier in hex, for example `011d` (EF.SOD), `0101` (DG1)."""

    file: Annotated[str, Meta(pattern=r"^01[0-9a-f]{2}$")]
    transfer: Transfer
    size: Annotated[int, Meta(ge=1, le=MAX_CHIP_FILE_BYTES)]
    sha256: Sha256


class ChipKey(Message, frozen=True, kw_only=True):
    """The booth has read EF.DG14 (`file`, raw) and asks the console to challenge the chip by Chip Authentication
    (ICAO 9303-11, 6.2). It goes on reading; an answer that does not come in time costs only that check."""

    request: RequestNumber
    file: Base64


class ChipAgreement(Struct, frozen=True, kw_only=True):
    """Chip Authentication as the console wants it run. `protocol`: object identifier under id-CA; `key_id`: which of
    the chip's keys, where DG14 numbers them; `public_key`: the console's ephemeral key as the chip takes it (an
    uncompressed point, or a number for DH). `command`: a whole command APDU, already protected by the new session
    keys, which only the console has, with the counter at one."""

    protocol: Annotated[str, Meta(pattern=r"^[0-2](\.[0-9]{1,9}){3,24}$", max_length=64)]
    public_key: Base64
    command: Base64
    key_id: Annotated[int, Meta(ge=0, le=2**31)] | None = None


class ChipChallenge(Message, frozen=True, kw_only=True):
    """The console's answer to `chip_key`. Without `agreement` it makes no use of the key: the booth does not wait."""

    request: RequestNumber
    agreement: ChipAgreement | None = None


class _Proof(Struct, tag_field="kind", forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What a chip answered so that the authority can see that it is no copy; the booth judges none of it."""


class ActiveAuthentication(_Proof, tag="active_authentication", frozen=True, kw_only=True):
    """`response`: the raw signature over the challenge of the request, or empty where the chip refused with `status`
    (its status word in hex). The public key is DG15."""

    response: Base64
    status: Annotated[str, Meta(pattern=r"^[0-9a-f]{4}$")]


class ChipAuthentication(_Proof, tag="chip_authentication", frozen=True, kw_only=True):
    """`response`: the chip's raw, protected response to the console's command, status word included. Where the chip
    refused the key agreement itself, that bare status word."""

    response: Base64


class PaceChipMapping(_Proof, tag="pace_cam", frozen=True, kw_only=True):
    """PACE with Chip Authentication Mapping (ICAO 9303-11, 4.4.3.3.3). `mapping_key`: the chip's ephemeral key of the
    mapping, an uncompressed point; `data`: the decrypted chip authentication data; `card_security`: EF.CardSecurity,
    signed by the issuer, with the static key. Whoever has seen such a run can show it again: it proves the chip to the
    booth, and to the console only as far as it trusts the booth."""

    mapping_key: Base64
    data: Base64
    card_security: Base64


Proof = ActiveAuthentication | ChipAuthentication | PaceChipMapping


class CardData(Message, frozen=True, kw_only=True):
    """Announces the raw files read from the chip; the chunks follow, then `card_status` with `sent`. `011c` is
    EF.CardAccess, `011e` EF.COM. `access`: how the chip was opened. The booth draws no conclusion from the data; the
    authority verifies it."""

    request: RequestNumber
    access: Literal["pace_can", "pace_mrz", "bac"]
    files: Annotated[list[ChipFile], Meta(min_length=1, max_length=16)]
    proofs: Annotated[list[Proof], Meta(max_length=3)] = []


class CardVerdict(Message, frozen=True, kw_only=True):
    """The clerk's end tells the booth how the authority's verification ended, for the citizen's screen."""

    request: RequestNumber
    verdict: Literal["verified", "not_verified"]


class StillRequest(Message, frozen=True, kw_only=True):
    """The clerk asks for a frozen still of the booth's camera, to compare it with the document's portrait."""

    request: RequestNumber


class StillCancel(Message, frozen=True, kw_only=True):
    request: RequestNumber


class StillStatus(Message, frozen=True, kw_only=True):
    """`consent`: the citizen is asked; `declined` and `failed` end the request."""

    request: RequestNumber
    status: Literal["consent", "declined", "failed"]


class Still(Message, frozen=True, kw_only=True):
    """The citizen agreed: announces the still, a JPEG; chunks follow."""

    request: RequestNumber
    transfer: Transfer
    size: Annotated[int, Meta(ge=1, le=MAX_STILL_BYTES)]
    sha256: Sha256


class EidRequest(Message, frozen=True, kw_only=True):
    """The clerk asks for the eID function (PAuswG section 18). `tc_token_url`: where the booth's AusweisApp finds the
    session that the console opened at the authority's eID-Server. Who asks for what, and why, the citizen is told from
    the authorisation certificate, not by the clerk's end."""

    request: RequestNumber
    tc_token_url: Annotated[str, Meta(pattern=r"^https://", max_length=2000)]


class EidCancel(Message, frozen=True, kw_only=True):
    request: RequestNumber


class EidStage(StrEnum):
    """Where the booth is with an eID request. `sent` succeeds: the eID-Server has what the chip said. `pin_changed`,
    `declined` and `failed` end it too; after `pin_changed` the citizen has a PIN and may be asked again."""

    STARTING = "starting"
    CONSENT = "consent"
    INSERT_CARD = "insert_card"
    PIN = "pin"
    CAN = "can"
    PUK = "puk"
    NEW_PIN = "new_pin"
    WORKING = "working"
    SENT = "sent"
    PIN_CHANGED = "pin_changed"
    DECLINED = "declined"
    FAILED = "failed"


class EidFault(StrEnum):
    """What is in the way. The first seven leave the request open, and the citizen is shown the way on."""

    WRONG_PIN = "wrong_pin"
    WRONG_CAN = "wrong_can"
    WRONG_PUK = "wrong_puk"
    NO_READER = "no_reader"
    CARD_UNKNOWN = "card_unknown"
    CARD_DEACTIVATED = "card_deactivated"
    CARD_POSITION = "card_position"
    CARD_INOPERATIVE = "card_inoperative"
    CARD_REMOVED = "card_removed"
    CARD_ERROR = "card_error"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_REFUSED = "server_refused"
    TIMEOUT = "timeout"
    APP_MISSING = "app_missing"
    APP_OUTDATED = "app_outdated"
    APP_FAILED = "app_failed"


class EidStatus(Message, frozen=True, kw_only=True):
    """Where the booth is with it, perhaps what is in the way; never an attribute, which the booth does not see."""

    request: RequestNumber
    stage: EidStage
    fault: EidFault | None = None


class SummaryField(Struct, frozen=True, kw_only=True):
    label: ShortText
    value: LongText


class SummaryRequest(Message, frozen=True, kw_only=True):
    """The case as the clerk filled it, in the citizen's language, for the citizen to confirm."""

    request: RequestNumber
    title: ShortText
    fields: Annotated[list[SummaryField], Meta(max_length=60)]


class SummaryCancel(Message, frozen=True, kw_only=True):
    request: RequestNumber


class SummaryAnswer(Message, frozen=True, kw_only=True):
    """`changes`: the citizen says something is not right; they talk it over and the clerk asks again."""

    request: RequestNumber
    answer: Literal["confirmed", "changes"]


class Document(Message, frozen=True, kw_only=True):
    """A finished document (PDF) for the booth to show; chunks follow. The booth answers `document_status`."""

    request: RequestNumber
    title: ShortText
    transfer: Transfer
    size: Annotated[int, Meta(ge=1, le=MAX_TRANSFER_BYTES)]
    sha256: Sha256


class DocumentStatus(Message, frozen=True, kw_only=True):
    request: RequestNumber
    status: Literal["shown", "closed", "failed"]


class Farewell(Message, frozen=True, kw_only=True):
    """The clerk ends the consultation; the booth thanks, closes the call and wipes."""

    completed: bool


class CallFigures(Message, frozen=True, kw_only=True):
    """What this end receives, once a second; no content. Frames are those decoded and shown.

    Counters and totals run over this connection, rates and shares over its latest seconds; None: not known (yet).
    `set_up_ms`: from the answer to the first picture. `video_freezes`: times without a new picture for over 200 ms,
    `video_frozen_s` their sum. `bitrate`: of all that arrives, bits a second. `loss`: of packets on the network before
    any repair. `round_trip_ms`: of the network. `audio_concealed_s`: sound made up in place of what never came.
    `audio_capture_ms`: how old sound is when this end sends it; `audio_buffer_ms`, `audio_playout_ms`: how long
    it waits after it has come. `sync_offset_ms`: how far sound is behind the picture; negative: before it.
    `picture_paused`: this end sends no picture for now, as the path carries no more than sound."""

    video_fps: Annotated[float, Meta(ge=0, le=1000)]
    video_width: Annotated[int, Meta(ge=0, le=16_384)]
    video_height: Annotated[int, Meta(ge=0, le=16_384)]
    video_frames: Annotated[int, Meta(ge=0)]
    audio_seconds: Annotated[float, Meta(ge=0)]
    audio_level: Share
    set_up_ms: Milliseconds | None = None
    video_freezes: Annotated[int, Meta(ge=0)] | None = None
    video_frozen_s: Annotated[float, Meta(ge=0)] | None = None
    bitrate: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    loss: Share | None = None
    jitter_ms: Milliseconds | None = None
    round_trip_ms: Milliseconds | None = None
    audio_concealed_s: Annotated[float, Meta(ge=0)] | None = None
    audio_capture_ms: Milliseconds | None = None
    audio_buffer_ms: Milliseconds | None = None
    audio_playout_ms: Milliseconds | None = None
    sync_offset_ms: Annotated[float, Meta(ge=-60_000, le=60_000)] | None = None
    picture_paused: bool = False


class DeviceState(StrEnum):
    """`busy`: there, but it cannot be opened; `frozen`: open, but nothing new comes; `black`: the camera sees nothing,
    perhaps it is covered; `silent`: the microphone hears nothing at all."""

    OK = "ok"
    MISSING = "missing"
    BUSY = "busy"
    FROZEN = "frozen"
    BLACK = "black"
    SILENT = "silent"


class DeviceStates(Message, frozen=True, kw_only=True):
    """How the booth's devices are, when the channel opens and at each change; the citizen is told too. `card_reader`:
    `missing` where there is none, `busy` while the smart-card service is down."""

    camera: DeviceState = DeviceState.OK
    microphone: DeviceState = DeviceState.OK
    speaker: DeviceState = DeviceState.OK
    card_reader: DeviceState = DeviceState.OK


FromClerk = (
    Greeting
    | Heartbeat
    | Text
    | Chunk
    | CardRequest
    | CardCancel
    | ChipChallenge
    | CardVerdict
    | StillRequest
    | StillCancel
    | EidRequest
    | EidCancel
    | SummaryRequest
    | SummaryCancel
    | Document
    | Farewell
    | CallFigures
)
FromBooth = (
    Greeting
    | Heartbeat
    | Text
    | Chunk
    | CardStatus
    | ChipKey
    | CardData
    | StillStatus
    | Still
    | EidStatus
    | SummaryAnswer
    | DocumentStatus
    | CallFigures
    | DeviceStates
)

_encoder = msgspec.json.Encoder()
_from_clerk = msgspec.json.Decoder(FromClerk)
_from_booth = msgspec.json.Decoder(FromBooth)


def encode(message: Message) -> str:
    """The data-channel string of a message."""
    return _encoder.encode(message).decode()


def _decode(decoder: msgspec.json.Decoder[Message], frame: str | bytes) -> Message:
    if len(frame) > MAX_MESSAGE_BYTES:
        raise ConsultationError(f"A message of {len(frame)} bytes is over the limit of {MAX_MESSAGE_BYTES}.")
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConsultationError(f"Not a message of consultation version {VERSION}: {error}") from None


def decode_from_clerk(frame: str | bytes) -> FromClerk:
    """Parse what the clerk's browser sent. Raises ConsultationError."""
    return _decode(_from_clerk, frame)  # type: ignore[return-value]


def decode_from_booth(frame: str | bytes) -> FromBooth:
    """Parse what a booth sent. Raises ConsultationError."""
    return _decode(_from_booth, frame)  # type: ignore[return-value]
