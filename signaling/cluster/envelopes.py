"""What gateways and leader say to each other.

A *run* is a number no other start of a program has had; it names a gateway. The address of a line is made of its
gateway's run, so it is unique in the cluster.

A gateway numbers what it says of its lines (`n`, from 1) and keeps it until the leader has served it, that is, until
what came of it is stored. A *session* is one stretch of their conversation in which nothing was lost. It begins with
the gateway telling all the lines it has (Begin, an Attach for each, End) and saying again what was not served; a new
leader, or a gap, begins another one.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from signaling.appointments.appointment import Appointment
from signaling.directory import Booth
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import FromClient
from signaling.tokens import ClerkIdentity

RUN_BITS: Final = 32


def first_address(run: int) -> int:
    """The first address of a gateway's lines; the others follow."""
    return (run << RUN_BITS) + 1


def run_of(address: int) -> int:
    """The gateway a line is at."""
    return address >> RUN_BITS


class Begin(Struct, tag="begin", array_like=True, frozen=True):
    """Gateway: a session begins; its lines follow."""

    run: int
    session: int


class Attach(Struct, tag="attach", array_like=True):
    """Gateway: a peer has said who it is, and its token was good. `booth` or `clerk` says who. `ordinal` is None for
    a line that asks to be admitted, else what the leader gave it when it was: of two lines of one peer the higher
    one counts."""

    run: int
    n: int
    address: int
    booth: Booth | None
    clerk: ClerkIdentity | None
    instance: str
    ordinal: int | None = None


class End(Struct, tag="end", array_like=True, frozen=True):
    """Gateway: these were all the lines."""

    run: int


class Heard(Struct, tag="heard", array_like=True, frozen=True):
    """Gateway: a message of a line. `appointment`: what the appointment book has for the code of a `join`."""

    run: int
    n: int
    address: int
    message: FromClient
    appointment: Appointment | None = None


class Detach(Struct, tag="detach", array_like=True, frozen=True):
    """Gateway: a line is gone."""

    run: int
    n: int
    address: int


class Expel(Struct, tag="expel", array_like=True, frozen=True):
    """Gateway: a booth has been revoked."""

    run: int
    n: int
    booth: str


class Alive(Struct, tag="alive", array_like=True, frozen=True):
    """Gateway: whether the peer of a line has answered a ping."""

    run: int
    address: int
    alive: bool


class Beat(Struct, tag="beat", array_like=True, frozen=True):
    """Gateway: a sign of life."""

    run: int
    session: int


class Bye(Struct, tag="bye", array_like=True, frozen=True):
    """Gateway: it ends."""

    run: int


class Seek(Struct, tag="seek", array_like=True, frozen=True):
    """Gateway, to whoever leads: say so."""


class Lead(Struct, tag="lead", array_like=True, frozen=True):
    """Leader, to all gateways: it leads in this term; a sign of life."""

    term: int


class Vacant(Struct, tag="vacant", array_like=True, frozen=True):
    """Leader, to those who would lead: it does no more."""


class Admitted(Struct, tag="admitted", array_like=True, frozen=True):
    """Leader: the line is the peer's."""

    address: int
    ordinal: int


class Close(Struct, tag="close", array_like=True, frozen=True):
    """Leader: end the line, or do not let it in, with this error."""

    address: int
    error: ErrorId
    text: str


class Probe(Struct, tag="probe", array_like=True, frozen=True):
    """Leader: does the peer of this line answer a ping in time?"""

    address: int
    within_s: float


class Deliver(Struct, tag="deliver", array_like=True, frozen=True):
    """Leader: frames for lines, in order, and up to which number everything has been served."""

    session: int
    served: int
    frames: list[tuple[int, str]]


class Again(Struct, tag="again", array_like=True, frozen=True):
    """Leader: something was lost, or this gateway is not known; begin another session than `session`."""

    session: int


Envelope = (
    Begin
    | Attach
    | End
    | Heard
    | Detach
    | Expel
    | Alive
    | Beat
    | Bye
    | Seek
    | Lead
    | Vacant
    | Admitted
    | Close
    | Probe
    | Deliver
    | Again
)


class Subjects:
    """The subjects of one cluster. `cluster`: what tells it from others on the same bus."""

    def __init__(self, cluster: str) -> None:
        prefix = f"fernamt.{cluster}"
        self.leads: Final = f"{prefix}.leads"
        self.sought: Final = f"{prefix}.sought"
        self.vacant: Final = f"{prefix}.vacant"
        self._prefix = prefix

    def leader(self, term: int) -> str:
        """Of the leader of a term."""
        return f"{self._prefix}.leader.{term}"

    def gateway(self, run: int) -> str:
        """Of a gateway."""
        return f"{self._prefix}.gateway.{run}"
