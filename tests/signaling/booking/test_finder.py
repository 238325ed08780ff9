"""Finding a booth: distances, names, filters, and a map on which everything can be pressed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.booking import finder
from signaling.directory import Accessibility, Site

DRESDEN, LEIPZIG = (51.0504, 13.7373), (51.3397, 12.3731)


def site(name: str, place: finder.Place | None, *features: Accessibility) -> Site:
    latitude, longitude = place or (None, None)
    return Site(name.lower(), "elbtal", name, f"{name} 1", latitude, longitude, list(features))


HALL = site("Hall", DRESDEN, Accessibility.STEP_FREE, Accessibility.WHEELCHAIR)
LIBRARY = site("Library", LEIPZIG, Accessibility.STEP_FREE)
BUS = site("Bus", None)


def test_a_distance_is_that_of_the_great_circle() -> None:
    assert finder.distance_km(DRESDEN, LEIPZIG) == pytest.approx(100.2, abs=0.5)
    assert finder.distance_km(DRESDEN, DRESDEN) == 0
    assert finder.distance_km((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.1)


def test_the_nearest_come_first_and_what_has_no_place_last() -> None:
    ordered = finder.nearest_first([BUS, LIBRARY, HALL], DRESDEN)
    assert [(found.name, km and round(km)) for found, km in ordered] == [
        ("Hall", 0.0),
        ("Library", 100),
        ("Bus", None),
    ]
    assert finder.nearest_first([BUS, HALL], None) == [(BUS, None), (HALL, None)]


@pytest.mark.parametrize(
    ("typed", "found"), [("hall", "Hall"), ("  LIBRARY   1", "Library"), ("bus", None), ("", None)]
)
def test_a_place_is_found_by_the_name_of_a_site(typed: str, found: str | None) -> None:
    named = finder.named_place(typed, [HALL, LIBRARY, BUS])
    assert (named and named[0]) == found


def test_all_wanted_features_must_be_there() -> None:
    wanted = [Accessibility.STEP_FREE, Accessibility.WHEELCHAIR]
    assert finder.with_features([HALL, LIBRARY, BUS], wanted) == [HALL]
    assert finder.with_features([BUS], []) == [BUS]


def test_north_is_up_and_east_is_right() -> None:
    hall, library = finder.on_map([HALL, LIBRARY], None)
    assert library.y < hall.y and library.x < hall.x


PLACES = st.lists(st.tuples(st.floats(-89, 89), st.floats(-180, 180)), min_size=1, max_size=20)


@given(places=PLACES)
def test_every_dot_is_on_the_map_and_can_be_pressed(places: list[finder.Place]) -> None:
    dots = finder.on_map([site(f"s{n}", place) for n, place in enumerate(places)], None)
    assert len(dots) == len(places)
    for n, dot in enumerate(dots):
        assert 0 <= dot.x <= finder.MAP_WIDTH and 0 <= dot.y <= finder.MAP_HEIGHT
        assert all(math.hypot(dot.x - other.x, dot.y - other.y) >= 24 for other in dots[:n])
