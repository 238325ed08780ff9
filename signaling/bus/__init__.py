"""Messages between the nodes of one switchboard: one small interface, in this process or over NATS.

Whoever listens on a subject hears what is sent to it, in the order in which each sender sent it, and at most once.
What cannot be passed on is lost, and the listener is told that something is (`lost`): it asks for all of it anew.
Sending never waits.

    BusError
      the bus cannot be reached; the text says what to do
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

M = TypeVar("M")


class BusError(Exception):
    """The bus cannot be reached; the text says what to do."""


class Bus(Protocol[M]):
    """Messages are not changed once they are sent: in one process the listener gets the very object."""

    @property
    def alone(self) -> bool:
        """Whether there can be no other process on this bus."""

    @property
    def connected(self) -> bool:
        """Whether messages reach other processes at the moment."""

    async def until(self, connected: bool) -> None:
        """Wait until `connected` is this."""

    async def listen(self, subject: str, hear: Callable[[M], None], lost: Callable[[int], None] | None = None) -> None:
        """Hear a subject from now on; one listener for each in a process. `lost` is told the number of a sender of
        whom something was not heard; leave it out where that does not matter. Neither may raise."""

    async def leave(self, subject: str) -> None:
        """Hear the subject no more."""

    def send(self, subject: str, message: M) -> None:
        """To the one listener of the subject, wherever it is; without one the message is gone."""

    def broadcast(self, subject: str, message: M) -> None:
        """To all listeners of the subject, one's own included."""

    async def close(self) -> None:
        """Pass on what is waiting, then end."""
