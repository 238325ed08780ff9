"""Out of turn, on hold, parked, redirected: what the clerk does beside taking the next in line."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from media import consultation
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECEIVED_BYTES = """
async () => {
  const stats = [...(await booth.connection.getStats()).values()];
  return stats.filter(one => one.type === "inbound-rtp").reduce((sum, one) => sum + one.bytesReceived, 0);
}
"""


async def received_in_a_second(office: Office) -> int:
    """Bytes of picture and sound that reach the booth within a second."""
    before = await office.page.evaluate(RECEIVED_BYTES)
    await office.page.evaluate("() => new Promise(done => setTimeout(done, 1000))")
    return int(await office.page.evaluate(RECEIVED_BYTES) - before)


async def test_a_ticket_is_picked_out_of_turn(office: Office) -> None:
    await office.sign_in()
    office.send(messages.QueueUpdate(tickets=[samples.entry("A011"), samples.entry()], total=2))
    await office.mark(f"pick-{samples.TICKET}").click()
    assert (await office.sent_message(messages.Pick)).ticket == samples.TICKET
    await office.sent_message(messages.Connected)
    figures = await office.page.evaluate("() => window.fernamt.figures()")
    assert 0 < figures["setup_ms"] < 3000
    await expect(office.mark("call-ticket")).to_have_text(samples.TICKET, use_inner_text=True)


async def test_a_pick_that_comes_too_late_is_said_and_costs_nothing(office: Office) -> None:
    await office.sign_in()
    office.send(messages.QueueUpdate(tickets=[samples.entry()], total=1))
    pick = await office.see(f"pick-{samples.TICKET}")
    office.refusing = {messages.Pick: ErrorId.TICKET_GONE}
    await pick.click()
    await office.see("notice-switchboard")
    await office.see("queue")
    await expect(office.mark("call-ticket")).to_have_count(0)


async def test_what_is_offered_to_another_cannot_be_picked(office: Office) -> None:
    await office.sign_in()
    taken = samples.entry("A011", state=messages.TicketState.OFFERED)
    office.send(messages.QueueUpdate(tickets=[taken, samples.entry()], total=2))
    await office.see(f"pick-{samples.TICKET}")
    await expect(office.mark("pick-A011")).to_be_disabled()
    office.set_state(messages.ClerkState.OFFERED, "A011")
    await office.page.locator(f'[data-test="pick-{samples.TICKET}"]:disabled').wait_for()


async def test_on_hold_nothing_is_sent_and_nothing_heard(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    assert await received_in_a_second(office) > 2000
    await office.mark("hold").click()
    assert (await office.sent_message(messages.Hold)).held is True
    await office.see("held")
    assert await office.mark("remote-video").evaluate("video => video.muted")
    await expect(office.mark("self-view")).to_be_hidden()
    await office.booth_says(consultation.Text(line=0, text="Ich warte", done=True))
    await office.page.get_by_text("Ich warte").wait_for()
    # Neither black nor silence: no packet at all, though the channel goes on.
    assert await received_in_a_second(office) == 0
    await expect(office.mark("call-reconnecting")).to_have_count(0)
    sent = len(office.sent)
    await office.mark("hold").click()
    assert (await office.sent_message(messages.Hold, sent)).held is False
    await office.mark("held").wait_for(state="detached")
    assert not await office.mark("remote-video").evaluate("video => video.muted")
    assert await received_in_a_second(office) > 2000


async def test_a_hold_the_switchboard_refuses_ends_at_once(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.refusing = {messages.Hold: ErrorId.UNEXPECTED_MESSAGE}
    await office.mark("hold").click()
    await office.see("notice-switchboard")
    await office.mark("held").wait_for(state="detached")
    assert await received_in_a_second(office) > 2000


async def test_switching_the_camera_sends_nothing_during_a_hold(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("hold").click()
    await office.see("held")
    await office.mark("toggle-camera").click()
    await office.mark("toggle-camera").click()
    assert await received_in_a_second(office) == 0


async def test_a_new_connection_ends_a_hold(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("hold").click()
    await office.see("held")
    office.send(samples.call(generation=2, resumed=True))
    await office.mark("held").wait_for(state="detached")
    await office.until(lambda: any(isinstance(m, messages.Connected) and m.generation == 2 for m in office.sent))
    assert not await office.mark("remote-video").evaluate("video => video.muted")
    assert await received_in_a_second(office) > 2000


async def test_a_parked_ticket_is_taken_back_with_what_was_typed(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("field-street").fill("Lindenweg")
    await office.page.locator('[data-test="case-state"][data-state="open"]').wait_for()
    await office.mark("park").click()
    assert (await office.requested("PUT", "/api/cases/case-1/draft"))["street"] == "Lindenweg"
    assert (await office.sent_message(messages.Park)).ticket == samples.TICKET
    await office.see("parked")
    assert not [r for r in office.requests if r[1].endswith("/abandon")]
    sent = len(office.sent)
    await office.mark(f"unpark-{samples.TICKET}").click()
    assert (await office.sent_message(messages.Unpark)).ticket == samples.TICKET
    await office.sent_message(messages.Connected, sent)
    await office.page.wait_for_function("() => document.querySelector('#field-street')?.value === 'Lindenweg'")


async def test_a_ticket_is_redirected_to_another_skill(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.page.locator('[data-test="case-state"][data-state="open"]').wait_for()
    await office.mark("end-call").click()
    await office.mark("end-redirect").check()
    await office.see("redirect-skill")
    await expect(office.mark("end-confirm"), "nothing has been changed yet").to_be_disabled()
    await office.mark("redirect-language").select_option("uk")
    await office.mark("redirect-need-sign-language").check()
    await office.mark("end-confirm").click()
    back = await office.sent_message(messages.ReturnToQueue)
    assert (back.reason, back.service, back.language) == (messages.EndReason.REDIRECTED, None, "uk")
    assert back.needs == ["sign-language"]
    assert await office.requested("POST", "/api/cases/case-1/abandon") == {"reason": "redirected"}
    await office.see("notice-ended")
