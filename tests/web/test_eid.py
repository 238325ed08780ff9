"""Asking for the eID function, and what comes of it, at the clerk's screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from media import consultation
from media.consultation import EidFault, EidStage
from tests.web import samples
from tests.web.office import TOKEN, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(office: Office) -> int:
    heard = len(office.heard)
    await office.mark("eid-request").click()
    request: consultation.EidRequest = await office.heard_message(consultation.EidRequest, heard)
    assert request.tc_token_url == TOKEN
    return request.request


async def reports(office: Office, request: int, stage: EidStage, fault: EidFault | None = None) -> None:
    await office.booth_says(consultation.EidStatus(request=request, stage=stage, fault=fault))


async def sees(office: Office, stage: str, fault: str = "") -> None:
    mark = f'[data-test="eid-stage"][data-stage="{stage}"][data-fault="{fault}"]'
    await office.page.locator(mark).wait_for(state="attached")


async def test_from_the_wish_to_the_form(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await asked(office)
    await sees(office, "asked")
    await reports(office, request, EidStage.PIN, EidFault.WRONG_PIN)
    await sees(office, "pin", "wrong_pin")
    await reports(office, request, EidStage.WORKING)
    await reports(office, request + 1, EidStage.FAILED)
    await sees(office, "working")
    await reports(office, request, EidStage.SENT)
    await office.see("eid-identified")
    name = samples.EID["holder"]["family_name"]  # type: ignore[index]
    await expect(office.mark("eid-family_name")).to_have_text(name, use_inner_text=True)
    await expect(office.mark("field-family_name")).to_have_value("Groß-Öztürk")
    await office.see("from-eid-family_name")
    await office.see("eid-declined")


async def test_after_a_new_pin_a_new_session_is_opened_by_itself(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    first = await asked(office)
    heard = len(office.heard)
    await reports(office, first, EidStage.PIN_CHANGED)
    again: consultation.EidRequest = await office.heard_message(consultation.EidRequest, heard)
    assert again.request > first
    assert [request[1] for request in office.requests].count("/api/cases/case-1/eid") == 2


async def test_the_clerk_takes_it_back(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await asked(office)
    await reports(office, request, EidStage.CONSENT)
    await sees(office, "consent")
    await office.mark("eid-cancel").click()
    assert (await office.heard_message(consultation.EidCancel)).request == request
    await sees(office, "cancelled")
    await reports(office, request, EidStage.DECLINED)
    await sees(office, "cancelled")


async def test_an_eid_server_that_is_not_there_is_named(office: Office) -> None:
    office.answers["POST", "/api/cases/case-1/eid"] = lambda _: (502, {"error": "eid_unreachable", "text": "No."})
    await office.sign_in()
    await office.stand()
    await office.mark("eid-request").click()
    await sees(office, "failed", "eid_unreachable")
    # The browser itself complains of the answer.
    office.forgive()


async def test_without_an_eid_server_nobody_can_ask(office: Office) -> None:
    office.service |= {"eid": []}
    await office.sign_in()
    await office.stand()
    await office.see("card-request")
    await expect(office.mark("eid-request")).to_have_count(0)


async def test_a_line_that_fails_for_a_moment_is_not_the_end(office: Office) -> None:
    path = "/api/cases/case-1/eid/result"
    fails = [(409, {"error": "eid_no_result", "text": "Not yet."}), (502, {"error": "eid_unreachable", "text": "No."})]

    def fail(_body: Any) -> tuple[int, Any]:
        if len(fails) == 1:
            del office.answers["POST", path]
        return fails.pop()

    office.answers["POST", path] = fail
    await office.sign_in()
    await office.stand()
    request = await asked(office)
    await reports(office, request, EidStage.SENT)
    await office.see("eid-identified")
    assert not fails
    office.forgive()
