"""Identifying with the PIN, from the clerk's wish to the filled form, with the real AusweisApp; and who sees what."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from booth.eid.testing.persons import PERSONS
from scripts.media_files import MediaFiles
from scripts.stack import SITE, Stack, free_port
from tests.e2e.conftest import open_office
from tests.e2e.relay import Relay
from tests.e2e.test_privacy import held_by, leaks, processes_of, relieved

pytestmark = pytest.mark.e2e


async def test_identified_with_the_pin_and_seen_by_the_authority_alone(
    tmp_path: Path, files: MediaFiles, card_service: None
) -> None:
    person = PERSONS["juergen"]
    secrets = [person.family_name, person.pin, person.city, person.date_of_birth]
    stack = Stack(tmp_path, eid=True)
    relay = Relay(stack.switchboard_url, free_port())
    async with relay.listening(), open_office(stack, files, switchboard_url=relay.url) as office:
        robot, clerk = office.robot, office.clerk
        await stack.start_eid_card("juergen")
        before = processes_of(office.booth)
        await clerk.set_available()
        await office.visit.take_ticket()
        await office.visit.connect()
        await clerk.press("eid-request")
        await robot.wait("eid")
        await robot.ask({"do": "press", "name": "eid-right-PlaceOfBirth", "timeout_s": 20}, 30)
        await robot.press("eid-agree")
        for digit in person.pin:
            await robot.ask({"do": "press", "name": f"key-{digit}", "timeout_s": 20}, 30)
        state = await robot.state()
        assert state["view"]["eid"]["digits"] == 6
        assert person.pin not in str(state)
        await robot.press("eid-enter")
        await clerk.see("eid-identified")
        await expect(clerk.mark("eid-family_name")).to_have_text(person.family_name, use_inner_text=True)
        await expect(clerk.mark("field-family_name")).to_have_value(person.family_name)
        await expect(clerk.mark("field-municipality")).to_have_value(person.city)
        await expect(clerk.mark("field-place_of_birth")).to_have_value("")
        await robot.wait("call")
        await office.visit.hang_up()
        assert clerk.troubles == []
        after = await relieved(office.booth, before)
        held = await asyncio.to_thread(held_by, after, [*secrets, SITE])
        assert {leak for found in held.values() for leak in found} == {SITE}
    assert leaks("".join(relay.seen).encode(), secrets) == []
    looked_at = [path for path in tmp_path.rglob("*") if path.is_file() and "eid-server" not in path.parts]
    assert {path.name for path in looked_at} >= {"switchboard.log", "console.log", "booth-elbtal-1.log"}
    found = {
        str(path.relative_to(tmp_path)): leak for path in looked_at if (leak := leaks(path.read_bytes(), secrets))
    }
    assert found == {}
