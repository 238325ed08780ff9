"""A small region with two sites, and an appointment book on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime
import random
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL

from signaling import directory
from signaling.appointments.book import AppointmentBook
from signaling.appointments.offerings import Offerings
from signaling.opening import Openings
from signaling.storage.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2
TOWN = f"""
[[services]]
id = "registration-certificate"
minutes = 18
[[services]]
id = "parking-permit"
minutes = 10
[[services]]
id = "fishing-licence"
[[regions]]
id = "elbtal"
name = "Elbtal"
state = "DE-SN"
[regions.hours]
mon = ["08:00-10:00", "13:00-14:00"]
tue = ["08:00-10:00"]
[[regions]]
id = "heide"
name = "Heide"
[[sites]]
id = "hall"
region = "elbtal"
name = "Village hall"
hours = {{mon = ["08:30-14:00"], tue = ["08:00-18:00"]}}
[[sites]]
id = "library"
region = "elbtal"
name = "Library"
[[sites]]
id = "empty"
region = "elbtal"
name = "A site without a booth"
[[booths]]
id = "booth-1"
region = "elbtal"
site = "hall"
key = "{KEY}"
[[booths]]
id = "booth-2"
region = "elbtal"
site = "library"
key = "{KEY}"
[[booths]]
id = "booth-3"
region = "elbtal"
site = "library"
key = "{KEY}"
[[capacities]]
region = "elbtal"
service = "registration-certificate"
at_once = 2
lead_minutes = 30
horizon_days = 8
[[capacities]]
region = "elbtal"
service = "parking-permit"
at_once = 3
lead_minutes = 0
"""


def at(text: str) -> float:
    """Berlin's wall clock in seconds since the epoch."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


class Clock:
    """Time that goes when told."""

    def __init__(self, now: str = "2026-11-28T12:00") -> None:
        self.now = at(now)

    def __call__(self) -> float:
        return self.now

    def set(self, now: str) -> None:
        self.now = at(now)


@pytest.fixture
def clock() -> Clock:
    """A Saturday noon; Monday is the first day with hours."""
    return Clock()


@pytest.fixture(scope="session")
def offerings() -> Offerings:
    known = directory.parse(TOWN)
    return Offerings(known, Openings(known))


@pytest.fixture
async def store(database_url: URL) -> AsyncIterator[Store]:
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def book(store: Store, offerings: Offerings, clock: Clock) -> AppointmentBook:
    return AppointmentBook(store.engine, offerings, clock, random.Random(4))
