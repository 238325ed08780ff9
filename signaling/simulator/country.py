"""A country: regions in groups, booths in regions, and clerks who serve the regions of their group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from signaling.clerk import Grant
from signaling.directory import Booth, Directory, Region
from signaling.directory.hours import Week
from signaling.directory.model import Priority, Service
from signaling.tokens import BoothIdentity, ClerkIdentity

SERVICES: Final = ("registration", "certificate", "passport", "vehicle", "housing", "pension", "permit", "family")
PRIORITIES: Final = {"passport": Priority.HIGH, "pension": Priority.LOW}
"""Of services that are more urgent, or less; the others are as usual."""
OPENS: Final = 8
"""The hour in which the day begins."""
CLOSES: Final = 18
"""The hour in which it ends at the latest."""
LANGUAGES: Final = (("de", 0.86), ("en", 0.07), ("tr", 0.04), ("uk", 0.03))
"""What citizens choose, with their shares."""
_ISSUER: Final = "http://console.example"
_KEY: Final = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
_LANGUAGES_OF_CLERKS: Final = (("de", "en"), ("de",), ("de", "tr"), ("de",), ("de", "en", "uk"))
"""Taken in turn."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the country is. The regions of a group share their clerks: one group pools all of them."""

    booths: int
    clerks: int
    regions: int
    groups: int
    closes: int = 18
    """The hour at which the booths close; clerks stay until the last citizen has gone."""

    def __post_init__(self) -> None:
        if not 0 < self.groups <= self.regions <= self.booths or self.clerks < self.groups:
            raise ValueError("There must be a booth for each region, and a region and a clerk for each group.")
        if not OPENS < self.closes <= CLOSES:
            raise ValueError(f"The booths can close from {OPENS + 1} to {CLOSES} h.")


class Country:
    """The directory and the identities of everybody who connects."""

    def __init__(self, size: Size) -> None:
        regions = [f"region-{n}" for n in range(size.regions)]
        hours = [f"{OPENS:02}:00-{size.closes:02}:00"]
        week = Week(mon=hours, tue=hours, wed=hours, thu=hours, fri=hours)
        self.directory: Final = Directory(
            regions=[Region(id=region, name=region, hours=week) for region in regions],
            services=[Service(id=service, priority=PRIORITIES.get(service, Priority.NORMAL)) for service in SERVICES],
            booths=[
                Booth(id=f"booth-{n}", region=regions[n % size.regions], site="", key=_KEY) for n in range(size.booths)
            ],
        )
        self.groups: Final = size.groups
        self.booths: Final = [BoothIdentity(booth) for booth in self.directory.booths]
        groups = [frozenset(regions[n :: size.groups]) for n in range(size.groups)]
        self.group_of: Final = {region: n % size.groups for n, region in enumerate(regions)}
        """Regions of one group have the same clerks, no region and no clerk is of two."""
        grants: dict[tuple[int, int], Grant] = {}
        self.clerks: Final[list[ClerkIdentity]] = []
        for n in range(size.clerks):
            kind = n % size.groups, n // size.groups % len(_LANGUAGES_OF_CLERKS)
            if kind not in grants:
                languages = frozenset(_LANGUAGES_OF_CLERKS[kind[1]])
                grants[kind] = Grant(frozenset({"clerk"}), groups[kind[0]], frozenset(SERVICES), languages)
            self.clerks.append(ClerkIdentity(f"clerk-{n}", f"clerk-{n}", _ISSUER, grants[kind]))
