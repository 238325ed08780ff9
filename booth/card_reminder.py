"""When somebody who left a card on the reader is told of it: at once, and again at growing intervals. Pure."""

from __future__ import annotations

from typing import Final

FIRST_S: Final = 8.0
GROWTH: Final = 1.5
LONGEST_S: Final = 300.0
"""Long enough not to drive a reading room mad, short enough that whoever comes by hears it."""


class CardReminder:
    """Asked at each tick; it is over as soon as nothing lies there."""

    def __init__(self) -> None:
        self._due: float | None = None
        self._interval = FIRST_S

    @property
    def reminds(self) -> bool:
        """Whether a card lies there that has been spoken of."""
        return self._due is not None

    def due(self, lies_there: bool, now: float) -> bool:
        """Whether to say it now, at monotonic time `now` in seconds."""
        if not lies_there:
            self._due, self._interval = None, FIRST_S
            return False
        if self._due is None:
            self._due = now + FIRST_S
            return True
        if now < self._due:
            return False
        self._interval = min(self._interval * GROWTH, LONGEST_S)
        self._due = now + self._interval
        return True
