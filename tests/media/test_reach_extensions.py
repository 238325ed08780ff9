"""Assumptions about aiortc 1.16 of `media.aiortc_reach.extensions`: one fails when upstream changes."""

from __future__ import annotations

import pytest
from aiortc import (
    codecs,
    rtp,
)
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
)

from media.aiortc_reach.extensions import PLAYOUT_DELAY_URI


def codec_named(name: str) -> RTCRtpCodecParameters:
    return next(codec for kind in codecs.CODECS.values() for codec in kind if codec.name.lower() == name)


@pytest.mark.parametrize("uris", [[PLAYOUT_DELAY_URI], []])
def test_playout_delay_goes_with_each_packet_if_wanted(uris: list[str]) -> None:
    extensions = rtp.HeaderExtensionsMap()
    listed = [RTCRtpHeaderExtensionParameters(id=9, uri=uri) for uri in uris]
    mid = RTCRtpHeaderExtensionParameters(id=1, uri="urn:ietf:params:rtp-hdrext:sdes:mid")
    extensions.configure(RTCRtpReceiveParameters(headerExtensions=[mid, *listed]))
    profile, packed = extensions.set(rtp.HeaderExtensions(mid="0"))
    assert rtp.unpack_header_extensions(profile, packed) == [(1, b"0"), *[(9, bytes(3)) for _ in uris]]


def test_the_clerk_is_asked_for_speech_that_can_be_mended() -> None:
    assert codec_named("opus").parameters["useinbandfec"] == "1"
