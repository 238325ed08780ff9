"""Sound first: it is never cut; the picture gets what is left, and rests when that is too little to see anything."""

from __future__ import annotations

from typing import Final

REST_BELOW: Final = 8_000
RETURN_ABOVE: Final = 16_000
"""Bits a second of picture, without headers: the smallest picture, 20 times a second, of somebody who sits still."""
_PICTURES_A_SECOND: Final = 20
_PACKET_BITS: Final = 1200 * 8
_WORTH_RETURNING: Final = 100_000
_REST_SECONDS: Final = 1.5
_RETURN_SECONDS: Final = 2.0
_WINDOW_SECONDS: Final = 1.0


class Flow:
    """What is sent of one kind: bits a second, over about the last second."""

    def __init__(self) -> None:
        self.bitrate = 0.0
        self._since: float | None = None
        self._size = 0

    def add(self, size: int) -> None:
        self._size += size

    def settle(self, now: float) -> None:
        """Call it now and then."""
        self._since = now if self._since is None else self._since
        seconds = now - self._since
        if seconds < _WINDOW_SECONDS / 4:
            return
        weight = min(1.0, seconds / _WINDOW_SECONDS)
        self.bitrate += weight * (self._size * 8 / seconds - self.bitrate)
        self._size, self._since = 0, now


class FairShare:
    """`sound` and `repairs` are told of each packet that leaves; `headers`: bytes of a packet beside its payload."""

    def __init__(self, headers: int) -> None:
        self.sound, self.repairs = Flow(), Flow()
        self.rests = False
        self._headers = headers
        self._wish: float | None = None

    def picture_bitrate(self, bitrate: float, now: float) -> float:
        """Bits a second for the picture's payload while `bitrate` may be sent in all; meaningless while it `rests`."""
        for flow in (self.sound, self.repairs):
            flow.settle(now)
        left = bitrate - self.sound.bitrate - self.repairs.bitrate
        left -= max(_PICTURES_A_SECOND, left / _PACKET_BITS) * self._headers * 8
        self._consider(left, now)
        return left

    @property
    def wanted(self) -> float:
        """What would let the picture return if it rests, in all; else no limit."""
        return self.sound.bitrate + _WORTH_RETURNING if self.rests else float("inf")

    def _consider(self, left: float, now: float) -> None:
        change = left >= RETURN_ABOVE if self.rests else left < REST_BELOW
        if not change:
            self._wish = None
            return
        self._wish = now if self._wish is None else self._wish
        if now - self._wish >= (_RETURN_SECONDS if self.rests else _REST_SECONDS):
            self.rests, self._wish = not self.rests, None
