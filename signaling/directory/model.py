"""What the operator says about authorities, regions, sites, booths, services and times.

An *authority* has regions; a *region* is what clerks are responsible for, with its hours and public holidays. A
*site* is a building where booths stand, with an address and its own hours. A booth whose `site` is no id of a site
stands wherever that text says; it works all the same, but nobody finds it on the booking pages.
"""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Meta, Struct

from signaling.directory.capacity import Capacity
from signaling.directory.errors import DirectoryError
from signaling.directory.hours import DayException, Week
from signaling.directory.relay_server import RelayServer, read_secret
from signaling.protocol.messages import Identifier, ShortText

Period = Annotated[float, Meta(gt=0, le=24 * 3600)]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+$", max_length=300)]
Origin = Annotated[str, Meta(pattern=r"^https?://[^\s/]+$", max_length=300)]
HolidayArea = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}(-[A-Za-z0-9]{1,20})?$", description="Whose public holidays: ISO 3166-2, as DE-SN")
]
ServiceKey = Annotated[
    str,
    Meta(pattern=r"^99[0-9]{12}$", description="Leistungsschlüssel of the German service catalogue, 14 digits"),
]


Network = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$", max_length=50, description="an address or a network, as 10.0.0.0/8"
    ),
]


class Priority(StrEnum):
    """Classes of services; what head start each is worth is dispatch's matter."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Accessibility(StrEnum):
    """What makes a site usable for more people. A closed list, so that pages can filter and translate it."""

    STEP_FREE = "step_free"
    WHEELCHAIR = "wheelchair"
    ACCESSIBLE_TOILET = "accessible_toilet"
    ACCESSIBLE_PARKING = "accessible_parking"
    HEIGHT_ADJUSTABLE = "height_adjustable"
    INDUCTION_LOOP = "induction_loop"
    SIGN_LANGUAGE_VIDEO = "sign_language_video"
    TACTILE_GUIDANCE = "tactile_guidance"
    HELP_ON_SITE = "help_on_site"


class Authority(Struct, frozen=True, forbid_unknown_fields=True):
    id: Identifier
    name: ShortText


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """`minutes`: how long a visit usually takes."""

    id: Identifier
    key: ServiceKey | None = None
    minutes: Annotated[int, Meta(ge=1, le=480)] = 20
    priority: Priority = Priority.NORMAL


class Region(Struct, frozen=True, forbid_unknown_fields=True):
    """`hours`: when clerks are there; none given: always. On public holidays of `state` a region with hours is closed
    unless an exception says otherwise."""

    id: Identifier
    name: ShortText
    authority: Identifier | None = None
    state: HolidayArea | None = None
    hours: Week | None = None
    exceptions: list[DayException] = []


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """A building where booths stand. `hours`: when its doors are open, none given: always; its booths are open while
    both it and its region are. `latitude` and `longitude` in degrees (WGS 84)."""

    id: Identifier
    region: Identifier
    name: ShortText
    address: ShortText = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    accessibility: list[Accessibility] = []
    hours: Week | None = None
    exceptions: list[DayException] = []

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude where both are given."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class Booth(Struct, frozen=True, forbid_unknown_fields=True):
    """`site`: the id of a site, or where it stands in words. `key`: base64url of the 32-byte Ed25519 public key."""

    id: Identifier
    region: Identifier
    site: ShortText
    key: str

    def public_key(self) -> Ed25519PublicKey:
        """The device key's public part. Raises DirectoryError."""
        try:
            raw = base64.b64decode(self.key + "=" * (-len(self.key) % 4), altchars=b"-_", validate=True)
            return Ed25519PublicKey.from_public_bytes(raw)
        except (binascii.Error, ValueError) as error:
            raise DirectoryError(
                f"booth {self.id!r}: `key` must be the base64url of a 32-byte Ed25519 public key"
                f" (as `python -m booth key` prints it): {error}"
            ) from None


class Console(Struct, frozen=True, forbid_unknown_fields=True):
    """`authority`: whose console it is; it is believed about that authority's regions only. None: about all, which a
    console may have that is the only one."""

    issuer: Url
    jwks_url: Url
    origins: list[Origin] = []
    authority: Identifier | None = None


class MetricsAccess(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may ask for `/metrics`: `addresses`, on connections of their own, and whoever shows the token, the one line
    of `token_file`."""

    addresses: tuple[Network, ...] = ("127.0.0.0/8", "::1")
    token: str | None = None
    token_file: str | None = None

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"MetricsAccess(addresses={self.addresses!r})"

    def opened(self, folder: Path) -> MetricsAccess:
        """With the token read from its file, which lies relative to `folder`. Raises DirectoryError."""
        if self.token_file is None:
            return self
        return msgspec.structs.replace(self, token=read_secret(folder / self.token_file), token_file=None)


class Directory(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """Everything the operator says."""

    regions: list[Region]
    services: list[Service]
    timezone: str = "Europe/Berlin"
    offer_seconds: Period = 20
    park_seconds: Period = 900
    booth_lease_seconds: Period = 120
    clerk_lease_seconds: Period = 60
    appointment_grace_seconds: Period = 600
    appointment_keep_days: Annotated[int, Meta(ge=1, le=30)] = 3
    minimum_group_size: Annotated[int, Meta(ge=1)] = 5
    metrics: MetricsAccess = MetricsAccess()
    event_log_days: Annotated[int, Meta(ge=2, le=400)] = 30
    authorities: list[Authority] = []
    sites: list[Site] = []
    booths: list[Booth] = []
    consoles: list[Console] = []
    capacities: list[Capacity] = []
    trusted_proxies: list[Network] = []
    handshakes_at_once: Annotated[int, Meta(ge=1)] = 4096
    ice_servers: list[RelayServer] = []
    turn_credential_seconds: Period = 4 * 3600

    def zone(self) -> ZoneInfo:
        """The time zone days are counted in. Raises DirectoryError."""
        try:
            return ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise DirectoryError(
                f"`timezone` is {self.timezone!r}; expected a name of the time zone database, such as Europe/Berlin"
            ) from None

    def booth(self, booth_id: str) -> Booth | None:
        return self._booths_by_id.get(booth_id)

    @cached_property
    def _booths_by_id(self) -> dict[str, Booth]:
        return {booth.id: booth for booth in self.booths}

    def console(self, issuer: str) -> Console | None:
        return next((console for console in self.consoles if console.issuer == issuer), None)

    def regions_of(self, console: Console) -> frozenset[str]:
        """The regions a console may speak of."""
        return frozenset(region.id for region in self.regions if console.authority in (None, region.authority))

    def region(self, region_id: str) -> Region | None:
        return next((region for region in self.regions if region.id == region_id), None)

    def site(self, site_id: str) -> Site | None:
        return next((site for site in self.sites if site.id == site_id), None)

    def service(self, service_id: str) -> Service | None:
        return next((service for service in self.services if service.id == service_id), None)

    def capacity(self, region: str, service: str) -> Capacity | None:
        """How many appointments of the service the region takes; None when it takes none."""
        return next((found for found in self.capacities if (found.region, found.service) == (region, service)), None)

    def service_ids(self) -> frozenset[str]:
        return frozenset(service.id for service in self.services)

    def origins(self) -> frozenset[str]:
        """Origins of browsers that may connect."""
        return frozenset(origin for console in self.consoles for origin in console.origins)
