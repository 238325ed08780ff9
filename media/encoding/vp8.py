"""VP8 by libvpx, for a peer without H.264. It cannot be steered: another bitrate is another encoder."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import av
from aiortc.mediastreams import VIDEO_TIME_BASE

from media.encoding.picture import FRAME_RATE
from media.i420 import Size

_KEEP_DOWN_TO: Final = 0.9
_KEEP_UP_TO: Final = 1.4


class Vp8Encoder:
    """See PictureEncoder."""

    def __init__(self, size: Size, bitrate: int, ceiling: int) -> None:
        self._bitrate = bitrate
        self._ceiling = ceiling
        self._codec = _open(size, bitrate)

    @property
    def quantizer(self) -> None:
        return None

    def steer(self, bitrate: int) -> bool:
        """A new encoder begins with a key frame of 17 to 48 kB: down soon, up only in big steps."""
        at_top = bitrate == self._ceiling and bitrate > self._bitrate
        return self._bitrate * _KEEP_DOWN_TO <= bitrate < self._bitrate * _KEEP_UP_TO and not at_top

    def encode(self, frame: av.VideoFrame) -> bytes:
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


def _open(size: Size, bitrate: int) -> av.VideoCodecContext:
    codec = av.VideoCodecContext.create("libvpx", "w")
    codec.width, codec.height = size
    codec.pix_fmt = "yuv420p"
    codec.bit_rate = bitrate
    codec.time_base = VIDEO_TIME_BASE
    codec.framerate = Fraction(FRAME_RATE)
    codec.gop_size = 3000
    codec.qmin, codec.qmax = 2, 56
    codec.thread_count = 1
    rate = str(bitrate)
    codec.options = {
        # minrate = maxrate = bit_rate is CBR.
        "minrate": rate,
        "maxrate": rate,
        "bufsize": rate,
        "deadline": "realtime",
        "cpu-used": "-6",
        "lag-in-frames": "0",
        "noise-sensitivity": "0",
        "static-thresh": "1",
        "undershoot-pct": "100",
        "overshoot-pct": "15",
    }
    return codec
