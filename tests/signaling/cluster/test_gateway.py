"""A gateway holds what its peers send until it is served, and says it again to the next leader."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from signaling.bus.local import LocalBus
from signaling.cluster import gateway as module
from signaling.cluster.envelopes import (
    Admitted,
    Again,
    Attach,
    Begin,
    Close,
    Deliver,
    Detach,
    End,
    Envelope,
    Heard,
    Lead,
    Subjects,
)
from signaling.cluster.gateway import Gateway
from signaling.directory import Booth
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.tokens import BoothIdentity

BOOTH = BoothIdentity(Booth(id="booth-1", region="elbtal", site="", key=""))
RUN = 5


class Line:
    """A line that remembers."""

    def __init__(self, address: int) -> None:
        self.address = address
        self.sent: list[m.FromSwitchboard] = []
        self.closed: ProtocolError | None = None
        self.touched = asyncio.Event()

    def send(self, frame: str) -> None:
        self.touched.set()
        self.sent.append(m.decode_from_switchboard(frame))

    def close(self, error: ProtocolError) -> None:
        self.closed = error
        self.touched.set()


class House:
    """A gateway, and leaders that come and go."""

    def __init__(self) -> None:
        self.now = 100.0
        self.bus: LocalBus[Envelope] = LocalBus()
        self.subjects = Subjects("test")
        self.gateway = Gateway(RUN, self.bus, self.subjects, lambda: self.now)
        self.heard: list[Envelope] = []

    async def lead(self, term: int) -> None:
        self.heard = []
        await self.bus.listen(self.subjects.leader(term), self.heard.append)
        self.bus.broadcast(self.subjects.leads, Lead(term))

    def tell(self, envelope: Envelope) -> None:
        self.bus.send(self.subjects.gateway(RUN), envelope)

    def take(self) -> list[Envelope]:
        heard = list(self.heard)
        self.heard.clear()
        return heard

    async def line(self) -> Any:
        """A line that has been admitted, by a leader in its first session."""
        line: Any = Line(next(self.gateway.addresses))
        admitting = asyncio.create_task(self.gateway.admit(line, BOOTH, "instance-1"), name="admit")
        await asyncio.sleep(0)
        attach = self.take()[-1]
        assert isinstance(attach, Attach) and attach.booth == BOOTH.booth
        self.tell(Admitted(line.address, 77))
        await admitting
        self.tell(Deliver(1, attach.n, []))
        return line


@pytest.fixture
async def house() -> House:
    house = House()
    await house.gateway.open()
    return house


def kinds(envelopes: list[Envelope]) -> list[str]:
    return [type(envelope).__name__ for envelope in envelopes]


async def test_what_is_not_served_is_said_again_to_the_next_leader(house: House) -> None:
    await house.lead(1)
    line = await house.line()
    for n in range(3):
        house.gateway.receive(line, m.Candidate(ticket="AA001", generation=1, candidate=f"{n}"), 10)
    first = house.take()[0]
    assert isinstance(first, Heard)
    house.tell(Deliver(1, first.n, []))
    await house.lead(2)
    begin, attach, end, *again = house.take()
    assert begin == Begin(RUN, 2) and end == End(RUN)
    assert isinstance(attach, Attach) and (attach.address, attach.ordinal) == (line.address, 77)
    assert [one.message.candidate for one in again if isinstance(one, Heard)] == ["1", "2"]  # type: ignore[union-attr]


async def test_a_gap_begins_another_session_with_the_same_leader(house: House) -> None:
    await house.lead(1)
    line = await house.line()
    house.gateway.receive(line, m.Leave(ticket="AA001"), 10)
    house.take()
    house.tell(Again(1))
    assert kinds(house.take()) == ["Begin", "Attach", "End", "Heard"]
    house.tell(Again(1))  # About a session that is over.
    assert house.take() == []
    house.tell(Deliver(1, 99, [(line.address, m.encode(m.Pong(n=1)))]))  # As is this.
    assert line.sent == []


async def test_last_words_of_a_line_that_is_gone_are_kept(house: House) -> None:
    await house.lead(1)
    line = await house.line()
    house.gateway.receive(line, m.Leave(ticket="AA001"), 10)
    house.gateway.dismiss(line)
    house.take()
    await house.lead(2)
    told = house.take()
    assert kinds(told) == ["Begin", "Attach", "End", "Heard", "Detach"]
    last = told[-1]
    assert isinstance(last, Detach)
    house.tell(Deliver(2, last.n, []))
    await house.lead(3)
    assert kinds(house.take()) == ["Begin", "End"]


async def test_an_admission_waits_for_a_leader(house: House) -> None:
    line: Any = Line(next(house.gateway.addresses))
    admitting = asyncio.create_task(house.gateway.admit(line, BOOTH, "instance-1"), name="admit")
    await asyncio.sleep(0)
    await house.lead(1)
    assert kinds(house.take()) == ["Begin", "End", "Attach"]
    await house.lead(2)  # The first one did not get to it.
    assert kinds(house.take()) == ["Begin", "End", "Attach"]
    house.tell(Close(line.address, ErrorId.BOOTH_ALREADY_CONNECTED, "Another device."))
    with pytest.raises(ProtocolError, match="Another device"):
        await admitting
    assert line.closed is None


async def test_pings_are_answered_here_unless_something_is_owed(house: House) -> None:
    await house.lead(1)
    line = await house.line()
    house.gateway.receive(line, m.Ping(n=1), 10)
    assert (line.sent, house.take()) == ([m.Pong(n=1)], [])
    house.gateway.receive(line, m.Leave(ticket="AA001"), 10)
    house.gateway.receive(line, m.Ping(n=2), 10)  # Its pong comes after what the other message causes.
    assert kinds(house.take()) == ["Heard", "Heard"]
    house.now += module.LEADER_SILENT_S
    house.gateway.receive(line, m.Ping(n=3), 10)
    assert (line.sent, house.take()) == ([m.Pong(n=1), m.Pong(n=3)], [])


async def test_pings_on_their_way_to_a_leader_that_is_gone_are_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.0)
    await house.lead(1)
    line = await house.line()
    house.gateway.receive(line, m.Leave(ticket="AA001"), 10)
    house.gateway.receive(line, m.Ping(n=2), 10)
    house.now += module.LEADER_SILENT_S
    running = asyncio.create_task(house.gateway.run(), name="gateway")
    await line.touched.wait()
    running.cancel()
    assert line.sent == [m.Pong(n=2)]
    await house.lead(2)
    assert kinds(house.take())[-2:] == ["End", "Heard"]  # The other message is still to be served.


async def test_without_a_leader_for_long_lines_are_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT_S", 0.0)
    await house.lead(1)
    line = await house.line()
    assert house.gateway.led
    house.now += module.GIVE_UP_S + 1
    assert not house.gateway.led
    running = asyncio.create_task(house.gateway.run(), name="gateway")
    await line.touched.wait()
    running.cancel()
    assert line.closed.error is ErrorId.INTERNAL_ERROR


async def test_what_is_held_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD", 3)
    monkeypatch.setattr(module, "HELD_BYTES", 250)
    await house.lead(1)
    line = await house.line()
    leave = m.Leave(ticket="AA001")
    house.gateway.receive(line, leave, 100)
    house.gateway.receive(line, leave, 100)
    with pytest.raises(ProtocolError, match="cannot serve this at the moment"):
        house.gateway.receive(line, leave, 100)
    house.gateway.receive(line, leave, 50)
    with pytest.raises(ProtocolError):
        house.gateway.receive(line, leave, 0)
    last = house.take()[-1]
    assert isinstance(last, Heard)
    house.tell(Deliver(1, last.n, []))
    house.gateway.receive(line, leave, 250)


async def test_a_leader_of_an_earlier_term_is_not_followed(house: House) -> None:
    await house.lead(2)
    line = await house.line()
    house.bus.broadcast(house.subjects.leads, Lead(1))
    house.gateway.receive(line, m.Leave(ticket="AA001"), 10)
    assert kinds(house.take()) == ["Heard"]
