"""What the console asks of an eID-Server, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_console.eid.attributes import Attribute

Wish = Literal["required", "optional"]


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """`number`: names it at the eID-Server, for getResult, and never leaves the console. `server`: where the citizen's
    eID client connects to. `key_identifier`, `key`: the pre-shared key of that connection; empty where the eID-Server
    makes the token itself."""

    number: str
    server: str = ""
    key_identifier: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return "OpenedSession(…)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the chip said, as fields of a case. `declined`: attributes that were asked for and not given."""

    holder: Mapping[str, str]
    declined: tuple[Attribute, ...] = ()

    def __repr__(self) -> str:
        return "Outcome(…)"  # never into a log or a traceback


class EidServer(Protocol):
    """Both raise an EidServerError."""

    async def open(self, wishes: Mapping[Attribute, Wish]) -> OpenedSession: ...

    async def result(self, number: str, counter: int) -> Outcome:
        """`counter`: 1 at the first time, one more at each (TR-03130-1, 3.2.2.1). Raises NoResultYet."""
        ...
