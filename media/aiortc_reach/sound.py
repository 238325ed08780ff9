"""Sound that is received: packets are handed out instead of what aiortc makes of them.

- `packets_of`: aiortc's own buffer is 80 ms deep and loses 14 packets for each that the network loses; its decoder
  can neither recover nor conceal. Whoever listens gets the packets themselves, as they arrive.
- Opus alone is agreed on, which every browser has (RFC 7874, 3): it is the only codec that mends what was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from aiortc import codecs
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from media.audio.jitter import Packet

OnPacket = Callable[[Packet], None]

_CAPACITY: Final = 16
_PREFETCH: Final = 4

_listeners: WeakKeyDictionary[MediaStreamTrack, OnPacket] = WeakKeyDictionary()


def prepare() -> None:
    """Reach in. Harmless when called again."""
    codecs.CODECS["audio"][:] = [codec for codec in codecs.CODECS["audio"] if codec.name.lower() == "opus"]


@contextmanager
def packets_of(track: MediaStreamTrack, on_packet: OnPacket) -> Iterator[None]:
    """Give the packets of a received track to `on_packet`, on the loop, as they arrive. Meanwhile the track itself
    delivers nothing, but still ends."""
    _listeners[track] = on_packet
    try:
        yield
    finally:
        _listeners.pop(track, None)


class SoundTap(JitterBuffer):
    """aiortc's own while nobody listens."""

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        super().__init__(capacity=_CAPACITY, prefetch=_PREFETCH)
        self._receiver = receiver

    def add(self, packet: Any) -> tuple[bool, JitterFrame | None]:
        listener = _listeners.get(self._receiver.track)
        if listener is None:
            return super().add(packet)
        listener(Packet(packet.ssrc, packet.sequence_number, packet.timestamp, packet.payload))
        return False, None
