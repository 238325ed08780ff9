"""From the jitter buffer through the decoder to the speaker, at the speaker's pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from media.audio.decoder import OpusDecoder, OpusError
from media.audio.jitter import Action, JitterBuffer, Packet, Take
from media.audio.stretch import MATERIAL, lengthen, shorten
from media.devices.sound import RATE, Samples, silence

TOLERANCE_SECONDS: Final = 0.010
HURRY_SECONDS: Final = 0.060


@dataclass(frozen=True)
class SoundFigures:
    """Samples at 48 kHz by how they were made, `stretched` those put in or taken out; packets that came too late or
    were skipped; seconds that sound waits, and should wait."""

    played: int
    recovered: int
    concealed: int
    rested: int
    stretched: int
    late: int
    skipped: int
    bad: int
    depth: float
    target: float


class Playback:
    """`put` on the thread that receives, `pull` on the thread of the speaker."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._buffer = JitterBuffer()
        self._streams = 0
        self._decoder = OpusDecoder()
        self._made = dict.fromkeys(Action, 0)
        self._stretched = 0
        self._bad = 0
        self._waiting = silence(0)

    def put(self, packet: Packet, *, again: bool = False) -> None:
        """What has just arrived, `again` if from far because it was asked for; quick, and takes anything."""
        with self._guard:
            self._buffer.put(packet, self._clock(), again=again)

    def pull(self, count: int) -> Samples:
        """Exactly `count` samples to be heard now."""
        now = self._clock()
        with self._guard:
            excess = self._buffer.excess(now, len(self._waiting))
        if abs(excess) > TOLERANCE_SECONDS:
            self._stretch(now, max(count, MATERIAL), excess)
        self._make(now, count)
        block, self._waiting = self._waiting[:count], self._waiting[count:]
        return block

    @property
    def heard(self) -> int:
        """Samples of received sound that were given to the speaker, made-up ones left out."""
        return self._made[Action.PLAY] + self._made[Action.RECOVER]

    def heard_at(self, timestamp: int) -> float | None:
        """When sound of this timestamp (32 bits) leaves for the speaker, did or would; None while nothing plays."""
        with self._guard:
            return self._buffer.heard_at(timestamp)

    def figures(self) -> SoundFigures:
        with self._guard:
            buffer = self._buffer
            return SoundFigures(
                played=self._made[Action.PLAY],
                recovered=self._made[Action.RECOVER],
                concealed=self._made[Action.CONCEAL],
                rested=self._made[Action.REST],
                stretched=self._stretched,
                late=buffer.late,
                skipped=buffer.skipped,
                bad=buffer.bad + self._bad,
                depth=buffer.depth,
                target=buffer.arrivals.target,
            )

    def _stretch(self, now: float, material: int, excess: float) -> None:
        self._make(now, material)
        before = len(self._waiting)
        most = round(abs(excess) * RATE)
        if excess > 0:
            self._waiting = shorten(self._waiting, most, hurry=excess > HURRY_SECONDS)
        else:
            self._waiting = lengthen(self._waiting, most)
        self._stretched += abs(len(self._waiting) - before)

    def _make(self, now: float, count: int) -> None:
        """See to it that `count` samples wait."""
        pieces, made = [self._waiting], len(self._waiting)
        while made < count:
            with self._guard:
                take = self._buffer.take(now, made)
                streams = self._buffer.streams
            if streams != self._streams:
                self._streams = streams
                self._decoder.reset()
            pieces.append(self._samples(take))
            made += len(pieces[-1])
        self._waiting = np.concatenate(pieces)

    def _samples(self, take: Take) -> Samples:
        action = take.action
        try:
            samples = self._decode(take)
        except OpusError:
            self._bad += 1
            action = Action.CONCEAL
            samples = silence(take.samples)
        self._made[action] += len(samples)
        return samples

    def _decode(self, take: Take) -> Samples:
        if take.action is Action.SILENCE:
            return silence(take.samples)
        if take.action is Action.PLAY:
            return self._decoder.decode(take.payload)
        if take.action is Action.RECOVER:
            return self._decoder.recover(take.payload, take.samples)
        return self._decoder.conceal(take.samples)
