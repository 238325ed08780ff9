"""Places: what an appointment takes, and which are free. Pure.

A *resource* is something that can serve a number of citizens at once: a region for a service (as many as the
directory's `at_once`), a site (as many as it has booths). For each five-minute cell it has numbered places. An
appointment takes the same place in all its cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from signaling.appointments.slots import Slot


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """`name` is what it is called in the database; `places` how many it has. `mixed`: slots of different lengths
    share it, so that the lowest places are filled first and long slots find room."""

    name: str
    places: int
    mixed: bool = False

    @classmethod
    def of_region(cls, region: str, service: str, at_once: int) -> Resource:
        """Whoever serves a service in a region."""
        return cls(f"region/{region}/{service}", at_once)

    @classmethod
    def of_site(cls, site: str, booths: int) -> Resource:
        """The booths of a site."""
        return cls(f"site/{site}", booths, mixed=True)


class Taken:
    """The places that are taken, as bits: bit n of a cell stands for place n."""

    def __init__(self, rows: Iterable[tuple[str, int, int]] = ()) -> None:
        self._bits: defaultdict[tuple[str, int], int] = defaultdict(int)
        for resource, cell, place in rows:
            self._bits[resource, cell] |= 1 << place

    def free(self, resource: Resource, slot: Slot) -> list[int]:
        """The places that are free for the whole slot, lowest first."""
        bits = 0
        for cell in slot.cells:
            bits |= self._bits.get((resource.name, cell), 0)
        return [place for place in range(resource.places) if not bits >> place & 1]

    def has_room(self, resources: Iterable[Resource], slot: Slot) -> bool:
        """Whether each of the resources has a place for the whole slot."""
        return all(self.free(resource, slot) for resource in resources)
