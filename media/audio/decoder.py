"""Opus by libopus itself, for what FFmpeg's wrapper leaves out: recovering a lost packet and making one up."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Final

import av
import numpy as np

from media.audio.opus_packet import MAX_SAMPLES
from media.devices.sound import RATE, Samples

_CHANNELS: Final = 1
_SYSTEM_LIBRARY: Final = "libopus.so.0"


class OpusError(Exception):
    """libopus refuses a packet; `code` is its own (opus_defines.h)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"libopus: error {code}.")
        self.code = code


@cache
def library() -> ctypes.CDLL:
    """The libopus that came with PyAV's wheel, else the system's: a PyAV built against the system's has no own.
    Raises OSError."""
    package = Path(av.__file__).parent
    bundled = [*package.with_name("av.libs").glob("libopus*"), *package.glob(".dylibs/libopus*")]
    loaded = ctypes.CDLL(str(bundled[0]) if bundled else _SYSTEM_LIBRARY)
    loaded.opus_decoder_get_size.argtypes = [ctypes.c_int]
    loaded.opus_decoder_init.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int]
    loaded.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    return loaded


class OpusDecoder:
    """One stream, mono at 48 kHz whatever was sent. Used by one thread at a time."""

    def __init__(self) -> None:
        self._library = library()
        self._state = ctypes.create_string_buffer(self._library.opus_decoder_get_size(_CHANNELS))
        self._samples = np.empty(MAX_SAMPLES, np.int16)
        self.reset()

    def reset(self) -> None:
        """Forget the stream; the next packet begins another."""
        code = self._library.opus_decoder_init(self._state, RATE, _CHANNELS)
        if code:
            raise OpusError(code)

    def decode(self, payload: bytes) -> Samples:
        """Raises OpusError."""
        return self._decode(payload, MAX_SAMPLES, 0)

    def recover(self, payload: bytes, samples: int) -> Samples:
        """The `samples` (a multiple of 2.5 ms) lost just before this packet, from the copy in it; concealed where it
        has none. The packet itself is to be decoded after. Raises OpusError."""
        return self._decode(payload, samples, 1)

    def conceal(self, samples: int) -> Samples:
        """Something like what went before, fading; after a silence, its background. A multiple of 2.5 ms."""
        return self._decode(None, samples, 0)

    def _decode(self, payload: bytes | None, samples: int, recover: int) -> Samples:
        size = len(payload) if payload else 0
        target = self._samples.ctypes.data
        count = self._library.opus_decode(self._state, payload, size, target, samples, recover)
        if count < 0:
            raise OpusError(count)
        return self._samples[:count].copy()
