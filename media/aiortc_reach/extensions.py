"""RTP header extensions. Chromium smooths what it receives, 47 to 54 ms; playout-delay 0/0 shows pictures as they
arrive, 18 to 23 ms."""

from __future__ import annotations

from typing import Final

from aiortc import codecs, rtp
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters, RTCRtpParameters

from media import twcc
from media.encoding.opus import ASKED_OF_THE_CLERK
from media.encoding.picture import START_BITRATE

PLAYOUT_DELAY_URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

_TWCC_EXTENSION: Final = 5
_PLAYOUT_DELAY_EXTENSION: Final = 6
"""Used in offers only; an answer takes the browser's numbers."""
_PLAYOUT_DELAY_ZERO: Final = bytes(3)


def announce() -> None:
    """`goog-remb` stays beside transport-cc: it is how Chromium steers the booth's own sending."""
    codecs.HEADER_EXTENSIONS["video"] += [
        RTCRtpHeaderExtensionParameters(id=_TWCC_EXTENSION, uri=twcc.URI),
        RTCRtpHeaderExtensionParameters(id=_PLAYOUT_DELAY_EXTENSION, uri=PLAYOUT_DELAY_URI),
    ]
    for codec in codecs.CODECS["video"]:
        if not codecs.is_rtx(codec):
            codec.rtcpFeedback.append(RTCRtcpFeedback(type="transport-cc"))
            codec.parameters["x-google-start-bitrate"] = str(START_BITRATE // 1000)
    for codec in codecs.CODECS["audio"]:
        if codec.mimeType.lower() == "audio/opus":
            codec.parameters.update(ASKED_OF_THE_CLERK)


class ExtensionsMap(rtp.HeaderExtensionsMap):
    """Adds playout-delay 0/0 to each packet of a stream whose other end knows the extension."""

    def __init__(self) -> None:
        super().__init__()
        self._playout_delay: int | None = None

    def configure(self, parameters: RTCRtpParameters) -> None:
        super().configure(parameters)
        for extension in parameters.headerExtensions:
            if extension.uri == PLAYOUT_DELAY_URI:
                self._playout_delay = extension.id

    def set(self, values: rtp.HeaderExtensions) -> tuple[int, bytes]:
        profile, packed = super().set(values)
        if self._playout_delay is None:
            return profile, packed
        extensions = rtp.unpack_header_extensions(profile, packed)
        return rtp.pack_header_extensions([*extensions, (self._playout_delay, _PLAYOUT_DELAY_ZERO)])
