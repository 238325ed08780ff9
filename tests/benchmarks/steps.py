"""The call's own picture encoder, at one bitrate after another, in the time of the film."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from media.aiortc_reach.encoders import get_encoder
from media.testing.citizen import FRAME_RATE
from tests.benchmarks.films import films
from tests.benchmarks.records import Encoded

_WARM_UP = FRAME_RATE
_KEY_SLICE = 5
"""H.264 7.4.1, nal_unit_type of a picture that depends on no other."""


def encoded_by_us(bitrates: Sequence[int], seconds: float) -> list[Encoded]:
    """What leaves the encoder, `seconds` at each bitrate, without its first second."""
    codec = RTCRtpCodecParameters(
        mimeType="video/H264", clockRate=90_000, parameters={"packetization-mode": "1", "profile-level-id": "42e01f"}
    )
    encoder: Any = get_encoder(codec)
    encoder.target_bitrate = bitrates[0]
    pictures = []
    with av.open(str(films().lively)) as film:
        frames = list(film.decode(video=0))
    for number in range(_WARM_UP + round(seconds * FRAME_RATE) * len(bitrates)):
        if number >= _WARM_UP:
            encoder.target_bitrate = bitrates[(number - _WARM_UP) // round(seconds * FRAME_RATE)]
        frame = frames[number % len(frames)]
        frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
        payloads, _ = encoder.encode(frame)
        key = any(is_key(payload) for payload in payloads)
        pictures.append(Encoded(number / FRAME_RATE, key, sum(map(len, payloads))))
    return pictures[_WARM_UP:]


def is_key(payload: bytes) -> bool:
    """RFC 6184: a single slice, or a fragment (5.8) of one."""
    kind = payload[0] & 31
    return kind == _KEY_SLICE or (kind == 28 and payload[1] & 31 == _KEY_SLICE)
