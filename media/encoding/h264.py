"""H.264 by libx264: constrained baseline, no delay, and a bitrate that is steered without a key frame.

x264 keeps to constant bitrate, and follows `bit_rate` while open, only if opened with `maxrate` equal to `bit_rate`;
it never rises above that. So it is opened at the ceiling and steered down from there. Without delay it counts on
thirty pictures a second whatever their timestamps say; a slower camera would get its share of the bitrate only, and an
estimate made from what arrives would never grow again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import av
from aiortc.mediastreams import VIDEO_TIME_BASE

from media.encoding.picture import FRAME_RATE
from media.i420 import Size

_BUFFERED_FRAMES: Final = 2
"""What a single picture may take at most, in shares of a second at the ceiling: keeps the first key frame at 16 kB and
no picture over three times the mean when the bitrate changes."""
_LAMBDA: Final = 118
"""FFmpeg tells a picture's quality as a Lagrange factor, 118 times the quantizer (FF_QP2LAMBDA)."""
_SMOOTHING: Final = 10
_LONGEST: Final = 3 / FRAME_RATE


class H264Encoder:
    """See PictureEncoder. `ceiling`: bits a second, never exceeded."""

    def __init__(self, size: Size, bitrate: int, ceiling: int) -> None:
        self._ceiling = ceiling
        self._codec = _open(size, ceiling)
        self._bitrate = bitrate
        self._interval = 1 / FRAME_RATE
        self._last: float | None = None
        self._quantizer: float | None = None

    def steer(self, bitrate: int) -> bool:
        if bitrate > self._ceiling:
            return False
        self._bitrate = bitrate
        return True

    @property
    def quantizer(self) -> float | None:
        return self._quantizer

    def encode(self, frame: av.VideoFrame) -> bytes:
        self._keep_time(frame)
        self._codec.bit_rate = min(self._ceiling, round(self._bitrate * self._share()))
        packets = self._codec.encode(frame)
        for packet in packets:
            self._note(packet)
        return b"".join(bytes(packet) for packet in packets)

    def _keep_time(self, frame: av.VideoFrame) -> None:
        if frame.pts is None or frame.time_base is None:
            return
        now = float(frame.pts * frame.time_base)
        if self._last is not None:
            since = max(0.0, min(now - self._last, _LONGEST))
            self._interval += (since - self._interval) / _SMOOTHING
        self._last = now

    def _share(self) -> float:
        """How much more than a thirtieth of a second a picture stands for, in quarters, so that it changes rarely."""
        return max(1.0, round(self._interval * FRAME_RATE * 4) / 4)

    def _note(self, packet: av.Packet[Any]) -> None:
        if not packet.has_sidedata("quality_stats"):
            return
        latest = int.from_bytes(bytes(packet.get_sidedata("quality_stats"))[:4], "little") / _LAMBDA
        before = latest if self._quantizer is None else self._quantizer
        self._quantizer = before + (latest - before) / _SMOOTHING


def _open(size: Size, ceiling: int) -> av.VideoCodecContext:
    codec = av.VideoCodecContext.create("libx264", "w")
    codec.width, codec.height = size
    codec.pix_fmt = "yuv420p"
    codec.bit_rate = ceiling
    codec.time_base = VIDEO_TIME_BASE
    codec.framerate = Fraction(FRAME_RATE)
    # Key frames only when asked for.
    codec.gop_size = 1 << 20
    # Finer makes the file bigger and the face no better.
    codec.qmin = 14
    codec.thread_count = 1
    codec.profile = "Baseline"
    codec.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "maxrate": str(ceiling),
        "bufsize": str(ceiling * _BUFFERED_FRAMES // FRAME_RATE),
        "level": "31",
        "forced-idr": "1",
        "sc_threshold": "0",
    }
    codec.open()
    return codec
