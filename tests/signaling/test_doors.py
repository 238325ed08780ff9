"""Booths that are closed take no tickets and say when they open; those who wait are served."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from signaling import directory
from signaling.protocol import messages as m
from signaling.protocol.errors import ErrorId
from signaling.storage.rows import Contents
from tests.signaling.stage import TOML, Stage

HOURS = 'hours = {mon = ["08:00-12:00"], wed = ["10:00-12:00"]}'
KNOWN = directory.parse(TOML.replace('name = "Elbtal"', f'name = "Elbtal"\n{HOURS}'))


def at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


def stage(now: str) -> Stage:
    office = Stage(KNOWN)
    office.now = at(now)
    office.start(Contents([], [], []))
    return office


def hours(message: m.Welcome | m.ServicesUpdate) -> set[tuple[bool, str | None]]:
    assert {service.id for service in message.services} == {"certificate", "permit", "passport"}
    return {(service.open, service.opens_at) for service in message.services}


def test_a_booth_knows_its_hours_and_hears_when_they_begin_and_end() -> None:
    office = stage("2026-11-30T07:59")
    office.comes("b1")
    assert hours(office.told("b1", m.Welcome)) == {(False, "2026-11-30T08:00:00+01:00")}
    office.passes(60)
    assert hours(office.told("b1", m.ServicesUpdate)) == {(True, None)}
    office.passes(4 * 3600)
    assert hours(office.told("b1", m.ServicesUpdate)) == {(False, "2026-12-02T10:00:00+01:00")}


def test_a_closed_booth_takes_no_ticket_and_says_when_it_opens() -> None:
    office = stage("2026-11-30T12:00")
    office.comes("b1")
    office.says("b1", m.Join(language="de", service="certificate"))
    refused = office.told("b1", m.Error)
    assert refused.error is ErrorId.OFFICE_CLOSED
    assert "2026-12-02T10:00:00+01:00" in refused.text


def test_who_waits_when_it_closes_is_served() -> None:
    office = stage("2026-11-30T11:59")
    number = office.joins("b1")
    office.passes(120)
    office.available("clerk")
    assert office.told("clerk", m.Offer).ticket.number == number
