"""What the handlers of REST work with. Whoever adds endpoints adds here what they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from signaling.directory import Directory
from signaling.tokens import KeyRing


@dataclass(frozen=True)
class House:
    """`engine`: the switchboard's database. `clock`: seconds since the epoch."""

    directory: Directory
    keys: KeyRing
    engine: AsyncEngine
    clock: Callable[[], float]
