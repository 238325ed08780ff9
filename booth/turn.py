"""One visit, one process: what the process that serves a citizen and the one that keeps the booth tell each other.

Each message is a packet on a pair of sockets. Nothing in them is about anybody: how a visit went is told to no other
process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
from typing import Final

import msgspec
from msgspec import Struct

MAX_PACKET: Final = 4096
_PR_SET_PDEATHSIG: Final = 1
"""Of prctl(2)."""


class Begin(Struct, frozen=True, tag="begin"):
    """To a process: it is your turn. `instance`: of the line to the switchboard, the same as long as one process
    relieves the other, so that the switchboard sees one booth that never goes away. `card_left`: somebody's card is
    still on the reader; None when nobody knows."""

    instance: str
    card_left: bool | None


class Ready(Struct, frozen=True, tag="ready"):
    """From a process: my screen stands, and I know whether there is a line."""


class Over(Struct, frozen=True, tag="over"):
    """From a process: the visit is over and I have forgotten what I can; have another one ready."""


class Relieve(Struct, frozen=True, tag="relieve"):
    """From a process: I do nothing any more. `card_left`: somebody's card is still on the reader; `screen_shared`:
    another may show its window while mine is still there."""

    card_left: bool
    screen_shared: bool


FromProcess = Ready | Over | Relieve


class Turn:
    """The end of a process that serves citizens. `tell` may be used from any thread."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    @classmethod
    def at(cls, descriptor: int) -> Turn:
        """The end that was inherited. Does not outlive whoever keeps the booth."""
        os.set_inheritable(descriptor, False)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return cls(socket.socket(fileno=descriptor))

    def wait(self) -> Begin | None:
        """Until it is this process's turn; None when it never will be, since nobody keeps the booth any more."""
        packet = self._channel.recv(MAX_PACKET)
        return msgspec.json.decode(packet, type=Begin) if packet else None

    def tell(self, word: FromProcess) -> None:
        """Nothing happens when nobody keeps the booth any more."""
        with contextlib.suppress(OSError):
            self._channel.send(msgspec.json.encode(word))
