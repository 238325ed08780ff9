"""Cards of other kinds, which citizens take for their ID card: they answer SELECT by name, and know nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from booth.idcard import apdu
from booth.idcard.apdu import Command, Response

SELECT: Final = 0xA4
BY_NAME: Final = 0x04
INSTRUCTION_UNKNOWN: Final = 0x6D00
PARAMETERS_WRONG: Final = 0x6A86

NO_ANSWER: Final = 0x0C


@dataclass(slots=True)
class OtherCard:
    """`applications`: what is answered when each is selected; with an answer, SELECT must ask for it."""

    applications: Mapping[bytes, bytes]

    def reset(self) -> None:
        """There is no state to lose."""

    def exchange(self, raw: bytes) -> bytes:
        try:
            command = Command.decode(raw)
        except ValueError:
            return Response(b"", apdu.WRONG_LENGTH).encode()
        return self._answer(command).encode()

    def _answer(self, command: Command) -> Response:
        if command.ins != SELECT:
            return Response(b"", INSTRUCTION_UNKNOWN)
        if command.p1 != BY_NAME or command.data not in self.applications:
            return Response(b"", apdu.FILE_NOT_FOUND)
        answer = self.applications[command.data]
        if answer and command.p2 == NO_ANSWER:
            return Response(b"", PARAMETERS_WRONG)
        return Response(answer, apdu.OK)


OTHER_CARDS: Final = {
    "health_insurance_card": {bytes.fromhex("D2760001448000"): b""},
    "payment_card": {b"2PAY.SYS.DDF01": bytes.fromhex("6F10840E325041592E5359532E4444463031")},
    "unknown_card": {},
}
"""By name: what each knows."""
