"""Keeps the process from growing: frames of more than a megabyte come and go 60 times a second."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

MMAP_THRESHOLD_BYTES: Final = 1024 * 1024
_M_MMAP_THRESHOLD: Final = -3
"""malloc.h of glibc."""


def steady_memory() -> bool:
    """Give frame-sized blocks back to the system when freed; same as MALLOC_MMAP_THRESHOLD_=1048576 in the
    environment, but needs no restart. False where the C library has no such switch. Call once at start."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES))
