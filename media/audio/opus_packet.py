"""What an Opus packet tells without being decoded (RFC 6716, 3.1, 3.2 and 4.2)."""

from __future__ import annotations

from typing import Final

from media.devices.sound import RATE

MAX_SAMPLES: Final = RATE * 120 // 1000
MAX_BYTES: Final = 1500
STEP: Final = RATE // 400
"""2.5 ms: lost sound is made up in multiples of this."""

_SILK_MS: Final = (10, 20, 40, 60)
_HYBRID_MS: Final = (10, 20)
_FIRST_HYBRID: Final = 12
_FIRST_CELT: Final = 16
_TWO_BYTE_LENGTH: Final = 252
_LENGTHS_DIFFER: Final = 0x80
_PADDED: Final = 0x40
_MORE_PADDING: Final = 255


class OpusPacketError(ValueError):
    """Not an Opus packet."""


def duration(payload: bytes) -> int:
    """Samples at 48 kHz. Raises OpusPacketError."""
    if not 0 < len(payload) <= MAX_BYTES:
        raise OpusPacketError(f"An Opus packet of {len(payload)} bytes.")
    code = payload[0] & 3
    if code == 3 and len(payload) < 2:
        raise OpusPacketError("An Opus packet without its number of frames.")
    frames = 1 if code == 0 else 2 if code < 3 else payload[1] & 63
    samples = frames * _frame_samples(payload[0])
    if not 0 < samples <= MAX_SAMPLES:
        raise OpusPacketError(f"An Opus packet of {samples} samples.")
    return samples


def is_rest(payload: bytes) -> bool:
    """Whether the sender has gone silent and sends no more until somebody speaks (DTX)."""
    return len(payload) <= 2


def redundancy(payload: bytes) -> int:
    """How many samples just before this packet can be recovered from it (in-band FEC); 0 where it carries nothing."""
    config = payload[0] >> 3
    offset = _first_frame(payload)
    if config >= _FIRST_CELT or offset is None or offset >= len(payload):
        return 0
    samples = _frame_samples(payload[0])
    # The first bits: one for each 20 ms that is speech, then the flag; in stereo the same again (RFC 6716, 4.2.3).
    flag = 7 - max(1, samples * 50 // RATE)
    marked = payload[offset] >> flag & 1
    if payload[0] & 4:
        marked |= payload[offset] >> (2 * flag - 8) & 1
    return samples if marked else 0


def _frame_samples(toc: int) -> int:
    config = toc >> 3
    if config < _FIRST_HYBRID:
        return _SILK_MS[config & 3] * RATE // 1000
    if config < _FIRST_CELT:
        return _HYBRID_MS[config & 1] * RATE // 1000
    return STEP << (config & 3)


def _first_frame(payload: bytes) -> int | None:
    """Where the first frame begins, if the packet gets that far (RFC 6716, 3.2)."""
    code = payload[0] & 3
    if code < 2:
        return 1
    if len(payload) < 2:
        return None
    if code == 2:
        return _after_length(payload, 1)
    offset = 2
    if payload[1] & _PADDED:
        while offset < len(payload) and payload[offset] == _MORE_PADDING:
            offset += 1
        offset += 1
    lengths = (payload[1] & 63) - 1 if payload[1] & _LENGTHS_DIFFER else 0
    for _ in range(lengths):
        if offset >= len(payload):
            return None
        offset = _after_length(payload, offset)
    return offset


def _after_length(payload: bytes, offset: int) -> int:
    return offset + (1 if payload[offset] < _TWO_BYTE_LENGTH else 2)
