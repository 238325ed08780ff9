"""`python -m booth.eid.testing --root FILE`: an emulated German ID card in the virtual reader.

`--root`: the certificate its terminals chain to, as the eID-Server's double makes it. Prints one JSON object a line:
`ready` with what a holder knows, then an event for whatever happens. Takes one command a line: `insert`, `remove`,
`tear N` (at the N-th command from the next insertion on), `person NAME`, `state NAME` (`fresh`, `transport_pin`,
`suspended`, `blocked`, `deactivated`), `quit`.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from booth.eid.testing.card import EidCard
from booth.eid.testing.counters import CardSecrets
from booth.eid.testing.persons import PERSONS
from booth.idcard.testing.vpcd import DEFAULT_PORT, Disturbance, VirtualSlot, VpcdUnreachable

SECOND_PORT: Final = DEFAULT_PORT + 1
"""vpcd's second slot: a travel document may lie in the first."""
TRANSPORT_PIN: Final = "12345"


def make_secrets(person: str, state: str = "fresh") -> CardSecrets:
    """Raises KeyError for an unknown person or state."""
    holder = PERSONS[person]
    made = CardSecrets(holder.pin, holder.can, holder.puk)
    changes: dict[str, Callable[[], None]] = {
        "fresh": lambda: None,
        "transport_pin": lambda: setattr(made, "pin", TRANSPORT_PIN),
        "suspended": lambda: setattr(made, "tries", 1),
        "blocked": lambda: setattr(made, "tries", 0),
        "deactivated": lambda: setattr(made, "deactivated", True),
    }
    changes[state]()
    return made


class CardHolder:
    """Somebody with an ID card at the reader."""

    def __init__(self, person: str, state: str, root: bytes, port: int, out: TextIO) -> None:
        self._person = person
        self._state = state
        self._root = root
        self._out = out
        self._printing = threading.Lock()
        self._tear: int | None = None
        self._slot = VirtualSlot(port=port, on_torn=lambda: self.say("torn"))
        self._card = self._make()

    def _make(self) -> EidCard:
        return EidCard(PERSONS[self._person], self._root, make_secrets(self._person, self._state))

    def say(self, event: str, **details: str) -> None:
        with self._printing:
            self._out.write(json.dumps({"event": event, **details}) + "\n")
            self._out.flush()

    def say_ready(self) -> None:
        status = self._card.status
        self.say("ready", person=self._person, pin=status.pin, can=status.can, puk=status.puk)

    def insert(self) -> None:
        try:
            self._slot.insert(self._card, Disturbance(tear_after=self._tear))
        except VpcdUnreachable as error:
            self.say("error", text=str(error))
        else:
            self.say("inserted", person=self._person)

    def obey(self, line: str) -> bool:
        """Whether to go on."""
        word, _, argument = line.strip().partition(" ")
        try:
            match word:
                case "":
                    pass
                case "insert":
                    self.insert()
                case "remove":
                    self._slot.remove()
                    self.say("removed")
                case "tear":
                    self._tear = int(argument) or None
                    self.say("tear", at=argument)
                case "person" | "state":
                    self._change(word, argument.strip())
                case "quit":
                    return False
                case _:
                    raise KeyError(word)
        except (KeyError, ValueError):
            self.say("error", text="Known are insert, remove, tear N, person NAME, state NAME and quit.")
        return True

    def _change(self, word: str, name: str) -> None:
        person, state = (name, self._state) if word == "person" else (self._person, name)
        make_secrets(person, state)
        self._person, self._state = person, state
        self._card = self._make()
        self.say_ready()

    def leave(self) -> None:
        self._slot.remove()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m booth.eid.testing", description="A test ID card in vpcd's reader."
    )
    parser.add_argument("--root", type=Path, required=True, help="the certificate terminals chain to, root.cvc")
    parser.add_argument("--person", choices=sorted(PERSONS), default="erika")
    parser.add_argument("--state", default="fresh")
    parser.add_argument("--port", type=int, default=SECOND_PORT)
    parser.add_argument("--removed", action="store_true", help="begin without the card in the reader")
    options = parser.parse_args(arguments)
    holder = CardHolder(options.person, options.state, options.root.read_bytes(), options.port, sys.stdout)
    holder.say_ready()
    if not options.removed:
        holder.insert()
    try:
        for line in sys.stdin:
            if not holder.obey(line):
                break
    except KeyboardInterrupt:
        pass
    finally:
        holder.leave()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
