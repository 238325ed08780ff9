"""The call: set up, measured, interrupted, ended. What the app says is decoded by the protocol's own decoders."""

from __future__ import annotations

import asyncio
import base64

import pytest
from playwright.async_api import expect

from media import consultation
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_call_stands_and_is_measured(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.page.wait_for_function(
        "() => window.fernamt.figures().frames > 10 && fernamt.figures().audio_energy > 0"
    )
    figures = await office.page.evaluate("() => window.fernamt.figures()")
    assert figures["setup_ms"] == pytest.approx(figures["first_frame_at"] - figures["accept_clicked_at"])
    assert 0 < figures["setup_ms"] < 3000
    assert figures["ticket"] == samples.TICKET
    assert figures["audio_seconds"] > 0
    greeting = office.heard[0]
    assert isinstance(greeting, consultation.Greeting)
    assert greeting.name == "Anke Schmidt, Bürgeramt Elbtal"
    told = await office.heard_message(consultation.CallFigures, len(office.heard))
    assert told.video_frames > 0
    assert await office.requested("POST", "/api/cases") == {
        "ticket": samples.TICKET,
        "service": samples.SERVICE,
        "booth": "booth-elbtal-1",
        "language": "en",
        "telephone": False,
    }


async def test_the_offer_is_made_before_the_clerk_accepts(office: Office) -> None:
    await office.sign_in()
    await office.offer()
    await office.mark("offer-accept").click()
    description = await office.sent_message(messages.Description)
    assert description.kind == "offer"
    assert description.seal == "sealed"
    assert "a=candidate" in description.sdp
    assert "m=application" in description.sdp
    await office.sent_message(messages.Connected)


async def test_escape_declines_and_the_ringing_stops(office: Office) -> None:
    await office.sign_in()
    await office.offer()
    await office.page.wait_for_function(f"() => document.title.includes('{samples.TICKET}')")
    await office.page.keyboard.press("Escape")
    declined = await office.sent_message(messages.Decline)
    assert declined.ticket == samples.TICKET
    await office.mark("offer").wait_for(state="detached")
    assert await office.page.title() == "Fernamt"


async def test_enter_accepts(office: Office) -> None:
    await office.sign_in()
    await office.offer()
    await office.page.keyboard.press("Enter")
    await office.sent_message(messages.Connected)


async def test_a_withdrawn_offer_leaves_and_says_why(office: Office) -> None:
    await office.sign_in()
    await office.offer()
    office.send(messages.OfferWithdrawn(ticket=samples.TICKET, reason="citizen_left"))
    await office.mark("offer").wait_for(state="detached")
    await office.see("notice-offer")


async def test_accepting_a_ticket_already_gone(office: Office) -> None:
    await office.sign_in()
    await office.offer()
    accepting = len(office.sent)
    office.call = None
    await office.page.evaluate("() => document.querySelector('[data-test=offer-accept]').focus()")
    await office.mark("offer-accept").click()
    accept = await office.sent_message(messages.Accept, accepting)
    office.send(messages.Error(error=ErrorId.TICKET_GONE, text="Gone.", in_reply_to=accept.id))
    await office.see("notice-switchboard")
    await office.see("queue-empty")


async def test_real_time_text_goes_out_while_it_is_typed(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("text-input").click()
    # Without timers nothing can gather what is typed.
    await office.page.evaluate("() => { window.later = setTimeout; window.setTimeout = () => 0; }")
    await office.page.keyboard.type("H")
    first = await office.heard_message(consultation.Text)
    await office.page.evaluate("() => { window.setTimeout = window.later; }")
    assert (first.line, first.text, first.done) == (0, "H", False)
    await office.page.keyboard.type("allo")
    await office.page.keyboard.press("Enter")
    await office.page.keyboard.type("Zweite")
    await office.until(lambda: any(isinstance(m, consultation.Text) and m.line == 1 for m in office.heard))
    lines = [m for m in office.heard if isinstance(m, consultation.Text) and m.line == 0]
    assert (lines[-1].text, lines[-1].done) == ("Hallo", True)


async def test_garbage_from_the_booth_is_ignored_and_counted(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.booth_says(
        "no json",
        "[]",
        '{"type": "constructor"}',
        '{"type": "card_status", "request": 1, "stage": "stolen"}',
        '{"type": "text", "line": -1, "text": "x", "done": false}',
        '{"type": "text", "line": 0, "text": "' + "x" * 5000 + '", "done": false}',
    )
    await office.page.wait_for_function("() => window.fernamt.figures().ignored_messages === 6")
    await office.booth_says(consultation.Text(line=0, text="Ich bin noch da", done=True))
    await office.page.get_by_text("Ich bin noch da").wait_for()


async def test_the_call_outlives_the_line(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.welcome_ticket = samples.ticket_view(messages.TicketState.IN_CALL)
    hellos = len(office.sent)
    await office.drop_line()
    await office.see("line-restoring")
    frames = (await office.page.evaluate("() => window.fernamt.figures()"))["frames"]
    await office.page.wait_for_function(f"() => window.fernamt.figures().frames > {frames} + 10")
    office.up = True
    await office.sent_message(messages.Hello, hellos)
    await office.see("line-online")
    await office.see("card-request")


async def test_the_end_of_a_call_reaches_a_switchboard_that_was_away(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.welcome_ticket = samples.ticket_view(messages.TicketState.IN_CALL)
    await office.drop_line()
    await office.see("line-restoring")
    await office.mark("end-call").click()
    await office.mark("end-referred").check()
    await office.mark("end-confirm").click()
    assert (await office.heard_message(consultation.Farewell)).completed is False
    office.up = True
    complete = await office.sent_message(messages.Complete)
    assert (complete.ticket, complete.outcome) == (samples.TICKET, messages.Outcome.REFERRED)
    assert await office.requested("POST", "/api/cases/case-1/abandon") == {"reason": "referred"}


async def test_a_ticket_lost_while_away_ends_the_call(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.clerk_state = messages.ClerkState.AVAILABLE
    await office.drop_line()
    office.up = True
    await office.see("notice-ended")
    await office.see("queue-empty")


async def test_the_citizen_leaves(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    office.set_state(messages.ClerkState.WRAP_UP)
    await office.see("notice-ended")
    await office.see("wrap-up")
    assert await office.requested("POST", "/api/cases/case-1/abandon") == {"reason": "citizen_left"}
    await office.mark("ready").click()
    assert (await office.sent_message(messages.SetAvailability)).available is True
    await office.see("queue-empty")


async def test_a_case_still_being_opened_is_abandoned_too(office: Office) -> None:
    opened = asyncio.Event()
    office.held["POST", "/api/cases"] = opened
    await office.sign_in()
    await office.stand()
    office.send(messages.CallEnded(ticket=samples.TICKET, reason=messages.EndReason.CITIZEN_LEFT))
    office.set_state(messages.ClerkState.WRAP_UP)
    await office.see("wrap-up")
    opened.set()
    assert await office.requested("POST", "/api/cases/case-1/abandon") == {"reason": "citizen_left"}


async def test_a_silent_booth_is_noticed_within_a_second_and_asked_for_anew(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("field-street").fill("Lindenweg")
    before = await office.page.evaluate("() => window.fernamt.figures()")
    sent = len(office.sent)
    silent_at = await office.page.evaluate("() => booth.fallSilent().then(() => performance.now())")
    await office.see("call-reconnecting")
    suspect_at = await office.page.evaluate("() => window.fernamt.figures().suspect_at")
    assert 0 < suspect_at - silent_at < 5000, "before the browser itself would doubt"
    asked = await office.sent_message(messages.Renew, sent)
    assert (asked.ticket, asked.generation) == (samples.TICKET, 1)
    office.send(samples.call(generation=2, resumed=True))
    await office.mark("call-reconnecting").wait_for(state="detached")
    connected = await office.sent_message(messages.Connected, sent)
    assert connected.generation == 2
    after = await office.page.evaluate("() => window.fernamt.figures()")
    assert after["restored_at"] > after["suspect_at"] > before["first_frame_at"]
    assert (after["generation"], after["setup_ms"]) == (2, before["setup_ms"])
    assert after["frames"] >= before["frames"]
    await expect(office.mark("field-street")).to_have_value("Lindenweg")


async def test_an_old_connection_that_is_heard_again_goes_on(office: Office) -> None:
    """The new generation never stands; the switchboard is told that the call does."""
    await office.sign_in()
    await office.stand()
    await office.page.evaluate("() => booth.fallSilent()")
    await office.see("call-reconnecting")
    office.answering = False
    sent = len(office.sent)
    office.send(samples.call(generation=2, resumed=True))
    await office.sent_message(messages.Description, sent)
    await office.page.evaluate("() => { booth.silent = false; }")
    await office.mark("call-reconnecting").wait_for(state="detached")
    assert (await office.sent_message(messages.Connected, sent)).generation == 2
    await office.booth_says(consultation.Text(line=0, text="Da bin ich wieder", done=True))
    await office.page.get_by_text("Da bin ich wieder").wait_for()


async def test_a_connection_that_does_not_come_back_can_be_given_up(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.page.evaluate("() => booth.connection.close()")
    await office.see("call-reconnecting")
    await office.mark("give-back").click()
    back = await office.sent_message(messages.ReturnToQueue)
    assert (back.ticket, back.reason) == (samples.TICKET, messages.EndReason.CONNECT_FAILED)


async def test_what_was_open_is_asked_again_over_the_new_connection(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("card-request").click()
    request = (await office.heard_message(consultation.CardRequest)).request
    await office.booth_says(
        consultation.CardStatus(request=request, stage=consultation.CardStage.READING, progress=0.5)
    )
    await office.mark("text-input").fill("Guten Tag")
    await office.mark("text-send").click()
    await office.heard_message(consultation.Text)
    heard = len(office.heard)
    office.send(samples.call(generation=2, resumed=True))
    assert isinstance(await office.heard_message(consultation.Greeting, heard), consultation.Greeting)
    assert (await office.heard_message(consultation.CardRequest, heard)).request == request
    await office.until(
        lambda: any(isinstance(m, consultation.Text) and (m.line, m.done) == (0, True) for m in office.heard[heard:])
    )


async def test_a_refused_seal_of_a_later_generation_ends_the_call_too(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    refusal = {"error": "seal_refused", "reason": "mismatch", "text": "No."}
    office.answers["POST", "/api/calls/check"] = lambda body: (409, refusal)
    office.send(samples.call(generation=2, resumed=True))
    back = await office.sent_message(messages.ReturnToQueue)
    assert back.reason is messages.EndReason.FINGERPRINT_REFUSED
    await office.see("fingerprint-refused")
    office.forgive()


async def test_a_console_out_of_reach_costs_a_generation_not_the_call(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.answers["POST", "/api/calls/seal"] = lambda body: (500, {"error": "internal_error", "text": "No."})
    office.send(samples.call(generation=2, resumed=True))
    await office.until(lambda: len([r for r in office.requests if r[1] == "/api/calls/seal"]) == 2)
    frames = (await office.page.evaluate("() => window.fernamt.figures()"))["frames"]
    await office.page.wait_for_function(f"() => window.fernamt.figures().frames > {frames} + 30")
    assert not [m for m in office.sent if isinstance(m, messages.ReturnToQueue)]
    office.forgive()


async def test_a_refused_seal_ends_the_call_before_it_begins(office: Office) -> None:
    refusal = {"error": "seal_refused", "reason": "mismatch", "text": "No."}
    office.answers["POST", "/api/calls/check"] = lambda body: (409, refusal)
    await office.sign_in()
    await office.offer()
    await office.mark("offer-accept").click()
    back = await office.sent_message(messages.ReturnToQueue)
    assert back.reason is messages.EndReason.FINGERPRINT_REFUSED
    await office.see("fingerprint-refused")
    assert (await office.page.evaluate("() => window.fernamt.figures()"))["first_frame_at"] is None
    assert [m for m in office.sent if isinstance(m, messages.Connected)] == []
    office.forgive()


async def test_a_new_generation_replaces_the_connection_and_keeps_the_case(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("field-street").fill("Lindenweg")
    sent = len(office.sent)
    office.send(samples.call(generation=2))
    connected = await office.sent_message(messages.Connected, sent)
    assert connected.generation == 2
    await expect(office.mark("field-street")).to_have_value("Lindenweg")


async def test_a_page_reloaded_during_a_call_gives_the_ticket_back(office: Office) -> None:
    office.clerk_state = messages.ClerkState.IN_CALL
    office.welcome_ticket = samples.ticket_view(messages.TicketState.IN_CALL)
    await office.sign_in()
    await office.mark("orphan-give-back").click()
    back = await office.sent_message(messages.ReturnToQueue)
    assert (back.ticket, back.reason) == (samples.TICKET, messages.EndReason.CONNECT_FAILED)
    await office.see("queue-empty")


async def test_an_expired_token_is_replaced_by_a_fresh_one(office: Office) -> None:
    await office.sign_in()
    hellos = len(office.sent)
    office.send(messages.Error(error=ErrorId.TOKEN_EXPIRED, text="Expired.", fatal=True))
    assert office.socket is not None
    await office.socket.close(code=4000, reason="token_expired")
    await office.sent_message(messages.Hello, hellos)
    await office.see("line-online")
    assert len([r for r in office.requests if r[1] == "/api/switchboard-token"]) == 2


async def test_a_second_screen_stops_the_first_for_good(office: Office) -> None:
    await office.sign_in()
    hellos = len(office.sent)
    office.send(messages.Error(error=ErrorId.REPLACED_BY_NEWER_CONNECTION, text="Replaced.", fatal=True))
    await office.see("line-stopped")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            await office.sent_message(messages.Hello, hellos)


async def test_the_document_arrives_whole(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.show_card()
    for field, value in (
        ("street", "Lindenweg"),
        ("house_number", "4a"),
        ("postal_code", "01067"),
        ("municipality", "Elbtal"),
    ):
        await office.mark(f"field-{field}").fill(value)
    await office.mark("summary-request").click()
    summary = await office.heard_message(consultation.SummaryRequest)
    assert summary.title == "Registration certificate"
    shown = {field.label: field.value for field in summary.fields}
    assert shown["Nationality"] == "Germany"
    assert shown["Date of birth"] == "12 August 1983"
    assert shown["Extent"] == "Simple"
    await office.booth_says(consultation.SummaryAnswer(request=summary.request, answer="confirmed"))
    await office.mark("complete").click()
    announced = await office.heard_message(consultation.Document)
    assert (announced.title, announced.size, announced.sha256) == tuple(samples.DOCUMENT.values())
    await office.page.locator('[data-test="document-state"][data-state="sent"]').wait_for(state="attached")
    received = b""
    for chunk in (m for m in office.heard if isinstance(m, consultation.Chunk)):
        assert (chunk.transfer, chunk.offset) == (announced.transfer, len(received))
        received += base64.b64decode(chunk.data)
    assert received == samples.PDF
    await office.mark("farewell").click()
    assert (await office.heard_message(consultation.Farewell)).completed is True
    assert (await office.sent_message(messages.Complete)).outcome is messages.Outcome.DONE
    await office.see("wrap-up")
