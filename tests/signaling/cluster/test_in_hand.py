"""The leader and a gateway are killed while tickets are on hold, parked, in a call of three, to be called back and
being called back: everything is as it was, and comes to its end once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from signaling.protocol import messages as m
from signaling.protocol.pseudonym import pseudonym
from signaling.storage import database, schema

S, C = m.TicketState, m.ClerkState
SEALED = "a.b.c.d.e"
NOT_TO_BE_HEARD = m.Call | m.CallEnded | m.LegEnded | m.HandedOver | m.Offer | m.OfferWithdrawn | m.Error
"""By anybody whose switchboard is killed: of all this nothing has happened."""


@dataclass
class House:
    """Five booths and six clerks, each with a line at one of the nodes."""

    town: Any
    nodes: dict[str, Any] = field(default_factory=dict)
    peers: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    """The ticket of each booth."""

    async def comes(self, name: str, node: Any) -> m.Welcome:
        """The peer connects, or connects again."""
        self.nodes[name] = node
        comes = node.peers.booth if name in self.town.device_keys else node.peers.clerk
        self.peers[name], welcome = await comes(name)
        return welcome

    async def says(self, name: str, kind: Any, booth: str, **fields: Any) -> None:
        await self.peers[name].say(kind(ticket=self.numbers[booth], **fields))

    async def hears(self, name: str, kind: Any, **fields: Any) -> Any:
        return await self.peers[name].hear(kind, **fields)

    async def joins(self, booth: str) -> None:
        await self.peers[booth].say(m.Join(service="registration-certificate", language="de"))
        self.numbers[booth] = (await self.hears(booth, m.TicketUpdate)).ticket.number

    async def calls(self, booth: str, clerk: str) -> None:
        """A call that stands, which the clerk has picked."""
        await self.joins(booth)
        await self.says(clerk, m.Pick, booth)
        await self.hears(clerk, m.Call, generation=1)
        await self.says(clerk, m.Connected, booth, generation=1)
        await self.hears(booth, m.TicketUpdate, ticket__state=S.IN_CALL)

    async def calls_in(self, guest: str, booth: str, clerk: str) -> None:
        await self.peers[guest].say(m.SetAvailability(available=True))
        await self.hears(guest, m.ClerkUpdate, state=C.AVAILABLE)
        await self.says(clerk, m.Invite, booth, purpose="join", clerk=pseudonym(self.town.issuer, guest))
        await self.hears(guest, m.Offer)
        await self.says(guest, m.Accept, booth)
        for leg in (1, 2):
            await self.hears(guest, m.Call, leg=leg)
            await self.says(guest, m.Connected, booth, leg=leg, generation=1)
        await self.hears(guest, m.ClerkUpdate, state=C.IN_CALL)

    async def asks_to_be_called(self, booth: str) -> None:
        await self.joins(booth)
        await self.says(booth, m.RequestCallback, booth, sealed=SEALED)
        await self.hears(booth, m.TicketUpdate, ticket__state=S.CALLBACK)

    async def move(self, killed: Any, to: Any, *, led: bool) -> None:
        """A node is killed: its peers are back at another; `led`: the others are welcomed on the lines they have."""
        for name, node in list(self.nodes.items()):
            if node is killed:
                self.is_as_it_was(name, await self.comes(name, to))
            elif led:
                self.is_as_it_was(name, await self.hears(name, m.Welcome))
        for peer in self.peers.values():
            assert not [heard for heard in await peer.hears_nothing_else() if isinstance(heard, NOT_TO_BE_HEARD)]

    def is_as_it_was(self, name: str, welcome: m.Welcome) -> None:
        states = {"holds": S.HELD, "parks": S.PARKED, "three": S.IN_CALL}
        if name in self.town.device_keys:
            shown = (welcome.ticket.number, welcome.ticket.state) if welcome.ticket is not None else None
            assert shown == ((self.numbers[name], states[name]) if name in states else None)
        else:
            assert welcome.clerk_state is (C.PAUSED if name == "parker" else C.IN_CALL)


@pytest.fixture
def house(town: Any) -> House:
    town.device_keys = {name: Ed25519PrivateKey.generate() for name in ("holds", "parks", "three", "left", "phone")}
    return House(town)


async def test_what_is_in_hand_outlives_leader_and_gateway(house: House, start_cluster: Any) -> None:
    cluster = await start_cluster(3)
    first, (second, third) = cluster.leader(), cluster.others()
    places = {
        first: ("holds", "parker", "trio", "phone"),
        second: ("holder", "parks", "guest", "left"),
        third: ("three", "caller"),
    }
    for node, names in places.items():
        for name in names:
            await house.comes(name, node)
    await house.calls("holds", "holder")
    await house.says("holder", m.Hold, "holds", held=True)
    await house.hears("holds", m.CallHeld, held=True)
    await house.calls("parks", "parker")
    await house.says("parker", m.Park, "parks")
    await house.hears("parker", m.ClerkUpdate, state=C.PAUSED)
    await house.calls("three", "trio")
    await house.calls_in("guest", "three", "trio")
    await house.asks_to_be_called("phone")
    await house.says("caller", m.Pick, "phone")
    await house.hears("caller", m.Callback, sealed=SEALED)
    await house.asks_to_be_called("left")
    for peer in house.peers.values():
        await peer.hears_nothing_else()

    await first.kill()
    leader = await cluster.led_after(first.term)
    gateway = cluster.others()[0]
    await house.move(first, gateway, led=True)
    await gateway.kill()
    await house.move(gateway, leader, led=False)

    await _bring_to_an_end(house)
    assert await _events(cluster, house) == {
        "holds": "joined picked connected held resumed completed",
        "parks": "joined picked connected parked unparked connected completed",
        "three": "joined picked connected invited offered accepted begun begun connected connected ended ended left"
        " completed",
        "phone": "joined callback_wanted picked completed",
        "left": "joined callback_wanted offered accepted completed",
    }


async def _bring_to_an_end(house: House) -> None:
    """By those who had it in hand, and the one who is free first."""
    await house.says("holder", m.Hold, "holds", held=False)
    await house.hears("holds", m.CallHeld, held=False)
    await house.says("parker", m.Unpark, "parks")
    await house.hears("parks", m.Call, generation=2)
    await house.says("parker", m.Connected, "parks", generation=2)
    await house.says("guest", m.LeaveCall, "three")
    await house.hears("trio", m.InviteUpdate, state=m.InviteState.LEFT)
    # The guest was available before: the one who left a number is called.
    assert (await house.hears("guest", m.Offer)).ticket.number == house.numbers["left"]
    await house.says("guest", m.Accept, "left")
    await house.hears("guest", m.Callback, sealed=SEALED)
    ends = {"holder": "holds", "parker": "parks", "trio": "three", "caller": "phone", "guest": "left"}
    for clerk, booth in ends.items():
        await house.says(clerk, m.Complete, booth, outcome=m.Outcome.DONE)
        free = await house.hears(clerk, m.ClerkUpdate, ticket=None)
        # Who picked a ticket while on a pause is on one again.
        assert (free.state, free.parked) == (C.WRAP_UP, [])
        if clerk != "guest":
            await house.hears(clerk, m.ClerkUpdate, state=C.PAUSED)
    for booth in ("holds", "parks", "three"):
        await house.hears(booth, m.CallEnded, reason=m.EndReason.COMPLETED)
    for peer in house.peers.values():
        assert not [heard for heard in await peer.hears_nothing_else() if isinstance(heard, NOT_TO_BE_HEARD)]


async def _events(cluster: Any, house: House) -> dict[str, str]:
    """What the log has of each booth's ticket, its guest and their legs. No ticket is open any more."""
    events, found = schema.events, defaultdict(list)
    booths = {number: booth for booth, number in house.numbers.items()}
    engine = database.connect(cluster.database)
    async with engine.connect() as connection:
        assert (await connection.execute(select(schema.tickets))).all() == []
        for row in await connection.execute(select(events.c.ticket, events.c.event).order_by(events.c.id)):
            found[booths[row.ticket]].append(row.event)
    await engine.dispose()
    return {booth: " ".join(its) for booth, its in found.items()}
