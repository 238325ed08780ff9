"""`python -m booth.idcard.testing --persona erika --csca-out DIR`: a test document in the virtual reader.

Prints one JSON object a line: `ready` with what opens it (the card access number; document number, date of birth and
date of expiry of the zone), then an event for whatever happens. Takes one command a line: `insert`, `remove`,
`fault NAME` (from the next insertion on), `persona NAME` (likewise; also a card of another kind, as
`health_insurance_card`), `quit`.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from booth.idcard.testing.cards import bearer_of, disturbance_of, make_chip
from booth.idcard.testing.documents import zone_key, zone_of
from booth.idcard.testing.faults import NO_FAULT, Fault
from booth.idcard.testing.holder import BadArgument, CardHolder, Word
from booth.idcard.testing.other_cards import OTHER_CARDS, OtherCard
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestStates
from booth.idcard.testing.vpcd import DEFAULT_PORT, Card, Disturbance


class DocumentHolder(CardHolder):
    """Somebody with a travel document, or with a card of another kind."""

    def __init__(self, persona: str, states: TestStates, fault: Fault, port: int, out: TextIO) -> None:
        super().__init__(port, out)
        self._persona = persona
        self._states = states
        self._fault = fault

    def say_ready(self, csca: Path) -> None:
        self.say("ready", **self.described(), csca=str(csca))

    def described(self) -> dict[str, str]:
        """Who it is, and all that opens the document."""
        if self._persona in OTHER_CARDS:
            return {"persona": self._persona}
        persona = PERSONAS[self._persona]
        bearer = bearer_of(persona, datetime.now(UTC), self._fault)
        number, birth, expiry = zone_key(bearer)
        return {
            "persona": self._persona,
            "can": persona.card_access_number,
            "number": number,
            "birth": birth,
            "expiry": expiry,
            "zone": zone_of(bearer),
            "fault": str(self._fault),
        }

    def card(self) -> Card:
        if self._persona in OTHER_CARDS:
            return OtherCard(OTHER_CARDS[self._persona])
        persona = PERSONAS[self._persona]
        return make_chip(persona, self._states.of(persona.country), datetime.now(UTC), self._fault)

    def disturbance(self) -> Disturbance:
        return disturbance_of(self._fault)

    def words(self) -> dict[str, Word]:
        return {"fault": Word("NAME", self._set_fault), "persona": Word("NAME", self._set_persona)}

    def _set_fault(self, text: str) -> None:
        try:
            self._fault = Fault.parse(text)
        except ValueError as error:
            raise BadArgument(str(error)) from None
        self.say("fault", fault=str(self._fault))

    def _set_persona(self, name: str) -> None:
        if name in PERSONAS:
            self._persona = name
            self.say("persona", persona=name, can=PERSONAS[name].card_access_number)
        elif name in OTHER_CARDS:
            self._persona = name
            self.say("persona", persona=name)
        else:
            raise BadArgument(f"Known are {', '.join([*PERSONAS, *OTHER_CARDS])}.")


def _fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m booth.idcard.testing", description="A test card in vpcd's reader."
    )
    parser.add_argument("--persona", choices=sorted([*PERSONAS, *OTHER_CARDS]), default="erika")
    parser.add_argument("--csca-out", type=Path, help="write the test CSCAs' certificates into this folder")
    parser.add_argument("--lists-out", type=Path, help="write a master list and the CRLs into this folder")
    parser.add_argument("--pki", type=Path, help="keep the test keys in this folder and use them again")
    parser.add_argument(
        "--fault", type=_fault, default=NO_FAULT, help="for example tampered, expired, torn:12, slow:50"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--removed", action="store_true", help="begin without the card in the reader")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = _arguments(arguments)
    now = datetime.now(UTC)
    states = TestStates(now, options.pki)
    countries = sorted({persona.country for persona in PERSONAS.values()})
    if options.csca_out:
        states.export_cscas(options.csca_out, countries)
    if options.lists_out:
        states.export_lists(options.lists_out, countries)
    holder = DocumentHolder(options.persona, states, options.fault, options.port, sys.stdout)
    holder.say_ready(options.csca_out or Path())
    return holder.serve(sys.stdin, removed=options.removed)


if __name__ == "__main__":
    raise SystemExit(main())
