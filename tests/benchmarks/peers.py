"""The peers of the switchboard's benchmarks: booths that take tickets and clerks that serve them, by thousands.

They say what the real ones say, in the same order and as often (also the pings), and nothing of what they are told is
left unread; only pictures are missing. A peer whose line is lost comes back as `signaling.client` does.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeVar

import msgspec

from signaling.client import PING_INTERVAL_S, QUIET_PING_INTERVAL_S, retry_delays
from signaling.protocol import messages as m
from tests.benchmarks import country
from tests.benchmarks.thin import ThinLine, frame

CLERK_PING_S: Final = 5.0
"""As the console does (clerk_console/web/src/switchboard.ts)."""
TICK_S: Final = 0.02
AT_ONCE: Final = 256
"""Connections of one crowd that are being made; more wait for their turn, as in a line before a door."""
ACCEPT_S: Final = (0.2, 0.8)
CONNECT_S: Final = 0.3
TALK_S: Final = (4.0, 6.0)
WRAP_UP_S: Final = (0.5, 1.5)
CANDIDATES: Final = 6
SDP: Final = "v=0\r\n" + "a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host generation 0\r\n" * 35
SEAL: Final = "e30." + "A" * 420
CANDIDATE: Final = (
    "candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0"
)

PING: Final = frame(m.encode(m.Ping(n=1)).encode())


P = TypeVar("P", bound="Peer")


def said(message: m.Message) -> bytes:
    return frame(m.encode(message).encode())


@dataclass
class Crowd:
    """All peers of one process, and what has been counted."""

    host: str
    ports: list[int]
    """Of the nodes; peers take turns."""
    issuer: str
    chance: random.Random
    booths: dict[int, Booth] = field(default_factory=dict)
    clerks: dict[int, Clerk] = field(default_factory=dict)
    relaying: bool = False
    relayed: int = 0
    visiting: bool = False
    joined_at: dict[str, float] = field(default_factory=dict)
    """By booth, moments of the monotonic clock, which is the same in all processes of a machine."""
    offered_after: list[float] = field(default_factory=list)
    offered_at: dict[str, float] = field(default_factory=dict)
    """By booth, for the crowd in another process that knows when it joined."""
    completed: int = 0
    online: int = 0
    lost: int = 0
    errors: list[str] = field(default_factory=list)
    online_at: float = 0.0
    door: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that peers are told has made it true."""
        while not condition():
            self.changed.clear()
            await self.changed.wait()

    async def ping(self) -> None:
        """Keep all lines alive, evenly over the interval; a task."""
        begun, sent = time.monotonic(), [0, 0, 0]
        while True:
            await asyncio.sleep(TICK_S)
            passed = time.monotonic() - begun
            booths, clerks = list(self.booths.values()), list(self.clerks.values())
            sent[0] = self._ping(booths, sent[0], passed / QUIET_PING_INTERVAL_S, lambda booth: booth.ticket is None)
            sent[1] = self._ping(booths, sent[1], passed / PING_INTERVAL_S, lambda booth: booth.ticket is not None)
            sent[2] = self._ping(clerks, sent[2], passed / CLERK_PING_S, lambda _clerk: True)

    def _ping(self, peers: list[P], sent: int, rounds: float, wanted: Callable[[P], bool]) -> int:
        """Those that are wanted, up to so many rounds over all peers. Returns how far it has come."""
        if not peers:
            return sent
        due = int(rounds * len(peers))
        for n in range(max(sent, due - len(peers)), due):
            peer = peers[n % len(peers)]
            if peer.online and wanted(peer):
                peer.write(PING)
        return due


class Peer:
    """One end: its line, and what it does with what it hears."""

    role: ClassVar[Any]
    network: ClassVar[int]
    hears: ClassVar[dict[bytes, str]] = {}
    __slots__ = ("crowd", "delays", "instance", "line", "number", "online", "past_door", "task", "ticket")

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd = crowd
        self.number = number
        self.line: ThinLine | None = None
        self.online = False
        self.past_door = False
        self.instance = f"run-{crowd.chance.getrandbits(64):016x}"
        self.delays = retry_delays(crowd.chance)
        self.task: asyncio.Task[None] | None = None
        self.ticket: m.TicketView | None = None

    def token(self, nonce: str) -> str:
        raise NotImplementedError

    def address(self) -> str:
        """Where it speaks from: no two booths are behind one address, and handshakes are limited for each."""
        return f"127.{self.network}.{self.number // 250}.{self.number % 250 + 1}"

    def start(self) -> None:
        """Connect, and again whenever the line is lost."""
        self.task = asyncio.create_task(self._connect(), name=f"peer-{self.number}")

    async def _connect(self) -> None:
        await self.crowd.door.acquire()
        self.past_door = True
        try:
            _, self.line = await asyncio.get_running_loop().create_connection(
                lambda: ThinLine(self),
                self.crowd.host,
                self.crowd.ports[self.number % len(self.crowd.ports)],
                local_addr=(self.address(), 0),
            )
        except OSError:
            self._try_again()
        self.task = None

    def _try_again(self) -> None:
        self._leave_door()
        asyncio.get_running_loop().call_later(next(self.delays), self.start)

    def _leave_door(self) -> None:
        if self.past_door:
            self.past_door = False
            self.crowd.door.release()

    def write(self, data: bytes) -> None:
        if self.line is not None:
            self.line.transport.write(data)

    def say(self, message: m.Message) -> None:
        self.write(said(message))

    def opened(self) -> None:
        pass

    def closed(self) -> None:
        if self.online:
            self.crowd.lost += 1
            self.crowd.online -= 1
        self.online, self.line = False, None
        self._try_again()
        self.crowd.changed.set()

    def heard(self, payload: bytes) -> None:
        """A frame. msgspec writes the type first, so it can be told without reading the rest."""
        kind = payload[9 : payload.index(b'"', 9)]
        if kind == b"candidate" and self.crowd.relaying:
            self.crowd.relayed += 1
            self.pass_on()
            return
        name = self.hears.get(kind)
        if name is not None:
            getattr(self, name)(m.decode_from_switchboard(payload))
            self.crowd.changed.set()

    def pass_on(self) -> None:
        """Say a candidate to the other end."""
        if self.ticket is not None:
            self.say(m.Candidate(ticket=self.ticket.number, generation=self.ticket.generation, candidate=CANDIDATE))

    def challenged(self, message: m.Challenge) -> None:
        token = self.token(message.nonce)
        self.say(m.Hello(version=m.VERSION, role=self.role, token=token, instance=self.instance))

    def welcomed(self, message: m.Welcome) -> None:
        self.crowd.online += not self.online  # It comes again on the same line when another node begins to lead.
        self.online = True
        self.delays = retry_delays(self.crowd.chance)
        self.ticket = message.ticket
        self.crowd.online_at = time.monotonic()
        self._leave_door()

    def refused(self, message: m.Error) -> None:
        self.crowd.errors.append(f"{message.error}: {message.text}")

    def describe(self, kind: Any, ticket: str, generation: int) -> None:
        """Say a description and its candidates, as the ends do."""
        self.say(m.Description(ticket=ticket, generation=generation, kind=kind, sdp=SDP, seal=SEAL))
        for _ in range(CANDIDATES):
            self.say(m.Candidate(ticket=ticket, generation=generation, candidate=CANDIDATE))
        self.say(m.Candidate(ticket=ticket, generation=generation, candidate=None))


HEARD_BY_ALL: Final = {b"challenge": "challenged", b"welcome": "welcomed", b"error": "refused"}


class Booth(Peer):
    role = "booth"
    network = 1
    hears: ClassVar = HEARD_BY_ALL | {
        b"ticket_update": "updated",
        b"description": "described",
    }
    __slots__ = ()

    def token(self, nonce: str) -> str:
        return country.booth_token(self.number, nonce)

    def join(self) -> None:
        chance = self.crowd.chance
        self.crowd.joined_at[country.booth_id(self.number)] = time.monotonic()
        self.say(m.Join(service=chance.choice(country.SERVICES), language=chance.choice(country.LANGUAGES)))

    def updated(self, message: m.TicketUpdate) -> None:
        is_over = message.ticket.state in (m.TicketState.COMPLETED, m.TicketState.ABANDONED)
        self.ticket = None if is_over else message.ticket
        self.crowd.completed += message.ticket.state is m.TicketState.COMPLETED

    def described(self, message: m.Description) -> None:
        self.describe("answer", message.ticket, message.generation)


class Clerk(Peer):
    role = "clerk"
    network = 2
    hears: ClassVar = HEARD_BY_ALL | {
        b"offer": "offered",
        b"call": "called",
        b"description": "described",
        b"call_ended": "ended",
        b"clerk_update": "updated",
        b"queue_update": "shown",
    }
    __slots__ = ("in_state",)

    def __init__(self, crowd: Crowd, number: int) -> None:
        super().__init__(crowd, number)
        self.in_state: m.ClerkState | None = None

    def token(self, nonce: str) -> str:
        return country.clerk_token(self.number, self.crowd.issuer)

    def available(self) -> None:
        self.say(m.SetAvailability(available=True))

    def offered(self, message: m.Offer) -> None:
        now = time.monotonic()
        joined_at = self.crowd.joined_at.pop(message.booth, None)
        if joined_at is None:
            self.crowd.offered_at[message.booth] = now
        else:
            self.crowd.offered_after.append(now - joined_at)
        number = message.ticket.number
        self._later(ACCEPT_S if self.crowd.visiting else (0.0, 0.0), lambda: self.say(m.Accept(ticket=number)))

    def called(self, message: m.Call) -> None:
        self.describe("offer", message.ticket, message.generation)

    def described(self, message: m.Description) -> None:
        ticket, generation = message.ticket, message.generation

        def connected() -> None:
            self.say(m.Connected(ticket=ticket, generation=generation))
            self.ticket = m.TicketView(
                number=ticket,
                state=m.TicketState.IN_CALL,
                service=country.SERVICES[0],
                language="de",
                needs=[],
                waited_s=0.0,
                generation=generation,
            )
            if self.crowd.visiting:
                done = m.Complete(ticket=ticket, outcome=m.Outcome.DONE)
                self._later(TALK_S, lambda: self.say(done))

        self._later((CONNECT_S, CONNECT_S), connected)

    def ended(self, message: m.CallEnded) -> None:
        self.ticket = None
        if message.reason is m.EndReason.COMPLETED:
            self._later(WRAP_UP_S, self.available)

    def updated(self, message: m.ClerkUpdate) -> None:
        self.in_state = message.state

    def welcomed(self, message: m.Welcome) -> None:
        super().welcomed(message)
        self.in_state = message.clerk_state

    def shown(self, message: m.QueueUpdate) -> None:
        """Read, as the console would; there is nothing to do about it."""

    def _later(self, between: tuple[float, float], act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(self.crowd.chance.uniform(*between), act)


def snapshot(crowd: Crowd) -> dict[str, Any]:
    """What every peer was last told: tickets by booth, and the clerks' states."""
    return {
        "tickets": {
            country.booth_id(booth.number): msgspec.to_builtins(booth.ticket)
            for booth in crowd.booths.values()
            if booth.ticket is not None
        },
        "clerks": {country.clerk_id(clerk.number): clerk.in_state for clerk in crowd.clerks.values()},
    }
