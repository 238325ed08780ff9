"""What somebody holds for a while and loses if nothing happens."""

from __future__ import annotations

from collections.abc import Iterable


class Leases:
    """Who has something until when. All last equally long, so the first one in is the first to run out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[str, float] = {}

    def begin(self, name: str, now: float) -> float:
        """Begin, or begin again. Returns when it ends, seconds since the epoch as all times here."""
        self._ends.pop(name, None)
        self._ends[name] = now + self._seconds
        return self._ends[name]

    def restore(self, ends: dict[str, float]) -> None:
        """Take over what an earlier run has begun."""
        self._ends = dict(sorted((self._ends | ends).items(), key=lambda item: item[1]))

    def end(self, name: str) -> None:
        """It is held no more. Harmless when it was not."""
        self._ends.pop(name, None)

    def left(self, name: str, now: float) -> float:
        """Seconds until it runs out; 0 when it is not held."""
        return max(self._ends.get(name, now) - now, 0.0)

    def take_due(self, now: float) -> list[str]:
        """Those that have run out."""
        due: list[str] = []
        for name, ends_at in self._ends.items():
            if ends_at > now:
                break
            due.append(name)
        for name in due:
            del self._ends[name]
        return due


def earliest(several: Iterable[Leases]) -> float | None:
    """When the next of them runs out. Asked after each step, when mostly there is none."""
    first = None
    for leases in several:
        if leases._ends:
            ends_at = next(iter(leases._ends.values()))
            if first is None or ends_at < first:
                first = ends_at
    return first
