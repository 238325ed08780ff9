"""What goes wrong with a card is said on both sides, and the call goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import expect

from booth.idcard.testing.documents import zone_of
from booth.idcard.testing.personas import PERSONAS
from booth.mrz.testing.camera import Shot, photograph
from booth.mrz.testing.specimen import draw
from scripts.media_files import MediaFiles
from scripts.stack import Stack
from tests.e2e.conftest import Office, open_office

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(
    tmp_path_factory: pytest.TempPathFactory, files: MediaFiles, card_service: None
) -> AsyncIterator[Office]:
    """An office that is open for all tests of this file."""
    async with open_office(Stack(tmp_path_factory.mktemp("day")), files) as everything:
        yield everything


@pytest_asyncio.fixture(loop_scope="module")
async def office(day: Office) -> AsyncIterator[Office]:
    """A visit of its own for each test; its card lies on the reader, and is taken in the end."""
    if not day.card.inserted:
        await day.card.insert()
    yield day
    await day.visit.hang_up()


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
    await office.clerk.page.locator(f'[data-test="card-stage"][data-fault="{fault}"]').wait_for(timeout=60_000)
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
    await office.clerk.see("identity-check-data_integrity")
    assert (await office.clerk.verdicts())["data_integrity"] == "passed"


async def test_no_card_on_the_reader(office: Office) -> None:
    await office.card.remove()
    await ask_for_card(office)
    await office.visit.type_can(office.visit.can)
    await office.clerk.page.locator('[data-test="card-stage"][data-stage="insert_card"]').wait_for(timeout=60_000)
    await call_goes_on(office)
    await office.card.insert()
    await office.clerk.see("identity-check-data_integrity")


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
    await office.clerk.see("identity-check-data_integrity")
    verdicts = await office.clerk.verdicts()
    assert verdicts["data_integrity"] == "failed"
    assert verdicts["document_signature"] == "passed"
    await expect(office.clerk.mark("identity-verified")).to_have_attribute("data-verified", "false")
    await call_goes_on(office)


async def test_citizen_declines(office: Office) -> None:
    visit = office.visit
    await visit.clerk.set_available()
    await visit.take_ticket()
    await visit.connect()
    await visit.clerk.press("card-request")
    await visit.robot.wait("card")
    await visit.robot.press("consent-decline")
    await office.clerk.page.locator('[data-test="card-stage"][data-stage="declined"]').wait_for(timeout=60_000)
    await visit.robot.wait("call")
    await call_goes_on(office)


def passport_under_the_camera(persona: str, file: Path) -> None:
    """What a document camera would see of the persona's passport."""
    chance, zone = np.random.default_rng(7), zone_of(PERSONAS[persona].bearer)
    shot = Shot(size=(1920, 1080), turn=4, tilt=0.03, noise=3)
    cv2.imwrite(str(file), photograph(draw([zone[:44], zone[44:]], chance), shot, chance))


async def test_a_passport_is_opened_by_the_lines_under_the_camera(
    tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    """Nothing is typed: the camera reads the zone, the zone opens the chip, the authority judges what comes."""
    under = tmp_path / "under-the-camera.png"
    passport_under_the_camera("annelie", under)
    async with open_office(Stack(tmp_path / "stack"), files, document_camera=str(under)) as office:
        visit = office.visit
        await office.card.remove()
        await office.card.become("annelie")
        await office.card.insert()
        await visit.clerk.set_available()
        await visit.take_ticket()
        await visit.connect()
        await visit.clerk.mark("card-document").select_option("passport")
        await visit.clerk.press("card-request")
        await visit.robot.wait("card")
        await visit.robot.press("consent-agree")
        await visit.clerk.see("identity-check-data_integrity")
        verdicts = await visit.clerk.verdicts()
        assert {verdicts[name] for name in ("document_signature", "certificate_chain", "data_integrity")} == {"passed"}
        number = PERSONAS["annelie"].bearer.document_number
        log = (office.stack.data / "booth-elbtal-1.log").read_text()
        assert "zone read" in log
        assert number not in log
