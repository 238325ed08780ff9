"""Speech by libopus itself, for what FFmpeg's wrapper leaves out: nothing is sent while nobody speaks (DTX), and what
is spent on repairing losses follows the path (RFC 6716, 2.1.7 and 2.1.9)."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Final

from media.audio.decoder import OpusError, library
from media.devices.sound import BLOCK, RATE, Samples

BITRATE: Final = 32_000
EXPECTED_LOSS: Final = 0.1
"""Decides how much of each packet goes into repeating the one before; less than this is not worth the risk."""
_MOST_EXPECTED_LOSS: Final = 0.3

ASKED_OF_THE_CLERK: Final[dict[str, int | str | None]] = {
    "minptime": "10",
    "useinbandfec": "1",
    "maxaveragebitrate": str(BITRATE),
}
"""Parameters of the answer (RFC 7587, 6.1): so Chromium repeats itself as well."""

_CHANNELS: Final = 1
_MAX_PACKET: Final = 1275
_COMPLEXITY: Final = 9
"""Of 10, as Chromium's. From 7 on libopus tells speech from a room's noise, which silence depends on."""

# Numbers of opus_defines.h.
_VOIP: Final = 2048
_SET_BITRATE: Final = 4002
_SET_COMPLEXITY: Final = 4010
_SET_INBAND_FEC: Final = 4012
_SET_PACKET_LOSS_PERCENT: Final = 4014
_SET_DTX: Final = 4016


@cache
def _encoder_library() -> ctypes.CDLL:
    loaded = library()
    loaded.opus_encoder_get_size.argtypes = [ctypes.c_int]
    loaded.opus_encoder_init.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int, ctypes.c_int]
    loaded.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    loaded.opus_encode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_int32,
    ]
    return loaded


class SpeechEncoder:
    """Mono blocks of 20 ms at 48 kHz. Used by one thread at a time. Raises OpusError, OSError without libopus."""

    def __init__(self) -> None:
        self._library = _encoder_library()
        self._state = ctypes.create_string_buffer(self._library.opus_encoder_get_size(_CHANNELS))
        self._packet = ctypes.create_string_buffer(_MAX_PACKET)
        self._expected_loss = 0.0
        self._check(self._library.opus_encoder_init(self._state, RATE, _CHANNELS, _VOIP))
        self._set(_SET_BITRATE, BITRATE)
        self._set(_SET_COMPLEXITY, _COMPLEXITY)
        self._set(_SET_INBAND_FEC, 1)
        self._set(_SET_DTX, 1)
        self.expected_loss = EXPECTED_LOSS

    @property
    def expected_loss(self) -> float:
        """Share of packets that the path loses, 0 to 1; counts from the next block on, within what makes sense."""
        return self._expected_loss

    @expected_loss.setter
    def expected_loss(self, loss: float) -> None:
        self._expected_loss = max(EXPECTED_LOSS, min(loss, _MOST_EXPECTED_LOSS))
        self._set(_SET_PACKET_LOSS_PERCENT, round(100 * self._expected_loss))

    def encode(self, block: Samples) -> bytes:
        """One packet; of two bytes at most if nobody speaks, which need not be sent (opus_encoder.h)."""
        size = self._library.opus_encode(self._state, block.tobytes(), BLOCK, self._packet, _MAX_PACKET)
        self._check(min(size, 0))
        return self._packet.raw[:size]

    def _set(self, request: int, value: int) -> None:
        self._check(self._library.opus_encoder_ctl(self._state, request, value))

    def _check(self, code: int) -> None:
        if code:
            raise OpusError(code)
