"""Checking in over a real WebSocket: early, in time, late, at another booth, twice, and with a wrong code."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from signaling.storage.schema import appointments, events


async def state_of(switchboard: Any, code_of_its: str) -> str:
    from signaling.appointments.code import digest

    async with switchboard.engine() as connection:
        row = await connection.execute(
            select(appointments.c.state).where(appointments.c.digest == digest(code_of_its))
        )
        return str(row.scalar_one())


async def test_an_appointment_names_the_matter_and_is_open_once(switchboard: Any) -> None:
    code = await switchboard.appointment(in_s=-60)
    booth, _ = await switchboard.booth()
    await booth.say(m.Join(language="en", code=code))
    ticket = (await booth.hear(m.TicketUpdate)).ticket
    assert ticket.service == "registration-certificate"
    assert await state_of(switchboard, code) == "checked_in"
    other, _ = await switchboard.booth("booth-2")
    await other.say(m.Join(language="en", code=code, id=1), m.Join(language="en", code="AAAAA22222", id=2))
    assert (await other.hear(m.Error, in_reply_to=1)).error == ErrorId.TICKET_EXISTS
    assert (await other.hear(m.Error, in_reply_to=2)).error == ErrorId.APPOINTMENT_UNKNOWN


async def test_another_booth_in_another_region_takes_it_for_the_region_it_was_booked_in(switchboard: Any) -> None:
    clerk = await switchboard.available()
    code = await switchboard.appointment(in_s=-60)
    booth, _ = await switchboard.booth("booth-3")  # which stands in Heide
    await booth.say(m.Join(language="de", code=code))
    offer = await clerk.hear(m.Offer)
    assert (offer.ticket.region, offer.booth, offer.ticket.appointment) == ("elbtal", "booth-3", True)


async def test_a_ticket_given_back_can_be_taken_again_and_the_visit_ends_the_appointment(switchboard: Any) -> None:
    code = await switchboard.appointment(in_s=-60)
    booth, _ = await switchboard.booth()
    await booth.say(m.Join(language="de", code=code))
    first = (await booth.hear(m.TicketUpdate)).ticket.number
    await booth.say(m.Leave(ticket=first))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.ABANDONED)
    clerk = await switchboard.available()
    await booth.say(m.Join(language="de", code=code))
    number = (await clerk.hear(m.Offer)).ticket.number
    await clerk.say(m.Accept(ticket=number))
    await clerk.hear(m.Call)
    await clerk.say(m.Connected(ticket=number, generation=1))
    await clerk.say(m.Complete(ticket=number, outcome=m.Outcome.DONE))
    await booth.hear(m.TicketUpdate, ticket__state=m.TicketState.COMPLETED)
    assert await state_of(switchboard, code) == "attended"
    await booth.say(m.Join(language="de", code=code, id=7))
    assert (await booth.hear(m.Error, in_reply_to=7)).error == ErrorId.APPOINTMENT_OVER
    async with switchboard.engine() as connection:
        found = [row.event for row in await connection.execute(select(events.c.event).order_by(events.c.id))]
    assert [name for name in found if name in ("checked_in", "attended")] == ["checked_in", "checked_in", "attended"]


async def test_who_comes_late_is_a_walk_in(switchboard: Any) -> None:
    code = await switchboard.appointment(in_s=-1500, state="missed")
    booth, _ = await switchboard.booth()
    await booth.say(m.Join(language="de", code=code))
    await booth.hear(m.TicketUpdate)
    assert await state_of(switchboard, code) == "checked_in"
    async with switchboard.engine() as connection:
        log = select(events.c.from_state, events.c.reason).where(events.c.event == "checked_in")
        assert [tuple(row) for row in await connection.execute(log)] == [("missed", "late")]


async def test_who_comes_on_another_day_or_after_cancelling_is_told(switchboard: Any) -> None:
    booth, _ = await switchboard.booth()
    two_days = datetime.timedelta(days=2).total_seconds()
    wrong = {
        ErrorId.APPOINTMENT_NOT_TODAY: await switchboard.appointment(in_s=two_days),
        ErrorId.APPOINTMENT_OVER: await switchboard.appointment(in_s=60, state="cancelled"),
    }
    for error, code in wrong.items():
        await booth.say(m.Join(language="de", code=code, id=1))
        assert (await booth.hear(m.Error, in_reply_to=1)).error == error
    await booth.say(m.Join(language="de", service="registration-certificate"))
    await booth.hear(m.TicketUpdate)


async def test_guessing_codes_is_slowed_down(switchboard: Any) -> None:
    booth, _ = await switchboard.booth()
    tried = [m.Join(language="de", code=f"AAAAA222{n:02}", id=n) for n in range(14)]
    await booth.say(*tried)
    answers = Counter([(await booth.hear(m.Error)).error for _ in tried])
    assert answers[ErrorId.APPOINTMENT_UNKNOWN] + answers[ErrorId.RATE_LIMITED] == 14
    assert answers[ErrorId.APPOINTMENT_UNKNOWN] in (10, 11)
    await booth.say(m.Join(language="de", service="registration-certificate"))
    await booth.hear(m.TicketUpdate)


@pytest.mark.parametrize("in_s", [-60, 1500])
async def test_a_restart_keeps_the_ticket_of_an_appointment(start_switchboard: Any, in_s: float) -> None:
    async with start_switchboard() as switchboard:
        code = await switchboard.appointment(in_s=in_s)
        booth, _ = await switchboard.booth()
        await booth.say(m.Join(language="de", code=code))
        number = (await booth.hear(m.TicketUpdate)).ticket.number
    async with start_switchboard() as switchboard:
        booth, welcome = await switchboard.booth()
        assert welcome.ticket.number == number
        other, _ = await switchboard.booth("booth-2")
        await other.say(m.Join(language="de", code=code, id=1))
        assert (await other.hear(m.Error, in_reply_to=1)).error == ErrorId.TICKET_EXISTS


async def test_the_switchboard_gives_back_what_was_missed(start_switchboard: Any) -> None:
    async with start_switchboard() as switchboard:
        missed = await switchboard.appointment(in_s=-3600)
        coming = await switchboard.appointment(in_s=3600)
    async with start_switchboard() as switchboard:
        async with asyncio.timeout(30):
            while await state_of(switchboard, missed) == "booked":
                pass
        assert await state_of(switchboard, missed) == "missed"
        assert await state_of(switchboard, coming) == "booked"
