"""When Python looks through all it holds for cycles: at times of our choosing.

With ten thousand lines a full collection takes half a second in which nobody is served, and Python makes one every few
seconds under load. Nearly everything here is freed without it, when the last reference goes; young cycles are still
collected as ever. So all is looked through once, before the first line, and then seldom.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Final

YOUNG: Final = 2_000
"""Objects made, and not freed, between two looks at the young ones (700 by default)."""
MIDDLE: Final = 20
"""Looks at the young ones between two at those that have survived one."""
NEVER: Final = 1_000_000_000
FULL_S: Final = 3600.0


def settle() -> None:
    """What is there now, stays: it is not looked through again. Nothing is collected in full by itself any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


async def collect_seldom() -> None:
    """Collect in full each hour, until cancelled."""
    while True:
        await asyncio.sleep(FULL_S)
        gc.collect()
