"""The core on a virtual clock, with peers called by name: a conversation without sockets, read as a script."""

from __future__ import annotations

import json
import random
from typing import Any, TypeVar

from signaling import directory
from signaling.appointments.appointment import Appointment
from signaling.clerk import Clerk, Grant
from signaling.display import QUEUE_INTERVAL_S
from signaling.protocol import messages as m
from signaling.storage.rows import Changes, Contents, clerk_of, help_of, ticket_of
from signaling.switchboard import Switchboard
from signaling.ticket import Ticket
from signaling.tokens import BoothIdentity, ClerkIdentity

KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
TOML = """timezone = "Europe/Berlin"
offer_seconds = 20
park_seconds = 900
booth_lease_seconds = 120
clerk_lease_seconds = 60
[[services]]
id = "certificate"
[[services]]
id = "permit"
[[services]]
id = "passport"
priority = "high"
[[regions]]
id = "elbtal"
name = "Elbtal"
[[regions]]
id = "heide"
name = "Heide"
""" + "".join(f'[[booths]]\nid = "b{n}"\nregion = "elbtal"\nsite = "Hall {n}"\nkey = "{KEY}"\n' for n in range(1, 6))
KNOWN = directory.parse(TOML)
ISSUER = "http://console.example"
EVERYTHING = Grant(
    frozenset({"clerk", "supervisor"}),
    frozenset({"elbtal"}),
    frozenset({"certificate", "passport"}),
    frozenset({"de", "en"}),
)
INSTANCE = "instance-1"

Heard = TypeVar("Heard", bound=m.Message)


class Stage:
    """A switchboard and its peers: booths `b1` to `b5`, clerks of any other name. Everything peers are told is kept
    in `heard`, by name, until it is asked for."""

    def __init__(self, known: directory.Directory = KNOWN) -> None:
        self.known = known
        self.now = 1_790_000_000.0
        self.lines: dict[str, int] = {}
        self.grants: dict[str, Grant] = {}
        self.heard: dict[str, list[m.FromSwitchboard]] = {}
        self.kept = Changes()
        self._addresses = 0
        self.start(Contents([], [], []))

    def start(self, contents: Contents) -> None:
        self.core = Switchboard(self.known, clock=lambda: self.now, chance=random.Random(7))
        self.core.restore(contents)
        self.hall = self.core._hall
        self._collect()

    def restart(self) -> None:
        """As after SIGKILL: only what was stored is left, and every line is gone."""
        self.lines.clear()
        self.start(stored(self.kept))

    def comes(self, *names: str, instance: str = INSTANCE, grant: Grant | None = None) -> None:
        """Peers connect, or connect again."""
        for name in names:
            self._addresses += 1
            self.lines[name] = self._addresses
            booth = self.known.booth(name)
            if grant is not None:
                self.grants[name] = grant
            identity: Any = (
                BoothIdentity(booth)
                if booth
                else ClerkIdentity(name, name, ISSUER, self.grants.setdefault(name, EVERYTHING))
            )
            self.core.connect(self._addresses, identity, instance)
            self._collect()

    def goes(self, *names: str) -> None:
        """Lines of peers break."""
        for name in names:
            self.core.disconnect(self.lines.pop(name))
            self._collect()

    def says(self, name: str, *said: m.FromClient, appointment: Appointment | None = None) -> None:
        """`appointment`: what the appointment book has for the code of a `join`."""
        for message in said:
            self.core.receive(self.lines[name], message, appointment)
            self._collect()

    def passes(self, seconds: float) -> None:
        """Time goes by; what is due on the way is done when it is due."""
        until = self.now + seconds
        while (at := self.core.deadline()) is not None and at <= until:
            self.now = max(self.now, at)
            self.core.tick()
            self._collect()
        self.now = until

    def hears(self, name: str, kind: type[Heard]) -> list[Heard]:
        """What a peer has been told of this kind since it was last asked; everything else is forgotten."""
        return [message for message in self.heard.pop(name, []) if isinstance(message, kind)]

    def told(self, name: str, kind: type[Heard]) -> Heard:
        """The last message of a kind."""
        return self.hears(name, kind)[-1]

    def refused(self, name: str, *said: m.FromClient) -> str:
        """What a peer says is refused, with this error."""
        self.heard.pop(name, None)
        self.says(name, *said)
        return self.told(name, m.Error).error

    def available(self, *names: str, grant: Grant | None = None) -> None:
        self.comes(*names, grant=grant)
        for name in names:
            self.says(name, m.SetAvailability(available=True))

    def joins(self, booth: str, *, appointment: Appointment | None = None, **fields: Any) -> str:
        """A citizen takes a ticket, whose number this is."""
        if booth not in self.lines:
            self.comes(booth)
        self.says(booth, m.Join(**({"service": "certificate", "language": "de"} | fields)), appointment=appointment)
        self.passes(QUEUE_INTERVAL_S)
        return self.told(booth, m.TicketUpdate).ticket.number

    def call(self, booth: str = "b1", clerk: str = "anna") -> str:
        """A call that stands between the two, and the number of its ticket."""
        self.available(clerk)
        number = self.joins(booth)
        self.says(clerk, m.Accept(ticket=number), m.Connected(ticket=number, generation=1))
        assert self.ticket(number).state is m.TicketState.IN_CALL
        self.heard.clear()
        return number

    def ticket(self, number: str) -> Ticket:
        return self.hall.tickets[number]

    def clerk(self, name: str) -> Clerk:
        return self.hall.clerks[name]

    def events(self, number: str) -> list[str]:
        """What has happened to a ticket, as the log has it."""
        return [event.event for event in self.kept.events if event.ticket == number]

    def _collect(self) -> None:
        effects = self.core.take_effects()
        keep(self.kept, effects.changes)
        names = {address: name for name, address in self.lines.items()}
        for address, message in effects.messages:
            assert address in names, "told to a line that is gone"
            m.decode_from_switchboard(m.encode(message))
            self.heard.setdefault(names[address], []).append(message)


def keep(kept: Changes, later: Changes) -> None:
    """Take over into `kept` what happened afterwards, as a store does."""
    kept.tickets |= later.tickets
    kept.clerks |= later.clerks
    kept.events += later.events
    kept.duties += later.duties
    kept.acts += later.acts
    kept.appointments |= later.appointments
    kept.help_calls |= later.help_calls
    kept.lines |= later.lines


def stored(kept: Changes) -> Contents:
    """What is read back from the rows that were written, by way of JSON as a database does."""
    tickets = [ticket_of(json.loads(json.dumps(row))) for row in kept.tickets.values() if row is not None]
    clerks = [clerk_of(json.loads(json.dumps(row))) for row in kept.clerks.values() if row is not None]
    calls = [help_of(json.loads(json.dumps(row))) for row in kept.help_calls.values() if row is not None]
    online = [name for name, row in kept.lines.items() if row is not None and row["online"]]
    return Contents(tickets, clerks, list(kept.events), help_calls=calls, online=online)
