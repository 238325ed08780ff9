"""Transport-wide feedback from the other end (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1), and
the rest of the RTCP it came with. Whatever the peer sends, reading it takes no longer than its packet is worth."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

from media.congestion.feedback import DELTA_US, REFERENCE_US

MAX_PACKETS: Final = 4096
"""Reported at once at most; a booth sends as many in ten seconds."""

_HEADER: Final = struct.Struct("!BBH")
_TRANSPORT_FEEDBACK: Final = (205, 15)
_KEY_FRAME_REQUESTS: Final = ((206, 1), (206, 4))
"""PLI and FIR (RFC 4585, 6.3.1; RFC 5104, 4.3.1)."""
_BITRATE_LIMIT: Final = (206, 15)
"""REMB (draft-alvestrand-rmcat-remb-03)."""


class FeedbackError(ValueError):
    """The feedback is cut off, too long, or contradicts itself."""


@dataclass(frozen=True)
class Feedback:
    """`base`: 16-bit transport sequence number of the first packet. `arrivals`: microseconds on the other end's clock,
    which wraps at `WRAP_US`, one for each number from `base` on; None: not arrived so far."""

    base: int
    arrivals: list[int | None]


WRAP_US: Final = REFERENCE_US << 24


class Compound(NamedTuple):
    """What one datagram of RTCP holds: `rest` are the packets that aiortc reads."""

    feedback: list[Feedback]
    rest: bytes
    key_frame_requests: int


def read_compound(data: bytes, *, keep_bitrate_limits: bool) -> Compound:
    """Take transport-wide feedback out of a compound packet (RFC 3550, 6.1); and REMB, unless it is to be kept.
    Raises FeedbackError."""
    feedback: list[Feedback] = []
    rest: list[bytes] = []
    key_frame_requests = 0
    position = 0
    while position < len(data):
        packet = _packet_at(data, position)
        position += len(packet)
        kind = packet[1], packet[0] & 0x1F
        if kind == _TRANSPORT_FEEDBACK:
            feedback.append(read_feedback(packet))
        elif keep_bitrate_limits or kind != _BITRATE_LIMIT:
            rest.append(packet)
        key_frame_requests += kind in _KEY_FRAME_REQUESTS
    return Compound(feedback, b"".join(rest), key_frame_requests)


def read_feedback(packet: bytes) -> Feedback:
    """One RTCP packet of transport-wide feedback. Raises FeedbackError."""
    if len(packet) < 20:
        raise FeedbackError(f"Transport feedback of {len(packet)} bytes.")
    base, count = struct.unpack_from("!HH", packet, 12)
    if count > MAX_PACKETS:
        raise FeedbackError(f"Transport feedback on {count} packets.")
    symbols, position = _read_symbols(packet, 20, count)
    clock = int.from_bytes(packet[16:19], "big") * REFERENCE_US
    arrivals: list[int | None] = []
    for symbol in symbols:
        if symbol == 0:
            arrivals.append(None)
            continue
        if symbol == 3 or position + symbol > len(packet):
            raise FeedbackError("Transport feedback is cut off or uses a reserved symbol.")
        clock += DELTA_US * int.from_bytes(packet[position : position + symbol], "big", signed=symbol == 2)
        position += symbol
        arrivals.append(clock)
    return Feedback(base, arrivals)


def _packet_at(data: bytes, position: int) -> bytes:
    if len(data) - position < _HEADER.size:
        raise FeedbackError("RTCP is cut off.")
    first, _, words = _HEADER.unpack_from(data, position)
    packet = data[position : position + 4 * (words + 1)]
    if first >> 6 != 2 or len(packet) < 4 * (words + 1):
        raise FeedbackError("RTCP is cut off or of another version.")
    return packet


def _read_symbols(packet: bytes, position: int, count: int) -> tuple[list[int], int]:
    """Run lengths and vectors of one or two bits (3.1.3, 3.1.4)."""
    symbols: list[int] = []
    while len(symbols) < count:
        if position + 2 > len(packet):
            raise FeedbackError("Transport feedback is cut off.")
        (chunk,) = struct.unpack_from("!H", packet, position)
        position += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * min(chunk & 0x1FFF, count - len(symbols))
            if not chunk & 0x1FFF:
                raise FeedbackError("Transport feedback with an empty run.")
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return symbols[:count], position
