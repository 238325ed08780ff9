"""Finding a booth: distances, filters and a map without outside tiles. Pure; coordinates in degrees (WGS 84)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from signaling.directory import Accessibility, Site

Place = tuple[float, float]
"""Latitude and longitude."""

EARTH_KM: Final = 6371.0
MAP_WIDTH: Final = 640.0
MAP_HEIGHT: Final = 420.0
MAP_MARGIN: Final = 36.0
SMALLEST_SPAN: Final = 0.02
"""A map shows at least so many degrees of latitude, some two kilometres: a single dot needs a neighbourhood."""


def distance_km(one: Place, other: Place) -> float:
    """Along the great circle (haversine)."""
    north, east = (math.radians(b - a) / 2 for a, b in zip(one, other, strict=True))
    across = math.cos(math.radians(one[0])) * math.cos(math.radians(other[0]))
    return 2 * EARTH_KM * math.asin(math.sqrt(math.sin(north) ** 2 + across * math.sin(east) ** 2))


def named_place(typed: str, sites: Iterable[Site]) -> tuple[str, Place] | None:
    """The first site whose name or address has what was typed in it, and where it is. There is no other map here."""
    wanted = " ".join(typed.split()).casefold()
    if not wanted:
        return None
    for site in sites:
        if site.coordinates is not None and wanted in f"{site.name} {site.address}".casefold():
            return site.name, site.coordinates
    return None


def with_features(sites: Iterable[Site], wanted: Sequence[Accessibility]) -> list[Site]:
    """The sites that have all of what is wanted."""
    return [site for site in sites if set(wanted) <= set(site.accessibility)]


def nearest_first(sites: Iterable[Site], origin: Place | None) -> list[tuple[Site, float | None]]:
    """With the distance in kilometres; sites without coordinates last, and the given order where nothing is known."""
    if origin is None:
        return [(site, None) for site in sites]
    measured = [(site, distance_km(origin, site.coordinates) if site.coordinates else None) for site in sites]
    return sorted(measured, key=lambda found: (found[1] is None, found[1] or 0.0))


@dataclass(frozen=True, slots=True)
class Dot:
    """A site, or the place of departure (None), on the map; in units of its view box."""

    site: Site | None
    x: float
    y: float


def on_map(sites: Iterable[Site], origin: Place | None) -> list[Dot]:
    """Where the dots of a map lie that shows all of them, north up. Those too close to each other are moved apart a
    little, so that each can be pressed."""
    places = [(site, site.coordinates) for site in sites if site.coordinates is not None]
    everything: list[tuple[Site | None, Place]] = [*places, *([(None, origin)] if origin else [])]
    if not everything:
        return []
    latitudes = [place[0] for _, place in everything]
    longitudes = [place[1] for _, place in everything]
    middle = ((min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2)
    narrowing = max(math.cos(math.radians(middle[0])), 0.01)
    high = max(max(latitudes) - min(latitudes), SMALLEST_SPAN)
    wide = max((max(longitudes) - min(longitudes)) * narrowing, SMALLEST_SPAN)
    scale = min((MAP_HEIGHT - 2 * MAP_MARGIN) / high, (MAP_WIDTH - 2 * MAP_MARGIN) / wide)
    dots: list[Dot] = []
    for site, (latitude, longitude) in everything:
        x = MAP_WIDTH / 2 + (longitude - middle[1]) * narrowing * scale
        y = MAP_HEIGHT / 2 - (latitude - middle[0]) * scale
        dots.append(_apart(Dot(site, x, y), dots))
    return dots


DOT_APART: Final = 30.0
_TURNS: Final = 12


def _apart(dot: Dot, others: Sequence[Dot]) -> Dot:
    """The free place nearest to the dot, on circles around it, within the map."""
    for ring in range(12):
        for turn in range(_TURNS if ring else 1):
            angle = 2 * math.pi * turn / _TURNS
            x = dot.x + ring * DOT_APART * math.cos(angle)
            y = dot.y + ring * DOT_APART * math.sin(angle)
            inside = MAP_MARGIN / 2 <= x <= MAP_WIDTH - MAP_MARGIN / 2 and (
                MAP_MARGIN / 2 <= y <= MAP_HEIGHT - MAP_MARGIN / 2
            )
            if inside and all(math.hypot(x - o.x, y - o.y) >= DOT_APART - 1 for o in others):
                return Dot(dot.site, round(x, 1), round(y, 1))
    return Dot(dot.site, round(dot.x, 1), round(dot.y, 1))
