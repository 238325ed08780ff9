"""The switchboard is killed and started again: tickets are still there, a running call never notices."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Office

pytestmark = pytest.mark.e2e


async def test_a_running_call_outlives_the_switchboard(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await office.switchboard.kill()
    before = (await visit.clerk.figures())["frames"]
    await visit.clerk.until(f"f => f.frames > {before + 60}")
    assert (await office.robot.state())["screen"] == "call"
    await office.stack.start_switchboard()
    await visit.clerk.see("line-online")
    await visit.read_card()
    await visit.agree_on_the_form()
    await visit.complete()
    await visit.part()


async def test_a_waiting_ticket_outlives_the_switchboard(office: Office) -> None:
    visit = office.visit
    number = await visit.take_ticket()
    await office.switchboard.kill()
    await office.stack.start_switchboard()
    await visit.clerk.see("line-online")
    await visit.clerk.set_available()
    await visit.connect()
    assert (await office.robot.state())["view"]["ticket"] == number
