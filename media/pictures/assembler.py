"""Whole pictures from packets, in the order in which they can be decoded. No I/O; the time is passed in.

A picture leaves with its last packet if nothing before it is missing. What is missing is asked for again and again; if
it does not come in time, a key frame is asked for too, and whichever is whole first carries on. Meanwhile nothing
leaves, so that nothing is decoded that refers to what is not there.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from typing import Final, NamedTuple

from media.pictures.packet import CLOCK_RATE, EncodedPicture, PicturePacket
from media.repair import GIVE_UP_SECONDS, Repair
from media.wrapping import unwrap

MAX_PACKETS: Final = 1024
MAX_PACKET_BYTES: Final = 2048
MAX_HOLES: Final = 256
"""A larger gap is an outage: a key frame is smaller than what was missed."""
PATIENCE_SECONDS: Final = 0.25
"""After which a key frame is asked for; less on a fast path, more only if one round trip takes longer."""
KEY_INTERVAL_SECONDS: Final = 0.3
MAX_KEY_INTERVAL_SECONDS: Final = 3.0
"""Between two requests for a key frame; twice as long each time they follow on each other. A path that cannot carry
one is not helped by many: each of them is a second of sound on 100 kbit/s."""

_LEAST_PATIENCE: Final = 0.1
_MAX_SEQUENCE_JUMP: Final = 3000
_JITTER_SMOOTHING: Final = 1 / 16


class Feedback(NamedTuple):
    """What the sender is to be told now: sequence numbers, 16 bits, sorted; whether a key frame is needed."""

    ssrc: int
    missing: list[int]
    key: bool


class _Arrived(NamedTuple):
    packet: PicturePacket
    at: float


class PictureAssembler:
    """`put` what arrives, then tell the sender what is `due`, again at `next_due`."""

    def __init__(self) -> None:
        self.repair = Repair()
        self.assembled = 0
        """Pictures given out."""
        self.dropped = 0
        """Pictures of which at least a part came, too late or in vain."""
        self.late = 0
        """Packets that came twice or after their time."""
        self.bad = 0
        self.keys_asked = 0
        self.jitter = 0.0
        """Of the first packets of pictures, in seconds (RFC 3550, 6.4.1)."""
        self._ssrc: int | None = None
        self._lowest = self._highest = 0
        self._transit: tuple[int, float] | None = None
        self._asked_at = float("-inf")
        self._key_interval = KEY_INTERVAL_SECONDS
        self._packets: dict[int, _Arrived] = {}
        self._keys: list[int] = []
        self._next: int | None = None
        self._floor = 0
        self._waiting_since = 0.0

    def __len__(self) -> int:
        return len(self._packets)

    @property
    def patience(self) -> float:
        """Seconds from a hole to asking for a key frame."""
        trip = self.repair.round_trip
        enough = 2.5 * trip + 2 * self.jitter + self.repair.settling
        return max(1.3 * trip, min(PATIENCE_SECONDS, max(_LEAST_PATIENCE, enough)))

    def put(self, packet: PicturePacket, now: float) -> list[EncodedPicture]:
        """Take a packet, whatever it is; the pictures that are now whole."""
        if len(packet.data) > MAX_PACKET_BYTES:
            self.bad += 1
            return []
        sequence = unwrap(packet.sequence, self._highest, 16)
        if packet.ssrc != self._ssrc or abs(sequence - self._highest) > _MAX_SEQUENCE_JUMP:
            self._begin(packet, now)
            sequence = packet.sequence
        if sequence <= self._floor or sequence in self._packets:
            self.late += 1
            return []
        self._note_order(sequence, packet, now)
        self._packets[sequence] = _Arrived(packet, now)
        if packet.starts_key:
            insort(self._keys, sequence)
        self._keep_bounds(now)
        return list(self._whole())

    def lose(self, now: float) -> None:
        """What was given out cannot be used: begin again with a key frame, asked for at once."""
        self._discard_below(self._highest + 1)
        self._next = None
        self._waiting_since = now - self.patience

    def due(self, now: float) -> Feedback:
        """What to tell the sender now; it is taken for told."""
        coming = self._keys[-1] if now < self._key_expected() else None
        lost = self.repair.given_up(now, coming)
        if lost is not None:
            self._leave_behind(lost + 1, now)
        missing = sorted(sequence & 0xFFFF for sequence in self.repair.due(now))
        moment = self._key_due()
        key = moment is not None and moment <= now
        if key:
            follows = now - self._asked_at < 4 * self._key_interval
            longer = min(2 * self._key_interval, MAX_KEY_INTERVAL_SECONDS)
            self._key_interval = longer if follows else KEY_INTERVAL_SECONDS
            self._asked_at = now
            self.keys_asked += 1
        return Feedback(self._ssrc or 0, missing, key)

    def next_due(self) -> float | None:
        """When to ask `due` again, unless a packet comes before."""
        moments = [moment for moment in (self.repair.next_due(), self._key_due()) if moment is not None]
        return min(moments, default=None)

    def _begin(self, packet: PicturePacket, now: float) -> None:
        self._ssrc = packet.ssrc
        self._highest = packet.sequence - 1
        self._lowest = packet.sequence
        self._floor = -(1 << 62)
        self._transit = None
        self.repair.clear()
        self._packets.clear()
        self._keys.clear()
        self._next = None
        self._waiting_since = now

    def _note_order(self, sequence: int, packet: PicturePacket, now: float) -> None:
        if sequence < self._lowest:
            # The stream began with a packet that had overtaken this one.
            room = MAX_HOLES - len(self.repair)
            self.repair.missing(max(sequence + 1, self._lowest - room), self._lowest, now)
            self._lowest = sequence
            return
        if sequence < self._highest:
            self.repair.filled(sequence, packet.again, now)
            return
        gap = sequence - self._highest - 1
        if gap + len(self.repair) > MAX_HOLES:
            self.lose(now)
        elif gap > 0:
            self.repair.missing(self._highest + 1, sequence, now)
        self._highest = sequence
        self._note_jitter(packet, now)

    def _note_jitter(self, packet: PicturePacket, now: float) -> None:
        before, self._transit = self._transit, (packet.timestamp, now)
        if before is None:
            return
        elapsed = unwrap(packet.timestamp, before[0], 32) - before[0]
        if elapsed == 0:
            self._transit = before
            return
        difference = abs(now - before[1] - elapsed / CLOCK_RATE)
        self.jitter += (min(difference, 1.0) - self.jitter) * _JITTER_SMOOTHING

    def _keep_bounds(self, now: float) -> None:
        if len(self._packets) > MAX_PACKETS:
            # A key frame that alone fills everything is no use.
            fits = self._keys and self._keys[-1] > min(self._packets)
            self._leave_behind(self._keys[-1] if fits else self._highest + 1, now)
        if self._next is not None or self._keys:
            return
        # Nothing to build on: kept only because the beginning of a key frame may still come.
        for sequence, arrived in list(self._packets.items()):
            if now - arrived.at <= GIVE_UP_SECONDS:
                break
            del self._packets[sequence]

    def _leave_behind(self, end: int, now: float) -> None:
        """Go on with `end` at the earliest, with a key frame."""
        self._discard_below(end)
        if self._next is not None and self._next < end:
            self._next = None
            self._waiting_since = now - self.patience

    def _discard_below(self, end: int) -> None:
        """Packets that were not given out."""
        old = [sequence for sequence in self._packets if sequence < end]
        self.dropped += len({self._packets.pop(sequence).packet.timestamp for sequence in old})
        self._settle(end)

    def _settle(self, end: int) -> None:
        self._floor = max(self._floor, end - 1)
        self._keys = [sequence for sequence in self._keys if sequence >= end]
        self.repair.forget_below(end)

    def _whole(self) -> Iterator[EncodedPicture]:
        while (span := self._next_span()) is not None:
            yield self._take(span)

    def _next_span(self) -> range | None:
        """The packets of the next picture that can be decoded, if they are here. A later key frame does as well."""
        self._skip_padding()
        starts = [self._next] if self._next is not None else []
        for start in [*starts, *reversed(self._keys[-2:])]:
            if (end := self._end(start)) is not None:
                return range(start, end)
        return None

    def _skip_padding(self) -> None:
        """Empty packets after a picture, which probe the bandwidth; they would flush the decoder."""
        while self._next is not None and (arrived := self._packets.get(self._next)) and not arrived.packet.data:
            del self._packets[self._next]
            self._next += 1
            self._settle(self._next)

    def _end(self, start: int) -> int | None:
        """One past the last packet of the picture that begins at `start`: by marker, or where the next one begins."""
        sequence = start
        timestamp: int | None = None
        while (arrived := self._packets.get(sequence)) is not None:
            if timestamp is not None and arrived.packet.timestamp != timestamp:
                return sequence
            timestamp = arrived.packet.timestamp
            sequence += 1
            if arrived.packet.last:
                return sequence
        return None

    def _take(self, span: range) -> EncodedPicture:
        self._discard_below(span.start)
        packets = [self._packets.pop(sequence).packet for sequence in span]
        self._settle(span.stop)
        self._next = span.stop
        self.assembled += 1
        first = packets[0]
        data = b"".join(packet.data for packet in packets)
        return EncodedPicture(first.codec, first.timestamp, data, first.starts_key)

    def _key_due(self) -> float | None:
        since = self._stuck_since()
        if since is None or self._ssrc is None:
            return None
        interval = max(self._key_interval, 1.5 * self.repair.round_trip)
        return max(since + self.patience, self._asked_at + interval, self._key_expected())

    def _key_expected(self) -> float:
        """Until when not to ask because a key frame is just arriving. On a narrow path that takes seconds, and another
        one would only follow it; what it loses on its way is asked for packet by packet."""
        newest = self._packets.get(self._highest)
        start = self._packets.get(self._keys[-1]) if self._keys else None
        if newest is None or start is None or newest.packet.last or newest.packet.timestamp != start.packet.timestamp:
            return float("-inf")
        return newest.at + GIVE_UP_SECONDS

    def _stuck_since(self) -> float | None:
        """Since when the picture that is awaited, a key frame on its way before any other, has a hole."""
        start = self._keys[-1] if self._keys else self._next
        if start is None:
            return self._waiting_since
        hole = self.repair.first_from(start)
        return hole.noticed if hole else None
