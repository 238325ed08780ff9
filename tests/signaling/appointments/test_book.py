"""The appointment book on SQLite and PostgreSQL: booking, moving, cancelling, missing, and many who want one place."""

from __future__ import annotations

import asyncio
import datetime
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, func, select

from signaling.appointments.appointment import AppointmentState
from signaling.appointments.book import AppointmentBook
from signaling.appointments.code import new_request
from signaling.appointments.errors import CodeUnknown, NotChangeable, NotOffered, SlotTaken, SlotUnknown
from signaling.appointments.offerings import Matter
from signaling.storage.schema import appointment_places, appointments, events
from signaling.storage.store import Store
from tests.signaling.appointments.conftest import TOWN, Clock, at

ROOT = Path(__file__).parents[3]
MONDAY = datetime.date(2026, 11, 30)
CERTIFICATE = Matter("registration-certificate", "elbtal")
AT_HALL = Matter("registration-certificate", "elbtal", "hall")
PERMIT_AT_HALL = Matter("parking-permit", "elbtal", "hall")
NINE = at("2026-11-30T09:00")
DAY_S = 86_400.0


async def log_of(store: Store, appointment: str) -> list[tuple[str, str | None, str]]:
    async with store.engine.connect() as connection:
        rows = await connection.execute(
            select(events.c.event, events.c.from_state, events.c.to_state)
            .where(events.c.ticket == appointment)
            .order_by(events.c.id)
        )
        return [tuple(row) for row in rows]


async def count(store: Store, table: Any) -> int:
    async with store.engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def test_a_booked_appointment_is_found_by_its_code(book: AppointmentBook, store: Store) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    found = await book.find(booked.code)
    assert found == booked.appointment
    assert (found.service, found.site, found.starts_at, found.ends_at) == (
        "registration-certificate",
        "hall",
        NINE,
        NINE + 1200,
    )
    assert await book.find("ACDEFHJKLM") is None
    assert await log_of(store, found.id) == [("booked", None, "booked")]


async def test_the_code_is_stored_nowhere(book: AppointmentBook, store: Store) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    async with store.engine.connect() as connection:
        rows = [
            str(row)
            for table in (appointments, appointment_places, events)
            for row in await connection.execute(select(table))
        ]
    assert len(rows) > 5
    assert not any(booked.code.lower() in row.lower() for row in rows)


async def test_the_same_wish_sent_twice_books_once(book: AppointmentBook, store: Store) -> None:
    request = new_request()
    both = await asyncio.gather(book.book(CERTIFICATE, NINE, request), book.book(CERTIFICATE, NINE, request))
    assert both[0] == both[1]
    assert await count(store, appointments) == 1
    with pytest.raises(NotChangeable):
        await book.book(CERTIFICATE, NINE + 1200, request)


async def test_a_slot_has_as_many_places_as_the_region_serves_at_once(book: AppointmentBook) -> None:
    for _ in range(2):
        await book.book(CERTIFICATE, NINE, new_request())
    with pytest.raises(SlotTaken) as taken:
        await book.book(CERTIFICATE, NINE, new_request())
    eight = at("2026-11-30T08:00")
    assert [slot.starts_at for slot in taken.value.next_free] == [eight, eight + 1200, eight + 2400]
    assert NINE not in [slot.starts_at for slot in await book.free_slots(CERTIFICATE, MONDAY)]


async def test_a_booth_is_promised_once_whatever_the_service(book: AppointmentBook) -> None:
    """At the hall stands one booth: 09:00 to 09:20 keeps 09:00 and 09:10 of the ten-minute service from it."""
    await book.book(AT_HALL, NINE, new_request())
    free = [slot.starts_at for slot in await book.free_slots(PERMIT_AT_HALL, MONDAY)]
    assert NINE - 600 in free and NINE + 1200 in free
    assert NINE not in free and NINE + 600 not in free
    with pytest.raises(SlotTaken):
        await book.book(PERMIT_AT_HALL, NINE + 600, new_request())
    await book.book(Matter("parking-permit", "elbtal", "library"), NINE + 600, new_request())


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ("2026-11-30T07:40", "before it opens"),
        ("2026-11-30T09:10", "between two slots"),
        ("2026-11-30T10:00", "after it closes"),
        ("2026-11-23T09:00", "past"),
        ("2027-01-04T09:00", "beyond the horizon"),
    ],
)
async def test_only_slots_can_be_booked(book: AppointmentBook, starts: str, why: str) -> None:
    with pytest.raises(SlotUnknown):
        await book.book(CERTIFICATE, at(starts), new_request())


@pytest.mark.parametrize(
    ("service", "region", "site"),
    [
        ("fishing-licence", "elbtal", None),
        ("registration-certificate", "heide", None),
        ("registration-certificate", None, None),
        ("registration-certificate", "heide", "hall"),
        ("registration-certificate", "elbtal", "empty"),
        ("registration-certificate", "elbtal", "nowhere"),
    ],
)
async def test_what_is_not_offered_cannot_be_booked(
    book: AppointmentBook, service: str, region: str | None, site: str | None
) -> None:
    with pytest.raises(NotOffered):
        book.offerings.matter(service, region, site)


async def test_a_moved_appointment_gives_its_place_back(book: AppointmentBook, store: Store) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    moved = await book.move(booked.code, NINE + 1200, "library")
    assert (moved.id, moved.site, moved.starts_at) == (booked.appointment.id, "library", NINE + 1200)
    assert await book.find(booked.code) == moved
    assert NINE in [slot.starts_at for slot in await book.free_slots(AT_HALL, MONDAY)]
    assert await book.move(booked.code, NINE + 1200, "library") == moved
    assert await log_of(store, moved.id) == [("booked", None, "booked"), ("moved", "booked", "booked")]


async def test_an_appointment_that_cannot_be_moved_stays(book: AppointmentBook) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    await book.book(AT_HALL, NINE + 1200, new_request())
    with pytest.raises(SlotTaken):
        await book.move(booked.code, NINE + 1200, "hall")
    assert await book.find(booked.code) == booked.appointment
    with pytest.raises(SlotTaken):
        await book.book(AT_HALL, NINE, new_request())


async def test_a_cancelled_appointment_gives_its_place_back_and_stays_cancelled(
    book: AppointmentBook, store: Store
) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    cancelled = await book.cancel(booked.code)
    assert cancelled.state is AppointmentState.CANCELLED
    assert await count(store, appointment_places) == 0
    for change in (book.cancel(booked.code), book.move(booked.code, NINE + 1200, None)):
        with pytest.raises(NotChangeable) as refused:
            await change
        assert refused.value.state is AppointmentState.CANCELLED
    assert [name for name, _, _ in await log_of(store, cancelled.id)] == ["booked", "cancelled"]


async def test_a_wrong_code_changes_nothing(book: AppointmentBook) -> None:
    for change in (book.cancel("ACDEFHJKLM"), book.move("ACDEFHJKLM", NINE, None)):
        with pytest.raises(CodeUnknown):
            await change


async def test_who_does_not_come_is_missed_and_the_place_is_free(
    book: AppointmentBook, store: Store, clock: Clock
) -> None:
    booked = await book.book(PERMIT_AT_HALL, NINE, new_request())
    later = await book.book(PERMIT_AT_HALL, NINE + 600, new_request())
    clock.now = NINE + 599
    assert await book.tidy(600, 3 * DAY_S) == []
    clock.now = NINE + 601
    (missed,) = await book.tidy(600, 3 * DAY_S)
    assert (missed.id, missed.state) == (booked.appointment.id, AppointmentState.MISSED)
    assert await log_of(store, missed.id) == [("booked", None, "booked"), ("no_show", "booked", "missed")]
    assert await book.tidy(600, 3 * DAY_S) == []
    found = await book.find(later.code)
    assert found is not None and found.state is AppointmentState.BOOKED


async def test_old_appointments_are_forgotten_and_the_log_is_not(
    book: AppointmentBook, store: Store, clock: Clock
) -> None:
    booked = await book.book(AT_HALL, NINE, new_request())
    clock.now = NINE + 1200 + 3 * DAY_S - 1
    await book.tidy(600, 3 * DAY_S)
    assert await book.find(booked.code) is not None
    assert await count(store, appointment_places) == 0
    clock.now += 2
    await book.tidy(600, 3 * DAY_S)
    assert await book.find(booked.code) is None
    assert [name for name, _, _ in await log_of(store, booked.appointment.id)] == ["booked", "no_show"]


async def test_several_nodes_tidy_at_once_and_each_miss_counts_once(
    book: AppointmentBook, store: Store, clock: Clock
) -> None:
    for n in range(5):
        await book.book(CERTIFICATE, NINE + 1200 * (n % 3), new_request())
    clock.now = NINE + 7200
    missed = await asyncio.gather(*(book.tidy(600, 3 * DAY_S) for _ in range(4)))
    assert sum(map(len, missed)) == 5
    assert await count(store, events) == 10


async def test_the_next_free_slots_are_found_across_days(book: AppointmentBook, clock: Clock) -> None:
    clock.set("2026-11-30T13:15")
    assert [slot.starts_at for slot in await book.next_free(CERTIFICATE, 2)] == [
        at("2026-12-01T08:00"),
        at("2026-12-01T08:20"),
    ]


async def test_a_log_with_appointments_can_be_counted(book: AppointmentBook, store: Store) -> None:
    """The tally of tickets passes over them."""
    from signaling.tally import Tally

    await book.book(AT_HALL, NINE, new_request())
    contents = await store.load(0.0)
    tally = Tally(book.offerings.directory.zone())
    tally.replay(contents.events)
    assert [event.event for event in contents.events] == ["booked"]
    assert not tally.numbers


@pytest.mark.parametrize("seed", range(3))
async def test_random_changes_at_once_never_give_a_place_twice(book: AppointmentBook, store: Store, seed: int) -> None:
    chance = random.Random(seed)
    codes = [(await book.book(CERTIFICATE, NINE + 1200 * n, new_request())).code for n in range(3)]

    async def change() -> None:
        code = chance.choice(codes)
        try:
            match chance.randrange(3):
                case 0:
                    await book.book(chance.choice([CERTIFICATE, AT_HALL]), NINE, new_request())
                case 1:
                    await book.move(code, NINE + 1200 * chance.randrange(3), chance.choice([None, "hall", "library"]))
                case _:
                    await book.cancel(code)
        except (SlotTaken, NotChangeable):
            pass

    await asyncio.gather(*(change() for _ in range(30)))
    async with store.engine.connect() as connection:
        standing = {
            row.id: row
            for row in await connection.execute(select(appointments).where(appointments.c.state == "booked"))
        }
        taken = list(await connection.execute(select(appointment_places)))
    assert {row.appointment for row in taken} == set(standing)
    for row in standing.values():
        mine = [place for place in taken if place.appointment == row.id]
        assert len({place.cell for place in mine}) == 4
        assert len(mine) == (4 if row.site is None else 8)
        assert len({(place.resource, place.place) for place in mine}) == (1 if row.site is None else 2)


async def test_two_processes_with_many_citizens_want_the_last_place(
    database_url: URL, store: Store, clock: Clock, book: AppointmentBook
) -> None:
    """One place is left, 2 x 25 want it at the same moment."""
    await book.book(CERTIFICATE, NINE, new_request())
    order = {
        "url": database_url.render_as_string(hide_password=False),
        "directory": TOWN,
        "now": clock.now,
        "service": "registration-certificate",
        "region": "elbtal",
        "site": None,
        "starts_at": NINE,
        "tasks": 25,
    }
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.signaling.appointments.rush"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    try:
        async with asyncio.timeout(60):
            for seed, process in enumerate(processes):
                assert process.stdin and process.stdout
                process.stdin.write(json.dumps(order | {"seed": seed}).encode() + b"\n")
                assert await process.stdout.readline() == b"ready\n"
            for process in processes:
                assert process.stdin
                process.stdin.write(b"go\n")
            done = [json.loads(await process.stdout.readline()) for process in processes if process.stdout]
            await asyncio.gather(*(process.wait() for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert [result["unexpected"] for result in done] == [[], []]
    assert sum(len(result["won"]) for result in done) == 1
    assert sum(result["lost"] for result in done) == 49
    assert {first for result in done for first in result["next_free"]} == {at("2026-11-30T08:00")}
    (winner,) = (code for result in done for code in result["won"])
    assert (await book.find(winner)) is not None
    assert await count(store, appointments) == 2
    assert await count(store, appointment_places) == 8
