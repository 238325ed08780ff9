"""What everybody may know: who is served here and where, and this document itself."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from msgspec import Struct

from signaling.directory import Accessibility
from signaling.directory.model import ServiceKey
from signaling.protocol.messages import Identifier, ShortText
from signaling.rest.endpoint import Asked, Endpoint
from signaling.rest.house import House
from signaling.rest.openapi import document

CACHE_S: Final = 300


class RegionView(Struct, frozen=True, kw_only=True):
    """A region as citizens know it."""

    id: Identifier
    name: ShortText
    authority: ShortText | None


class ServiceView(Struct, frozen=True, kw_only=True):
    """`key`: the Leistungsschlüssel of the German service catalogue. `minutes`: how long a visit usually takes."""

    id: Identifier
    key: ServiceKey | None
    minutes: int


class SiteView(Struct, frozen=True, kw_only=True):
    """A building where booths stand. `latitude`, `longitude`: in degrees (WGS 84)."""

    id: Identifier
    region: Identifier
    name: ShortText
    address: ShortText
    latitude: float | None
    longitude: float | None
    accessibility: list[Accessibility]


class BoothView(Struct, frozen=True, kw_only=True):
    """`site`: the id of a site, or where the booth stands in words."""

    id: Identifier
    region: Identifier
    site: ShortText


class PublicDirectory(Struct, frozen=True, kw_only=True):
    """The public part of the directory; no keys, no consoles."""

    timezone: str
    regions: list[RegionView]
    services: list[ServiceView]
    sites: list[SiteView]
    booths: list[BoothView]


async def directory(house: House, _asked: Asked[None, None, None]) -> PublicDirectory:
    """Who is served here and where: regions, services, sites and booths."""
    known = house.directory
    authorities = {authority.id: authority.name for authority in known.authorities}
    return PublicDirectory(
        timezone=known.timezone,
        regions=[
            RegionView(id=region.id, name=region.name, authority=authorities.get(region.authority or ""))
            for region in known.regions
        ],
        services=[ServiceView(id=service.id, key=service.key, minutes=service.minutes) for service in known.services],
        sites=[SiteView(**{name: getattr(site, name) for name in SiteView.__struct_fields__}) for site in known.sites],
        booths=[BoothView(id=booth.id, region=booth.region, site=booth.site) for booth in known.booths],
    )


async def openapi(_house: House, _asked: Asked[None, None, None]) -> dict[str, Any]:
    """This document."""
    return _document()


@cache
def _document() -> dict[str, Any]:
    # The table holds this module's endpoints too, so it can be asked for only now.
    from signaling.rest.table import ENDPOINTS

    return document(ENDPOINTS)


ENDPOINTS: Final = (
    Endpoint("GET", "/api/directory", directory, cache_s=CACHE_S),
    Endpoint("GET", "/api/openapi.json", openapi, cache_s=CACHE_S),
)
