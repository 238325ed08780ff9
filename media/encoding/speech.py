"""One microphone's sound, encoded once for every call that sends it, on the microphone's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from weakref import ReferenceType, WeakKeyDictionary, ref

from media.devices.microphone import Microphone
from media.devices.sound import BLOCK, Samples
from media.encoding.opus import EXPECTED_LOSS, SpeechEncoder

NOTHING_SAID: Final = 2
"""Bytes; up to here a packet holds no sound."""


@dataclass(frozen=True, slots=True)
class SpeechPacket:
    """20 ms. `pts` counts samples at 48 kHz. `begins`: the first after a silence, which is told to the other end
    (RFC 3551, 4.1)."""

    payload: bytes
    pts: int
    begins: bool
    hearer: Hearer


OnPacket = Callable[[SpeechPacket], None]


class Hearer:
    """A call that sends this speech. `on_packet` is called on the microphone's thread."""

    def __init__(self, speech: SharedSpeech, on_packet: OnPacket) -> None:
        self._speech = speech
        self._on_packet = on_packet
        self._expected_loss = EXPECTED_LOSS

    @property
    def expected_loss(self) -> float:
        """Share of packets that its path loses, 0 to 1. The worst path decides for all."""
        return self._expected_loss

    @expected_loss.setter
    def expected_loss(self, loss: float) -> None:
        self._expected_loss = loss
        self._speech.follow_losses()

    def hear(self, payload: bytes, pts: int, begins: bool) -> None:
        self._on_packet(SpeechPacket(payload, pts, begins, self))

    def leave(self) -> None:
        """May be called again."""
        self._speech.leave(self)


class SharedSpeech:
    """Encodes while anybody listens. `count`: blocks so far."""

    def __init__(self, microphone: Microphone, opener: Callable[[], SpeechEncoder] = SpeechEncoder) -> None:
        self._microphone = microphone
        self._opener = opener
        self._guard = threading.Lock()
        self._hearers: tuple[Hearer, ...] = ()
        self._encoder: SpeechEncoder | None = None
        self._stop: Callable[[], None] | None = None
        self._silent = True
        self.count = 0

    def join(self, on_packet: OnPacket) -> Hearer:
        """Raises OpusError, and OSError where there is no libopus."""
        hearer = Hearer(self, on_packet)
        with self._guard:
            if self._encoder is None:
                self._encoder, self._silent = self._opener(), True
            self._hearers += (hearer,)
            if self._stop is None:
                self._stop = self._microphone.listen(self._encode)
        return hearer

    def leave(self, hearer: Hearer) -> None:
        with self._guard:
            self._hearers = tuple(one for one in self._hearers if one is not hearer)
            if not self._hearers and self._stop is not None:
                self._stop()
                self._stop = self._encoder = None
        self.follow_losses()

    def follow_losses(self) -> None:
        with self._guard:
            if self._encoder is not None and self._hearers:
                self._encoder.expected_loss = max(hearer.expected_loss for hearer in self._hearers)

    def _encode(self, block: Samples) -> None:
        with self._guard:
            if self._encoder is None:
                return
            payload, pts = self._encoder.encode(block), self.count * BLOCK
            self.count += 1
            hearers, silent = self._hearers, self._silent
            self._silent = len(payload) <= NOTHING_SAID
        if silent and self._silent and pts:
            # The first such packet tells the other end that silence begins; the others would tell nothing.
            return
        for hearer in hearers:
            hearer.hear(payload, pts, begins=silent and not self._silent)


_speeches: WeakKeyDictionary[Microphone, ReferenceType[SharedSpeech]] = WeakKeyDictionary()


def speech_of(microphone: Microphone) -> SharedSpeech:
    """The one of this microphone."""
    reference = _speeches.get(microphone)
    speech = reference() if reference else None
    if speech is None:
        speech = SharedSpeech(microphone)
        _speeches[microphone] = ref(speech)
    return speech
