"""Steady memory for programs that handle video frames."""

from __future__ import annotations

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
"""mallopt(3). Setting it also keeps glibc from raising the threshold by itself."""
FRAME_BYTES: Final = 1 << 20


def steady_memory() -> None:
    """Let glibc map each block of a frame's size and give it back when freed, so that the heap does not fragment over
    hours of calls. Does nothing where the C library has no mallopt."""
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, FRAME_BYTES)
    except (OSError, AttributeError):
        return
