"""Whether the entries of a directory fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Final

import holidays

from signaling.directory.errors import DirectoryError
from signaling.directory.hours import DayException, Week
from signaling.directory.model import Booth, Console, Directory, Region, Site

_LIKE_AN_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _require_unique(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise DirectoryError(f"{kind} {name!r} is listed twice; each must be listed once")
        seen.add(name)


def _require_known(kind: str, name: str, what: str, value: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if value not in names:
        raise DirectoryError(f"{kind} {name!r} names {what} {value!r}; expected one of {', '.join(names) or 'none'}")


def check(directory: Directory) -> None:
    """Raise DirectoryError when entries contradict each other or a key, an hour or the time zone is not usable."""
    directory.zone()
    regions = {region.id: region for region in directory.regions}
    sites = {site.id: site for site in directory.sites}
    _check_unique(directory)
    for region in directory.regions:
        _check_region(region, directory)
    for site in directory.sites:
        _require_known("site", site.id, "region", site.region, regions)
        _check_site(site)
    for booth in directory.booths:
        _require_known("booth", booth.id, "region", booth.region, regions)
        _check_site_of(booth, sites)
        booth.public_key()
    for network in directory.trusted_proxies:
        _check_network("trusted_proxies", network)
    for network in directory.metrics.addresses:
        _check_network("metrics.addresses", network)
    for console in directory.consoles:
        _check_console(console, directory)
    for server in directory.ice_servers:
        server.check()
    for capacity in directory.capacities:
        name = f"{capacity.region}/{capacity.service}"
        _require_known("capacity", name, "region", capacity.region, regions)
        _require_known("capacity", name, "service", capacity.service, directory.service_ids())


def _check_network(key: str, network: str) -> None:
    try:
        ip_network(network)
    except ValueError as error:
        raise DirectoryError(f"`{key}` has {network!r}: {error}") from None


def _check_console(console: Console, directory: Directory) -> None:
    authorities = [authority.id for authority in directory.authorities]
    if console.authority is not None:
        _require_known("console", console.issuer, "authority", console.authority, authorities)
    elif len(directory.consoles) > 1:
        raise DirectoryError(
            f"console {console.issuer!r} is one of several; expected its `authority`, so that it is believed about"
            " that authority's regions only"
        )


def _check_unique(directory: Directory) -> None:
    _require_unique("authority", [authority.id for authority in directory.authorities])
    _require_unique("region", [region.id for region in directory.regions])
    _require_unique("service", [service.id for service in directory.services])
    _require_unique("service key", [service.key for service in directory.services if service.key is not None])
    _require_unique("site", [site.id for site in directory.sites])
    _require_unique("booth", [booth.id for booth in directory.booths])
    _require_unique("console", [console.issuer for console in directory.consoles])
    _require_unique("capacity", [f"{capacity.region}/{capacity.service}" for capacity in directory.capacities])


def _check_region(region: Region, directory: Directory) -> None:
    if region.authority is not None:
        authorities = [authority.id for authority in directory.authorities]
        _require_known("region", region.id, "authority", region.authority, authorities)
    if region.state is not None:
        _check_state(region.id, region.state)
    _check_hours(f"region {region.id!r}", region.hours, region.exceptions)


def _check_state(region: str, state: str) -> None:
    country, _, part = state.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known or (part and part not in known[country]):
        expected = ", ".join(f"{country}-{name}" for name in known.get(country, ())) or "a country such as DE"
        raise DirectoryError(
            f"region {region!r}: no public holidays are known for `state` {state!r}; expected one of {expected}"
        )


def _check_site(site: Site) -> None:
    if (site.latitude is None) != (site.longitude is None):
        raise DirectoryError(f"site {site.id!r} has one coordinate; expected `latitude` and `longitude`, or neither")
    _check_hours(f"site {site.id!r}", site.hours, site.exceptions)


def _check_hours(whose: str, week: Week | None, exceptions: Iterable[DayException]) -> None:
    try:
        if week is not None:
            week.days()
        _require_unique("exception", [str(day) for exception in exceptions for day in exception.dates()])
        for exception in exceptions:
            exception.spans()
    except DirectoryError as error:
        raise DirectoryError(f"{whose}: {error}") from None


def _check_site_of(booth: Booth, sites: dict[str, Site]) -> None:
    """A booth's site is one of the list, or words; what looks like an id must be one, so that no typing error hides
    a booth from the booking pages."""
    site = sites.get(booth.site)
    if site is None:
        if sites and _LIKE_AN_ID.fullmatch(booth.site):
            _require_known("booth", booth.id, "site", booth.site, sites)
        return
    if site.region != booth.region:
        raise DirectoryError(
            f"booth {booth.id!r} is of region {booth.region!r}, its site {site.id!r} of {site.region!r};"
            " expected the same for both"
        )
