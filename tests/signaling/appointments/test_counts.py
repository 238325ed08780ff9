"""Counts of appointments: from the log, and still there when the log has gone."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import delete

from signaling.appointments.book import AppointmentBook
from signaling.appointments.code import new_request
from signaling.appointments.counts import AppointmentCount
from signaling.appointments.offerings import Matter
from signaling.storage.schema import events
from signaling.storage.store import Store
from tests.signaling.appointments.conftest import Clock, at

CERTIFICATE = Matter("registration-certificate", "elbtal")
SATURDAY, MONDAY = datetime.date(2026, 11, 28), datetime.date(2026, 11, 30)
NINE = at("2026-11-30T09:00")


async def test_days_are_counted_from_the_log_and_outlive_it(book: AppointmentBook, store: Store, clock: Clock) -> None:
    codes = [(await book.book(CERTIFICATE, NINE + 1200 * n, new_request())).code for n in range(3)]
    await book.move(codes[0], NINE - 1200, None)
    await book.cancel(codes[1])
    clock.now = NINE + 7200
    await book.tidy(600, 86_400)
    expected = [
        AppointmentCount(day=SATURDAY, region="elbtal", service=CERTIFICATE.service, booked=3, moved=1, cancelled=1),
        AppointmentCount(day=MONDAY, region="elbtal", service=CERTIFICATE.service, no_show=2),
    ]
    assert await book.counts.of(SATURDAY, MONDAY, {"elbtal"}) == expected
    await book.counts.keep()
    assert await book.counts.of(SATURDAY, MONDAY, {"elbtal"}) == expected
    clock.set("2026-12-01T00:01")
    await book.counts.keep()
    async with store.engine.begin() as connection:
        await connection.execute(delete(events))
    assert await book.counts.of(SATURDAY, MONDAY, {"elbtal"}) == expected
    assert await book.counts.of(MONDAY, MONDAY, {"elbtal"}) == expected[1:]
    assert await book.counts.of(SATURDAY, MONDAY, {"heide"}) == []


async def test_midnight_is_that_of_the_office(book: AppointmentBook, clock: Clock) -> None:
    clock.set("2026-11-28T23:59:59")
    await book.book(CERTIFICATE, NINE, new_request())
    clock.set("2026-11-29T00:00")
    await book.book(CERTIFICATE, NINE, new_request())
    lines = await book.counts.of(SATURDAY, MONDAY, {"elbtal"})
    assert [(line.day.day, line.booked) for line in lines] == [(28, 1), (29, 1)]


@pytest.mark.parametrize(
    ("before", "reason", "expected"),
    [
        ("booked", "early", {"checked_in": 1}),
        ("booked", "late", {"checked_in": 1, "late": 1}),
        ("missed", "late", {"checked_in": 1, "late": 1, "after_all": 1}),
        ("checked_in", "due", {}),
    ],
)
async def test_citizens_who_come_are_counted_once(
    book: AppointmentBook, store: Store, clock: Clock, before: str, reason: str, expected: dict[str, int]
) -> None:
    came = {"ticket": "a1", "event": "checked_in", "from_state": before, "to_state": "checked_in", "reason": reason}
    row = {**came, "at": NINE, "region": "elbtal", "service": "s", "about": "appointment"}
    async with store.engine.begin() as connection:
        await connection.execute(events.insert(), row)
    clock.now = NINE + 3600
    lines = await book.counts.of(MONDAY, MONDAY, {"elbtal"})
    assert lines == ([AppointmentCount(day=MONDAY, region="elbtal", service="s", **expected)] if expected else [])
