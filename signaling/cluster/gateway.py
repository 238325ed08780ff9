"""The gateway: the lines of this node, joined to whoever leads.

Peers are let in, and what they send is served, by the leader. While nobody leads, what they send is held, so much and
no more, and pings are answered here; when there is a leader again it is told of all lines and of all that was not
served. A peer notices a pause. Without a leader for long the lines are closed: another node may have one.

A ping of a peer that is owed nothing is always answered here; the leader has better things to do.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

from signaling.appointments.appointment import Appointment
from signaling.bus import Bus
from signaling.cluster.envelopes import (
    Admitted,
    Again,
    Alive,
    Attach,
    Beat,
    Begin,
    Bye,
    Close,
    Deliver,
    Detach,
    End,
    Envelope,
    Expel,
    Heard,
    Lead,
    Probe,
    Seek,
    Subjects,
    first_address,
)
from signaling.line import Line
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import FromClient, Ping, Pong, encode
from signaling.switchboard import Identity
from signaling.tokens import BoothIdentity, ClerkIdentity

BEAT_S: Final = 0.5
LEADER_SILENT_S: Final = 1.5
"""A leader from which nothing has come for so long is not counted on; peers give up after 3 s without a pong."""
GIVE_UP_S: Final = 20.0
"""Without a leader for so long, the lines are closed."""
HELD: Final = 20_000
"""Messages of peers that may wait to be served; a line that sends one more is closed."""
HELD_BYTES: Final = 32 * 1024 * 1024

log = structlog.get_logger(__name__)

Numbered = Attach | Heard | Detach | Expel


class _Peer:
    """A line, what the leader is told of it, and the number of the last thing it said."""

    __slots__ = ("admitted", "attach", "last", "line")

    def __init__(self, line: Line, attach: Attach, admitted: asyncio.Future[None] | None) -> None:
        self.line = line
        self.attach = attach
        self.admitted = admitted
        self.last = attach.n


class Gateway:
    """`clock`: seconds, never going back."""

    def __init__(self, run: int, bus: Bus[Envelope], subjects: Subjects, clock: Callable[[], float]) -> None:
        self.addresses: Final = itertools.count(first_address(run))
        self._run = run
        self._bus = bus
        self._subjects = subjects
        self._clock = clock
        self._peers: dict[int, _Peer] = {}
        self._leaving: dict[int, Attach] = {}
        self._numbers = itertools.count(1)
        self._unserved: deque[tuple[Numbered, int]] = deque()
        self._held_bytes = 0
        self._served = 0
        self._term = 0
        self._session = 0
        self._leader_at = clock()
        self._leader = ""
        self._probes: set[asyncio.Task[None]] = set()

    @property
    def led(self) -> bool:
        """Whether somebody leads, as far as one can know."""
        return self._term > 0 and self._clock() - self._leader_at < LEADER_SILENT_S

    def lines(self) -> int:
        """How many it has."""
        return len(self._peers)

    async def open(self) -> None:
        """Find the leader; before the first line."""
        await self._bus.listen(self._subjects.gateway(self._run), self._hear, self._lost)
        await self._bus.listen(self._subjects.leads, self._hear)
        self._bus.broadcast(self._subjects.sought, Seek())

    async def run(self) -> None:
        """Give signs of life and watch for the leader's, until cancelled."""
        waiting = False
        while True:
            await asyncio.sleep(BEAT_S)
            if self._term:
                self._bus.send(self._leader, Beat(self._run, self._session))
            if self.led:
                waiting = False
                continue
            self._bus.broadcast(self._subjects.sought, Seek())
            self._answer_pings()
            if not waiting and self._clock() - self._leader_at > LEADER_SILENT_S:
                log.warning("no_leader", term=self._term, lines=len(self._peers))
                waiting = True
            if self._clock() - self._leader_at > GIVE_UP_S:
                self._give_up()

    async def close(self) -> None:
        """Tell the leader that this node ends."""
        for probe in self._probes:
            probe.cancel()
        if self._term:
            self._bus.send(self._leader, Bye(self._run))
        await self._bus.leave(self._subjects.leads)
        await self._bus.leave(self._subjects.gateway(self._run))

    async def admit(self, line: Line, identity: Identity, instance: str) -> None:
        """Make the line the peer's, as soon as somebody leads. Raises ProtocolError (booth_already_connected, …)."""
        admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        booth = identity.booth if isinstance(identity, BoothIdentity) else None
        clerk = identity if isinstance(identity, ClerkIdentity) else None
        attach = Attach(self._run, next(self._numbers), line.address, booth, clerk, instance)
        self._peers[line.address] = _Peer(line, attach, admitted)
        self._say(attach, 0)
        await admitted

    def receive(self, line: Line, message: FromClient, size: int, appointment: Appointment | None = None) -> None:
        """A message of an admitted line, of so many bytes, with what the appointment book has for the code of a
        `join`. Raises ProtocolError when no more can be held."""
        peer = self._peers.get(line.address)
        if peer is None:
            return
        if type(message) is Ping and (peer.last <= self._served or not self.led):
            line.send(encode(Pong(n=message.n)))
            return
        if len(self._unserved) >= HELD or self._held_bytes + size > HELD_BYTES:
            raise ProtocolError(ErrorId.INTERNAL_ERROR, "The switchboard cannot serve this at the moment; come again.")
        heard = Heard(self._run, next(self._numbers), line.address, message, appointment)
        peer.last = heard.n
        self._say(heard, size)

    def dismiss(self, line: Line) -> None:
        """The line is gone."""
        peer = self._peers.pop(line.address, None)
        if peer is not None:
            self._leaving[line.address] = peer.attach
            self._say(Detach(self._run, next(self._numbers), line.address), 0)

    def expel(self, booth: str) -> None:
        """A booth has been revoked; its line, wherever it is, and its ticket are to be closed."""
        self._say(Expel(self._run, next(self._numbers), booth), 0)

    def _say(self, said: Numbered, size: int) -> None:
        self._unserved.append((said, size))
        self._held_bytes += size
        if self._term:
            self._bus.send(self._leader, said)

    def _hear(self, envelope: Envelope) -> None:
        match envelope:
            case Deliver():
                self._deliver(envelope)
            case Lead(term):
                self._follow(term)
            case Admitted(address, ordinal):
                self._admitted(address, ordinal)
            case Close(address, error, text):
                self._close(address, ProtocolError(error, text))
            case Probe(address, within_s):
                probe = asyncio.create_task(self._probe(address, within_s), name=f"line-{address}-probe")
                self._probes.add(probe)
                probe.add_done_callback(self._probes.discard)
            case Again(session):
                if session == self._session:
                    self._begin()

    def _lost(self, _sender: int) -> None:
        """Something the leader has said was not heard."""
        if self._term:
            log.warning("deliveries_lost", session=self._session)
            self._begin()

    def _follow(self, term: int) -> None:
        if term < self._term:
            return
        self._leader_at = self._clock()
        if term > self._term:
            self._term = term
            self._leader = self._subjects.leader(term)
            self._begin()

    def _begin(self) -> None:
        """Tell the leader of all lines and of all that was not served."""
        self._session += 1
        send, leader = self._bus.send, self._leader
        send(leader, Begin(self._run, self._session))
        for attach in list(self._leaving.values()):
            if attach.ordinal is not None:
                send(leader, attach)
        for peer in list(self._peers.values()):
            if peer.attach.ordinal is not None:
                send(leader, peer.attach)
        send(leader, End(self._run))
        for peer in list(self._peers.values()):
            if peer.attach.ordinal is None:
                send(leader, peer.attach)
        for said, _ in list(self._unserved):
            if not isinstance(said, Attach):
                send(leader, said)

    def _deliver(self, delivery: Deliver) -> None:
        if delivery.session != self._session:
            return
        self._leader_at = self._clock()
        for address, frame in delivery.frames:
            peer = self._peers.get(address)
            if peer is not None:
                peer.line.send(frame)
        self._served = max(self._served, delivery.served)
        while self._unserved and self._unserved[0][0].n <= self._served:
            said, size = self._unserved.popleft()
            self._held_bytes -= size
            if isinstance(said, Detach):
                self._leaving.pop(said.address, None)

    def _admitted(self, address: int, ordinal: int) -> None:
        peer = self._peers.get(address)
        if peer is None:
            return
        peer.attach.ordinal = ordinal
        if peer.admitted is not None and not peer.admitted.done():
            peer.admitted.set_result(None)
        peer.admitted = None

    def _close(self, address: int, error: ProtocolError) -> None:
        peer = self._peers.pop(address, None)
        if peer is None:
            return
        if peer.admitted is not None and not peer.admitted.done():
            peer.admitted.set_exception(error)
        else:
            peer.line.close(error)

    async def _probe(self, address: int, within_s: float) -> None:
        peer = self._peers.get(address)
        alive = peer is not None and await peer.line.answers(within_s)
        self._bus.send(self._leader, Alive(self._run, address, alive))

    def _answer_pings(self) -> None:
        """Nobody else will, for now."""
        rest: deque[tuple[Numbered, int]] = deque()
        for said, size in self._unserved:
            if isinstance(said, Heard) and isinstance(said.message, Ping):
                self._held_bytes -= size
                peer = self._peers.get(said.address)
                if peer is not None:
                    peer.line.send(encode(Pong(n=said.message.n)))
            else:
                rest.append((said, size))
        self._unserved = rest

    def _give_up(self) -> None:
        error = ProtocolError(ErrorId.INTERNAL_ERROR, "Nobody leads this switchboard at the moment; connect again.")
        for address in list(self._peers):
            self._close(address, error)
