"""One stream of encoded pictures of the size that fits the bitrate; the only place where an encoder is opened."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple, Protocol

import av

from media import i420
from media.encoding.ladder import Ladder, within_limits
from media.i420 import Size

START_BITRATE: Final = 1_500_000
FRAME_RATE: Final = 30


class PictureEncoder(Protocol):
    """Open for one size and up to one bitrate."""

    @property
    def quantizer(self) -> float | None:
        """How coarse the pictures of the last third of a second are, 0 to 51; None if the encoder does not tell."""
        ...

    def steer(self, bitrate: int) -> bool:
        """From the next picture on, bits a second; False: this needs a new encoder."""
        ...

    def encode(self, frame: av.VideoFrame) -> bytes:
        """One I420 picture of the size it was opened for; a key frame if the frame's `pict_type` is I."""
        ...


Opener = Callable[[Size, int, int], PictureEncoder]
"""Opens an encoder for a size, a bitrate to start with, and one that it is never asked to exceed."""


class Picture(NamedTuple):
    """Encoded. `key`: it can be decoded without the ones before."""

    data: bytes
    key: bool


class PictureStream:
    """Scales and encodes pictures at `target_bitrate`, which may be set from any thread at any time."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._target = START_BITRATE
        self._ladder = Ladder(START_BITRATE)
        self._encoder: PictureEncoder | None = None
        self._size: Size | None = None

    @property
    def target_bitrate(self) -> int:
        """Bits a second."""
        return self._target

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._target = within_limits(bitrate)

    def encode(self, frame: av.VideoFrame, force_keyframe: bool = False) -> Picture:
        """The frame's timestamps, which it must have, are the clock of the ladder."""
        quantizer = self._encoder.quantizer if self._encoder else None
        rung = self._ladder.consider(self._target, quantizer, _seconds(frame))
        size = _even(frame.width * rung.scale), _even(frame.height * rung.scale)
        bitrate = min(self._target, rung.ceiling)
        fresh = self._encoder is None or size != self._size or not self._encoder.steer(bitrate)
        if self._encoder is None or fresh:
            self._encoder, self._size = self._opener(size, bitrate, rung.ceiling), size
        picture = scaled(frame, size)
        kind = av.video.frame.PictureType
        picture.pict_type = kind.I if force_keyframe else kind.NONE
        return Picture(self._encoder.encode(picture), force_keyframe or fresh)


def scaled(frame: av.VideoFrame, size: Size) -> av.VideoFrame:
    """The frame in I420 at `size`, with its timestamps."""
    if frame.format.name == "yuv420p" and (frame.width, frame.height) == size:
        return frame
    small = i420.to_frame(i420.scaled(i420.from_frame(frame), size))
    small.pts, small.time_base = frame.pts, frame.time_base
    return small


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)


def _seconds(frame: av.VideoFrame) -> float:
    if frame.pts is None or frame.time_base is None:
        raise ValueError("A picture needs a timestamp.")
    return float(frame.pts * frame.time_base)
