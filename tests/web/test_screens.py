"""Every screen, in both languages: nothing untranslated, nothing axe-core objects to, nothing cut off sideways."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from media import consultation
from signaling.protocol import messages
from tests.browser import violations
from tests.web import samples
from tests.web.office import CONSOLE, Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEADY = Path(__file__).with_name("steady.js")
LAYOUT = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# A small screen; a usual one and a small one at 200 %; 1280 wide at 400 % (WCAG 1.4.10).
SMALLER = {"1024": (1024, 768), "200": (640, 400), "1024-200": (512, 384), "400": (320, 256)}
LOOSE_ID = re.compile(r"\b[a-z]+(?:-[a-z_]+)+\b")
HYPHENATED = {"six-digit", "machine-readable", "wrap-up"}
BOOTH = re.compile(r"\bbooth-[a-z0-9-]+")
TOO_WIDE = "() => [document.documentElement, document.querySelector('main')].some(box => box.scrollWidth > innerWidth)"

Look = Callable[[str], Awaitable[None]]


@pytest_asyncio.fixture(params=["de", "en"], loop_scope="session")
async def look(request: pytest.FixtureRequest, office: Office, shots: Path | None) -> AsyncIterator[Look]:
    """Examines the screen as it stands; call it with the screen's name."""
    language: str = request.param
    await office.page.add_init_script(path=STEADY)
    await office.page.add_init_script(f"localStorage.setItem('fernamt.language', '{language}')")

    async def examine(name: str) -> None:
        if shots:
            await office.page.screenshot(path=shots / f"{name}-{language}.png")
        assert await violations(office.page) == []
        # A word that is missing shows its id.
        text = BOOTH.sub("", await office.page.inner_text("body"))
        assert set(LOOSE_ID.findall(text)) <= HYPHENATED
        assert not await office.page.evaluate(TOO_WIDE)
        assert await office.page.evaluate("() => document.documentElement.lang") == language
        await examine_layout(name)

    async def examine_layout(name: str) -> None:
        usual = office.page.viewport_size
        assert usual is not None
        troubles = {"100": await office.page.evaluate(LAYOUT)}
        for zoom, (width, height) in SMALLER.items():
            await office.page.set_viewport_size({"width": width, "height": height})
            await office.page.evaluate(PAINTED)  # charts take their new size a frame later
            troubles[zoom] = await office.page.evaluate(LAYOUT)
            if shots:
                await office.page.screenshot(path=shots / f"{name}-{language}-{zoom}.png")
        await office.page.set_viewport_size(usual)
        assert {zoom: found for zoom, found in troubles.items() if found} == {}

    yield examine


async def test_sign_in(office: Office, look: Look) -> None:
    await office.page.goto(CONSOLE)
    await office.see("sign-in-submit")
    await look("01-sign-in")
    await office.mark("sign-in-submit").click()
    await office.see("sign-in-error")
    await look("02-sign-in-incomplete")


async def test_waiting(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.see("queue-empty")
    await look("03-waiting-paused")
    await office.mark("availability").click()
    await office.page.locator('[data-test="availability"][aria-pressed="true"]').wait_for()
    tickets = [
        samples.entry("A011", waited_s=245, appointment=True, due_in_s=400),
        samples.entry("A012", language="en", needs=["sign-language"], site="Stadtbibliothek Heide", priority="high"),
    ]
    office.send(messages.QueueUpdate(tickets=tickets, total=5))
    await office.see("queue-A012")
    await look("04-waiting-queue")
    await office.mark("device-settings").click()
    await look("05-waiting-devices")


async def test_parked(office: Office, look: Look) -> None:
    await office.sign_in()
    office.parked = [samples.entry("A009", waited_s=611, state=messages.TicketState.PARKED)]
    office.set_state(messages.ClerkState.AVAILABLE)
    called_back = samples.entry("A014", callback=True, state=messages.TicketState.CALLBACK, waited_s=3700)
    office.send(messages.QueueUpdate(tickets=[samples.entry("A013", waited_s=31), called_back], total=2))
    await office.see("parked")
    await look("08-waiting-parked")


async def test_hold_and_redirect(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("hold").click()
    await office.see("held")
    await look("14-held")
    await office.mark("hold").click()
    await office.mark("held").wait_for(state="detached")
    await office.mark("end-call").click()
    await office.mark("end-redirect").check()
    await office.see("redirect-need-sign-language")
    await look("15-redirect")


async def test_offer(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.offer(appointment=True, needs=["real-time-text"])
    await look("06-offer")


async def test_line_lost(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.drop_line()
    await office.see("line-restoring")
    await look("07-line-restoring")


async def test_call_and_card(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.stand()
    await office.booth_says(
        consultation.Text(line=0, text="Guten Tag, können Sie mich hören?", done=True),
        consultation.Text(line=1, text="Ich habe meinen Aus", done=False),
    )
    await office.mark("text-input").fill("Ja, sehr gut. Bitte halten Sie Ihren Ausweis bereit.")
    await office.mark("text-send").click()
    await office.see("quality")
    await look("10-call")
    await office.mark("card-request").click()
    request = (await office.heard_message(consultation.CardRequest)).request
    for stage in ("consent", "card_access_number", "insert_card", "reading"):
        status = consultation.CardStatus(request=request, stage=consultation.CardStage(stage), progress=0.4)
        await office.booth_says(status)
        await office.page.locator(f'[data-test="card-stage"][data-stage="{stage}"]').wait_for()
        await look(f"11-card-{stage}")
    for fault in (consultation.CardFault.WRONG_CARD_ACCESS_NUMBER, consultation.CardFault.CARD_REMOVED):
        status = consultation.CardStatus(request=request, stage=consultation.CardStage.INSERT_CARD, fault=fault)
        await office.booth_says(status)
        await office.page.locator(f'[data-test="card-stage"][data-fault="{fault}"]').wait_for()
        await look(f"12-card-fault-{fault}")
    await office.booth_says(consultation.CardStatus(request=request, stage=consultation.CardStage.DECLINED))
    await office.page.locator('[data-test="card-stage"][data-stage="declined"]').wait_for()
    await look("13-card-declined")


async def test_identified_with_the_pin(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("eid-request").click()
    request = (await office.heard_message(consultation.EidRequest)).request
    stages = consultation.EidStage
    await office.booth_says(
        consultation.EidStatus(request=request, stage=stages.PUK, fault=consultation.EidFault.WRONG_PIN)
    )
    await office.page.locator('[data-test="eid-stage"][data-stage="puk"]').wait_for()
    await look("16-eid-puk")
    await office.booth_says(consultation.EidStatus(request=request, stage=stages.SENT))
    await office.see("eid-identified")
    await look("17-eid-identified")


async def test_from_identity_to_document(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.stand()
    await office.show_card()
    await office.page.wait_for_function("() => document.querySelector('.comparison video').videoWidth > 0")
    await look("20-identity-passed")
    await office.mark("summary-request").click()
    await office.see("form-errors")
    await look("21-form-errors")
    for field, value in (
        ("street", "Lindenweg"),
        ("house_number", "4a"),
        ("postal_code", "01067"),
        ("municipality", "Elbtal"),
    ):
        await office.mark(f"field-{field}").fill(value)
    await look("22-form-filled")
    await office.mark("summary-request").click()
    request = (await office.heard_message(consultation.SummaryRequest)).request
    await office.see("summary-cancel")
    await look("23-summary-asked")
    await office.booth_says(consultation.SummaryAnswer(request=request, answer="confirmed"))
    await office.see("complete")
    await look("24-summary-confirmed")
    await office.mark("complete").click()
    announced = await office.heard_message(consultation.Document)
    await office.booth_says(consultation.DocumentStatus(request=announced.request, status="shown"))
    await office.page.locator('[data-test="document-state"][data-state="shown"]').wait_for(state="attached")
    await look("25-completed")
    await office.mark("farewell").click()
    await office.see("ready")
    await look("26-wrap-up")


async def test_a_chip_without_a_key(office: Office, look: Look) -> None:
    office.identity["checks"][-1] = {"check": "chip_authenticity", "verdict": "absent", "reason": "chip_has_no_key"}
    office.identity["proofs"] = []
    office.identity["deviations"] = [{"defect": "com_inconsistent", "description": "DG 14 not listed"}]
    await office.sign_in()
    await office.stand()
    await office.show_card()
    await look("29-identity-chip-without-key")


async def test_identity_not_verified(office: Office, look: Look) -> None:
    office.identity = samples.identity(verified=False)
    await office.sign_in()
    await office.stand()
    await office.show_card()
    await look("30-identity-failed")
    await office.mark("end-call").click()
    await office.see("end-confirm")
    await look("31-end-call")


async def test_seal_refused(office: Office, look: Look) -> None:
    refusal = {"error": "seal_refused", "reason": "mismatch", "text": "No."}
    office.answers["POST", "/api/calls/check"] = lambda body: (409, refusal)
    await office.sign_in()
    await office.offer()
    await office.mark("offer-accept").click()
    await office.see("fingerprint-refused")
    await look("32-fingerprint-refused")
    office.forgive()


async def test_reloaded_during_a_call(office: Office, look: Look) -> None:
    office.clerk_state = messages.ClerkState.IN_CALL
    office.welcome_ticket = samples.ticket_view(messages.TicketState.IN_CALL)
    await office.sign_in()
    await office.see("orphan-give-back")
    await look("33-reloaded")


async def test_three(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("invite").click()
    await office.see("invite-clerk")
    await look("17-invite")
    await office.mark("invite-confirm").click()
    await office.see("invite-cancel")
    await look("18-looking")
    await office.guest_joins("interpreter")
    await office.page.locator('[data-test="third"][data-phase="standing"]').wait_for()
    answer = consultation.Text(line=0, text="Guten Tag, ich dolmetsche.", done=True)
    await office.page.evaluate("text => colleague.send(text)", consultation.encode(answer))
    await office.page.locator(".line.colleague").wait_for()
    await look("19-three")


async def test_guest(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.join("interpreter")
    await office.page.locator('[data-test="third"][data-phase="standing"]').wait_for()
    await office.see("quality")
    await look("19-guest")


async def test_callback(office: Office, look: Look) -> None:
    sealed = "eyJhbGciOiJFQ0RILUVTIn0..bm9uY2U.c2VhbGVk.dGFn"
    about = {"about": samples.entry(callback=True), "booth": "booth-elbtal-1"}
    office.callback = messages.Callback(ticket=samples.TICKET, sealed=sealed, tries=1, **about)
    await office.sign_in()
    await office.offer(callback=True, needs=["plain-language"])
    await look("09-offer-callback")
    await office.mark("offer-accept").click()
    await office.see("callback-number")
    await look("16-callback")
    await office.mark("callback-open-form").click()
    await (await office.see("telephone-prepare")).click()
    await office.see("prepared-number")
    await look("16-callback-form")


async def test_help(office: Office, look: Look) -> None:
    await office.sign_in()
    await office.mark("help").click()
    await office.page.locator('[data-test="help"][data-state="asked"]').wait_for()
    open_ = messages.HelpRequest(id="help-1", clerk="0a1b2c", state="open", since_s=8, ticket="A017", booth="booth-1")
    taken = messages.HelpRequest(id="help-2", clerk="3d4e5f", state="taken", since_s=80)
    office.send(messages.HelpUpdate(requests=[open_, taken]))
    await office.see("help-sign")
    await look("43-help-asked")
    await office.mark("help-sign").click()
    await office.see("help-list")
    await look("44-help-list")
    await office.mark("shortcuts").click()
    await office.see("shortcuts-dialog")
    await look("45-shortcuts")


async def test_supervisor(office: Office, look: Look) -> None:
    await office.sign_in("/supervisor")
    await office.see("region-elbtal-waiting")
    await look("40-supervisor")
    office.send(messages.Statistics(today="2026-03-02", regions=[]))
    await office.see("supervisor-empty")
    await look("41-supervisor-empty")


async def test_cases(office: Office, look: Look) -> None:
    kept = samples.case("R003", samples.SERVICE, "booth-elbtal-1", "de", telephone=True)
    office.prepared_cases = [kept | {"state": "prepared"}]
    await office.sign_in("/cases")
    await office.see("cases-table")
    await expect(office.mark("cases-prepared")).to_contain_text("2026-K7QX-M2DA", use_inner_text=True)
    await look("42-cases")
