"""Doors: which booths are open, what they are told about it, and when that changes next. No I/O."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterable
from itertools import count
from typing import Final

from signaling.directory import Booth, Service
from signaling.opening import Opening, Openings
from signaling.protocol.messages import ServiceHours


def iso(at: float, zone: datetime.tzinfo) -> str:
    """ISO 8601 to the second, with the offset from UTC."""
    return datetime.datetime.fromtimestamp(round(at), zone).isoformat()


class Doors:
    """Watches the hours of all regions and sites. `now`: seconds since the epoch."""

    def __init__(self, services: Iterable[Service], openings: Openings, now: float) -> None:
        self._openings: Final = openings
        self._services: Final = [service.id for service in services]
        self._changes: list[tuple[float, int, Opening]] = []
        self._order = count()
        for opening in openings:
            self._watch(opening, now)

    def is_open(self, booth: Booth, now: float) -> bool:
        """Whether a ticket can be taken at the booth."""
        return self._openings.of_booth(booth).is_open(now)

    def opens_at(self, booth: Booth, now: float) -> str | None:
        """When it opens next, as it is told."""
        opening = self._openings.of_booth(booth)
        at = opening.opens_at(now)
        return None if at is None else iso(at, opening.zone)

    def services(self, booth: Booth, now: float) -> list[ServiceHours]:
        """What can be had at the booth and when. All services keep the same hours there."""
        is_open = self.is_open(booth, now)
        opens_at = None if is_open else self.opens_at(booth, now)
        return [ServiceHours(id=service, open=is_open, opens_at=opens_at) for service in self._services]

    def deadline(self) -> float | None:
        """When the next booths open or close."""
        return self._changes[0][0] if self._changes else None

    def take_due(self, booths: Iterable[Booth], now: float) -> list[Booth]:
        """Those of the booths that have opened or closed since."""
        changed: set[Opening] = set()
        while self._changes and self._changes[0][0] <= now:
            _, _, opening = heapq.heappop(self._changes)
            changed.add(opening)
            self._watch(opening, now)
        return [booth for booth in booths if self._openings.of_booth(booth) in changed] if changed else []

    def _watch(self, opening: Opening, now: float) -> None:
        at = opening.closes_at(now) if opening.is_open(now) else opening.opens_at(now)
        if at is not None:
            heapq.heappush(self._changes, (at, next(self._order), opening))
