"""What is said about the sender's clock. aiortc's reports name the moment at which a packet was sent, but picture and
sound take different times from capture to there. Told the moment of capture, the other end can play together what
happened together (EN 301 549, 6.5.4)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, Protocol, runtime_checkable

from aiortc import clock, rtcpeerconnection
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import RtcpSrPacket

_RATES: Final = {"audio": 48_000, "video": 90_000}
_MODULUS: Final = 1 << 32


@runtime_checkable
class CaptureClock(Protocol):
    """A track that knows when its media was captured."""

    def captured_at(self, pts: int) -> float | None:
        """The moment on the monotonic clock; `pts` in the units of RTP."""
        ...


def prepare() -> None:
    """Reach in. Harmless when called again."""
    setattr(rtcpeerconnection, "RTCRtpSender", ReportingSender)  # noqa: B010 - mypy forbids assigning a class


class ReportingSender(RTCRtpSender):
    """aiortc's own, but for the timestamp in its reports."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._encoded: int | None = None
        self._sent: int | None = None
        """Timestamp of the latest picture or block that is out, before aiortc adds its random origin."""

    async def _next_encoded_frame(self, codec: Any) -> Any:
        # Asked for the next one, aiortc has sent the one before.
        self._sent = self._encoded
        frame = await super()._next_encoded_frame(codec)
        if frame is not None:
            self._encoded = frame.timestamp
        return frame

    async def _send_rtcp(self, packets: Sequence[Any]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                self._correct(packet.sender_info)
        await super()._send_rtcp(list(packets))

    def _correct(self, info: Any) -> None:
        track = self.track
        if self._sent is None or not isinstance(track, CaptureClock):
            return
        captured = track.captured_at(self._sent)
        if captured is None:
            return
        sent = time.monotonic() - (clock.current_ntp_time() - info.ntp_timestamp) / _MODULUS
        age = round((sent - captured) * _RATES[self.kind])
        info.rtp_timestamp = (info.rtp_timestamp + age) % _MODULUS
