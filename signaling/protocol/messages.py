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
LegNumber = Annotated[int, Meta(ge=0, le=10_000)]
Sealed = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$",
        max_length=2048,
        description="Compact JWE (RFC 7516): ECDH-ES over X25519, A256GCM, for an encryption key of the console",
    ),
]
Needs = Annotated[list[Identifier], Meta(max_length=16)]


class TicketState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    IN_CALL = "in_call"
    HELD = "held"
    PARKED = "parked"
    CALLBACK = "callback"
    CALLBACK_OFFERED = "callback_offered"
    CALLING_BACK = "calling_back"
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
    PARKED = "parked"
    HANDED_OVER = "handed_over"
    REDIRECTED = "redirected"


class Outcome(StrEnum):
    """How the clerk closes a case, for statistics; nothing about the matter itself."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    REFERRED = "referred"


class InviteState(StrEnum):
    """How far the search for a second clerk, an interpreter or a successor has come."""

    LOOKING = "looking"
    OFFERED = "offered"
    JOINED = "joined"
    NOBODY = "nobody"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LEFT = "left"


class HelpProgress(StrEnum):
    """What has become of a clerk's silent call for help."""

    ASKED = "asked"
    TAKEN = "taken"
    CLOSED = "closed"


OfferPurpose = Literal["ticket", "join", "transfer"]
GuestRole = Literal["clerk", "interpreter", "supervisor"]


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
    four of five waits end between `forecast_from_s` and `forecast_to_s`, both None while nobody can say honestly.
    `generation` is that of `leg`, the one to the clerk who holds the ticket. `callback_offered`: nobody is there who
    could serve it, or the office closes too soon; the citizen may ask to be called back."""

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
    leg: LegNumber = 0
    callback_offered: bool = False


class ServiceHours(Struct, frozen=True, kw_only=True):
    """Whether a service can be had at this booth now, and when it opens next: ISO 8601 with its offset from UTC."""

    id: Identifier
    open: bool
    opens_at: Annotated[str, Meta(max_length=40)] | None = None


class Welcome(Message, frozen=True, kw_only=True):
    """Everything a client needs to go on, also after a reconnect: the booth's open ticket, or the clerk's state and
    the ticket in hand. What is not here is gone. `services`: what can be had at this booth, and when."""

    version: int
    peer: Identifier
    ice_servers: list[IceServer]
    ticket: TicketView | None = None
    clerk_state: ClerkState | None = None
    services: list[ServiceHours] = []


class IceServersUpdate(Message, frozen=True, kw_only=True):
    """New credentials, well before those told before expire. They are for calls that are set up from now on; one that
    stands goes on with what it has."""

    ice_servers: list[IceServer]


class ServicesUpdate(Message, frozen=True, kw_only=True):
    """To a booth that has opened or closed: what can be had there now, as in `welcome`."""

    services: list[ServiceHours]


class Join(Request, frozen=True, kw_only=True):
    """A citizen takes a ticket: a service chosen at the booth, or the code of an appointment (then `service` is
    ignored and taken from the appointment)."""

    service: Identifier | None = None
    language: Language
    needs: Needs = []
    code: Annotated[str, Meta(pattern=r"^[A-Z0-9]{6,12}$")] | None = None


class Leave(Request, frozen=True, kw_only=True):
    """The citizen gives the ticket back or ends the visit."""

    ticket: TicketNumber


class RequestCallback(Request, frozen=True, kw_only=True):
    """The citizen does not want to wait here any longer and asks to be called back. `sealed` holds the number for the
    authority alone. The booth is free when the `ticket_update` says `callback`."""

    ticket: TicketNumber
    sealed: Sealed


class TicketUpdate(Message, frozen=True, kw_only=True):
    """To the booth, whenever something it shows has changed; also the answer to `join`."""

    ticket: TicketView


class SetAvailability(Request, frozen=True, kw_only=True):
    """Available for offers, or paused. Also ends wrap-up. During a call it takes effect afterwards."""

    available: bool


class QueueEntry(Struct, frozen=True, kw_only=True):
    """A waiting ticket as clerks see it. `callback`: nobody sits at the booth, the citizen is to be called back.
    `priority`: the service's class; `due_in_s`: until the appointment's time, negative when it has passed."""

    number: TicketNumber
    state: TicketState
    service: Identifier
    region: Identifier
    site: ShortText
    language: Language
    needs: list[Identifier]
    waited_s: Seconds
    appointment: bool
    callback: bool = False
    priority: Literal["low", "normal", "high"] = "normal"
    due_in_s: float | None = None


class ClerkUpdate(Message, frozen=True, kw_only=True):
    """The clerk's own state; `since_s` seconds ago it was entered. `parked`: the tickets this clerk has parked."""

    state: ClerkState
    since_s: Seconds
    ticket: TicketNumber | None = None
    parked: list[QueueEntry] = []


class QueueUpdate(Message, frozen=True, kw_only=True):
    """The tickets this clerk is eligible for, longest wait first; at most 50, `total` says how many there are."""

    tickets: list[QueueEntry]
    total: int


class Offer(Message, frozen=True, kw_only=True):
    """A ticket is held for this clerk for `expires_in_s`; then it goes to the next. With `purpose` `join` or
    `transfer` a colleague is in call with it and asks for this clerk, as `guest_role`."""

    ticket: QueueEntry
    booth: Identifier
    expires_in_s: Seconds
    purpose: OfferPurpose = "ticket"
    guest_role: GuestRole | None = None


class OfferWithdrawn(Message, frozen=True, kw_only=True):
    ticket: TicketNumber
    reason: Literal[
        "expired", "citizen_left", "booth_lost", "declined", "accepted_elsewhere", "callback_requested", "cancelled"
    ]


class Accept(Request, frozen=True, kw_only=True):
    ticket: TicketNumber


class Decline(Request, frozen=True, kw_only=True):
    ticket: TicketNumber


class Pick(Request, frozen=True, kw_only=True):
    """The clerk takes a waiting ticket or callback that could be offered to this clerk, out of turn; it goes on as if
    offered and accepted."""

    ticket: TicketNumber


class Connected(Request, frozen=True, kw_only=True):
    """The clerk's browser shows the citizen's picture or hears the citizen: the call stands. A guest says so for each
    of its legs, about whoever is at the other end."""

    ticket: TicketNumber
    generation: int
    leg: LegNumber = 0


class Complete(Request, frozen=True, kw_only=True):
    """The matter is closed: the ticket is completed, the clerk goes to wrap-up."""

    ticket: TicketNumber
    outcome: Outcome


class ReturnToQueue(Request, frozen=True, kw_only=True):
    """The clerk cannot serve the ticket (connection or fingerprint refused, called away): same place in the queue.
    With `service`, `language` or `needs` somebody with another skill is wanted (`redirected`); what is None stays as
    it is. A callback whose citizen was not reached goes back the same way."""

    ticket: TicketNumber
    reason: EndReason
    service: Identifier | None = None
    language: Language | None = None
    needs: Needs | None = None


class Hold(Request, frozen=True, kw_only=True):
    """The citizen is put on hold, or no longer: between the booth and everybody else nothing is seen or heard."""

    ticket: TicketNumber
    held: bool


class CallHeld(Message, frozen=True, kw_only=True):
    """To all ends of a call: whether the citizen is on hold. A new generation ends a hold without this message."""

    ticket: TicketNumber
    held: bool


class Park(Request, frozen=True, kw_only=True):
    """The call ends (`parked`), the booth keeps the ticket and the clerk is free, to call again with `unpark`."""

    ticket: TicketNumber


class Unpark(Request, frozen=True, kw_only=True):
    """The clerk who has parked the ticket calls the booth again."""

    ticket: TicketNumber


class Callback(Message, frozen=True, kw_only=True):
    """To the clerk who has accepted or picked a callback: the number, sealed for the authority, and how often it has
    been tried. The clerk calls by telephone; it ends with `complete`, or with `return_to_queue` when not reached.
    `about`: what the citizen wants; `booth`: where the callback was asked for."""

    ticket: TicketNumber
    sealed: Sealed
    tries: Annotated[int, Meta(ge=0)]
    about: QueueEntry | None = None
    booth: Identifier | None = None


class Invite(Request, frozen=True, kw_only=True):
    """The holder of a call asks for a second clerk or an interpreter (`join`) or a successor (`transfer`): a named one
    (`clerk`, a pseudonym), or whoever has the skill, of which what is None is the ticket's own. An interpreter needs
    no service."""

    ticket: TicketNumber
    purpose: Literal["join", "transfer"]
    clerk: Identifier | None = None
    service: Identifier | None = None
    language: Language | None = None
    needs: Needs = []
    role: Literal["clerk", "interpreter"] = "clerk"


class CancelInvite(Request, frozen=True, kw_only=True):
    """The holder needs nobody any more, as long as nobody has joined."""

    ticket: TicketNumber


class InviteUpdate(Message, frozen=True, kw_only=True):
    """To the holder: how far an invitation has come. `nobody`, `declined`, `cancelled` and `left` end it. `clerk` is
    the pseudonym of whoever is asked or has joined, as `role`."""

    ticket: TicketNumber
    state: InviteState
    clerk: Identifier | None = None
    role: GuestRole = "clerk"


class JoinCall(Request, frozen=True, kw_only=True):
    """A supervisor of the ticket's region joins its call as a guest, to be seen by everybody in it."""

    ticket: TicketNumber


class HandOver(Request, frozen=True, kw_only=True):
    """The holder leaves the call to the guest, who must be connected and be a clerk or a supervisor."""

    ticket: TicketNumber


class HandedOver(Message, frozen=True, kw_only=True):
    """To the booth and the new holder: `leg` is the holder's now; it alone drives the consultation."""

    ticket: TicketNumber
    leg: LegNumber


class LeaveCall(Request, frozen=True, kw_only=True):
    """The guest leaves; the call goes on without it."""

    ticket: TicketNumber


class LegEnded(Message, frozen=True, kw_only=True):
    """To both ends of a leg that has ended while the ticket's call may go on."""

    ticket: TicketNumber
    leg: LegNumber
    reason: EndReason


class Call(Message, frozen=True, kw_only=True):
    """To both ends of a leg when a clerk has accepted: the clerk's browser makes the description's offer, the booth
    answers; between two clerks the guest makes it. A new `generation` of the same leg replaces its peer connection.
    `resumed`: both ends are the same runs of their programs as in the generation before, so that what was open
    between them goes on.

    `other` says who is at the other end: the booth, whose device key seals its descriptions, or the clerk `clerk` (a
    pseudonym), whose descriptions are sealed for `clerk_issuer`. A clerk whose other end is the booth is told its own
    issuer and pseudonym. `role` is the clerk's own, or for the booth that of the clerk at the other end; `guest_role`
    is set on the legs of a guest."""

    ticket: TicketNumber
    generation: Annotated[int, Meta(ge=1)]
    booth: Identifier
    clerk_issuer: Annotated[str, Meta(max_length=300)]
    service: Identifier
    language: Language
    needs: list[Identifier]
    resumed: bool = False
    leg: LegNumber = 0
    other: Literal["booth", "clerk"] = "booth"
    clerk: Identifier | None = None
    role: Literal["holder", "guest"] = "holder"
    guest_role: GuestRole | None = None


class Condition(StrEnum):
    """`busy`: there, but it cannot be opened; `frozen`: open, but nothing new comes; `black`: the camera sees nothing;
    `silent`: the microphone hears nothing at all; `failing`: it answers, but does not do its work."""

    OK = "ok"
    MISSING = "missing"
    BUSY = "busy"
    FROZEN = "frozen"
    BLACK = "black"
    SILENT = "silent"
    FAILING = "failing"


class BoothDevices(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a booth's devices are; null is not known, or there is none by design."""

    camera: Condition | None = None
    microphone: Condition | None = None
    speaker: Condition | None = None
    card_reader: Condition | None = None
    document_camera: Condition | None = None
    printer: Condition | None = None


class BoothStatus(Request, frozen=True, kw_only=True):
    """From a booth, when its line opens and at each change: how it is, for whoever looks after it. `network`: what was
    found out about calls from there, null while it has not been tried. Nothing in it is about who sits there."""

    devices: BoothDevices = BoothDevices()
    network: Literal["ready", "limited", "no_call"] | None = None


class Renew(Request, frozen=True, kw_only=True):
    """Either end of a leg hears nothing more of the other: set it up anew. The answer is a `call` with the
    next generation, to both ends. Passed over unless `generation` is the present one, so that both may ask."""

    ticket: TicketNumber
    generation: int
    leg: LegNumber = 0


class Description(Request, frozen=True, kw_only=True):
    """An SDP description (RFC 8866), relayed unchanged. `seal` is the sender's signature over its DTLS fingerprints
    (see `signaling.protocol.seal`); the receiver refuses a description without a good one."""

    ticket: TicketNumber
    generation: int
    kind: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(max_length=48 * 1024)]
    seal: Annotated[str, Meta(max_length=4096)]
    leg: LegNumber = 0


class Candidate(Request, frozen=True, kw_only=True):
    """A trickled ICE candidate (RFC 8838), relayed unchanged; `candidate` None ends them."""

    ticket: TicketNumber
    generation: int
    candidate: Annotated[str, Meta(max_length=1024)] | None
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: int | None = None
    leg: LegNumber = 0


class PeerPresence(Message, frozen=True, kw_only=True):
    """Whether the other end of the leg has its line to the switchboard; the call itself does not need it."""

    ticket: TicketNumber
    online: bool
    leg: LegNumber = 0


class CallEnded(Message, frozen=True, kw_only=True):
    """The ticket has left the call: completed, abandoned, or returned to the queue (a `ticket_update` follows)."""

    ticket: TicketNumber
    reason: EndReason


class AskHelp(Request, frozen=True, kw_only=True):
    """A clerk calls for help, silently: the supervisors are told, the booth is not. `ticket`: the one in hand."""

    ticket: TicketNumber | None = None


class HelpRequest(Struct, frozen=True, kw_only=True):
    """`clerk` is a pseudonym; `region` and `booth` are those of the ticket, None without one."""

    id: Identifier
    clerk: Identifier
    state: Literal["open", "taken"]
    since_s: Seconds
    region: Identifier | None = None
    booth: Identifier | None = None
    ticket: TicketNumber | None = None


class HelpUpdate(Message, frozen=True, kw_only=True):
    """To supervisors who watch: the calls for help of their regions that are not closed, the oldest first."""

    requests: list[HelpRequest]


class HelpState(Message, frozen=True, kw_only=True):
    """To the clerk who has asked for help, and who may close it by its id, `request`."""

    request: Identifier
    state: HelpProgress


class TakeHelp(Request, frozen=True, kw_only=True):
    """A supervisor goes to help; the clerk and the other supervisors are told."""

    request: Identifier


class CloseHelp(Request, frozen=True, kw_only=True):
    """Help is no longer needed, says the clerk who has asked or a supervisor."""

    request: Identifier


class WatchStatistics(Request, frozen=True, kw_only=True):
    """Supervisors only: send `statistics` and `help_update` now and at every change (at most one a second)."""

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
    | RequestCallback
    | BoothStatus
    | SetAvailability
    | Accept
    | Decline
    | Pick
    | Connected
    | Complete
    | ReturnToQueue
    | Hold
    | Park
    | Unpark
    | Invite
    | CancelInvite
    | JoinCall
    | HandOver
    | LeaveCall
    | Renew
    | Description
    | Candidate
    | AskHelp
    | TakeHelp
    | CloseHelp
    | WatchStatistics
    | Ping
)
FromSwitchboard = (
    Challenge
    | Welcome
    | IceServersUpdate
    | ServicesUpdate
    | TicketUpdate
    | ClerkUpdate
    | QueueUpdate
    | Offer
    | OfferWithdrawn
    | Call
    | Description
    | Candidate
    | PeerPresence
    | CallHeld
    | CallEnded
    | Callback
    | InviteUpdate
    | HandedOver
    | LegEnded
    | HelpUpdate
    | HelpState
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
