"""Three in a call: somebody is called in, is seen and heard, takes the call over or leaves; each leg mends alone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from media import consultation
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

GROWS = """
async selector => {
  const video = document.querySelector(selector);
  const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const before = frames();
  while (frames() < before + 10) await new Promise(requestAnimationFrame);
}
"""
SEEN_AND_HEARD = """
async name => {
  const came = one => (one.kind === "video" ? one.framesDecoded > 5 : one.packetsReceived > 20);
  for (;;) {
    const stats = [...(await window[name].connection.getStats()).values()];
    const found = stats.filter(one => one.type === "inbound-rtp");
    if (found.length === 2 && found.every(came)) return;
    await new Promise(requestAnimationFrame);
  }
}
"""
SOUND_ON = "video => !video.muted && !video.paused && video.srcObject.getAudioTracks().length === 1"


async def third(office: Office, phase: str = "standing") -> None:
    await office.page.locator(f'[data-test="third"][data-phase="{phase}"]').wait_for()


async def all_pictures_move(office: Office) -> None:
    for tile in (".tile.booth video", ".tile.third video"):
        await office.page.evaluate(GROWS, tile)
        assert await office.page.locator(tile).evaluate(SOUND_ON)
    await expect(office.mark("self-view")).to_be_visible()


async def told(office: Office, state: messages.InviteState, clerk: str | None = None) -> None:
    office.send(messages.InviteUpdate(ticket=samples.TICKET, state=state, clerk=clerk))


async def test_a_colleague_is_called_in_by_name_and_all_three_pictures_move(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("invite").click()
    await office.mark("invite-clerk").select_option(samples.COLLEAGUE)
    await office.mark("invite-confirm").click()
    asked = await office.sent_message(messages.Invite)
    assert (asked.purpose, asked.clerk, asked.role) == ("join", samples.COLLEAGUE, "clerk")
    await told(office, messages.InviteState.OFFERED, samples.COLLEAGUE)
    shown = office.page.locator('[data-test="invitation"][data-state="offered"]')
    await shown.wait_for()
    await expect(shown).to_contain_text("Omar Haddad", use_inner_text=True)
    await office.guest_joins()
    await third(office)
    await all_pictures_move(office)
    await office.page.evaluate(SEEN_AND_HEARD, "colleague")
    await office.page.get_by_text("Omar Haddad, Bürgeramt Elbtal").wait_for()
    checks = [body for _, path, body in office.requests if path == "/api/calls/check"]
    assert [(one.get("booth"), one.get("clerk"), one["leg"], one["kind"]) for one in checks] == [
        ("booth-elbtal-1", None, 0, "answer"),
        (None, samples.COLLEAGUE, 2, "offer"),
    ]
    assert {m.leg for m in office.sent if isinstance(m, messages.Connected)} == {0}, "the guest tells of its own legs"


async def test_an_interpreter_is_called_in_by_language(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("invite").click()
    await office.mark("invite-way-interpreter").check()
    await office.mark("invite-language").select_option("uk")
    await office.mark("invite-confirm").click()
    asked = await office.sent_message(messages.Invite)
    assert (asked.purpose, asked.role, asked.language, asked.clerk) == ("join", "interpreter", "uk", None)
    await office.guest_joins("interpreter")
    await third(office)
    await expect(office.mark("hand-over")).to_have_count(0)


async def test_a_skill_is_asked_for_to_take_over(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("invite").click()
    await office.mark("invite-way-skill").check()
    await office.mark("invite-need-sign-language").check()
    await office.mark("invite-purpose-transfer").check()
    await office.mark("invite-confirm").click()
    asked = await office.sent_message(messages.Invite)
    assert (asked.purpose, asked.needs, asked.service, asked.language) == ("transfer", ["sign-language"], None, None)


@pytest.mark.parametrize("state", ["nobody", "declined", "cancelled"])
async def test_a_search_that_ends_is_said(office: Office, state: str) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("invite").click()
    await office.mark("invite-confirm").click()
    await office.mark("invite-cancel").click()
    assert (await office.sent_message(messages.CancelInvite)).ticket == samples.TICKET
    await told(office, messages.InviteState(state))
    await office.see("notice-invitation")
    await office.see("invite")


async def test_an_invitation_that_is_not_taken_does_not_pretend(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    office.refusing = {messages.Invite: ErrorId.GUEST_EXISTS}
    await office.mark("invite").click()
    await office.mark("invite-confirm").click()
    await office.see("notice-switchboard")
    await office.see("invite")


async def test_text_is_written_to_both_and_read_from_both(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.guest_joins()
    await third(office)
    await office.mark("text-input").fill("Guten Tag zusammen")
    await office.mark("text-send").click()
    said = consultation.Text(line=0, text="Guten Tag zusammen", done=True)
    await office.until(lambda: said in office.heard and said in office.colleague_heard)
    answer = consultation.Text(line=0, text="Guten Tag auch", done=True)
    await office.page.evaluate("text => colleague.send(text)", consultation.encode(answer))
    await office.page.locator(".line.colleague", has_text="Guten Tag auch").wait_for()


async def test_the_legs_mend_on_their_own(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.guest_joins()
    await third(office)
    sent = len(office.sent)
    await office.page.evaluate("() => colleague.fallSilent()")
    await third(office, "reconnecting")
    asked = await office.sent_message(messages.Renew, sent)
    assert (asked.leg, asked.generation) == (2, 1)
    await expect(office.mark("call-reconnecting")).to_have_count(0)
    await office.guest_joins(generation=2)
    await third(office)
    await all_pictures_move(office)
    sent = len(office.sent)
    await office.page.evaluate("() => booth.fallSilent()")
    await office.see("call-reconnecting")
    assert (await office.sent_message(messages.Renew, sent)).leg == 0
    await third(office)
    office.send(samples.call(generation=2, resumed=True))
    await office.mark("call-reconnecting").wait_for(state="detached")
    await all_pictures_move(office)


async def test_on_hold_the_colleagues_go_on(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.guest_joins()
    await third(office)
    await office.mark("hold").click()
    await office.see("held")
    await office.page.evaluate(GROWS, ".tile.third video")
    assert await office.page.locator(".tile.booth video").evaluate("video => video.muted")
    assert await office.page.locator(".tile.third video").evaluate(SOUND_ON)
    await expect(office.mark("self-view")).to_be_visible()


async def test_the_call_is_handed_over_with_the_case(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.page.locator('[data-test="case-state"][data-state="open"]').wait_for()
    await office.mark("field-street").fill("Lindenweg")
    await office.guest_joins()
    await third(office)
    await office.mark("hand-over").click()
    assert (await office.requested("PUT", "/api/cases/case-1/draft"))["street"] == "Lindenweg"
    assert await office.requested("POST", "/api/cases/case-1/hand-over") == {"to": samples.COLLEAGUE}
    assert (await office.sent_message(messages.HandOver)).ticket == samples.TICKET
    reason = messages.EndReason.HANDED_OVER
    office.send(messages.LegEnded(ticket=samples.TICKET, leg=2, reason=reason))
    office.send(messages.CallEnded(ticket=samples.TICKET, reason=reason))
    office.set_state(messages.ClerkState.WRAP_UP)
    await office.see("wrap-up")
    assert not [r for r in office.requests if r[1].endswith("/abandon")], "the case goes on"


async def test_a_case_nobody_there_may_have_is_not_handed_over(office: Office) -> None:
    refusal = {"error": "colleague_unknown", "text": "No."}
    office.answers["POST", "/api/cases/case-1/hand-over"] = lambda body: (404, refusal)
    await office.sign_in()
    await office.stand()
    await office.page.locator('[data-test="case-state"][data-state="open"]').wait_for()
    await office.guest_joins()
    await third(office)
    await office.mark("hand-over").click()
    await office.see("notice-invitation")
    assert not [m for m in office.sent if isinstance(m, messages.HandOver)]
    office.forgive()


async def test_the_guest_leaves_and_two_go_on(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.guest_joins()
    await third(office)
    office.send(messages.LegEnded(ticket=samples.TICKET, leg=2, reason=messages.EndReason.CLERK_LEFT))
    await told(office, messages.InviteState.LEFT)
    await office.mark("third").wait_for(state="detached")
    await office.page.evaluate(GROWS, ".tile.booth video")
    await office.see("invite")


async def test_a_forged_guest_is_refused_and_the_call_goes_on(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    refusal = {"error": "seal_refused", "reason": "foreign", "text": "No."}
    office.answers["POST", "/api/calls/check"] = lambda body: (409, refusal)
    await office.guest_joins()
    await office.see("fingerprint-refused")
    assert await office.page.evaluate("() => colleague.connection.connectionState") == "new"
    await office.page.evaluate(GROWS, ".tile.booth video")
    office.forgive()


async def test_a_guest_sees_both_and_has_no_case(office: Office) -> None:
    await office.sign_in()
    await office.join("interpreter")
    await office.see("guest")
    await third(office)
    await all_pictures_move(office)
    for end in ("booth", "colleague"):
        await office.page.evaluate(SEEN_AND_HEARD, end)
    for absent in ("card-request", "hold", "park", "invite", "end-call"):
        await expect(office.mark(absent)).to_have_count(0)
    assert not [r for r in office.requests if r[1] == "/api/cases" or "call-reports" in r[1]]
    offers = {m.leg for m in office.sent if isinstance(m, messages.Description) and m.kind == "offer"}
    assert offers == {1, 2}
    await office.mark("leave-call").click()
    assert (await office.sent_message(messages.LeaveCall)).ticket == samples.TICKET
    assert not [m for m in office.sent if isinstance(m, messages.ReturnToQueue)]


async def test_a_guest_becomes_the_holder_and_has_the_case(office: Office) -> None:
    await office.sign_in()
    await office.join()
    await third(office)
    reason = messages.EndReason.HANDED_OVER
    office.send(messages.LegEnded(ticket=samples.TICKET, leg=2, reason=reason))
    office.send(messages.HandedOver(ticket=samples.TICKET, leg=1))
    await office.mark("third").wait_for(state="detached")
    assert (await office.requested("POST", "/api/cases"))["ticket"] == samples.TICKET
    await office.mark("card-request").click()
    await office.heard_message(consultation.CardRequest)
    await office.page.evaluate(GROWS, ".tile.booth video")
    sent = len(office.sent)
    await office.mark("end-call").click()
    await office.mark("end-referred").check()
    await office.mark("end-confirm").click()
    assert (await office.sent_message(messages.Complete, sent)).outcome is messages.Outcome.REFERRED


async def test_a_guest_whose_call_ends_is_told(office: Office) -> None:
    await office.sign_in()
    await office.join()
    await third(office)
    for leg in (1, 2):
        office.send(messages.LegEnded(ticket=samples.TICKET, leg=leg, reason=messages.EndReason.COMPLETED))
    office.set_state(messages.ClerkState.AVAILABLE)
    await office.see("queue-empty")
    await office.see("notice-ended")


async def test_a_supervisor_who_is_no_clerk_joins_from_a_call_for_help(office: Office) -> None:
    office.staff["roles"] = ["supervisor"]
    office.sides = {2}
    await office.sign_in("/supervisor")
    wanted = messages.HelpRequest(
        id="help-7", clerk=samples.COLLEAGUE, state="open", since_s=5, ticket=samples.TICKET, booth="booth-elbtal-1"
    )
    office.send(messages.HelpUpdate(requests=[wanted]))
    await office.mark("help-join-help-7").click()
    assert (await office.sent_message(messages.JoinCall)).ticket == samples.TICKET
    office.send(samples.guest_call("supervisor"), samples.side_call("guest", role="supervisor"))
    await office.see("guest")
    await third(office)
    await all_pictures_move(office)
    await office.mark("leave-call").click()
    await office.see("help-list")
