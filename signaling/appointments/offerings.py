"""What can be booked where: the directory's capacities, opening hours and booths put together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from signaling.appointments.errors import NotOffered
from signaling.appointments.places import Resource
from signaling.appointments.slots import Offering
from signaling.directory import Directory, Service, Site
from signaling.opening import Openings


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody wants to book: a service in a region, at one of its sites or at any booth (None)."""

    service: str
    region: str
    site: str | None = None


class Offerings:
    """Everything that can be booked."""

    def __init__(self, directory: Directory, openings: Openings) -> None:
        self.directory: Final = directory
        self.openings: Final = openings
        self._booths = Counter(booth.site for booth in directory.booths)
        self.registered: Mapping[str, int] = {}
        """Booths at each site that consoles have registered; kept up by the appointment book."""
        self._capacities = {(found.region, found.service): found for found in directory.capacities}
        self._sites = {site.id: site for site in directory.sites}

    def services(self) -> list[Service]:
        """The services that take appointments somewhere, in the directory's order."""
        wanted = {service for _, service in self._capacities}
        return [service for service in self.directory.services if service.id in wanted]

    def sites(self, service: str) -> list[Site]:
        """The sites where the service can be booked, in the directory's order."""
        return [
            site
            for site in self.directory.sites
            if (site.region, service) in self._capacities and self.booths(site.id)
        ]

    def site(self, site: str) -> Site | None:
        """A site with booths by its id."""
        return self._sites.get(site) if self.booths(site) else None

    def booths(self, site: str) -> int:
        """How many booths a site has."""
        return self._booths[site] + self.registered.get(site, 0)

    def matter(self, service: str, region: str | None, site: str | None) -> Matter:
        """A wish, checked: a site decides the region. Raises NotOffered."""
        if site is not None:
            found = self.site(site)
            if found is None or region not in (None, found.region):
                raise NotOffered
            region = found.region
        if region is None or (region, service) not in self._capacities:
            raise NotOffered
        return Matter(service, region, site)

    def offering(self, matter: Matter) -> Offering:
        """The slots of a matter. Raises NotOffered."""
        capacity = self._capacities.get((matter.region, matter.service))
        if capacity is None:
            raise NotOffered
        doors = None if matter.site is None else self.openings.of_site(matter.site)
        return Offering.of(capacity, self.directory, self.openings.of_region(matter.region), doors)

    def resources(self, matter: Matter) -> list[Resource]:
        """What an appointment takes a place of. Raises NotOffered."""
        found = [Resource.of_region(matter.region, matter.service, self.offering(matter).at_once)]
        if matter.site is not None:
            found.append(Resource.of_site(matter.site, self.booths(matter.site)))
        return found
