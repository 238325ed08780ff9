"""Keeps the process from growing: frames of one to four megabytes come and go 60 times a second, on many threads.

By default glibc gives every thread an arena of its own, and each keeps what it once held. Two arenas bound that.
Having the system map and unmap each frame (MALLOC_MMAP_THRESHOLD_=1048576) bounds it as well, but was measured to cost
11 to 16 % of a core in page faults at 720p both ways, at the same size; so frames stay below the threshold.

A closed call refers to itself in circles. Python looks for such garbage only when there is a quarter more than before,
and a search through all that was ever loaded stops every thread for a tenth of a second.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

_MEBIBYTE: Final = 1024 * 1024
# Numbers and limits of malloc.h of glibc.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8

_SETTINGS: Final = {_M_ARENA_MAX: 2, _M_MMAP_THRESHOLD: 32 * _MEBIBYTE, _M_TRIM_THRESHOLD: 64 * _MEBIBYTE}


def steady_memory() -> bool:
    """Call once at the start of the program, before threads. False where the C library has no such switch."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    accepted = [mallopt(name, value) for name, value in _SETTINGS.items()]
    return all(accepted)


def settle() -> None:
    """Call once when everything has been loaded: it stays, and is left out of the search for garbage from now on."""
    gc.collect()
    gc.freeze()


def tidy() -> None:
    """Let go of what only refers to itself, and give the system back what is free; some milliseconds."""
    gc.collect()
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):
            return
