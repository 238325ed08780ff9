"""Days in the database are the days of the log, outlive it, and name nobody."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import URL, func, select, text

from signaling.statistics.ledger import Day, Ledger
from signaling.statistics.report import PARTS, Question, answer
from signaling.statistics.rollups import Rollups
from signaling.storage.rows import Changes, ticket_row
from signaling.storage.schema import duties, events, metadata
from signaling.storage.store import Store
from signaling.tally import Duty, Event
from signaling.ticket import Ticket
from tests.signaling.test_statistics import REGIONS, SERVICES, shift, visit

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


def at(day: date, hour: float) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp() + hour * 3600


def week(days: int = 3) -> tuple[list[Event], list[Duty]]:
    """Some days of six clerks and thirty visits."""
    chance = random.Random(4)
    of_tickets: list[Event] = []
    of_clerks: list[Duty] = []
    for n in range(days):
        day = MONDAY + n * DAY
        for visitor in range(30):
            handling = chance.uniform(60, 900) if chance.random() < 0.8 else None
            matter = chance.choice(REGIONS), chance.choice(SERVICES)
            start = at(day, chance.uniform(8, 23.9))
            of_tickets += visit(f"AA{n}{visitor:02}", start, chance.uniform(0, 200), handling, *matter)
        for clerk in range(6):
            calls = [(chance.uniform(0, 900), 300.0, 60.0, "elbtal", chance.choice(SERVICES)) for _ in range(9)]
            of_clerks += shift(f"c0ffee{clerk}", at(day, 8.2), ("elbtal",), calls)
    return sorted(of_tickets, key=lambda event: event.at), sorted(of_clerks, key=lambda duty: duty.at)


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


async def opened(url: URL, clock: Clock, *, log_days: int = 30) -> tuple[Store, Rollups]:
    store = await Store.open(url)
    return store, Rollups(store.engine, BERLIN, clock, minimum=5, log_days=log_days)


def all_answers(days: dict[date, Day]) -> list[Any]:
    return [
        answer(days, Question(frozenset(by), frozenset(REGIONS), minimum=5))
        for by in ((), *[(p,) for p in PARTS], PARTS)
    ]


async def test_rollups_are_the_statistics_of_the_log(database_url: URL) -> None:
    of_tickets, of_clerks = week()
    clock = Clock(at(MONDAY + 2 * DAY, 12))
    store, rollups = await opened(database_url, clock)
    await store.save(Changes(events=of_tickets, duties=of_clerks))
    counted = await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS)
    assert [answer(counted, Question(frozenset(), frozenset(REGIONS)))[0].arrivals] == [90]  # Nothing is made yet.
    clock.now = at(MONDAY + 4 * DAY, 12)
    await rollups.keep()
    book = Ledger(BERLIN)
    book.count(of_tickets)
    book.count_work(of_clerks)
    whole = book.days(clock.now, 5)
    made = await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS)
    assert {day: kept for day, kept in made.items() if kept.rows} == whole
    assert all_answers(made) == all_answers(whole)
    assert all_answers(made)[0][0].occupancy is not None
    await rollups.make(MONDAY)
    assert await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS) == made  # Made anew, it is the same.
    only = await rollups.read(MONDAY, MONDAY, ["heide"])
    assert {row.region for row in only[MONDAY].rows} == {"heide"}
    await store.close()


async def test_the_log_goes_and_the_days_stay(database_url: URL) -> None:
    of_tickets, of_clerks = week()
    clock = Clock(at(MONDAY + 4 * DAY, 12))
    store, rollups = await opened(database_url, clock, log_days=3)
    await store.save(Changes(events=of_tickets, duties=of_clerks))
    still_open = Ticket("AA000", "booth-1", "elbtal", "permit", "de", at(MONDAY, 9))
    await store.save(Changes(tickets={"AA000": ticket_row(still_open)}))
    before = await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS)
    await rollups.keep()
    after = await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS)
    assert [kept.rows for kept in after.values() if kept.rows] == [kept.rows for kept in before.values()]
    kept_from = at(MONDAY + DAY, 0)
    async with store.engine.connect() as connection:
        left = (await connection.execute(select(events.c.ticket).where(events.c.at < kept_from))).scalars().all()
        assert set(left) == {"AA000"}
        assert (await connection.execute(select(func.min(duties.c.at)))).scalar() >= kept_from
        assert (await connection.execute(select(func.count()).select_from(duties))).scalar()
    clock.now = at(MONDAY + 60 * DAY, 12)
    await rollups.keep()
    assert (await rollups.read(MONDAY, MONDAY + 9 * DAY, REGIONS))[MONDAY] == after[MONDAY]
    async with store.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(text(f"select * from {table.name}")):
                assert "c0ffee" not in str(row)  # No pseudonym outlives the log.
    await store.close()


async def test_today_is_counted_as_it_grows(database_url: URL) -> None:
    clock = Clock(at(MONDAY, 10))
    store, rollups = await opened(database_url, clock)
    assert await rollups.read(MONDAY, MONDAY, REGIONS) == {}
    lines = visit("AA001", at(MONDAY, 9.9), 60, 100, "elbtal", "permit")
    for known in range(1, len(lines) + 1):
        await store.save(Changes(events=lines[known - 1 : known]))
        (line,) = answer(await rollups.read(MONDAY, MONDAY, REGIONS), Question(frozenset(), frozenset(REGIONS)))
        assert (line.arrivals, line.waiting, line.answered) == (1, int(known < 3), int(known >= 3))
        assert line.completed == int(known == len(lines))
    await store.close()
