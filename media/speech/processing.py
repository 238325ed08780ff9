"""WebRTC's echo canceller, noise suppression and gain control, between the booth's microphone and its speaker.

The canceller (AEC3) is given what the speaker plays, at the moment it is handed to the sound card, and finds the rest
of the way through the room by itself, with drifting clocks too, as long as the echo comes back within half a second.
What takes longer is measured here, and the canceller is told later what was played.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Final, NamedTuple

import numpy as np
import structlog

from media.devices.sound import BLOCK_SECONDS, RATE, Samples
from media.speech.delay import DelayMeter

LONGEST_OWN_DELAY: Final = 0.4
"""Seconds up to which the canceller is left alone."""

_KEPT_DELAY: Final = 0.1
_TEN_MS: Final = RATE // 100

log = structlog.get_logger(__name__)


class SpeechFigures(NamedTuple):
    """`delay`: seconds from the speaker's thread through the room to the microphone's, None while nothing is known.
    `held`: seconds that the canceller is told later. `cancelling`: whether WebRTC's processing runs at all."""

    delay: float | None
    held: float
    cancelling: bool


class Speech:
    """`played` on the thread of the speaker, `captured` on the thread of the microphone. Without the livekit package
    sound passes as it is."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._module: _Module | None = None
        self._loaded = False
        self._meter = DelayMeter()
        self._held: deque[Samples] = deque()
        self._hold = 0
        self._latencies = [0.0, 0.0]

    def load(self) -> None:
        """Load the library, which takes half a second the first time; no more than once."""
        with self._guard:
            if self._loaded:
                return
            self._loaded = True
        try:
            self._module = _Module()
        except ImportError as error:
            log.warning("no echo cancelling", reason=str(error))

    def played(self, block: Samples, latency: float) -> None:
        """A block is handed to the speaker and will be in the air after `latency` seconds."""
        self._latencies[0] = latency
        with self._guard:
            self._meter.played(block)
            self._held.append(block)
            due = [self._held.popleft() for _ in range(len(self._held) - self._hold)]
        if self._module is not None:
            for held in due:
                self._module.played(held)

    def captured(self, block: Samples, latency: float) -> Samples:
        """A block of the microphone that was in the air `latency` seconds ago; returns it cleaned, 15 ms later."""
        self._latencies[1] = latency
        with self._guard:
            if self._meter.heard(block):
                self._choose_hold()
        if self._module is None:
            return block
        self._module.expect(sum(self._latencies))
        return self._module.captured(block)

    def figures(self) -> SpeechFigures:
        return SpeechFigures(self._meter.delay, self._hold * BLOCK_SECONDS, self._module is not None)

    def _choose_hold(self) -> None:
        delay = self._meter.delay or 0.0
        left = delay - self._hold * BLOCK_SECONDS
        # What the canceller sees must stay the same unless it is lost anyway.
        if not 0 <= left <= LONGEST_OWN_DELAY:
            self._hold = max(0, int((delay - _KEPT_DELAY) / BLOCK_SECONDS)) if delay > LONGEST_OWN_DELAY else 0
            log.info("echo takes long", delay_ms=round(delay * 1000), held_ms=round(self._hold * BLOCK_SECONDS * 1000))


class _Module:
    """`livekit.rtc.AudioProcessingModule`, which takes 10 ms at a time. Raises ImportError."""

    def __init__(self) -> None:
        from livekit import rtc

        self._processing: Any = rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=True
        )
        self._reference = rtc.AudioFrame.create(RATE, 1, _TEN_MS)
        self._heard = rtc.AudioFrame.create(RATE, 1, _TEN_MS)
        self._expected: int | None = None

    def expect(self, seconds: float) -> None:
        """The delay that the sound card reports; the canceller begins its search there."""
        delay_ms = min(500, max(0, round(seconds * 1000)))
        if delay_ms != self._expected:
            self._expected = delay_ms
            self._processing.set_stream_delay_ms(delay_ms)

    def played(self, block: Samples) -> None:
        into = np.frombuffer(self._reference.data, np.int16)
        for piece in block.reshape(-1, _TEN_MS):
            into[:] = piece
            self._processing.process_reverse_stream(self._reference)

    def captured(self, block: Samples) -> Samples:
        into = np.frombuffer(self._heard.data, np.int16)
        cleaned = []
        for piece in block.reshape(-1, _TEN_MS):
            into[:] = piece
            self._processing.process_stream(self._heard)
            cleaned.append(into.copy())
        return np.concatenate(cleaned)
