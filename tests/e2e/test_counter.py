"""The way in with an appointment, and what a supervisor sees of it, live."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Office

pytestmark = pytest.mark.e2e


async def test_an_appointment_code_takes_a_ticket(office: Office) -> None:
    robot = office.robot
    await robot.wait("attract")
    await robot.press("start")
    await robot.press("language-de")
    await robot.press("code")
    await robot.wait("code")
    await robot.ask({"do": "type", "name": "code-entry", "text": "WRONG123"})
    await robot.press("code-submit")
    refused = await robot.wait("code")
    assert refused["view"]["notice"] == "error-appointment_unknown"
    for _ in "WRONG123":
        await robot.press("key-backspace")
    await robot.ask({"do": "type", "name": "code-entry", "text": await office.stack.book_appointment()})
    await robot.press("code-submit")
    waiting = await robot.wait("waiting")
    assert waiting["view"]["position"] == 1


async def test_a_supervisor_sees_waiting_calls_and_completed_cases_live(office: Office) -> None:
    visit = office.visit

    async def cell(column: str, text: str) -> None:
        await expect(visit.clerk.mark(f"region-elbtal-{column}")).to_have_text(text)

    await visit.clerk.press("nav-supervisor")
    await cell("waiting", "0")
    await visit.take_ticket()
    await cell("waiting", "1")
    await expect(visit.clerk.mark("region-elbtal-longest_wait")).not_to_have_text("–")
    await visit.clerk.press("nav-desk")
    await visit.clerk.set_available()
    await visit.connect()
    await visit.clerk.press("nav-supervisor")
    await cell("waiting", "0")
    await cell("in_call", "1")
    await visit.clerk.press("nav-desk")
    await visit.read_card()
    await visit.agree_on_the_form()
    await visit.complete()
    await visit.part()
    await visit.clerk.press("nav-supervisor")
    await cell("in_call", "0")
    await cell("completed", "1")
