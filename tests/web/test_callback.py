"""Calling a citizen back: the number is on the screen while it is needed, and gone afterwards."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEALED = "eyJhbGciOiJFQ0RILUVTIn0..bm9uY2U.c2VhbGVk.dGFn"
KEPT_ANYWHERE = """
() => [document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()
"""


async def in_hand(office: Office, tries: int = 0) -> None:
    about = samples.entry(callback=True, state=messages.TicketState.CALLING_BACK)
    office.callback = messages.Callback(
        ticket=samples.TICKET, sealed=SEALED, tries=tries, about=about, booth="booth-elbtal-1"
    )
    await office.sign_in()
    await office.offer(callback=True, state=messages.TicketState.CALLBACK_OFFERED)
    await office.mark("offer-accept").click()
    await office.see("callback-number")


async def test_the_number_is_opened_by_the_back_end_and_can_be_dialled(office: Office) -> None:
    await in_hand(office, tries=1)
    assert await office.requested("POST", "/api/callbacks/open") == {"ticket": samples.TICKET, "sealed": SEALED}
    await expect(office.mark("callback-number")).to_have_attribute("href", "tel:+493511234567")
    shown = await office.mark("callback").inner_text()
    assert "Erika Mustermann" in shown
    assert "ein Versuch" in shown
    assert not [m for m in office.sent if isinstance(m, messages.Description)], "nobody sits at the booth"


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("callback-done", messages.Complete(ticket=samples.TICKET, outcome=messages.Outcome.DONE)),
        ("callback-wrong-number", messages.Complete(ticket=samples.TICKET, outcome=messages.Outcome.NOT_POSSIBLE)),
        (
            "callback-not-reached",
            messages.ReturnToQueue(ticket=samples.TICKET, reason=messages.EndReason.CONNECT_FAILED),
        ),
        ("callback-put-back", messages.ReturnToQueue(ticket=samples.TICKET, reason=messages.EndReason.CLERK_LEFT)),
    ],
)
async def test_each_end_is_told_and_the_number_disappears(office: Office, button: str, said: messages.Message) -> None:
    await in_hand(office)
    assert "3511234567" in await office.page.evaluate(KEPT_ANYWHERE)
    await office.mark(button).click()
    told = await office.sent_message(type(said))
    assert {name: getattr(told, name) for name in ("ticket", "reason", "outcome") if hasattr(told, name)} == {
        name: getattr(said, name) for name in ("ticket", "reason", "outcome") if hasattr(said, name)
    }
    await office.mark("callback").wait_for(state="detached")
    kept = await office.page.evaluate(KEPT_ANYWHERE)
    assert "3511234567" not in kept.replace(" ", "")
    assert "Mustermann" not in kept


async def test_a_callback_is_picked_out_of_the_queue(office: Office) -> None:
    office.callback = messages.Callback(ticket=samples.TICKET, sealed=SEALED, tries=0)
    await office.sign_in()
    entry = samples.entry(callback=True, state=messages.TicketState.CALLBACK)
    office.send(messages.QueueUpdate(tickets=[entry], total=1))
    await office.see(f"callback-{samples.TICKET}")
    await office.mark(f"pick-{samples.TICKET}").click()
    assert (await office.sent_message(messages.Pick)).ticket == samples.TICKET
    await office.see("callback-number")


async def test_a_callback_that_is_gone_is_said(office: Office) -> None:
    await office.sign_in()
    office.refusing = {messages.Pick: ErrorId.TICKET_GONE}
    entry = samples.entry(callback=True, state=messages.TicketState.CALLBACK)
    office.send(messages.QueueUpdate(tickets=[entry], total=1))
    await office.mark(f"pick-{samples.TICKET}").click()
    await office.see("notice-switchboard")
    await office.mark("callback").wait_for(state="detached")


async def test_a_reloaded_page_has_the_callback_again(office: Office) -> None:
    office.clerk_state = messages.ClerkState.IN_CALL
    office.welcome_ticket = samples.ticket_view(messages.TicketState.CALLING_BACK)
    await office.sign_in()
    office.send(messages.Callback(ticket=samples.TICKET, sealed=SEALED, tries=2))
    await office.see("callback-number")
    await expect(office.mark("orphan")).to_have_count(0)


async def test_a_number_that_cannot_be_opened_is_said_and_the_ways_out_remain(office: Office) -> None:
    refusal = {"error": "callback_unreadable", "text": "No."}
    office.answers["POST", "/api/callbacks/open"] = lambda body: (422, refusal)
    office.callback = messages.Callback(ticket=samples.TICKET, sealed=SEALED, tries=0)
    await office.sign_in()
    await office.offer(callback=True)
    await office.mark("offer-accept").click()
    await office.see("callback-problem")
    await office.mark("callback-put-back").click()
    await office.sent_message(messages.ReturnToQueue)
    office.forgive()


async def open_form(office: Office) -> None:
    await office.mark("callback-open-form").click()
    await office.see("telephone-prepare")
    opened = await office.requested("POST", "/api/cases")
    about = {"service": samples.SERVICE, "booth": "booth-elbtal-1", "language": "de"}
    assert opened == {"ticket": samples.TICKET, **about, "telephone": True}


async def test_the_form_is_filled_on_the_telephone_and_kept_for_the_visit(office: Office) -> None:
    await in_hand(office)
    await open_form(office)
    await office.mark("field-family_name").fill("Weiß")
    await expect(office.mark("telephone-complete"), "the certificate needs proof of who asks").to_have_count(0)
    await office.mark("telephone-prepare").click()
    await expect(await office.see("prepared-number")).to_have_text("2026-K7QX-M2DA", use_inner_text=True)
    assert (await office.requested("PUT", "/api/cases/case-1/draft"))["family_name"] == "Weiß"
    await office.mark("field-family_name").fill("Weiss")
    await office.mark("prepared-number").wait_for(state="detached")
    await expect(office.mark("telephone-prepare"), "what was changed since is not kept yet").to_be_enabled()
    await office.mark("telephone-prepare").click()
    await office.see("prepared-number")
    await office.mark("callback-done").click()
    await office.sent_message(messages.Complete)
    await office.mark("callback").wait_for(state="detached")
    assert ("POST", "/api/cases/case-1/abandon") not in [request[:2] for request in office.requests]
    assert "Weiss" not in await office.page.evaluate(KEPT_ANYWHERE)


async def test_a_form_that_is_not_kept_is_deleted(office: Office) -> None:
    await in_hand(office)
    await open_form(office)
    await office.mark("field-family_name").fill("Weiß")
    await office.mark("callback-put-back").click()
    assert await office.requested("POST", "/api/cases/case-1/abandon") == {"reason": "clerk_left"}


async def test_what_was_typed_is_kept_for_the_next_try(office: Office) -> None:
    await in_hand(office)
    await open_form(office)
    await office.mark("field-family_name").fill("Weiß")
    await office.mark("callback-not-reached").click()
    assert (await office.requested("PUT", "/api/cases/case-1/draft"))["family_name"] == "Weiß"


async def test_a_service_that_allows_it_is_completed_on_the_telephone(office: Office) -> None:
    office.service["telephone"] = "complete"
    await in_hand(office)
    await office.mark("callback-open-form").click()
    await (await office.see("telephone-complete")).click()
    await office.see("form-errors")
    values = {"family_name": "Weiß", "given_names": "Ada", "date_of_birth": "1990-02-03", "street": "Am Markt"}
    for field, value in {**values, "house_number": "1", "postal_code": "01067", "municipality": "Elbtal"}.items():
        await office.mark(f"field-{field}").fill(value)
    await office.mark("telephone-complete").click()
    await office.see("telephone-completed")
    assert await office.requested("POST", "/api/cases/case-1/confirmation") == {"answer": "confirmed"}
    await office.see("document-download")


async def test_at_the_booth_the_kept_form_is_taken_over(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("field-municipality").fill("Elbtal")
    await office.mark("adopt").click()
    await office.mark("adopt-number").fill("2026 k7qx m2da")
    await office.mark("adopt-confirm").click()
    await office.page.locator('[data-test="adopted"]:not(:empty)').wait_for()
    assert await office.requested("POST", "/api/cases/case-1/adopt") == {"number": "2026 k7qx m2da"}
    await expect(office.mark("field-street")).to_have_value("Lindenweg")
    await expect(office.mark("field-municipality"), "what the clerk has typed stays").to_have_value("Elbtal")
