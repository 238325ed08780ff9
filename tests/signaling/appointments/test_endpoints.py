"""Booking by program: from the free slots to the calendar file, and what is refused."""

from __future__ import annotations

import asyncio
import csv
import datetime
import io
import re
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from signaling.appointments.code import new_request
from tests.signaling.asking import Rest

SERVICE = "registration-certificate"


@pytest.fixture
async def rest(switchboard: Any) -> Rest:
    return Rest.of(switchboard)


async def free(rest: Rest, **query: str) -> list[str]:
    answer = await rest.ask("GET", "/api/slots", params={"service": SERVICE, "region": "elbtal", **query})
    assert answer.status_code == 200
    return [slot["starts_at"] for slot in answer.json()["slots"]]


async def book(rest: Rest, starts_at: str, **more: Any) -> Any:
    wish = {"service": SERVICE, "region": "elbtal", "starts_at": starts_at, **more}
    return await rest.ask("POST", "/api/appointments", json=wish, address=more.pop("address", "192.0.2.7"))


async def test_from_a_free_slot_to_the_booth_and_back(rest: Rest) -> None:
    slots = await free(rest)
    assert len(slots) == 10 and slots == sorted(slots)
    booked = await book(rest, slots[0])
    assert booked.status_code == 201
    code = booked.json()["code"]
    body = {"code": f"{code[:5]}-{code[5:]}".lower()}
    found = (await rest.ask("POST", "/api/appointments/find", json=body)).json()
    assert found == {name: value for name, value in booked.json().items() if name != "code"}
    assert (found["state"], found["starts_at"]) == ("booked", slots[0])
    moved = await rest.ask("POST", "/api/appointments/move", json=body | {"starts_at": slots[3]})
    assert moved.json()["starts_at"] == slots[3]
    cancelled = await rest.ask("POST", "/api/appointments/cancel", json=body)
    assert cancelled.json()["state"] == "cancelled"
    again = await rest.ask("POST", "/api/appointments/cancel", json=body)
    assert (again.status_code, again.json()["error"]) == (409, "appointment_fixed")


async def test_the_last_place_is_refused_to_others(rest: Rest) -> None:
    slot = (await free(rest))[4]
    for _ in range(3):
        assert (await book(rest, slot)).status_code == 201
    refused = await book(rest, slot)
    assert (refused.status_code, refused.json()["error"]) == (409, "slot_taken")
    slots = await free(rest)
    assert slot not in slots
    assert refused.json()["next_free"] == slots[:3]


async def test_many_clients_at_once_get_as_many_places_as_there_are(rest: Rest) -> None:
    slot = (await free(rest))[6]
    wish = {"service": SERVICE, "region": "elbtal", "starts_at": slot}
    answers = await asyncio.gather(
        *(rest.ask("POST", "/api/appointments", json=wish, address=f"192.0.2.{n}") for n in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 17
    assert len({answer.json()["code"] for answer in answers if answer.status_code == 201}) == 3
    assert all(slot not in answer.json()["next_free"] for answer in answers if answer.status_code == 409)


async def test_supervisors_are_told_counts_of_their_regions(rest: Rest) -> None:
    slot = (await free(rest))[5]
    today = datetime.datetime.now(datetime.UTC).astimezone(ZoneInfo("Europe/Berlin")).date()
    for _ in range(2):
        assert (await book(rest, slot)).status_code == 201
    period = {"from": str(today - datetime.timedelta(days=1)), "to": str(today + datetime.timedelta(days=1))}
    token = rest.token("supervisor")
    told = (await rest.ask("GET", "/api/appointments/counts", params=period, token=token)).json()
    assert (told["from"], told["minimum_group_size"]) == (period["from"], 5)
    assert [(line["booked"], line["no_show"]) for line in told["lines"]] == [(2, 0)]
    by_service = {**period, "by": "region,service"}
    table = await rest.ask("GET", "/api/appointments/counts.csv", params=by_service, token=token)
    (line,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert (line["region"], line["service"], line["day"], line["booked"]) == ("elbtal", SERVICE, "", "2")
    elsewhere = rest.token("supervisor", regions=["heide"])
    told = (await rest.ask("GET", "/api/appointments/counts", params=by_service, token=elsewhere)).json()
    assert told["lines"] == []
    foreign = await rest.ask("GET", "/api/appointments/counts", params={**period, "region": "heide"}, token=token)
    assert (foreign.status_code, foreign.json()["error"]) == (403, "not_permitted")
    for token, status in ((rest.token("clerk"), 403), (None, 401)):
        answer = await rest.ask("GET", "/api/appointments/counts", params=period, token=token)
        assert answer.status_code == status
    backward = {"from": period["to"], "to": period["from"]}
    answer = await rest.ask("GET", "/api/appointments/counts", params=backward, token=rest.token("supervisor"))
    assert (answer.status_code, answer.json()["error"]) == (422, "period_unusable")


async def test_a_wish_that_is_sent_twice_is_one_appointment(rest: Rest) -> None:
    slot, request = (await free(rest))[2], new_request()
    first, second = [await book(rest, slot, request=request) for _ in range(2)]
    assert first.json() == second.json()


async def test_days_can_be_asked_for(rest: Rest) -> None:
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    slots = await free(rest, day=str(tomorrow))
    assert len(slots) == 72  # around the clock, every 20 minutes
    assert {slot[:10] for slot in slots} == {str(tomorrow)}


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({"service": "parking-permit", "region": "elbtal"}, 404, "not_offered"),
        ({"service": SERVICE, "region": "heide"}, 404, "not_offered"),
        ({"service": SERVICE, "site": "nowhere"}, 404, "not_offered"),
        ({"service": SERVICE, "region": "elbtal", "day": "2026-02-30"}, 400, "malformed_request"),
        ({"service": SERVICE, "region": "elbtal", "clerk": "x"}, 400, "malformed_request"),
    ],
)
async def test_what_is_not_offered_is_named(rest: Rest, query: dict[str, str], status: int, error: str) -> None:
    answer = await rest.ask("GET", "/api/slots", params=query)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_slot_that_does_not_exist_is_refused(rest: Rest) -> None:
    answer = await book(rest, "2031-01-01T10:00:00+01:00")
    assert (answer.status_code, answer.json()["error"]) == (422, "slot_unknown")


async def test_the_papers_are_about_the_appointment_and_nobody(rest: Rest) -> None:
    slot = (await free(rest))[1]
    code = (await book(rest, slot)).json()["code"]
    file = await rest.ask("POST", "/api/appointments/calendar", json={"code": code})
    assert file.headers["content-type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(file.content).walk("VEVENT")
    assert event["DTSTART"].dt == datetime.datetime.fromisoformat(slot)
    assert event["STATUS"] == "CONFIRMED"
    assert code not in file.text
    picture = await rest.ask("POST", "/api/appointments/qr", json={"code": code})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert re.search(rb"<svg [^>]*>.*</svg>", picture.content, re.DOTALL)


async def test_guessing_codes_is_slowed_down_for_each_address(rest: Rest) -> None:
    async def guess(address: str, n: int) -> int:
        body = {"code": f"AAAAA222{n:02}"}
        return (await rest.ask("POST", "/api/appointments/find", json=body, address=address)).status_code

    answers = [await guess("192.0.2.9", n) for n in range(13)]
    assert answers[:10] == [404] * 10
    assert 429 in answers[10:]
    assert await guess("192.0.2.10", 0) == 404
