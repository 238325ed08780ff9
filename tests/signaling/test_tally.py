"""Statistics derive from the event log alone; the log survives in the database."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from signaling.clerk import Clerk
from signaling.directory import Region
from signaling.protocol.messages import ClerkState, TicketState
from signaling.store import Changes, Store, StoreError, clerk_row, ticket_row
from signaling.tally import JOINED, Event, Staffing, Tally
from signaling.ticket import Ticket

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
    assert list(tally.handling_s) == [300.0]


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


@pytest.mark.parametrize(("signed_in", "shown"), [(4, None), (5, 2), (9, 2)])
def test_small_groups_are_not_counted(signed_in: int, shown: int | None) -> None:
    staffing = {"elbtal": Staffing(signed_in, 2)}
    assert Tally(BERLIN).statistics(REGIONS, staffing, 5, NOON)[0].clerks_available == shown


def ticket(number: str) -> Ticket:
    return Ticket(
        number, "booth-1", "elbtal", "certificate", "de", NOON, ("signing",), refused={"c0ffee": NOON + 1}, clerk="c1"
    )


async def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "switchboard.sqlite"
    store = await Store.open(path)
    first, second = ticket("AA001"), ticket("AA002")
    changes = Changes({t.number: ticket_row(t) for t in (first, second)}, {}, visit(NOON, "AA001"))
    clerk = Clerk("c1", NOON, state=ClerkState.AVAILABLE)
    changes.clerks["c1"] = clerk_row(clerk)
    changes.events.insert(0, event(NOON - 90_000, "AA002", JOINED, None, "waiting"))
    changes.events.insert(0, event(NOON - 90_000, "AA999", JOINED, None, "waiting"))
    await store.save(changes)
    first.state, first.generation = TicketState.IN_CALL, 3
    await store.save(Changes({"AA001": ticket_row(first), "AA003": None}, {}, []))
    await store.close()

    store = await Store.open(path)
    contents = await store.load(since=NOON)
    await store.close()
    assert sorted(contents.tickets, key=lambda t: t.number) == [first, second]
    assert contents.clerks == [clerk]
    assert [e.ticket for e in contents.events] == ["AA002"] + ["AA001"] * 5  # Today's and those of open tickets.


async def test_all_or_nothing_is_written(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "switchboard.sqlite")
    broken = Event(NOON, "AA001", JOINED, None, None, "elbtal", "certificate")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="cannot be written"):
        await store.save(Changes({"AA001": ticket_row(ticket("AA001"))}, {}, [broken]))
    assert (await store.load(0.0)).tickets == []
    await store.close()


async def test_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "switchboard.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("pragma user_version = 99"))
    engine.dispose()
    with pytest.raises(StoreError, match="schema version 99"):
        await Store.open(path)


async def test_unusable_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "switchboard.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"switchboard\.sqlite cannot be opened.*--data"):
        await Store.open(path)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(StoreError, match="--data"):
        await Store.open(in_the_way / "switchboard.sqlite")


async def test_database_is_for_its_owner_only(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "data" / "switchboard.sqlite")
    await store.close()
    assert stat.S_IMODE((tmp_path / "data" / "switchboard.sqlite").stat().st_mode) & 0o077 == 0
