"""Transport-wide congestion control: what arrived when, told to the sender of the media.

The receiver's side of draft-holmer-rmcat-transport-wide-cc-extensions-01 without I/O: arrivals go in, RTCP packets
(RTPFB, format 15) come out. Chromium runs its own bandwidth estimator on them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from media.wrapping import unwrap

URI: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

DELTA_US: Final = 250
REFERENCE_US: Final = 64_000
MAX_GAP: Final = 1000
"""A larger hole in the sequence numbers is a new start, not loss."""
MAX_PACKETS: Final = 400
"""Keeps a feedback packet under 1200 bytes even if each delta takes two bytes."""

_RTPFB: Final = 205
_FORMAT: Final = 15
_LOST, _SMALL, _LARGE = 0, 1, 2
_RUN_LENGTH_MIN: Final = 7
_RUN_LENGTH_MAX: Final = 0x1FFF


@dataclass(frozen=True)
class _Report:
    """The packets one feedback covers: `symbols` from sequence number `base` on, `deltas` of those that arrived."""

    base: int
    reference: int
    symbols: list[int]
    deltas: bytes


class FeedbackBuilder:
    """Collects transport sequence numbers with their arrival and builds feedback packets.

    `ssrc` is the sender of the feedback; each packet is reported once, a hole once as lost.
    """

    def __init__(self, ssrc: int = 1) -> None:
        self._ssrc = ssrc
        self._media_ssrc = 0
        self._highest: int | None = None
        self._next_base: int | None = None
        self._arrivals: dict[int, int] = {}
        self._count = 0

    def add(self, sequence: int, arrival_us: int, media_ssrc: int) -> None:
        """Note a packet: 16-bit transport sequence number, arrival on a monotonic clock in microseconds."""
        unwrapped = sequence if self._highest is None else unwrap(sequence, self._highest, 16)
        if self._highest is None or unwrapped > self._highest:
            self._highest = unwrapped
        self._arrivals.setdefault(unwrapped, arrival_us)
        self._media_ssrc = media_ssrc

    def build(self) -> bytes | None:
        """One RTCP packet, or None when there is nothing to report. Call again until None: what does not fit
        into one packet waits for the next."""
        if not self._arrivals:
            return None
        report = self._collect()
        chunks = _pack_chunks(report.symbols)
        body = struct.pack("!LLHH", self._ssrc, self._media_ssrc, report.base & 0xFFFF, len(report.symbols))
        body += (report.reference & 0xFFFFFF).to_bytes(3, "big") + bytes([self._count & 0xFF])
        body += chunks + report.deltas
        body += bytes(-len(body) % 4)
        self._count += 1
        return struct.pack("!BBH", 0x80 | _FORMAT, _RTPFB, len(body) // 4) + body

    def _collect(self) -> _Report:
        waiting = sorted(self._arrivals)
        base = self._base(waiting[0])
        reference = self._arrivals[waiting[0]] // REFERENCE_US
        clock = reference * REFERENCE_US
        symbols: list[int] = []
        deltas = b""
        for used, sequence in enumerate(waiting):
            delta = round((self._arrivals[sequence] - clock) / DELTA_US)
            gap = sequence - base - len(symbols)
            if used and (not -0x8000 <= delta <= 0x7FFF or gap > MAX_GAP or used >= MAX_PACKETS):
                break
            small = 0 <= delta <= 0xFF
            symbols += [_LOST] * gap + [_SMALL if small else _LARGE]
            deltas += struct.pack("!B" if small else "!h", delta)
            clock += delta * DELTA_US
            del self._arrivals[sequence]
        self._next_base = base + len(symbols)
        return _Report(base, reference, symbols, deltas)

    def _base(self, first: int) -> int:
        """Where the report starts: right after the last one, so that what is missing between is told as lost."""
        if self._next_base is not None and 0 < first - self._next_base < MAX_GAP:
            return self._next_base
        return first


def _pack_chunks(symbols: list[int]) -> bytes:
    """Run-length chunks where a symbol repeats, else vectors of seven two-bit symbols (section 3.1.3, 3.1.4)."""
    chunks = b""
    position = 0
    while position < len(symbols):
        run = _run_length(symbols, position)
        if run >= _RUN_LENGTH_MIN or position + run == len(symbols):
            chunks += struct.pack("!H", symbols[position] << 13 | run)
            position += run
        else:
            vector = 0b11 << 14
            for index, symbol in enumerate(symbols[position : position + 7]):
                vector |= symbol << (12 - 2 * index)
            chunks += struct.pack("!H", vector)
            position += 7
    return chunks


def _run_length(symbols: list[int], start: int) -> int:
    end = start
    while end < len(symbols) and symbols[end] == symbols[start] and end - start < _RUN_LENGTH_MAX:
        end += 1
    return end - start
