"""How often one peer may ask. No I/O; the clock is passed in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

KEYS_KEPT: Final = 20_000
"""Peers remembered at once; the one not heard of for longest is forgotten first."""
IPV6_PREFIX: Final = 64
"""What one household or office is given (RFC 6177): its addresses count as one peer."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, `per_s` a second in the long run."""

    per_s: float
    burst: float


@dataclass(slots=True)
class _Level:
    left: float
    at: float


class Rates:
    """A token bucket for each peer. `clock` in seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float], keys_kept: int = KEYS_KEPT) -> None:
        self._rate = rate
        self._clock = clock
        self._keys_kept = keys_kept
        self._levels: OrderedDict[Hashable, _Level] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def wait_s(self, key: Hashable) -> float:
        """Seconds until `key` may ask again; 0 if it may now. Takes nothing."""
        level = self._levels.get(key)
        return 0.0 if level is None else max(0.0, 1.0 - self._left(level)) / self._rate.per_s

    def take(self, key: Hashable) -> float:
        """Take one for `key`; the answer is 0, or the seconds to wait, and then nothing was taken."""
        now = self._clock()
        level = self._levels.get(key)
        if level is None:
            level = self._levels[key] = _Level(self._rate.burst, now)
            if len(self._levels) > self._keys_kept:
                self._levels.popitem(last=False)
        level.left = self._left(level)
        level.at = now
        self._levels.move_to_end(key)
        if level.left < 1.0:
            return (1.0 - level.left) / self._rate.per_s
        level.left -= 1.0
        return 0.0

    def _left(self, level: _Level) -> float:
        return min(self._rate.burst, level.left + (self._clock() - level.at) * self._rate.per_s)


def peer_of(address: str | None) -> str:
    """The peer an address belongs to: itself for IPv4, its /64 for IPv6, and one for all that have none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((found, IPV6_PREFIX), strict=False).network_address)
    return str(getattr(found, "ipv4_mapped", None) or found)
