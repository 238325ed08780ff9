"""What is received: aiortc counts and reports packets and unwraps those sent again; listeners may have the packets in
place of what it would make of them. See `sound`, `pictures`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from aiortc import rtcpeerconnection
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpreceiver import RTCRtpReceiver
from aiortc.rtp import RtcpSrPacket

from media.aiortc_reach.extensions import NACK
from media.aiortc_reach.pictures import PictureTap, QuietNacks
from media.aiortc_reach.sound import SoundTap, line_of

OnReport = Callable[[int, int], None]
"""Called with the sender's wall clock (NTP, 64 bits) and the timestamp that media has at that moment (32 bits)."""

_BUFFER: Final = "_RTCRtpReceiver__jitter_buffer"
_NACKS: Final = "_RTCRtpReceiver__nack_generator"
_CODECS: Final = "_RTCRtpReceiver__codecs"
_RTX: Final = "_RTCRtpReceiver__rtx_ssrc"

_listeners: WeakKeyDictionary[MediaStreamTrack, OnReport] = WeakKeyDictionary()


def prepare() -> None:
    """Reach in. Harmless when called again."""
    setattr(rtcpeerconnection, "RTCRtpReceiver", PacketReceiver)  # noqa: B010 - mypy forbids assigning a class


@contextmanager
def reports_of(track: MediaStreamTrack, on_report: OnReport) -> Iterator[None]:
    """Give what a received track's sender reports about its clock (RFC 3550, 6.4.1) to `on_report`, on the loop."""
    _listeners[track] = on_report
    try:
        yield
    finally:
        _listeners.pop(track, None)


class PacketReceiver(RTCRtpReceiver):
    """aiortc's own, but for the buffers."""

    def __init__(self, kind: str, transport: Any) -> None:
        super().__init__(kind, transport)
        self.sent_again = False
        """Whether the packet in hand is a retransmission (RFC 4588)."""
        if kind == "audio":
            setattr(self, _BUFFER, SoundTap(self))
        else:
            setattr(self, _BUFFER, PictureTap(self))
            setattr(self, _NACKS, QuietNacks(self))

    @property
    def sends_again(self) -> bool:
        """Whether the other end has agreed to send again what it is asked for (RFC 4585, 4.2)."""
        codecs = getattr(self, _CODECS).values()
        return any(one.type == NACK.type and one.parameter is None for codec in codecs for one in codec.rtcpFeedback)

    def codec_name(self, payload_type: int) -> str:
        return str(getattr(self, _CODECS)[payload_type].name)

    async def _handle_rtp_packet(self, packet: Any, arrival_time_ms: int) -> None:
        if (line := line_of(self.track)) is not None and line.takes_again(packet):
            return
        self.sent_again = packet.ssrc in getattr(self, _RTX)
        await super()._handle_rtp_packet(packet, arrival_time_ms)

    async def _handle_rtcp_packet(self, packet: Any) -> None:
        await super()._handle_rtcp_packet(packet)
        on_report = _listeners.get(self.track)
        if on_report is not None and isinstance(packet, RtcpSrPacket):
            on_report(packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
