"""What goes wrong with a card is said on both sides, and the call goes on."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Office

pytestmark = pytest.mark.e2e


async def ask_for_card(office: Office) -> None:
    """A standing call in which the citizen has agreed to the reading."""
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await visit.clerk.press("card-request")
    await visit.robot.wait("card")
    await visit.robot.press("consent-agree")


async def fault_shown(office: Office, fault: str) -> None:
    """Both screens name the fault."""
    await office.clerk.page.locator(f'[data-test="card-stage"][data-fault="{fault}"]').wait_for(timeout=30_000)
    state = await office.robot.state()
    assert state["view"]["card"]["fault"] == fault


async def call_goes_on(office: Office) -> None:
    before = (await office.clerk.figures())["frames"]
    await office.clerk.until(f"f => f.frames > {before + 30}")


async def test_wrong_number_then_the_right_one(office: Office) -> None:
    await ask_for_card(office)
    wrong = "000000" if office.visit.can != "000000" else "111111"
    await office.visit.type_can(wrong)
    await fault_shown(office, "wrong_card_access_number")
    await call_goes_on(office)
    await office.visit.type_can(office.visit.can)
    await office.clerk.see("identity-check-data_integrity", 30)
    assert (await office.clerk.verdicts())["data_integrity"] == "passed"


async def test_no_card_on_the_reader(office: Office) -> None:
    await office.card.remove()
    await ask_for_card(office)
    await office.visit.type_can(office.visit.can)
    await office.clerk.page.locator('[data-test="card-stage"][data-stage="insert_card"]').wait_for(timeout=30_000)
    await call_goes_on(office)
    await office.card.insert()
    await office.clerk.see("identity-check-data_integrity", 30)


async def test_card_pulled_out_while_it_is_read(office: Office) -> None:
    await office.card.remove()
    await office.card.insert("torn")
    await ask_for_card(office)
    await office.visit.type_can(office.visit.can)
    await fault_shown(office, "card_removed")
    await call_goes_on(office)


async def test_tampered_data_is_never_shown_as_passed(office: Office) -> None:
    await office.card.remove()
    await office.card.insert("tampered")
    await ask_for_card(office)
    await office.visit.type_can(office.visit.can)
    await office.clerk.see("identity-check-data_integrity", 30)
    verdicts = await office.clerk.verdicts()
    assert verdicts["data_integrity"] == "failed"
    assert verdicts["document_signature"] == "passed"
    assert await office.clerk.mark("identity-verified").get_attribute("data-verified") == "false"
    await call_goes_on(office)


async def test_citizen_declines(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await visit.clerk.press("card-request")
    await visit.robot.wait("card")
    await visit.robot.press("consent-decline")
    await office.clerk.page.locator('[data-test="card-stage"][data-stage="declined"]').wait_for(timeout=15_000)
    await visit.robot.wait("call")
    await call_goes_on(office)
