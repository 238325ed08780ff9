"""The core under everything peers can do, in any order: whatever happens, these things hold."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from signaling import directory
from signaling.appointments.appointment import APPOINTMENT, Appointment, AppointmentState
from signaling.callbacks import KEPT_S
from signaling.clerk import Clerk, Grant
from signaling.guest import INVITATION, LEG, Guest, LegState
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from signaling.storage.rows import Changes, Contents, ticket_of, ticket_row
from signaling.switchboard import Switchboard
from signaling.ticket import TICKET, Ticket
from signaling.tokens import BoothIdentity, ClerkIdentity
from tests.signaling.stage import keep

TOML = """booth_lease_seconds = 12
clerk_lease_seconds = 30
[[services]]
id = "certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
""" + "".join(
    f'[[booths]]\nid = "b{n}"\nregion = "elbtal"\nsite = ""\nkey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"\n'
    for n in range(4)
)
KNOWN = directory.parse(TOML)
GRANT = Grant(frozenset({"clerk", "supervisor"}), frozenset({"elbtal"}), frozenset({"certificate"}), frozenset({"de"}))
CLERK_STATES = {
    m.TicketState.OFFERED: (m.ClerkState.OFFERED,),
    m.TicketState.CONNECTING: (m.ClerkState.CONNECTING,),
    m.TicketState.IN_CALL: (m.ClerkState.IN_CALL,),
    m.TicketState.HELD: (m.ClerkState.IN_CALL,),
    m.TicketState.CALLBACK_OFFERED: (m.ClerkState.OFFERED,),
    m.TicketState.CALLING_BACK: (m.ClerkState.IN_CALL,),
}
"""What the clerk who has a ticket in hand is doing."""


SAID: dict[str, Callable[[random.Random, str, int], m.FromClient]] = {
    "join": lambda _, number, generation: m.Join(service="certificate", language="de"),
    "come": lambda _, number, generation: m.Join(language="de", code="AAAAA22222"),
    "leave": lambda _, number, generation: m.Leave(ticket=number),
    "resume": lambda _, number, generation: m.SetAvailability(available=True),
    "pause": lambda _, number, generation: m.SetAvailability(available=False),
    "accept": lambda _, number, generation: m.Accept(ticket=number),
    "decline": lambda _, number, generation: m.Decline(ticket=number),
    "pick": lambda _, number, generation: m.Pick(ticket=number),
    "hold": lambda chance, number, generation: m.Hold(ticket=number, held=chance.random() < 0.6),
    "park": lambda _, number, generation: m.Park(ticket=number),
    "unpark": lambda _, number, generation: m.Unpark(ticket=number),
    "callback": lambda _, number, generation: m.RequestCallback(ticket=number, sealed="a.b.c.d.e"),
    "failed": lambda _, number, generation: m.ReturnToQueue(ticket=number, reason=m.EndReason.CONNECT_FAILED),
    "invite": lambda chance, number, generation: m.Invite(
        ticket=number, purpose=chance.choice(("join", "transfer")), clerk=chance.choice((None, None, "c1"))
    ),
    "interpreter": lambda _, number, generation: m.Invite(ticket=number, purpose="join", role="interpreter"),
    "cancel": lambda _, number, generation: m.CancelInvite(ticket=number),
    "join_call": lambda _, number, generation: m.JoinCall(ticket=number),
    "hand_over": lambda _, number, generation: m.HandOver(ticket=number),
    "leave_call": lambda _, number, generation: m.LeaveCall(ticket=number),
    "leg_stands": lambda chance, number, generation: m.Connected(
        ticket=number, leg=chance.randrange(1, 5), generation=chance.choice((1, 1, 2))
    ),
    "renew_leg": lambda chance, number, generation: m.Renew(
        ticket=number, leg=chance.randrange(1, 9), generation=chance.choice((1, 1, 2))
    ),
    "connected": lambda _, number, generation: m.Connected(ticket=number, generation=generation),
    "complete": lambda _, number, generation: m.Complete(ticket=number, outcome=m.Outcome.DONE),
    "return": lambda chance, number, generation: m.ReturnToQueue(
        ticket=number, reason=chance.choice(list(m.EndReason))
    ),
    "redirect": lambda _, number, generation: m.ReturnToQueue(
        ticket=number, reason=m.EndReason.REDIRECTED, language="de-AT"
    ),
    "renew": lambda _, number, generation: m.Renew(ticket=number, generation=generation),
    "describe": lambda _, number, generation: m.Description(
        ticket=number, generation=generation, kind="offer", sdp="", seal=""
    ),
    "candidate": lambda _, number, generation: m.Candidate(ticket=number, generation=generation, candidate=None),
    "watch": lambda _, number, generation: m.WatchStatistics(watch=True),
    "ping": lambda _, number, generation: m.Ping(n=1),
}
BOOTHS_SAY = ("join", "join", "join", "join", "come", "leave", "callback", "renew", "describe")
CLERKS_SAY: dict[m.TicketState | None, tuple[str, ...]] = {
    None: ("resume", "resume", "resume", "pause", "pick", "unpark", "join_call"),
    m.TicketState.OFFERED: ("accept", "accept", "decline", "pause"),
    m.TicketState.CONNECTING: ("connected", "connected", "connected", "return", "redirect", "renew"),
    m.TicketState.IN_CALL: (
        "hold",
        "hold",
        "invite",
        "invite",
        "interpreter",
        "cancel",
        "hand_over",
        "park",
        "complete",
        "return",
        "redirect",
        "renew",
        "candidate",
    ),
    m.TicketState.HELD: ("hold", "hold", "invite", "hand_over", "park", "return", "redirect", "renew"),
    m.TicketState.CALLBACK_OFFERED: ("accept", "accept", "accept", "decline"),
    m.TicketState.CALLING_BACK: ("complete", "failed", "failed", "return", "redirect"),
}
GUESTS_SAY = ("leg_stands", "leg_stands", "leg_stands", "leg_stands", "leave_call", "renew_leg")


class World:
    """Peers that do anything at any time, and a memory of what was stored and told."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = 1_000_000.0
        self.lines: dict[int, str] = {}
        self.addresses = 0
        self.kept = Changes()
        self.errors: set[ErrorId] = set()
        self.told = 0
        self.start(Contents([], [], []))

    def start(self, contents: Contents) -> None:
        self.core = Switchboard(KNOWN, clock=lambda: self.now, chance=self.chance)
        self.core.restore(contents)
        self.hall = self.core._hall
        self.collect()

    def restart(self) -> None:
        """As after SIGKILL: only what was stored is left."""
        tickets = [ticket_of(json.loads(json.dumps(ticket_row(ticket)))) for ticket in self.hall.tickets.values()]
        clerks = [
            replace(clerk, address=None, instance=None, grant=Grant(), issuer="")
            for clerk in self.hall.clerks.values()
        ]
        self.lines.clear()
        self.start(Contents(tickets, clerks, self.kept.events))

    def collect(self) -> None:
        effects = self.core.take_effects()
        keep(self.kept, effects.changes)
        for address, message in effects.messages:
            assert address in self.lines, "told to a line that is gone"
            m.decode_from_switchboard(m.encode(message))
            self.told += 1
            if isinstance(message, m.Error):
                self.errors.add(message.error)

    def step(self) -> None:
        self.now += self.chance.choices((0.0, 0.05, 1.0, 8.0, 13.0, 70.0, KEPT_S), (160, 160, 160, 30, 30, 20, 1))[0]
        act = self.chance.choices((self.connect, self.drop, self.speak, self.core.tick), (2, 1, 20, 2))[0]
        act()
        self.collect()
        self.check()

    def connect(self) -> None:
        self.addresses += 1
        name = self.chance.choice(("b0", "b1", "b2", "b3", "c0", "c1", "c2"))
        for address, peer in list(self.lines.items()):
            if peer == name:
                del self.lines[address]
        self.lines[self.addresses] = name
        booth = KNOWN.booth(name)
        identity: Any = BoothIdentity(booth) if booth else ClerkIdentity(name, name, "http://console", GRANT)
        self.core.connect(self.addresses, identity, f"instance-{self.chance.randrange(2)}")

    def drop(self) -> None:
        offered = {ticket.booth for ticket in self.hall.tickets.values() if ticket.state is m.TicketState.OFFERED}
        lines = [address for address, name in self.lines.items() if name in offered or self.chance.random() < 0.5]
        if lines:
            address = self.chance.choice(lines)
            del self.lines[address]
            self.core.disconnect(address)

    def speak(self) -> None:
        if not self.lines:
            return
        address = self.chance.choice(list(self.lines))
        clerk = self.hall.clerks.get(self.lines[address])
        numbers = [*self.hall.tickets, "ZZ999"]
        mine = clerk.ticket if clerk is not None else None
        number = mine if mine and self.chance.random() < 0.7 else self.chance.choice(numbers)
        ticket = self.hall.tickets.get(number)
        generation = (ticket.generation if ticket else 0) + self.chance.choice((0, 0, 0, 0, 1, -1))
        kinds = self.chance.choices((self.fitting(self.lines[address], clerk), tuple(SAID)), (3, 1))[0]
        said = SAID[self.chance.choice(kinds)](self.chance, number, generation)
        comes = isinstance(said, m.Join) and said.code is not None
        self.core.receive(address, said, self.appointment() if comes else None)

    def appointment(self) -> Appointment:
        """One for each quarter of an hour: some come early, some late, some twice."""
        starts_at = round(self.now / 900) * 900.0
        id_ = f"appointment-{starts_at:.0f}"
        state = self.kept.appointments.get(id_, AppointmentState.BOOKED)
        return Appointment(id_, "elbtal", "certificate", None, starts_at, starts_at + 900, state)

    def fitting(self, name: str, clerk: Clerk | None) -> tuple[str, ...]:
        """What makes sense for a peer to say; a walk of anything at any time would hardly get anywhere."""
        if clerk is None:
            mine = self.hall.ticket_of(name)
            return ("leave",) if mine is not None and mine.state is m.TicketState.HELD else BOOTHS_SAY
        ticket = self.hall.tickets.get(clerk.ticket or "")
        if ticket is not None and ticket.guest is not None and ticket.guest.clerk == name:
            return GUESTS_SAY if ticket.guest.joined else ("accept", "accept", "decline")
        if ticket is not None and ticket.guest is not None and self.chance.random() < 0.4:
            return "hand_over", "hold"
        return CLERKS_SAY[ticket.state if ticket is not None else None]

    def check(self) -> None:
        guests = {ticket.guest.clerk for ticket in self.hall.tickets.values() if ticket.guest is not None} - {None}
        busy = [clerk for clerk in self.hall.clerks.values() if clerk.ticket is not None]
        in_hand = {clerk.ticket: clerk for clerk in busy if clerk.name not in guests}
        assert len(in_hand) + len(guests) == len(busy)
        for ticket in self.hall.tickets.values():
            assert (ticket.clerk is None) is (ticket.state in (m.TicketState.WAITING, m.TicketState.CALLBACK))
            if ticket.state is m.TicketState.PARKED:
                assert ticket in self.hall.parked_by(ticket.clerk or "")
                assert ticket.clerk in self.hall.clerks
            elif ticket.clerk is not None:
                assert in_hand[ticket.number].name == ticket.clerk
                assert in_hand[ticket.number].state in CLERK_STATES[ticket.state]
            if ticket.guest is not None:
                self.check_guest(ticket, ticket.guest)
        for number in in_hand:
            assert number in self.hall.tickets
        present = [ticket.booth for ticket in self.hall.tickets.values() if ticket.at_booth]
        assert len(set(present)) == len(present)
        self.check_stored()

    def check_guest(self, ticket: Ticket, guest: Guest) -> None:
        assert ticket.calling
        assert not INVITATION.final(guest.state)
        assert (guest.clerk is None) is (guest.state is m.InviteState.LOOKING)
        assert len(guest.legs) == (2 if guest.joined else 0)
        assert all(ticket.leg != leg.number < ticket.legs for leg in guest.legs)
        if guest.clerk is not None:
            clerk = self.hall.clerks[guest.clerk]
            assert (clerk.ticket, guest.clerk == ticket.clerk) == (ticket.number, False)
            connected = guest.joined and guest.legs[0].state is LegState.STANDING
            joined = m.ClerkState.IN_CALL if connected else m.ClerkState.CONNECTING
            assert clerk.state is (joined if guest.joined else m.ClerkState.OFFERED)

    def check_stored(self) -> None:
        """What a restart would find is what is."""
        stored = {number: row for number, row in self.kept.tickets.items() if row is not None}
        assert stored.keys() == self.hall.tickets.keys()
        for number, row in stored.items():
            ticket = self.hall.tickets[number]
            assert json.dumps(row) == json.dumps(ticket_row(ticket))
        clerks = {name: row for name, row in self.kept.clerks.items() if row is not None}
        assert {n: (row["state"], row["ticket"]) for n, row in clerks.items()} == {
            clerk.name: (clerk.state, clerk.ticket) for clerk in self.hall.clerks.values()
        }


@pytest.mark.parametrize("seed", range(12))
def test_whatever_peers_do_the_books_balance(seed: int) -> None:
    world = World(seed)
    for n in range(1000):
        world.step()
        if n % 197 == 196:
            world.restart()
            world.check()
    assert world.told > 100
    assert ErrorId.INTERNAL_ERROR not in world.errors


def test_the_walks_go_everywhere() -> None:
    """They are worth something only if they do. Every transition is taken in test_faults.py."""
    seen = set()
    for seed in range(16):
        world = World(seed)
        for _ in range(1000):
            world.step()
        seen |= {event.to_state for event in world.kept.events if event.about == TICKET.name}
        seen |= {event.to_state for event in world.kept.events if event.about == LEG.name}
        seen |= {event.to_state for event in world.kept.events if event.about == APPOINTMENT.name}
    at_the_booth = {AppointmentState.CHECKED_IN, AppointmentState.ATTENDED}
    assert {*m.TicketState, *LegState, *at_the_booth} <= seen


def test_numbers_are_not_given_twice_in_a_day() -> None:
    world = World(1)
    world.connect = lambda: None  # type: ignore[method-assign]
    world.lines[1] = "b0"
    world.core.connect(1, BoothIdentity(KNOWN.booths[0]), "instance-1")
    seen = set()
    for _ in range(300):
        world.core.receive(1, m.Join(service="certificate", language="de"))
        (number,) = world.hall.tickets
        assert number not in seen
        seen.add(number)
        world.core.receive(1, m.Leave(ticket=number))
