"""Somebody with a card at the reader, told what to do by commands, one a line; events go out as JSON, one a line.

Every holder takes `insert`, `remove` and `quit`; what else it takes stands with its kind of card.
"""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TextIO

from booth.idcard.testing.vpcd import Card, Disturbance, VirtualSlot, VpcdUnreachable


class BadArgument(Exception):
    """A command's argument is none; the text goes to whoever gave it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A command of one kind of holder. `takes`: its argument, in the list of commands. `do` raises BadArgument."""

    takes: str
    do: Callable[[str], None]


class CardHolder(ABC):
    """`out`: where events go. `port`: of vpcd's slot."""

    def __init__(self, port: int, out: TextIO) -> None:
        self._out: Final = out
        self._printing = threading.Lock()
        self._slot = VirtualSlot(port=port, on_torn=lambda: self.say("torn"))

    @abstractmethod
    def card(self) -> Card:
        """What lies on the reader from the next insertion on."""

    @abstractmethod
    def disturbance(self) -> Disturbance: ...

    @abstractmethod
    def described(self) -> Mapping[str, str]:
        """What is told of the card when it is inserted."""

    @abstractmethod
    def words(self) -> Mapping[str, Word]:
        """The commands of this kind alone."""

    def say(self, event: str, **details: str) -> None:
        with self._printing:
            self._out.write(json.dumps({"event": event, **details}) + "\n")
            self._out.flush()

    def insert(self) -> None:
        try:
            self._slot.insert(self.card(), self.disturbance())
        except VpcdUnreachable as error:
            self.say("error", text=str(error))
        else:
            self.say("inserted", **self.described())

    def remove(self) -> None:
        self._slot.remove()
        self.say("removed")

    def obey(self, line: str) -> bool:
        """Whether to go on."""
        name, _, argument = line.strip().partition(" ")
        words = self.words()
        match name:
            case "":
                pass
            case "insert":
                self.insert()
            case "remove":
                self.remove()
            case "quit":
                return False
            case _ if name in words:
                try:
                    words[name].do(argument.strip())
                except BadArgument as error:
                    self.say("error", text=str(error))
            case _:
                own = "".join(f"{name} {word.takes}, " for name, word in words.items())
                self.say("error", text=f"Known are insert, remove, {own}quit.")
        return True

    def serve(self, lines: Iterable[str], *, removed: bool) -> int:
        """Obey until `quit` or the end; the exit status. `removed`: begin without the card in the reader."""
        if not removed:
            self.insert()
        try:
            for line in lines:
                if not self.obey(line):
                    break
        except KeyboardInterrupt:
            pass
        finally:
            self._slot.remove()
        return 0
