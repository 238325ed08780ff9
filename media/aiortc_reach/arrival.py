"""When packets arrived. aiortc looks at the clock when it gets round to a packet; in a busy process that makes queues
of a path that has none, and Chromium sends less. The kernel notes the moment of each datagram (socket(7), SIOCGSTAMP).
"""

from __future__ import annotations

import fcntl
import struct
import time
from typing import Any, Final

from aioice import ice

_SIOCGSTAMPNS: Final = 0x8907
_TIMESPEC: Final = struct.Struct("@ll")
_OLDEST_US: Final = 2_000_000


def prepare() -> None:
    """Reach in. Harmless when called again."""
    setattr(ice, "StunProtocol", StampingProtocol)  # noqa: B010 - mypy forbids assigning a class


class Arrived(bytes):
    """A datagram. `at_us`: on the monotonic clock, microseconds."""

    at_us: int


class StampingProtocol(ice.StunProtocol):
    """aioice's own, but data says when it came. What comes through a relay has no stamp of its own: it comes now."""

    _descriptor: int | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        sock = transport.get_extra_info("socket")
        self._descriptor = None if sock is None else sock.fileno()

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        if isinstance(data, bytes):
            data = Arrived(data)
            data.at_us = arrived_us(self._descriptor)
        super().datagram_received(data, addr)


def arrived_us(descriptor: int | None) -> int:
    """When the datagram came that was read last from the socket; now, where the kernel does not say."""
    now_us = time.monotonic_ns() // 1000
    if descriptor is None:
        return now_us
    try:
        seconds, nanoseconds = _TIMESPEC.unpack(fcntl.ioctl(descriptor, _SIOCGSTAMPNS, bytes(_TIMESPEC.size)))
    except OSError:
        # The first one: the kernel begins to note with the question.
        return now_us
    age_us = time.time_ns() // 1000 - seconds * 1_000_000 - nanoseconds // 1000
    # Somebody may have set the wall clock meanwhile.
    return now_us - age_us if 0 <= age_us <= _OLDEST_US else now_us
