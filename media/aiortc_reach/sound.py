"""Sound that is received: packets are handed out instead of what aiortc makes of them.

- `packets_of`: aiortc's own buffer is 80 ms deep and loses 14 packets for each that the network loses; its decoder
  can neither recover nor conceal. Whoever listens gets the packets themselves, as they arrive.
- `SoundLine.ask`: aiortc never asks for sound again; Chromium and aiortc send it again if both ends have agreed to.
- Opus alone is agreed on, which every browser has (RFC 7874, 3): it is the only codec that mends what was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from aiortc import codecs
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import MediaStreamTrack

from media.audio.jitter import Packet

if TYPE_CHECKING:
    from media.aiortc_reach.receivers import PacketReceiver

OnPacket = Callable[[Packet], None]

_CAPACITY: Final = 16
_PREFETCH: Final = 4
_MOST_ASKED: Final = 256

_listeners: WeakKeyDictionary[MediaStreamTrack, SoundLine] = WeakKeyDictionary()


class SoundLine:
    """The packets of a track, and the way back to their sender."""

    def __init__(self, on_packet: OnPacket) -> None:
        self.receiver: PacketReceiver | None = None
        self._on_packet = on_packet
        self._asked: dict[tuple[int, int], None] = {}

    async def ask(self, ssrc: int, missing: list[int]) -> None:
        """Ask for packets again (RFC 4585, 6.2.1), if the other end has agreed to send them."""
        if self.receiver is None or not missing or not self.receiver.sends_again:
            return
        self._asked |= {(ssrc, sequence): None for sequence in missing}
        while len(self._asked) > _MOST_ASKED:
            del self._asked[next(iter(self._asked))]
        await self.receiver._send_rtcp_nack(ssrc, missing)

    def hand_out(self, packet: Any) -> None:
        """A packet as aiortc has read it."""
        self._on_packet(Packet(packet.ssrc, packet.sequence_number, packet.timestamp, packet.payload))

    def takes_again(self, packet: Any) -> bool:
        """Take a packet that was asked for past aiortc, which would report that nothing was lost; then Chromium leaves
        out what mends a loss that is asked for in vain."""
        key = packet.ssrc, packet.sequence_number
        if key not in self._asked:
            return False
        del self._asked[key]
        self.hand_out(packet)
        return True


def line_of(track: MediaStreamTrack) -> SoundLine | None:
    """Who listens to a received track's packets."""
    return _listeners.get(track)


def prepare() -> None:
    """Reach in. Harmless when called again."""
    codecs.CODECS["audio"][:] = [codec for codec in codecs.CODECS["audio"] if codec.name.lower() == "opus"]


@contextmanager
def packets_of(track: MediaStreamTrack, on_packet: OnPacket) -> Iterator[SoundLine]:
    """Give the packets of a received track to `on_packet`, on the loop, as they arrive. Meanwhile the track itself
    delivers nothing, but still ends."""
    line = _listeners[track] = SoundLine(on_packet)
    try:
        yield line
    finally:
        _listeners.pop(track, None)


class SoundTap(JitterBuffer):
    """aiortc's own while nobody listens."""

    def __init__(self, receiver: PacketReceiver) -> None:
        super().__init__(capacity=_CAPACITY, prefetch=_PREFETCH)
        self._receiver = receiver

    def add(self, packet: Any) -> tuple[bool, JitterFrame | None]:
        line = _listeners.get(self._receiver.track)
        if line is None:
            return super().add(packet)
        line.receiver = self._receiver
        line.hand_out(packet)
        return False, None
