"""H.264 by the machine's graphics or codec chip, where it does all that libx264 does: see `media.encoding.trial`.

VA-API is not among them: PyAV cannot upload pictures to it, and FFmpeg's wrapper cannot be steered while it is open.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import av
import msgspec
import numpy as np
import structlog
from aiortc.mediastreams import VIDEO_TIME_BASE

from media import i420
from media.encoding.h264 import H264Encoder
from media.encoding.picture import FRAME_RATE, PictureEncoder
from media.i420 import Size

log = structlog.get_logger(__name__)


class Candidate(msgspec.Struct, frozen=True):
    """An encoder of FFmpeg. `devices`: patterns of device files, without which it need not be tried."""

    name: str
    options: dict[str, str]
    pixels: str = "yuv420p"
    devices: tuple[str, ...] = ()


CANDIDATES: Final = (
    Candidate(
        "h264_nvenc",
        {"preset": "p2", "tune": "ull", "rc": "cbr", "zerolatency": "1", "delay": "0", "forced-idr": "1"},
        devices=("/dev/nvidia[0-9]*",),
    ),
    Candidate(
        "h264_qsv",
        {"preset": "veryfast", "async_depth": "1", "forced_idr": "1", "low_delay_brc": "1"},
        pixels="nv12",
        devices=("/dev/dri/renderD*",),
    ),
    Candidate("h264_amf", {"usage": "ultralowlatency", "rc": "cbr"}, pixels="nv12", devices=("/dev/dri/renderD*",)),
    Candidate("h264_v4l2m2m", {"num_output_buffers": "4", "num_capture_buffers": "4"}, devices=("/dev/video*",)),
)


class HardwareEncoder:
    """See PictureEncoder. Where the chip fails in the middle of a call, libx264 goes on with a key frame."""

    def __init__(self, candidate: Candidate, size: Size, bitrate: int, ceiling: int) -> None:
        self._size = size
        self._ceiling = ceiling
        self._bitrate = bitrate
        self._name = candidate.name
        self._interleaved = candidate.pixels == "nv12"
        self._spare: PictureEncoder | None = None
        self._codec = _open(candidate, size, ceiling)

    @property
    def quantizer(self) -> float | None:
        return self._spare.quantizer if self._spare else None

    def steer(self, bitrate: int) -> bool:
        if bitrate > self._ceiling:
            return False
        self._bitrate = bitrate
        return self._spare.steer(bitrate) if self._spare else True

    def encode(self, frame: av.VideoFrame) -> bytes:
        if self._spare is not None:
            return self._spare.encode(frame)
        try:
            return b"".join(bytes(packet) for packet in self.packets(frame))
        except av.FFmpegError as error:
            log.warning("hardware encoder failed", encoder=self._name, error=str(error))
            self._spare = H264Encoder(self._size, self._bitrate, self._ceiling)
            return self._spare.encode(frame)

    def packets(self, frame: av.VideoFrame) -> list[av.Packet[Any]]:
        """Raises FFmpegError."""
        self._codec.bit_rate = self._bitrate
        packets: list[av.Packet[Any]] = self._codec.encode(_nv12(frame) if self._interleaved else frame)
        return packets


def opener_of(candidate: Candidate) -> Callable[[Size, int, int], PictureEncoder]:
    """For `PictureStream`: libx264 where this one cannot be opened any more."""

    def opener(size: Size, bitrate: int, ceiling: int) -> PictureEncoder:
        try:
            return HardwareEncoder(candidate, size, bitrate, ceiling)
        except (av.FFmpegError, ValueError) as error:
            log.warning("hardware encoder failed", encoder=candidate.name, error=str(error))
            return H264Encoder(size, bitrate, ceiling)

    return opener


def _open(candidate: Candidate, size: Size, ceiling: int) -> Any:
    codec: Any = av.VideoCodecContext.create(candidate.name, "w")
    codec.width, codec.height = size
    codec.pix_fmt = candidate.pixels
    # Opened at the top and steered down from there, as most cannot be steered above.
    codec.bit_rate = ceiling
    codec.time_base = VIDEO_TIME_BASE
    codec.framerate = Fraction(FRAME_RATE)
    codec.gop_size = 1 << 15
    codec.max_b_frames = 0
    codec.profile = "Constrained Baseline"
    codec.options = {"maxrate": str(ceiling), **candidate.options}
    codec.open()
    return codec


def _nv12(frame: av.VideoFrame) -> av.VideoFrame:
    picture = i420.from_frame(frame)
    height = frame.height
    mixed = np.empty_like(picture)
    mixed[:height] = picture[:height]
    colours = picture[height:].reshape(2, -1)
    mixed[height:].reshape(-1, 2)[:] = colours.T
    made = av.VideoFrame.from_ndarray(mixed, format="nv12")
    made.pts, made.time_base, made.pict_type = frame.pts, frame.time_base, frame.pict_type
    return made
