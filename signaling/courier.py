"""What the ends of a leg say to each other to set it up, passed on unread.

While one end has no line its messages are held, so many and no more, and delivered when it is back.
"""

from __future__ import annotations

from typing import Final

import msgspec

from signaling.hall import BoothPresence, Hall, Peer
from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.protocol.messages import Candidate, Description, encode

HELD_MESSAGES: Final = 32
HELD_BYTES: Final = 192 * 1024

Relayed = Description | Candidate


def is_present(asked: int, generation: int) -> bool:
    """Whether a message is about the present generation, not a past one. Raises ProtocolError for a later one."""
    if asked > generation:
        raise ProtocolError(ErrorId.UNEXPECTED_MESSAGE, f"The call has only come to {generation}.")
    return asked == generation


def peer_name(peer: Peer) -> str:
    """The name a peer's messages are held under; a booth and a clerk are never ends of the same kind."""
    return peer.booth.id if isinstance(peer, BoothPresence) else peer.name


class Courier:
    """Passes messages on, or holds them for an end that is away: by ticket, leg and receiver."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._held: dict[str, dict[tuple[int, str], list[Relayed]]] = {}

    def pass_on(self, message: Relayed, to: Peer | None) -> None:
        """Raises ProtocolError (peer_offline) when the receiver is away and no more can be held for it."""
        passed_on = msgspec.structs.replace(message, id=None)
        if to is not None and to.online:
            self._hall.send(to, passed_on)
        else:
            self._hold(passed_on, peer_name(to) if to is not None else "")

    def deliver(self, ticket: str, leg: int, to: Peer) -> None:
        """The receiver is back."""
        for message in self._held.get(ticket, {}).pop((leg, peer_name(to)), []):
            self._hall.send(to, message)

    def drop(self, ticket: str, leg: int | None = None) -> None:
        """A leg is set up anew or has ended; without `leg` all of the ticket's have."""
        if leg is None:
            self._held.pop(ticket, None)
        else:
            held = self._held.get(ticket, {})
            for key in [key for key in held if key[0] == leg]:
                del held[key]

    def _hold(self, message: Relayed, receiver: str) -> None:
        held = self._held.setdefault(message.ticket, {}).setdefault((message.leg, receiver), [])
        size = sum(len(encode(one)) for one in [*held, message])
        if len(held) >= HELD_MESSAGES or size > HELD_BYTES:
            raise ProtocolError(ErrorId.PEER_OFFLINE, "The other end has no line, and no more can be held for it.")
        held.append(message)
