"""What the assembler needs to know about a packet of pictures, and about its first bytes."""

from __future__ import annotations

from typing import Final, NamedTuple

CLOCK_RATE: Final = 90_000

_START_CODE: Final = b"\0\0\0\1"
_SEQUENCE_PARAMETERS: Final = 7


class PicturePacket(NamedTuple):
    """One RTP packet. `sequence` 16 bits, `timestamp` 32 bits at 90 kHz, as received; `last`: the marker bit;
    `data`: its part of the encoded picture, empty for padding; `starts_key`: a picture begins here that needs no
    other; `again`: sent again because it was asked for."""

    ssrc: int
    sequence: int
    timestamp: int
    last: bool
    codec: str
    data: bytes
    starts_key: bool
    again: bool


class EncodedPicture(NamedTuple):
    """A whole picture, to be decoded after the one given out before, or as the first one if `key`."""

    codec: str
    timestamp: int
    data: bytes
    key: bool


def starts_key(codec: str, payload: bytes, data: bytes) -> bool:
    """Whether a decoder can begin with this packet. `payload`: as received, `data`: without RTP's packaging.

    H.264: parameter sets come first (RFC 6184); every encoder for calls repeats them with each key frame. VP8: the
    first partition begins, and its header says key frame (RFC 7741, 4.2 and 4.3)."""
    if codec == "H264":
        units = [data[start + 4] & 0x1F for start in _starts(data) if start + 4 < len(data)]
        return bool(units) and _SEQUENCE_PARAMETERS in units and units.index(_SEQUENCE_PARAMETERS) <= 1
    if codec == "VP8":
        begins = bool(payload) and payload[0] & 0x1F == 0x10
        return begins and bool(data) and not data[0] & 1
    return False


def _starts(data: bytes) -> list[int]:
    """Where the first two units begin; a delimiter may come before the parameters."""
    if not data.startswith(_START_CODE):
        return []
    second = data.find(_START_CODE, len(_START_CODE))
    return [0] if second < 0 else [0, second]
