"""Statistics derive from the event log alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from signaling.clerk import Clerk, Grant
from signaling.directory import Region
from signaling.display import staffing
from signaling.protocol.messages import ClerkState
from signaling.tally import JOINED, Event, Staffing, Tally

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 29, 12, tzinfo=BERLIN).timestamp()  # The day the clocks went forward.
REGIONS = [Region("elbtal", "Elbtal"), Region("heide", "Heide")]


def event(at: float, ticket: str, name: str, before: str | None, after: str, region: str = "elbtal") -> Event:
    return Event(at, ticket, name, before, after, region, "certificate")


def visit(at: float, ticket: str, end: str = "completed") -> list[Event]:
    return [
        event(at, ticket, JOINED, None, "waiting"),
        event(at + 10, ticket, "offered", "waiting", "offered"),
        event(at + 15, ticket, "accepted", "offered", "connecting"),
        event(at + 20, ticket, "connected", "connecting", "in_call"),
        event(at + 315, ticket, end, "in_call", end),
    ]


def test_a_day_is_counted_by_region() -> None:
    tally = Tally(BERLIN)
    tally.replay(visit(NOON, "AA001") + visit(NOON + 5, "AA002", "abandoned"))
    tally.count(event(NOON + 400, "AA003", JOINED, None, "waiting"))
    tally.count(event(NOON + 410, "AA004", JOINED, None, "waiting", "heide"))
    for name, before, after in (("offered", "waiting", "offered"), ("accepted", "offered", "connecting")):
        tally.count(event(NOON + 420, "AA004", name, before, after, "heide"))
    elbtal, heide = tally.statistics(REGIONS, {}, 5, NOON + 500)
    assert (elbtal.waiting, elbtal.in_call, elbtal.longest_wait_s) == (1, 0, 100.0)
    assert (elbtal.completed_today, elbtal.abandoned_today) == (1, 1)
    assert (heide.waiting, heide.in_call, heide.longest_wait_s, heide.completed_today) == (0, 1, 0.0, 0)
    tally.replay([*visit(NOON + 500, "AA005"), *visit(NOON + 500, "AA006")])
    pace = tally.recent.pace(Grant())
    assert pace is not None
    assert pace.handling == pytest.approx(300)


def test_returned_ticket_has_waited_since_it_joined() -> None:
    tally = Tally(BERLIN)
    tally.replay(visit(NOON, "AA001")[:4])
    tally.count(event(NOON + 60, "AA001", "returned", "in_call", "waiting"))
    assert tally.statistics(REGIONS, {}, 5, NOON + 100)[0].longest_wait_s == 100.0


def test_yesterday_is_not_today() -> None:
    tally = Tally(BERLIN)
    midnight = datetime(2026, 3, 30, tzinfo=BERLIN).timestamp()
    tally.replay(visit(midnight - 400, "AA001"))
    assert tally.statistics(REGIONS, {}, 5, midnight - 1)[0].completed_today == 1
    assert tally.numbers == {"AA001"}
    assert tally.statistics(REGIONS, {}, 5, midnight + 1)[0].completed_today == 0
    assert tally.numbers == set()
    assert tally.start_of_day(midnight + 1) == midnight
    assert tally.start_of_day(NOON) == NOON - 11 * 3600  # One hour of this day never was.


def test_a_region_does_not_show_the_one_clerk_another_has_not() -> None:
    both, one = frozenset({"elbtal", "heide"}), frozenset({"elbtal"})
    clerks = [
        Clerk(f"c{n}", NOON, Grant(frozenset({"clerk"}), regions), state=ClerkState.AVAILABLE, address=n)
        for n, regions in enumerate([*[both] * 5, one])
    ]
    assert staffing(clerks, "elbtal", 5) == staffing(clerks, "heide", 5) == Staffing(5, 5)
    assert staffing(clerks, "elbtal", 6) == Staffing(0, 0)


@pytest.mark.parametrize(("signed_in", "shown"), [(4, None), (5, 2), (9, 2)])
def test_small_groups_are_not_counted(signed_in: int, shown: int | None) -> None:
    staffing = {"elbtal": Staffing(signed_in, 2)}
    assert Tally(BERLIN).statistics(REGIONS, staffing, 5, NOON)[0].clerks_available == shown
