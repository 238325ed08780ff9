"""Pictures that are received: packets are handed out instead of what aiortc makes of them. It holds a picture until
the next one begins, 48 ms instead of 14; asks once for what is missing and almost never for a key frame; and queues
for its decoder without end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpreceiver import NackGenerator

from media.pictures.assembler import Feedback
from media.pictures.packet import PicturePacket, starts_key

if TYPE_CHECKING:
    from media.aiortc_reach.receivers import PacketReceiver

OnPacket = Callable[[PicturePacket], None]

_CAPACITY: Final = 512

_listeners: WeakKeyDictionary[MediaStreamTrack, PictureLine] = WeakKeyDictionary()


class PictureLine:
    """The packets of a track, and the way back to their sender."""

    def __init__(self, on_packet: OnPacket) -> None:
        self.on_packet = on_packet
        self.receiver: PacketReceiver | None = None

    async def tell(self, feedback: Feedback) -> None:
        """Ask for packets (RFC 4585, 6.2.1) and for a key frame (6.3.1). Nothing is sent before the first packet."""
        if self.receiver is not None and feedback.missing:
            await self.receiver._send_rtcp_nack(feedback.ssrc, feedback.missing)
        if self.receiver is not None and feedback.key:
            await self.receiver._send_rtcp_pli(feedback.ssrc)


@contextmanager
def pictures_of(track: MediaStreamTrack, on_packet: OnPacket) -> Iterator[PictureLine]:
    """Give the packets of a received track to `on_packet`, on the loop, as they arrive. Meanwhile the track itself
    delivers nothing, but still ends, and aiortc asks for nothing by itself."""
    line = _listeners[track] = PictureLine(on_packet)
    try:
        yield line
    finally:
        _listeners.pop(track, None)


class PictureTap(JitterBuffer):
    """aiortc's own while nobody listens."""

    def __init__(self, receiver: PacketReceiver) -> None:
        super().__init__(capacity=_CAPACITY, is_video=True)
        self._receiver = receiver

    def add(self, packet: Any) -> tuple[bool, JitterFrame | None]:
        line = _listeners.get(self._receiver.track)
        if line is None:
            return super().add(packet)
        line.receiver = self._receiver
        codec = self._receiver.codec_name(packet.payload_type)
        line.on_packet(
            PicturePacket(
                ssrc=packet.ssrc,
                sequence=packet.sequence_number,
                timestamp=packet.timestamp,
                last=bool(packet.marker),
                codec=codec,
                data=packet._data,
                starts_key=starts_key(codec, packet.payload, packet._data),
                again=self._receiver.sent_again,
            )
        )
        return False, None


class QuietNacks(NackGenerator):
    """aiortc's own while nobody listens."""

    def __init__(self, receiver: PacketReceiver) -> None:
        super().__init__()
        self._receiver = receiver

    def add(self, packet: Any) -> bool:
        return self._receiver.track not in _listeners and super().add(packet)
