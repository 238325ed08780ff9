"""What `media.aiortc_reach` replaces in aiortc 1.16 is where it was. One of these fails when upstream changes."""

from __future__ import annotations

import inspect

from aiortc import (
    codecs,
    rtcpeerconnection,
    rtcrtpsender,
    rtp,
)

from media import aiortc_reach
from media.aiortc_reach.encoders import get_encoder
from media.aiortc_reach.extensions import ExtensionsMap
from media.aiortc_reach.receivers import PacketReceiver
from media.aiortc_reach.transport import FeedbackTransport


def test_the_hooks_are_where_they_were() -> None:
    assert rtcpeerconnection.RTCDtlsTransport is FeedbackTransport  # type: ignore[attr-defined]
    assert rtcpeerconnection.RTCRtpReceiver is PacketReceiver  # type: ignore[attr-defined]
    assert rtcrtpsender.get_encoder is get_encoder
    assert rtp.HeaderExtensionsMap is ExtensionsMap
    assert "RTCDtlsTransport(iceTransport" in inspect.getsource(rtcpeerconnection.RTCPeerConnection)
    assert "get_encoder(codec)" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert "rtp.HeaderExtensionsMap()" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert "RTCRtpReceiver(kind, dtlsTransport)" in inspect.getsource(rtcpeerconnection.RTCPeerConnection)


def test_preparing_twice_changes_nothing() -> None:
    before = len(codecs.HEADER_EXTENSIONS["video"])
    aiortc_reach.prepare()
    assert len(codecs.HEADER_EXTENSIONS["video"]) == before
    numbers = [extension.id for kind in ("audio", "video") for extension in codecs.HEADER_EXTENSIONS[kind]]
    assert sorted(set(numbers)) == [1, 2, 3, 5, 6]
