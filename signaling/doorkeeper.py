"""How many strangers one address may bring: handshakes under way at once, and handshakes that failed. No I/O.

Those who say who they are cost an address nothing, so that all booths behind one router come back at once; guessing
and idling do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from starlette.websockets import WebSocketDisconnect

from signaling.protocol.errors import ErrorId, ProtocolError
from signaling.rest.rates import Rate, Rates

FAILURES: Final = Rate(per_s=0.5, burst=60)
RETRY_S: Final = 5.0
"""When to come again while too many handshakes are under way."""
NOT_THE_PEERS_FAULT: Final = frozenset({ErrorId.INTERNAL_ERROR, ErrorId.BOOTH_ALREADY_CONNECTED})


class Doorkeeper:
    """Counts by peer (`peer_of` an address). `at_once`: handshakes under way; `clock` in seconds."""

    def __init__(self, at_once: int, clock: Callable[[], float]) -> None:
        self._at_once = at_once
        self._pending: Counter[str] = Counter()
        self._failures = Rates(FAILURES, clock)

    def wait_s(self, peer: str) -> float:
        """Seconds until the peer may try; 0 if it may now."""
        return RETRY_S if self._pending[peer] >= self._at_once else self._failures.wait_s(peer)

    @contextmanager
    def handshake(self, peer: str) -> Generator[None]:
        """Lasts as long as the handshake. An error that passes through counts against the peer, if it is its own."""
        self._pending[peer] += 1
        try:
            yield
        except ProtocolError as error:
            if error.error not in NOT_THE_PEERS_FAULT:
                self._failures.take(peer)
            raise
        except WebSocketDisconnect:
            self._failures.take(peer)
            raise
        finally:
            self._pending[peer] -= 1
            if not self._pending[peer]:
                del self._pending[peer]
