"""Signing in, the pages beside the workplace, and the language."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from signaling.protocol import messages
from tests.web.office import CONSOLE, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_wrong_credentials_are_said_plainly(office: Office) -> None:
    await office.page.goto(CONSOLE)
    await office.mark("sign-in-name").fill("a.schmidt")
    await office.mark("sign-in-password").fill("wrong")
    await office.page.keyboard.press("Enter")
    error = await office.see("sign-in-error")
    await expect(error).to_contain_text("Passwort", use_inner_text=True)
    office.forgive()


async def test_a_reload_keeps_the_session_and_signing_out_ends_it(office: Office) -> None:
    await office.sign_in()
    await office.page.reload()
    await office.see("line-online")
    await office.mark("sign-out").click()
    await office.see("sign-in-name")
    await office.page.reload()
    await office.see("sign-in-name")


async def test_the_language_is_remembered(office: Office) -> None:
    await office.sign_in()
    await office.mark("language-en").click()
    await office.page.get_by_text("Nobody is waiting", exact=True).wait_for()
    await office.page.reload()
    await office.page.get_by_text("Nobody is waiting", exact=True).wait_for()


async def test_supervisor_figures_add_up_and_the_longest_wait_runs(office: Office) -> None:
    await office.sign_in("/supervisor")
    await office.see("region-elbtal-waiting")
    shown = {
        cell: await office.mark(f"region-{cell}").inner_text()
        for cell in (
            "elbtal-waiting",
            "elbtal-clerks",
            "heide-longest_wait",
            "all-waiting",
            "all-completed",
            "all-abandoned",
        )
    }
    assert shown == {
        "elbtal-waiting": "3",
        "elbtal-clerks": "6",
        "heide-longest_wait": "–",
        "all-waiting": "3",
        "all-completed": "23",
        "all-abandoned": "1",
    }
    await expect(office.mark("region-heide-clerks")).to_contain_text("zu wenige")
    wait = office.mark("region-elbtal-longest_wait")
    before = await wait.inner_text()
    assert re.fullmatch(r"02:\d\d", before)
    await office.page.wait_for_function(
        "before => document.querySelector('[data-test=\"region-elbtal-longest_wait\"]').innerText > before", arg=before
    )


async def test_the_supervisors_watch_outlives_the_line(office: Office) -> None:
    await office.sign_in("/supervisor")
    await office.see("region-elbtal-waiting")
    watched = len(office.sent)
    await office.drop_line()
    office.up = True
    assert (await office.sent_message(messages.WatchStatistics, watched)).watch is True


async def test_a_supervisor_who_is_no_clerk_sees_only_the_figures(office: Office) -> None:
    office.staff["roles"] = ["supervisor"]
    await office.page.goto(CONSOLE)
    await office.mark("sign-in-name").fill("b.kern")
    await office.mark("sign-in-password").fill("correct horse")
    await office.mark("sign-in-submit").click()
    await office.see("supervisor-table")
    await expect(office.mark("nav-desk")).to_have_count(0)
    await expect(office.mark("preview")).to_have_count(0)


async def test_cases_are_listed_with_their_documents(office: Office) -> None:
    await office.sign_in("/cases")
    await office.see("cases-table")
    link = office.mark("case-document-case-1")
    await expect(link).to_have_attribute("href", "/api/cases/case-1/document")
    assert await link.get_attribute("download") is not None


async def test_the_call_goes_on_while_the_clerk_looks_elsewhere(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("nav-cases").click()
    await office.see("cases-table")
    assert not await office.mark("remote-video").evaluate("video => video.paused")
    frames = (await office.page.evaluate("() => window.fernamt.figures()"))["frames"]
    await office.page.wait_for_function(f"() => window.fernamt.figures().frames > {frames} + 10")
    await office.mark("nav-desk").click()
    await office.see("remote-video")


async def test_an_offer_rings_on_every_page_and_leads_to_the_workplace(office: Office) -> None:
    await office.sign_in("/supervisor")
    await office.offer()
    await office.mark("offer-accept").click()
    await office.sent_message(messages.Connected)
    await office.see("remote-video")
    await expect(office.page.locator("main")).to_have_attribute("data-page", "desk")


async def test_a_case_that_did_not_open_can_be_opened_again(office: Office) -> None:
    failure = {"error": "internal_error", "text": "No."}
    office.answers["POST", "/api/cases"] = lambda body: (500, failure)
    await office.sign_in()
    await office.offer()
    await office.mark("offer-accept").click()
    await office.see("case-open-again")
    await office.see("notice-case")
    del office.answers["POST", "/api/cases"]
    await office.mark("case-open-again").click()
    await office.page.locator('[data-test="case-state"][data-state="open"]').wait_for()
    office.forgive()


async def test_signing_out_gives_the_ticket_back(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("sign-out").click()
    back = await office.sent_message(messages.ReturnToQueue)
    assert back.reason is messages.EndReason.CLERK_LEFT
    await office.see("sign-in-name")


async def test_an_expired_session_ends_no_call(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.answers["POST", "/api/switchboard-token"] = lambda body: (401, {"error": "signed_out", "text": "No."})
    await office.drop_line()
    await office.see("notice-session")
    await office.see("remote-video")
    office.forgive()
