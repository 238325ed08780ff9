"""The jitter buffer: what to play next, decided from what has arrived. No I/O; the time is passed in."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from media.audio.arrivals import ArrivalTimes
from media.audio.opus_packet import STEP, OpusPacketError, duration, is_rest, redundancy
from media.devices.sound import BLOCK, RATE
from media.wrapping import unwrap

MAX_PACKETS: Final = 400
BACKLOG_SECONDS: Final = 0.4
"""What is deeper than the target by more is skipped, not compressed: nobody follows that much speech at speed."""
OUTAGE_SECONDS: Final = 1.0
"""A stream that has said nothing for so long has to start again."""

_PIECE: Final = 480
_MAX_SEQUENCE_JUMP: Final = 3000
_STRAY_SECONDS: Final = 1.0
_SMOOTHING: Final = 1 / 8


class Packet(NamedTuple):
    """One RTP packet of Opus (RFC 7587): sequence number 16 bits, timestamp 32 bits at 48 kHz, as received."""

    ssrc: int
    sequence: int
    timestamp: int
    payload: bytes


class Action(Enum):
    """How the next samples are made."""

    SILENCE = "silence"
    """Nothing has begun."""
    PLAY = "play"
    RECOVER = "recover"
    """What was lost just before this packet, from the copy that this packet carries."""
    CONCEAL = "conceal"
    REST = "rest"
    """The sender is silent on purpose."""


class Take(NamedTuple):
    action: Action
    samples: int
    payload: bytes = b""


class _Arrived(NamedTuple):
    sequence: int
    timestamp: int
    samples: int
    payload: bytes


class JitterBuffer:
    """Packets in, in any order and any number of times; one `Take` after the other out.

    `streams` counts how often a stream began anew: the decoder must too. `late`, `skipped`, `bad` count packets."""

    def __init__(self) -> None:
        self.arrivals = ArrivalTimes()
        self.streams = 0
        self.late = 0
        self.skipped = 0
        self.bad = 0
        self.depth = 0.0
        """Seconds between the arrival of an undelayed packet and its being heard."""
        self._ssrc: int | None = None
        self._former: tuple[int, float] | None = None
        self._sequence = 0
        self._timestamp = 0
        self._clear()

    def _clear(self) -> None:
        self._packets: dict[int, _Arrived] = {}
        self._playing = False
        self._resting = False
        self._next: int | None = None
        self._cursor = 0
        self._held = 0
        self._stalled = 0
        self._smooth: float | None = None

    def __len__(self) -> int:
        return len(self._packets)

    def put(self, packet: Packet, now: float, *, again: bool = False) -> None:
        """Add what has arrived; takes anything. `again`: sent once more, so that its lateness tells nothing."""
        try:
            samples = duration(packet.payload)
        except OpusPacketError:
            self.bad += 1
            return
        if self._is_stray(packet.ssrc, now):
            self.late += 1
            return
        sequence = unwrap(packet.sequence, self._sequence, 16)
        if packet.ssrc != self._ssrc or abs(sequence - self._sequence) > _MAX_SEQUENCE_JUMP:
            self._begin_stream(packet, now)
            sequence = packet.sequence
        timestamp = unwrap(packet.timestamp, self._timestamp, 32)
        if not again and not self.arrivals.add(timestamp, samples, now):
            self._clear()
        self._sequence, self._timestamp = max(self._sequence, sequence), timestamp
        self._store(_Arrived(sequence, timestamp, samples, packet.payload))

    def _is_stray(self, ssrc: int, now: float) -> bool:
        """A packet of the stream before this one, overtaken by the change."""
        return self._former is not None and self._former[0] == ssrc and now - self._former[1] < _STRAY_SECONDS

    def _begin_stream(self, packet: Packet, now: float) -> None:
        if self._ssrc is not None and self._ssrc != packet.ssrc:
            self._former = self._ssrc, now
        self._ssrc = packet.ssrc
        self._sequence, self._timestamp = packet.sequence, packet.timestamp
        self.arrivals = ArrivalTimes()
        self.streams += 1
        self._clear()

    def _store(self, arrived: _Arrived) -> None:
        if self._is_past(arrived) or (self._next is not None and arrived.sequence < self._next):
            self.late += 1
            return
        self._packets.setdefault(arrived.sequence, arrived)
        if len(self._packets) > MAX_PACKETS:
            del self._packets[min(self._packets)]
            self.skipped += 1

    def _is_past(self, arrived: _Arrived) -> bool:
        """Something was played in its place. After a silence nothing was: late speech is better than none."""
        return self._playing and not self._resting and arrived.timestamp + arrived.samples <= self._cursor

    def excess(self, now: float, pending: int = 0) -> float:
        """Seconds by which sound waits longer than it should; negative if it waits too little. To be asked once a
        block: what is sudden is smoothed, so that only a lasting difference, as of drifting clocks, is answered."""
        if not self._playing or self._resting:
            self._smooth = None
            return 0.0
        depth = self._depth(now + pending / RATE)
        before = depth if self._smooth is None else self._smooth
        self._smooth = self.depth = before + (depth - before) * _SMOOTHING
        lower, upper = sorted((depth, self._smooth))
        target = self.arrivals.target
        return lower - target if lower > target else min(0.0, upper - target)

    def heard_at(self, timestamp: int) -> float | None:
        """When sound of this timestamp (32 bits) is heard, was or would be; None while nothing plays."""
        if not self._playing:
            return None
        return self.arrivals.base + self.depth + unwrap(timestamp, self._timestamp, 32) / RATE

    def take(self, now: float, pending: int = 0) -> Take:
        """The next samples to make. `pending`: how many were taken before and are not yet heard."""
        heard = now + pending / RATE
        if self._playing:
            self._skip_backlog(heard)
        first = self._earliest()
        if not self._playing:
            return self._begin(first, heard)
        if first is None:
            return self._starve()
        if self._resting or first.sequence == self._next:
            return self._follow(first, heard)
        return self._bridge(first)

    def _depth(self, heard: float) -> float:
        return heard - self.arrivals.base - self._cursor / RATE

    def _wait(self, arrived: _Arrived, heard: float) -> int:
        """Samples until this packet is due."""
        return round((self.arrivals.base + self.arrivals.target - heard) * RATE) + arrived.timestamp

    def _earliest(self) -> _Arrived | None:
        while self._packets:
            first = self._packets[min(self._packets)]
            if not self._is_past(first):
                return first
            del self._packets[first.sequence]
            self.late += 1
        return None

    def _skip_backlog(self, heard: float) -> None:
        if self._depth(heard) <= self.arrivals.target + BACKLOG_SECONDS:
            return
        for sequence in sorted(self._packets)[:-1]:
            if self._wait(self._packets[sequence], heard) >= 0:
                break
            del self._packets[sequence]
            self.skipped += 1
        if self._packets:
            first = self._packets[min(self._packets)]
            self._cursor, self._next, self._held = first.timestamp, first.sequence, 0

    def _begin(self, first: _Arrived | None, heard: float) -> Take:
        if first is None:
            return Take(Action.SILENCE, _PIECE)
        wait = self._wait(first, heard)
        if wait > 0:
            return Take(Action.SILENCE, min(wait, BLOCK))
        self._playing = True
        return self._play(first)

    def _play(self, arrived: _Arrived) -> Take:
        del self._packets[arrived.sequence]
        self._next = arrived.sequence + 1
        self._cursor = arrived.timestamp + arrived.samples
        self._held = self._stalled = 0
        self._resting = is_rest(arrived.payload)
        return Take(Action.PLAY, arrived.samples, arrived.payload)

    def _starve(self) -> Take:
        """Nothing there. Silence goes on by the clock; speech stands still, as what is missing may only be late."""
        self._stalled += _PIECE
        if self._stalled > OUTAGE_SECONDS * RATE:
            self._playing = False
            return Take(Action.SILENCE, _PIECE)
        if self._resting:
            self._cursor += _PIECE
            return Take(Action.REST, _PIECE)
        self._held += _PIECE
        return Take(Action.CONCEAL, _PIECE)

    def _follow(self, first: _Arrived, heard: float) -> Take:
        """Nothing was lost; a gap in the timestamps is a silence. Its end is the moment to get the depth right."""
        gap = first.timestamp - self._cursor
        wait = self._wait(first, heard)
        if gap <= 0 or wait < STEP:
            return self._play(first)
        samples = min(wait, BLOCK) // STEP * STEP
        self._cursor += min(samples, gap)
        return Take(Action.REST, samples)

    def _bridge(self, first: _Arrived) -> Take:
        """Something before `first` was lost, unless it is still on its way and now too late."""
        gap = first.timestamp - self._cursor - self._held
        copied = redundancy(first.payload)
        missing = (gap - copied) // STEP * STEP
        if missing > 0:
            samples = min(missing, BLOCK)
            self._cursor += self._held + samples
            self._held = 0
            return Take(Action.CONCEAL, samples)
        if gap > 0 and copied:
            self._cursor = first.timestamp
            self._held = 0
            return Take(Action.RECOVER, copied, first.payload)
        return self._play(first)
