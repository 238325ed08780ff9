"""`python -m booth.eid.testing --root FILE`: an emulated German ID card in the virtual reader.

`--root`: the certificate its terminals chain to, as the eID-Server's double makes it. Prints one JSON object a line:
`ready` with what a holder knows, then an event for whatever happens. Takes one command a line: `insert`, `remove`,
`tear N` (at the N-th command from the next insertion on), `person NAME`, `state NAME` (`fresh`, `transport_pin`,
`suspended`, `blocked`, `deactivated`), `quit`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from booth.eid.testing.card import EidCard
from booth.eid.testing.counters import CardSecrets
from booth.eid.testing.persons import PERSONS
from booth.idcard.testing.holder import BadArgument, CardHolder, Word
from booth.idcard.testing.vpcd import DEFAULT_PORT, Disturbance

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


class IdCardHolder(CardHolder):
    """Somebody with an ID card; it keeps its counters while it is in and out."""

    def __init__(self, person: str, state: str, root: bytes, port: int, out: TextIO) -> None:
        super().__init__(port, out)
        self._person = person
        self._state = state
        self._root = root
        self._tear: int | None = None
        self._card = self._make()

    def _make(self) -> EidCard:
        return EidCard(PERSONS[self._person], self._root, make_secrets(self._person, self._state))

    def say_ready(self) -> None:
        status = self._card.status
        self.say("ready", person=self._person, pin=status.pin, can=status.can, puk=status.puk)

    def card(self) -> EidCard:
        return self._card

    def disturbance(self) -> Disturbance:
        return Disturbance(tear_after=self._tear)

    def described(self) -> dict[str, str]:
        return {"person": self._person}

    def words(self) -> dict[str, Word]:
        return {
            "tear": Word("N", self._set_tear),
            "person": Word("NAME", lambda name: self._change(name, self._state)),
            "state": Word("NAME", lambda name: self._change(self._person, name)),
        }

    def _set_tear(self, text: str) -> None:
        try:
            self._tear = int(text) or None
        except ValueError:
            raise BadArgument("tear takes the number of a command; 0 tears no more.") from None
        self.say("tear", at=text)

    def _change(self, person: str, state: str) -> None:
        try:
            make_secrets(person, state)
        except KeyError as error:
            raise BadArgument(f"Nobody knows {error.args[0]}.") from None
        self._person, self._state = person, state
        self._card = self._make()
        self.say_ready()


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
    holder = IdCardHolder(options.person, options.state, options.root.read_bytes(), options.port, sys.stdout)
    holder.say_ready()
    return holder.serve(sys.stdin, removed=options.removed)


if __name__ == "__main__":
    raise SystemExit(main())
