"""The messages of the switchboard's WebSocket, version 1: one JSON object a text frame, `type` says which.

Order of a connection: the switchboard sends `challenge`; the client answers `hello` with the version it chose and
a token over the challenge's nonce; the switchboard answers `welcome` with everything needed to go on, also after
a reconnect. From then on both sides send as they like. A request may carry `id`; an `error` caused by it carries
the same number in `in_reply_to`.

JSON Schema and the TypeScript types are generated from this module by `scripts/generate`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from signaling.protocol.errors import ErrorId, ProtocolError

VERSION: Final = 1
MAX_MESSAGE_BYTES: Final = 64 * 1024
"""Largest text frame either side accepts; a description of a call is under 16 KiB."""

type_field = "type"

TicketNumber = Annotated[str, Meta(pattern=r"^[A-Z0-9]{4,12}$", description="Ticket number, as called out")]
Identifier = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$", description="BCP 47")]
ShortText = Annotated[str, Meta(max_length=200)]
Seconds = Annotated[float, Meta(ge=0)]
RequestId = Annotated[int, Meta(ge=0, le=2**53)]


class TicketState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    IN_CALL = "in_call"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class ClerkState(StrEnum):
    OFFLINE = "offline"
    PAUSED = "paused"
    AVAILABLE = "available"
    OFFERED = "offered"
    CONNECTING = "connecting"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"


class EndReason(StrEnum):
    """Why a call or a ticket ended."""

    COMPLETED = "completed"
    CITIZEN_LEFT = "citizen_left"
    CLERK_LEFT = "clerk_left"
    BOOTH_LOST = "booth_lost"
    CLERK_LOST = "clerk_lost"
    CONNECT_FAILED = "connect_failed"
    FINGERPRINT_REFUSED = "fingerprint_refused"


class Outcome(StrEnum):
    """How the clerk closes a case, for statistics; nothing about the matter itself."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    REFERRED = "referred"


def _tag(class_name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in class_name).lstrip("_")


class Message(Struct, tag_field=type_field, tag=_tag, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Base of every message; the tag is the class name in snake_case."""


class Request(Message, frozen=True, kw_only=True):
    """A message from a client that may be answered by an `error`."""

    id: RequestId | None = None


class Challenge(Message, frozen=True, kw_only=True):
    """First message on every connection. A token is only good for the nonce it was made for (booths)."""

    nonce: Annotated[str, Meta(min_length=16, max_length=64)]
    versions: list[int]


class Hello(Request, frozen=True, kw_only=True):
    """`token`: a JWT (EdDSA). A booth signs its own with its device key, with `nonce` as a claim; a clerk's is issued
    by the console and checked against the console's JWKS. `instance` is random for each run of the program, so that a
    reconnect can be told from a second device with the same key."""

    version: int
    role: Literal["booth", "clerk"]
    token: Annotated[str, Meta(max_length=4096)]
    instance: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    software: ShortText = ""


class IceServer(Struct, frozen=True, kw_only=True):
    """As RTCIceServer (W3C WebRTC 4.2.3)."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class TicketView(Struct, frozen=True, kw_only=True):
    """A ticket as its booth sees it. `position` counts from 1 and is set while waiting or offered;
    four of five waits end between `forecast_from_s` and `forecast_to_s`, both None while nobody can say honestly."""

    number: TicketNumber
    state: TicketState
    service: Identifier
    language: Language
    needs: list[Identifier]
    waited_s: Seconds
    generation: Annotated[int, Meta(ge=0)]
    position: int | None = None
    forecast_from_s: Seconds | None = None
    forecast_to_s: Seconds | None = None


class Welcome(Message, frozen=True, kw_only=True):
    """Everything a client needs to go on, also after a reconnect: the booth's open ticket, or the clerk's state and
    the ticket in hand. What is not here is gone."""

    version: int
    peer: Identifier
    ice_servers: list[IceServer]
    ticket: TicketView | None = None
    clerk_state: ClerkState | None = None


class IceServersUpdate(Message, frozen=True, kw_only=True):
    """New credentials, well before those told before expire. They are for calls that are set up from now on; one that
    stands goes on with what it has."""

    ice_servers: list[IceServer]


class Join(Request, frozen=True, kw_only=True):
    """A citizen takes a ticket: a service chosen at the booth, or the code of an appointment (then `service` is
    ignored and taken from the appointment)."""

    service: Identifier | None = None
    language: Language
    needs: Annotated[list[Identifier], Meta(max_length=16)] = []
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{6,12}$")] | None = None


class Leave(Request, frozen=True, kw_only=True):
    """The citizen gives the ticket back or ends the visit."""

    ticket: TicketNumber


class TicketUpdate(Message, frozen=True, kw_only=True):
    """To the booth, whenever something it shows has changed; also the answer to `join`."""

    ticket: TicketView


class SetAvailability(Request, frozen=True, kw_only=True):
    """Available for offers, or paused. Also ends wrap-up. During a call it takes effect afterwards."""

    available: bool


class ClerkUpdate(Message, frozen=True, kw_only=True):
    """The clerk's own state; `since_s` seconds ago it was entered."""

    state: ClerkState
    since_s: Seconds
    ticket: TicketNumber | None = None


class QueueEntry(Struct, frozen=True, kw_only=True):
    """A waiting ticket as clerks see it."""

    number: TicketNumber
    state: TicketState
    service: Identifier
    region: Identifier
    site: ShortText
    language: Language
    needs: list[Identifier]
    waited_s: Seconds
    appointment: bool


class QueueUpdate(Message, frozen=True, kw_only=True):
    """The tickets this clerk is eligible for, longest wait first; at most 50, `total` says how many there are."""

    tickets: list[QueueEntry]
    total: int


class Offer(Message, frozen=True, kw_only=True):
    """A ticket is held for this clerk for `expires_in_s`; then it goes to the next."""

    ticket: QueueEntry
    booth: Identifier
    expires_in_s: Seconds


class OfferWithdrawn(Message, frozen=True, kw_only=True):
    ticket: TicketNumber
    reason: Literal["expired", "citizen_left", "booth_lost", "declined", "accepted_elsewhere"]


class Accept(Request, frozen=True, kw_only=True):
    ticket: TicketNumber


class Decline(Request, frozen=True, kw_only=True):
    ticket: TicketNumber


class Connected(Request, frozen=True, kw_only=True):
    """The clerk's browser shows the citizen's picture or hears the citizen: the call stands."""

    ticket: TicketNumber
    generation: int


class Complete(Request, frozen=True, kw_only=True):
    """The matter is closed: the ticket is completed, the clerk goes to wrap-up."""

    ticket: TicketNumber
    outcome: Outcome


class ReturnToQueue(Request, frozen=True, kw_only=True):
    """The clerk cannot serve the ticket (connection or fingerprint refused, called away): same place in the queue."""

    ticket: TicketNumber
    reason: EndReason


class Call(Message, frozen=True, kw_only=True):
    """To both ends when a clerk has accepted: the clerk's browser makes the description's offer, the booth answers.
    A new `generation` on the same ticket replaces the peer connection. `clerk_issuer` says whose key seals the
    clerk's description, `booth` whose seals the booth's. `resumed`: both ends are the same runs of their programs as
    in the generation before, so that what was open between them goes on."""

    ticket: TicketNumber
    generation: Annotated[int, Meta(ge=1)]
    booth: Identifier
    clerk_issuer: Annotated[str, Meta(max_length=300)]
    service: Identifier
    language: Language
    needs: list[Identifier]
    resumed: bool = False


class Renew(Request, frozen=True, kw_only=True):
    """Either end of a call hears nothing more of the other: set the call up anew. The answer is a `call` with the
    next generation, to both ends. Passed over unless `generation` is the present one, so that both may ask."""

    ticket: TicketNumber
    generation: int


class Description(Request, frozen=True, kw_only=True):
    """An SDP description (RFC 8866), relayed unchanged. `seal` is the sender's signature over its DTLS fingerprints
    (see `signaling.protocol.seal`); the receiver refuses a description without a good one."""

    ticket: TicketNumber
    generation: int
    kind: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(max_length=48 * 1024)]
    seal: Annotated[str, Meta(max_length=4096)]


class Candidate(Request, frozen=True, kw_only=True):
    """A trickled ICE candidate (RFC 8838), relayed unchanged; `candidate` None ends them."""

    ticket: TicketNumber
    generation: int
    candidate: Annotated[str, Meta(max_length=1024)] | None
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: int | None = None


class PeerPresence(Message, frozen=True, kw_only=True):
    """Whether the other end of the call has its line to the switchboard; the call itself does not need it."""

    ticket: TicketNumber
    online: bool


class CallEnded(Message, frozen=True, kw_only=True):
    """The ticket has left the call: completed, abandoned, or returned to the queue (a `ticket_update` follows)."""

    ticket: TicketNumber
    reason: EndReason


class WatchStatistics(Request, frozen=True, kw_only=True):
    """Supervisors only: send `statistics` now and at every change (at most one a second)."""

    watch: bool


class RegionStatistics(Struct, frozen=True, kw_only=True):
    """`clerks_available` is None where fewer clerks than the minimum group size are signed in."""

    region: Identifier
    name: ShortText
    waiting: int
    in_call: int
    longest_wait_s: Seconds
    completed_today: int
    abandoned_today: int
    clerks_available: int | None = None


class Statistics(Message, frozen=True, kw_only=True):
    """`today` is the day the counts are for, ISO 8601, in the switchboard's time zone."""

    today: str
    regions: list[RegionStatistics]


class Ping(Request, frozen=True, kw_only=True):
    n: int


class Pong(Message, frozen=True, kw_only=True):
    n: int


class Error(Message, frozen=True, kw_only=True):
    """`text` is for engineers, in English; people are shown the translation of `error`."""

    error: ErrorId
    text: str
    in_reply_to: RequestId | None = None
    fatal: bool = False


FromClient = (
    Hello
    | Join
    | Leave
    | SetAvailability
    | Accept
    | Decline
    | Connected
    | Complete
    | ReturnToQueue
    | Renew
    | Description
    | Candidate
    | WatchStatistics
    | Ping
)
FromSwitchboard = (
    Challenge
    | Welcome
    | IceServersUpdate
    | TicketUpdate
    | ClerkUpdate
    | QueueUpdate
    | Offer
    | OfferWithdrawn
    | Call
    | Description
    | Candidate
    | PeerPresence
    | CallEnded
    | Statistics
    | Pong
    | Error
)

_encoder = msgspec.json.Encoder()
_from_client = msgspec.json.Decoder(FromClient)
_from_switchboard = msgspec.json.Decoder(FromSwitchboard)


def encode(message: Message) -> str:
    """The text frame of a message."""
    return _encoder.encode(message).decode()


def _decode(decoder: msgspec.json.Decoder[Message], frame: str | bytes) -> Message:
    size = len(frame)
    if size > MAX_MESSAGE_BYTES:
        raise ProtocolError(
            ErrorId.MESSAGE_TOO_LARGE, f"A message of {size} bytes is over the limit of {MAX_MESSAGE_BYTES}."
        )
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(ErrorId.MALFORMED_MESSAGE, f"Not a message of version {VERSION}: {error}") from None


def decode_from_client(frame: str | bytes) -> FromClient:
    """Parse what a booth or a console sent. Raises ProtocolError (malformed_message, message_too_large)."""
    return _decode(_from_client, frame)  # type: ignore[return-value]


def decode_from_switchboard(frame: str | bytes) -> FromSwitchboard:
    """Parse what the switchboard sent. Raises ProtocolError (malformed_message, message_too_large)."""
    return _decode(_from_switchboard, frame)  # type: ignore[return-value]
