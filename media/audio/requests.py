"""Which packets of sound to ask for again (RFC 4585, 6.2.1). No I/O; the time is passed in.

What is lost, the next packet repeats in part (in-band FEC), and Opus leaves that out where little is lost or nobody
speaks clearly. On a short path the packet itself comes in time when it is asked for.
"""

from __future__ import annotations

from typing import Final

from media.repair import Repair
from media.wrapping import unwrap

USEFUL_SECONDS: Final = 0.2
"""After which nobody waits for a packet of sound."""
MAX_HOLES: Final = 25
"""A larger gap is an outage; half a second of sound is not asked for afterwards."""

_MAX_SEQUENCE_JUMP: Final = 3000
_NEAR_SECONDS: Final = 0.030
"""What comes that soon after its successor, sound may wait for; what comes later is a repair from far."""
_IN_VAIN: Final = 8
"""After so many in a row that did not come in time, one hole in so many is asked for."""


class SoundRequests:
    """`note` what arrives, then ask for what is `due`, again at `next_due`."""

    def __init__(self) -> None:
        self.repair = Repair(USEFUL_SECONDS)
        self.ssrc = 0
        self._highest = 0
        self._in_vain = self._left_out = 0

    def note(self, ssrc: int, sequence: int, now: float) -> bool:
        """A packet has come (16 bits). Whether it was sent again from so far that its lateness tells nothing about the
        path."""
        number = unwrap(sequence, self._highest, 16)
        if ssrc != self.ssrc or abs(number - self._highest) > _MAX_SEQUENCE_JUMP:
            self.ssrc, self._highest = ssrc, sequence
            self.repair.clear()
            return False
        if number > self._highest:
            self._miss(self._highest + 1, number, now)
            self._highest = number
            return False
        waited = self.repair.waited(number, now)
        if waited is None:
            return False
        self._in_vain = 0
        self.repair.filled(number, again=True, now=now)
        return waited > _NEAR_SECONDS

    def _miss(self, first: int, end: int, now: float) -> None:
        if not 0 < end - first <= MAX_HOLES - len(self.repair):
            return
        if self._in_vain >= _IN_VAIN:
            self._left_out = (self._left_out + 1) % _IN_VAIN
            if self._left_out:
                return
        self.repair.missing(first, end, now)

    def due(self, now: float) -> list[int]:
        """The sequence numbers (16 bits) to ask for now."""
        before = len(self.repair)
        self.repair.given_up(now)
        self._in_vain += before - len(self.repair)
        return [number & 0xFFFF for number in self.repair.due(now)]

    def next_due(self) -> float | None:
        """When to ask `due` again, unless a packet comes before."""
        return self.repair.next_due()
