"""Slots: when appointments of a service can begin. Made from opening hours and capacity; pure.

The slots of an opening span follow each other from its start. So they never lie outside the hours, nor across a
closed noon; on the days the clocks change there is an hour more or less of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from signaling.directory import Capacity, Directory
from signaling.directory.capacity import CELL_MINUTES
from signaling.opening import Opening

CELL_S: Final = CELL_MINUTES * 60.0


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From and to, seconds since the epoch, end not included."""

    starts_at: float
    ends_at: float

    @property
    def cells(self) -> tuple[int, ...]:
        """The pieces of time it takes, as numbers of five-minute cells since the epoch."""
        return tuple(range(int(self.starts_at // CELL_S), int(-(-self.ends_at // CELL_S))))


@dataclass(frozen=True, slots=True)
class Offering:
    """What can be booked for one service in one region, at one site if `doors` are given. All sites share the slots of
    the region's hours; a site has those during which it is open from beginning to end."""

    opening: Opening
    doors: Opening | None
    at_once: int
    slot_s: float
    lead_s: float
    horizon_days: int

    @classmethod
    def of(cls, capacity: Capacity, directory: Directory, opening: Opening, doors: Opening | None) -> Offering:
        """By the directory. A slot without a given length takes the service's usual minutes, rounded up to cells."""
        service = directory.service(capacity.service)
        usual = service.minutes if service is not None else CELL_MINUTES
        minutes = capacity.slot_minutes or -(-usual // CELL_MINUTES) * CELL_MINUTES
        return cls(
            opening, doors, capacity.at_once, minutes * 60.0, capacity.lead_minutes * 60.0, capacity.horizon_days
        )

    def bookable(self, now: float) -> tuple[float, float]:
        """The first and the last moment a slot that can be booked now may begin."""
        last_day = self.opening.day(now) + datetime.timedelta(days=self.horizon_days + 1)
        midnight = datetime.datetime.combine(last_day, datetime.time(), self.opening.zone)
        return now + self.lead_s, midnight.timestamp()

    def days(self, now: float) -> list[datetime.date]:
        """The days that can have slots to book now."""
        first, last = self.bookable(now)
        day, found = self.opening.day(first), []
        while day < self.opening.day(last):
            found.append(day)
            day += datetime.timedelta(days=1)
        return found

    def slots(self, day: datetime.date, now: float) -> Iterator[Slot]:
        """The slots of a day that can be booked now, whether free or not, in order."""
        first, last = self.bookable(now)
        for start, end in self.opening.spans(day):
            # On the grid of cells, whatever the hours are.
            begins = -(-start // CELL_S) * CELL_S
            while begins + self.slot_s <= end:
                slot = Slot(begins, begins + self.slot_s)
                if first <= begins < last and self._doors_open(slot):
                    yield slot
                begins += self.slot_s

    def slot_at(self, starts_at: float, now: float) -> Slot | None:
        """The slot that begins at a time, if there is one that can be booked now."""
        return next(
            (slot for slot in self.slots(self.opening.day(starts_at), now) if slot.starts_at == starts_at), None
        )

    def _doors_open(self, slot: Slot) -> bool:
        if self.doors is None:
            return True
        spans = self.doors.spans(self.doors.day(slot.starts_at))
        return any(start <= slot.starts_at and slot.ends_at <= end for start, end in spans)
