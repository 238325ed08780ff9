"""Where time and chance come from: handed to whoever needs them, so that tests can hand in others."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Sources:
    """`now`: seconds since the epoch. `random_bytes`: that many unpredictable bytes."""

    now: Callable[[], float] = time.time
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Berlin"))

    def new_id(self) -> str:
        """An unguessable identifier (100 bits) of lower-case letters and digits."""
        return base64.b32encode(self.random_bytes(13)).decode().lower()[:20]

    def day(self, moment: float) -> date:
        """The date at the office of a moment (seconds since the epoch)."""
        return datetime.fromtimestamp(moment, self.timezone).date()

    def today(self) -> date:
        """Today's date at the office."""
        return self.day(self.now())
