"""RTP header extensions. Chromium smooths what it receives, 47 to 54 ms; playout-delay 0/0 shows pictures as they
arrive, 18 to 23 ms. The transport-wide sequence number is what its feedback on the booth's packets counts by."""

from __future__ import annotations

from typing import Final

from aiortc import codecs, rtp
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from media.congestion import feedback
from media.encoding.opus import ASKED_OF_THE_CLERK
from media.encoding.picture import START_BITRATE

PLAYOUT_DELAY_URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

_TWCC_EXTENSION: Final = 5
_PLAYOUT_DELAY_EXTENSION: Final = 6
"""Used in offers only; an answer takes the browser's numbers."""
_ONE_BYTE: Final = 0xBEDE
_MAX_ONE_BYTE_ID: Final = 14
_FIRST: Final = 16
"""Where the extensions begin in a packet without contributing sources, as ours are."""
_MAX_STEPS: Final = 0xFFF
_TRANSPORT_CC: Final = "transport-cc"
NACK: Final = RTCRtcpFeedback(type="nack")


def announce() -> None:
    """`goog-remb` stays for another end that has no transport-cc; see `prefer_transport_feedback`."""
    codecs.HEADER_EXTENSIONS["audio"].append(RTCRtpHeaderExtensionParameters(id=_TWCC_EXTENSION, uri=feedback.URI))
    codecs.HEADER_EXTENSIONS["video"] += [
        RTCRtpHeaderExtensionParameters(id=_TWCC_EXTENSION, uri=feedback.URI),
        RTCRtpHeaderExtensionParameters(id=_PLAYOUT_DELAY_EXTENSION, uri=PLAYOUT_DELAY_URI),
    ]
    for codec in codecs.CODECS["video"]:
        if not codecs.is_rtx(codec):
            codec.rtcpFeedback.append(RTCRtcpFeedback(type=_TRANSPORT_CC))
            codec.parameters["x-google-start-bitrate"] = str(START_BITRATE // 1000)
    for codec in codecs.CODECS["audio"]:
        if codec.mimeType.lower() == "audio/opus":
            codec.parameters.update(ASKED_OF_THE_CLERK)
            codec.rtcpFeedback.append(RTCRtcpFeedback(type=_TRANSPORT_CC))


def prefer_transport_feedback(transceiver: RTCRtpTransceiver) -> None:
    """Leave REMB out of an answer where both ends have transport-cc; before answering."""
    for codec in transceiver._codecs:
        if any(one.type == _TRANSPORT_CC for one in codec.rtcpFeedback):
            codec.rtcpFeedback = [one for one in codec.rtcpFeedback if one.type != "goog-remb"]


def ask_for_sound_again(transceiver: RTCRtpTransceiver) -> None:
    """Have lost sound sent again; before answering. Browsers do so when they are asked to, and never offer it."""
    for codec in transceiver._codecs:
        if NACK not in codec.rtcpFeedback:
            codec.rtcpFeedback.append(NACK)


class Stamp:
    """Extensions that are filled in as a packet leaves: first of all in the header, so that they are found there."""

    def __init__(self, parameters: RTCRtpParameters) -> None:
        ids = {extension.uri: extension.id for extension in parameters.headerExtensions}
        number, delay = ids.get(feedback.URI, 0), ids.get(PLAYOUT_DELAY_URI, 0)
        self.is_numbered = 0 < number <= _MAX_ONE_BYTE_ID
        self._is_delayed = 0 < delay <= _MAX_ONE_BYTE_ID
        self.blank = b""
        """RFC 8285, 4.2: number and length of each, then zeros."""
        if self.is_numbered:
            self.blank += bytes([number << 4 | 1, 0, 0])
        if self._is_delayed:
            self.blank += bytes([delay << 4 | 2, 0, 0, 0])

    @property
    def alone(self) -> bytes:
        """The whole header extension of a packet that has no others."""
        padded = self.blank + bytes(-len(self.blank) % 4)
        return _ONE_BYTE.to_bytes(2, "big") + (len(padded) // 4).to_bytes(2, "big") + padded

    def fill(self, packet: bytes, number: int, delay: float) -> bytes:
        """`number`: 16-bit transport sequence number; `delay`: least and greatest playout delay, seconds."""
        if not self.blank:
            return packet
        filled = bytearray(packet)
        position = _FIRST
        if self.is_numbered:
            filled[position + 1 : position + 3] = number.to_bytes(2, "big")
            position += 3
        if self._is_delayed and delay:
            steps = min(round(100 * delay), _MAX_STEPS)
            filled[position + 1 : position + 4] = (steps << 12 | steps).to_bytes(3, "big")
        return bytes(filled)


class ExtensionsMap(rtp.HeaderExtensionsMap):
    """Leaves room for the stamp, and is quicker than aiortc's."""

    def __init__(self) -> None:
        super().__init__()
        self._stamp: Stamp | None = None

    def configure(self, parameters: RTCRtpParameters) -> None:
        super().configure(parameters)
        self._stamp = Stamp(parameters)

    def set(self, values: rtp.HeaderExtensions) -> tuple[int, bytes]:
        if self._stamp is None or not self._stamp.blank:
            return super().set(values)
        if self._stamp.is_numbered:
            # Four bytes that only an end without transport-cc needs.
            values.abs_send_time = None
        profile, packed = super().set(values)
        if profile not in (0, _ONE_BYTE):
            raise ValueError("Header extensions are numbered up to 14 here.")
        extensions = self._stamp.blank + packed
        return _ONE_BYTE, extensions + bytes(-len(extensions) % 4)
