"""Calling for help without a sound: the clerk's side, the supervisor's, and the keys."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")


def wanted(id_: str = "help-7", **change: object) -> messages.HelpRequest:
    values: dict[str, object] = {"id": id_, "clerk": "0a1b2c", "state": "open", "since_s": 12}
    return messages.HelpRequest(**values | change)  # type: ignore[arg-type]


async def state(office: Office, name: str) -> None:
    await office.page.locator(f'[data-test="help"][data-state="{name}"]').wait_for()


async def test_help_is_asked_for_taken_and_closed(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    heard = len(office.heard)
    await office.page.evaluate(
        "() => { window.sounds = 0; OscillatorNode = class { constructor() { sounds += 1; } }; }"
    )
    await office.page.keyboard.press("F9")
    assert (await office.sent_message(messages.AskHelp)).ticket == samples.TICKET
    await state(office, "asked")
    office.send(messages.HelpState(request="help-1", state=messages.HelpProgress.TAKEN))
    await state(office, "taken")
    office.send(messages.HelpState(request="help-1", state=messages.HelpProgress.CLOSED))
    await state(office, "none")
    assert await office.page.evaluate("() => window.sounds") == 0
    quiet = {"Heartbeat", "CallFigures", "Greeting"}
    assert {type(message).__name__ for message in office.heard[heard:]} <= quiet, "the booth learns nothing"


async def test_a_call_for_help_is_taken_back_by_the_same_button(office: Office) -> None:
    await office.sign_in()
    await office.mark("help").click()
    assert (await office.sent_message(messages.AskHelp)).ticket is None
    await state(office, "asked")
    await office.mark("help").click()
    assert (await office.sent_message(messages.CloseHelp)).request == "help-1"
    await state(office, "none")


async def test_a_call_for_help_that_is_not_taken_does_not_pretend(office: Office) -> None:
    await office.sign_in()
    office.refusing = {messages.AskHelp: ErrorId.RATE_LIMITED}
    await office.mark("help").click()
    await office.see("notice-switchboard")
    await state(office, "none")


async def test_a_supervisor_is_told_on_every_page(office: Office) -> None:
    await office.sign_in("/cases")
    assert (await office.sent_message(messages.WatchStatistics)).watch is True
    office.send(messages.HelpUpdate(requests=[wanted(ticket=samples.TICKET, region="elbtal", booth="booth-elbtal-1")]))
    sign = await office.see("help-sign")
    await expect(sign).to_contain_text("Ein Hilferuf")
    await sign.click()
    shown = await office.see("help-help-7")
    await expect(shown).to_contain_text("Omar Haddad", use_inner_text=True)
    await office.mark("help-take-help-7").click()
    assert (await office.sent_message(messages.TakeHelp)).request == "help-7"
    office.send(messages.HelpUpdate(requests=[wanted(state="taken")]))
    await office.page.locator('[data-test="help-help-7"][data-state="taken"]').wait_for()
    await office.mark("help-close-help-7").click()
    assert (await office.sent_message(messages.CloseHelp)).request == "help-7"
    office.send(messages.HelpUpdate(requests=[]))
    await office.see("help-empty")
    await office.mark("help-sign").wait_for(state="detached")


async def test_a_clerk_of_another_office_is_not_named(office: Office) -> None:
    await office.sign_in("/supervisor")
    office.send(messages.HelpUpdate(requests=[wanted(clerk="ffff")]))
    shown = await office.see("help-help-7")
    await expect(shown).to_contain_text("anderen Amt", use_inner_text=True)
    assert "ffff" not in await shown.inner_text()


async def test_keys_of_the_call(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("text-input").click()
    await office.page.keyboard.press("F2")
    await office.page.locator('[data-test="toggle-mute"][data-on="false"]').wait_for()
    await office.page.keyboard.press("Shift+F2")
    await office.page.locator('[data-test="toggle-camera"][data-on="false"]').wait_for()
    await office.page.keyboard.press("F4")
    await office.see("held")
    await office.page.keyboard.press("F4")
    await office.mark("held").wait_for(state="detached")
    await office.page.keyboard.press("Control+F8")
    await office.page.keyboard.press("F8")
    await office.sent_message(messages.Park)
    assert len([m for m in office.sent if isinstance(m, messages.Park)]) == 1


async def test_the_keys_are_listed(office: Office) -> None:
    await office.sign_in()
    await office.mark("shortcuts").click()
    listed = await (await office.see("shortcuts-dialog")).inner_text()
    for key in ("F2", "F4", "F8", "F9", "Enter", "Esc"):
        assert key in listed
    await office.page.keyboard.press("Escape")
    await office.mark("shortcuts-dialog").wait_for(state="detached")
