"""The exchange: joins the switchboard to the gateways with its lines, to its database and to the clock. The leader's.

Every step of the switchboard leaves effects. They are committed in the order they came, as many at once as have
gathered, and only then are the messages of those steps sent. So what a peer has been told has been stored.

A database that cannot be written ends the exchange (StoreError): going on from memory would promise what a restart
could not keep. So does another leader (LeadershipLost). The next exchange knows everything that was promised.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import structlog

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
    Subjects,
    run_of,
)
from signaling.hall import Effects
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import FromSwitchboard, encode
from signaling.storage.rows import Changes
from signaling.storage.store import Store
from signaling.switchboard import Identity, Switchboard
from signaling.tokens import BoothIdentity

SIGN_OF_LIFE_S: Final = 2.0
ON_THE_WAY_S: Final = 0.5
"""How much longer the answer of another node may take."""
BEAT_S: Final = 0.5
GATEWAY_SILENT_S: Final = 3.0
"""A gateway from which nothing has come for so long is gone, and all its lines with it."""
GATEWAY_AWAITED_S: Final = 30.0
"""How long a new leader waits for a gateway that an earlier one knew."""
DELIVERY_BYTES: Final = 128 * 1024
"""Frames are sent to a gateway in portions of about this size."""
ORDINAL_BITS: Final = 32

log = structlog.get_logger(__name__)


def name_of(identity: Identity) -> str:
    """What the peer is called in logs: a booth's id or a clerk's pseudonym."""
    return identity.booth.id if isinstance(identity, BoothIdentity) else identity.name


class _Gateway:
    """A gateway as the leader sees it: its session, its lines with the ordinal of each, up to which message it was
    heard and up to which it was told so, and when it last gave a sign. `deaf`: something was lost; nothing is heard
    until it begins another session. `told` are the lines of a session that is just being begun."""

    __slots__ = ("acknowledged", "deaf", "heard", "lines", "run", "session", "sign_at", "stored", "told")

    def __init__(self, run: int, heard: int, now: float) -> None:
        self.run = run
        self.session = 0
        self.heard = self.acknowledged = self.stored = heard
        self.lines: dict[int, int] = {}
        self.told: set[int] = set()
        self.deaf = True
        self.sign_at = now


class Exchange:
    """`clock`: seconds since the epoch, the one the switchboard uses; `term`: the one this node leads in;
    `committed`: is told what has been stored, and the seconds it took."""

    def __init__(
        self,
        switchboard: Switchboard,
        store: Store,
        bus: Bus[Envelope],
        subjects: Subjects,
        term: int,
        clock: Callable[[], float],
        committed: Callable[[Changes, float], None] = lambda _changes, _seconds: None,
    ) -> None:
        self._switchboard = switchboard
        self._committed = committed
        self._store = store
        self._bus = bus
        self._subjects = subjects
        self._term = term
        self._clock = clock
        self._gateways: dict[int, _Gateway] = {}
        self._past: dict[int, int] = {}
        """Up to which message gateways that are gone were heard; one may come back."""
        self._gone: dict[int, None] = {}
        """Gateways that have said that they end, to be stored."""
        self._ordinals = itertools.count(term << ORDINAL_BITS)
        self._probes: dict[int, asyncio.Future[bool]] = {}
        self._careful: dict[str, asyncio.Task[None]] = {}
        self._stepped = asyncio.Event()
        self._rescheduled = asyncio.Event()

    async def restore(self) -> None:
        """Take over what an earlier leader has stored."""
        contents = await self._store.load(self._switchboard.start_of_day())
        for run, served in contents.served.items():
            self._gateways[run] = _Gateway(run, served, self._clock() + GATEWAY_AWAITED_S - GATEWAY_SILENT_S)
        self._switchboard.restore(contents)
        self._after_step()

    async def run(self) -> None:
        """Commit, deliver and keep time until cancelled. Raises StoreError, LeadershipLost."""
        leader = self._subjects.leader(self._term)
        await self._bus.listen(leader, self._hear, self._lost)
        await self._bus.listen(self._subjects.sought, self._sought)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._commit_and_deliver(), name="exchange-commit")
                tasks.create_task(self._keep_time(), name="exchange-clock")
                tasks.create_task(self._watch_gateways(), name="exchange-gateways")
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        except asyncio.CancelledError:
            await self._flush()
            raise
        finally:
            await self._bus.leave(self._subjects.sought)
            await self._bus.leave(leader)
            for admission in list(self._careful.values()):
                admission.cancel()

    # Gateways

    def _sought(self, _seek: Envelope) -> None:
        self._bus.broadcast(self._subjects.leads, Lead(self._term))

    def _hear(self, envelope: Envelope) -> None:
        """A gateway has said something."""
        run = getattr(envelope, "run", 0)
        gateway = self._gateways.get(run)
        if isinstance(envelope, Begin):
            self._begin(gateway, envelope)
            return
        if gateway is None or gateway.deaf:
            if isinstance(envelope, Beat):
                self._send(run, Again(envelope.session))
            return
        gateway.sign_at = self._clock()
        try:
            self._serve(gateway, envelope)
        except Exception as error:  # A fault of ours ends this line and no other.
            address = getattr(envelope, "address", 0)
            log.error("internal_error", line=address, exc_info=error)
            self._close(address, ErrorId.INTERNAL_ERROR, "The switchboard made a mistake; connect again.")
        self._after_step()

    def _serve(self, gateway: _Gateway, envelope: Envelope) -> None:
        match envelope:
            case Heard():
                self._receive(gateway, envelope)
            case Attach():
                gateway.heard = max(gateway.heard, envelope.n)
                self._attach(gateway, envelope)
            case Detach():
                gateway.heard = max(gateway.heard, envelope.n)
                self._dismiss(gateway, envelope.address)
            case Expel():
                self._expel(gateway, envelope)
            case Alive(_, address, alive):
                if (probe := self._probes.get(address)) is not None and not probe.done():
                    probe.set_result(alive)
            case End():
                for address in set(gateway.lines) - gateway.told:
                    self._dismiss(gateway, address)
                gateway.told.clear()
            case Bye():
                self._drop(gateway)
                self._gone[gateway.run] = None

    def _lost(self, run: int) -> None:
        """Something a gateway has said was not heard."""
        gateway = self._gateways.get(run)
        if gateway is not None and not gateway.deaf:
            log.warning("messages_lost", gateway=run)
            gateway.deaf = True
            self._send(run, Again(gateway.session))

    def _begin(self, gateway: _Gateway | None, begin: Begin) -> None:
        if gateway is None:
            heard = self._past.pop(begin.run, 0)
            gateway = self._gateways[begin.run] = _Gateway(begin.run, heard, self._clock())
        gateway.session, gateway.deaf, gateway.sign_at = begin.session, False, self._clock()
        gateway.told.clear()
        if not self._bus.alone:
            log.info("gateway_joined", gateway=begin.run, session=begin.session)

    def _drop(self, gateway: _Gateway) -> None:
        """The gateway is gone, and all its lines with it."""
        if not self._bus.alone:
            log.info("gateway_gone", gateway=gateway.run, lines=len(gateway.lines))
        for address in list(gateway.lines):
            self._dismiss(gateway, address)
        del self._gateways[gateway.run]
        self._past[gateway.run] = gateway.heard
        self._stepped.set()

    async def _watch_gateways(self) -> None:
        self._bus.broadcast(self._subjects.leads, Lead(self._term))
        looked_at = self._clock()
        while True:
            await asyncio.sleep(BEAT_S)
            now = self._clock()
            late, looked_at = now - looked_at - BEAT_S, now
            self._bus.broadcast(self._subjects.leads, Lead(self._term))
            for gateway in list(self._gateways.values()):
                gateway.sign_at += late  # What came meanwhile has not been heard yet.
                if now - gateway.sign_at > GATEWAY_SILENT_S:
                    self._drop(gateway)
                elif not gateway.deaf:
                    self._send(gateway.run, Deliver(gateway.session, gateway.acknowledged, []))

    # Lines

    def _attach(self, gateway: _Gateway, attach: Attach) -> None:
        identity = attach.clerk or (BoothIdentity(attach.booth) if attach.booth is not None else None)
        if identity is None:
            log.error("nobody_attached", line=attach.address)
        elif attach.ordinal is not None:
            self._attach_again(gateway, attach, identity, attach.ordinal)
        elif name_of(identity) in self._careful or self._is_second_device(identity, attach.instance):
            self._admit_carefully(attach, identity)
        else:
            self._admit(gateway, attach, identity)

    def _attach_again(self, gateway: _Gateway, attach: Attach, identity: Identity, ordinal: int) -> None:
        """A line that was admitted before this session."""
        current = self._switchboard.address_of(identity)
        if current is not None and current[0] != attach.address and self._ordinal(current[0]) > ordinal:
            self._close(attach.address, ErrorId.REPLACED_BY_NEWER_CONNECTION, "The same peer has connected again.")
            return
        gateway.told.add(attach.address)
        self._connect(gateway, attach, identity, ordinal)

    def _admit(self, gateway: _Gateway, attach: Attach, identity: Identity) -> None:
        ordinal = next(self._ordinals)
        self._send(gateway.run, Admitted(attach.address, ordinal))
        gateway.told.add(attach.address)
        self._connect(gateway, attach, identity, ordinal)

    def _connect(self, gateway: _Gateway, attach: Attach, identity: Identity, ordinal: int) -> None:
        """Make the line the peer's, and end the one it had."""
        current = self._switchboard.address_of(identity)
        gateway.lines[attach.address] = ordinal
        self._switchboard.connect(attach.address, identity, attach.instance)
        self._after_step()
        if current is not None and current[0] != attach.address:
            self._close(current[0], ErrorId.REPLACED_BY_NEWER_CONNECTION, "The same peer has connected again.")

    def _is_second_device(self, identity: Identity, instance: str) -> bool:
        current = self._switchboard.address_of(identity)
        return current is not None and isinstance(identity, BoothIdentity) and current[1] != instance

    def _admit_carefully(self, attach: Attach, identity: Identity) -> None:
        """Admit a booth after a look at the device that has its line, and after those who asked before."""
        name = name_of(identity)
        earlier = self._careful.get(name)
        task = asyncio.create_task(self._look_and_admit(attach, identity, earlier), name=f"admit-{name}")
        self._careful[name] = task

        def done(task: asyncio.Task[None]) -> None:
            if self._careful.get(name) is task:
                del self._careful[name]
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("internal_error", line=attach.address, exc_info=error)

        task.add_done_callback(done)

    async def _look_and_admit(self, attach: Attach, identity: Identity, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        current = self._switchboard.address_of(identity)
        if current is not None and self._is_second_device(identity, attach.instance) and await self._alive(current[0]):
            text = "Another device is connected with this booth's key and answers."
            self._send(attach.run, Close(attach.address, ErrorId.BOOTH_ALREADY_CONNECTED, text))
            return
        gateway = self._gateways.get(attach.run)
        if gateway is not None and not gateway.deaf:
            self._admit(gateway, attach, identity)

    async def _alive(self, address: int) -> bool:
        """Whether the peer of a line answers a ping in time."""
        gateway = self._gateways.get(run_of(address))
        if gateway is None or address not in gateway.lines:
            return False
        probe: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._probes[address] = probe
        self._send(run_of(address), Probe(address, SIGN_OF_LIFE_S))
        try:
            async with asyncio.timeout(SIGN_OF_LIFE_S + ON_THE_WAY_S):
                return await probe
        except TimeoutError:
            return False
        finally:
            del self._probes[address]

    def _receive(self, gateway: _Gateway, heard: Heard) -> None:
        if heard.n <= gateway.heard:
            return  # Served in an earlier session.
        gateway.heard = heard.n
        if heard.address not in gateway.lines:
            return
        self._switchboard.receive(heard.address, heard.message, heard.appointment)

    def _dismiss(self, gateway: _Gateway, address: int) -> None:
        """The line is gone."""
        if gateway.lines.pop(address, None) is not None:
            self._switchboard.disconnect(address)
            self._after_step()

    def _expel(self, gateway: _Gateway, expel: Expel) -> None:
        if expel.n <= gateway.heard:
            return
        gateway.heard = expel.n
        address = self._switchboard.expel(expel.booth)
        self._after_step()
        if address is not None:
            self._close(address, ErrorId.BOOTH_UNKNOWN, "The booth has been revoked; enrol it again.")

    def _close(self, address: int, error: ErrorId, text: str) -> None:
        """End a line; its peer has another, or is better off without."""
        run = run_of(address)
        self._send(run, Close(address, error, text))
        if (gateway := self._gateways.get(run)) is not None:
            self._dismiss(gateway, address)

    def _ordinal(self, address: int) -> int:
        gateway = self._gateways.get(run_of(address))
        return gateway.lines.get(address, -1) if gateway is not None else -1

    def _send(self, run: int, envelope: Envelope) -> None:
        self._bus.send(self._subjects.gateway(run), envelope)

    # Steps

    def _after_step(self) -> None:
        self._stepped.set()
        self._rescheduled.set()

    async def _commit_and_deliver(self) -> None:
        while True:
            await self._stepped.wait()
            self._stepped.clear()
            flush = asyncio.create_task(self._flush(), name="exchange-flush")
            try:
                await asyncio.shield(flush)
            except asyncio.CancelledError:
                await flush  # What is being stored is told.
                raise

    async def _flush(self) -> None:
        effects = self._switchboard.take_effects()
        heard = {run: gateway.heard for run, gateway in self._gateways.items()}
        changes = effects.changes
        if changes or self._gone:
            began = self._clock()
            await self._store.save(changes, term=self._term, served=self._served(heard))
            self._committed(changes, self._clock() - began)
        for event in changes.events:
            log.info(event.about, ticket=event.ticket, event_name=event.event, state=event.to_state)
        frames = _frames(effects)
        for run, gateway in list(self._gateways.items()):
            self._deliver(gateway, frames.get(run, []), heard.get(run, 0))

    def _served(self, heard: dict[int, int]) -> dict[int, int | None]:
        """What is stored about the gateways: nothing where the only one ends when we do."""
        gone, self._gone = self._gone, {}
        if self._bus.alone:
            return dict(gone)
        served: dict[int, int | None] = dict(gone)
        for run, n in heard.items():
            gateway = self._gateways[run]
            if n > gateway.stored:
                gateway.stored = served[run] = n
        return served

    def _deliver(self, gateway: _Gateway, frames: list[tuple[int, str]], heard: int) -> None:
        if not frames and heard <= gateway.acknowledged:
            return
        *first, last = _portions(frames) or [[]]
        for portion in first:
            self._send(gateway.run, Deliver(gateway.session, gateway.acknowledged, portion))
        gateway.acknowledged = max(gateway.acknowledged, heard)
        self._send(gateway.run, Deliver(gateway.session, gateway.acknowledged, last))

    async def _keep_time(self) -> None:
        while True:
            self._rescheduled.clear()
            deadline = self._switchboard.deadline()
            try:
                async with asyncio.timeout(None if deadline is None else max(deadline - self._clock(), 0.0)):
                    await self._rescheduled.wait()
            except TimeoutError:
                self._switchboard.tick()
                self._after_step()


def _frames(effects: Effects) -> dict[int, list[tuple[int, str]]]:
    """What goes to each gateway. A message that goes to many is encoded once."""
    encoded: dict[int, str] = {}
    frames: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    message: FromSwitchboard
    for address, message in effects.messages:
        frame = encoded.get(id(message))
        if frame is None:
            frame = encoded[id(message)] = encode(message)
        frames[run_of(address)].append((address, frame))
    return frames


def _portions(frames: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    portions: list[list[tuple[int, str]]] = []
    portion: list[tuple[int, str]] = []
    size = 0
    for entry in frames:
        portion.append(entry)
        size += len(entry[1])
        if size >= DELIVERY_BYTES:
            portions.append(portion)
            portion, size = [], 0
    if portion:
        portions.append(portion)
    return portions
