"""The case beside the picture: the card's data, the form, the confirmation."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from media import consultation
from tests.web import samples
from tests.web.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILLED = {"street": "Lindenweg", "house_number": "4a", "postal_code": "01067", "municipality": "Elbtal"}


async def fill(office: Office, **values: str) -> None:
    for field, value in values.items():
        await office.mark(f"field-{field}").fill(value)


async def ask_for_card(office: Office) -> int:
    heard = len(office.heard)
    await office.mark("card-request").click()
    request: consultation.CardRequest = await office.heard_message(consultation.CardRequest, heard)
    assert request.groups == [1, 2, 11, 12, 14, 15]
    assert request.challenge == samples.CHALLENGE
    return request.request


async def stage(office: Office, name: str, fault: str = "") -> None:
    await office.page.locator(f'[data-test="card-stage"][data-stage="{name}"][data-fault="{fault}"]').wait_for(
        state="attached"
    )


async def test_the_chip_files_reach_the_back_end_unchanged(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.show_card()
    body = await office.requested("POST", "/api/cases/case-1/identity")
    assert body["access"] == "pace_can"
    assert set(body["files"]) == {"011d", "0102"}
    verdict = await office.heard_message(consultation.CardVerdict)
    assert verdict.verdict == "verified"
    shown = {
        check: await office.mark(f"identity-check-{check}").get_attribute("data-verdict")
        for check in ("document_signature", "data_integrity", "chip_authenticity")
    }
    assert shown == {"document_signature": "passed", "data_integrity": "passed", "chip_authenticity": "passed"}
    await expect(office.mark("field-family_name")).to_have_value("MUSTERMANN")
    await office.see("from-card-family_name")


async def test_only_a_passed_check_is_green(office: Office) -> None:
    office.identity = samples.identity(verified=False)
    await office.sign_in()
    await office.stand()
    await office.show_card()
    await expect(office.mark("identity-verified")).to_have_attribute("data-verified", "false")
    assert (await office.heard_message(consultation.CardVerdict)).verdict == "not_verified"
    green = "span => getComputedStyle(span).backgroundColor"
    colours = {
        check: await office.mark(f"identity-check-{check}").locator(".kern-icon").evaluate(green)
        for check in ("document_signature", "data_integrity", "revocation")
    }
    assert len(set(colours.values())) == 3


async def test_the_chips_proofs_reach_the_back_end(office: Office) -> None:
    """The console's key goes to the booth, the chip's answers come back, with the challenge they answer."""
    await office.sign_in()
    await office.stand()
    request = await ask_for_card(office)
    await office.booth_says(consultation.ChipKey(request=request, file="bgA="))
    challenge: consultation.ChipChallenge = await office.heard_message(consultation.ChipChallenge)
    assert challenge.agreement
    assert challenge.agreement.protocol == samples.AGREEMENT["protocol"]
    body = await office.requested("POST", "/api/cases/case-1/chip-key")
    assert body == {"challenge": samples.CHALLENGE, "file": "bgA="}
    files, chunks = samples.chip_files()
    proof = consultation.ChipAuthentication(response="mQKQAI4I")
    data = consultation.CardData(request=request, access="pace_mrz", files=files, proofs=[proof])
    await office.booth_says(data, *chunks)
    await office.see("identity-verified")
    body = await office.requested("POST", "/api/cases/case-1/identity")
    assert body["challenge"] == samples.CHALLENGE
    assert body["proofs"] == [{"kind": "chip_authentication", "response": "mQKQAI4I"}]
    await expect(office.mark("identity-proof-chip_authentication")).to_have_attribute("data-verdict", "passed")
    await expect(office.mark("detail-place_of_birth")).to_have_text("Zürich, München", use_inner_text=True)


async def test_the_document_asked_for_is_the_clerks_choice(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    options = office.mark("card-document").locator("option")
    assert await options.evaluate_all("all => all.map(one => one.value)") == ["residence_permit", "passport"]
    await office.mark("card-document").select_option("passport")
    await ask_for_card(office)
    body = await office.requested("POST", "/api/cases/case-1/chip-challenges")
    assert body == {"document": "passport"}
    assert (await office.heard_message(consultation.CardRequest)).document == "passport"


async def test_a_chip_without_a_key_is_never_green(office: Office) -> None:
    checks = office.identity["checks"]
    checks[-1] = {"check": "chip_authenticity", "verdict": "absent", "reason": "chip_has_no_key"}
    await office.sign_in()
    await office.stand()
    await office.show_card()
    shown = office.mark("identity-verified")
    await expect(shown).to_have_attribute("data-verified", "true")
    await expect(shown.locator(".kern-alert--warning")).to_have_count(1)
    await expect(shown.locator(".kern-alert--success")).to_have_count(0)


async def test_what_the_state_says_is_wrong_stands_beside_the_verdict(office: Office) -> None:
    office.identity["deviations"] = [
        {"defect": "mrz_wrong_data", "description": "Place of birth in field for name"},
        {"defect": "dg_hash_wrong", "description": ""},
    ]
    await office.sign_in()
    await office.stand()
    await office.show_card()
    told = await office.mark("identity-deviations").locator("li").all_inner_texts()
    assert told == [
        "Falsche Angaben in der maschinenlesbaren Zone (Place of birth in field for name)",
        "Prüfsumme eines Teils der Daten falsch",
    ]
    await expect(office.mark("identity-verified")).to_have_attribute("data-verified", "true")
    words = office.mark("identity-enlarge").locator(".kern-label")
    picture = await office.mark("identity-portrait").bounding_box()
    text = await words.evaluate(
        "one => { const range = document.createRange(); range.selectNodeContents(one);"
        " return range.getBoundingClientRect().x }"
    )
    assert picture
    assert abs(picture["x"] - text) < 2


async def test_pictures_side_by_side_large_and_by_keyboard(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.show_card()
    before = await office.mark("identity-portrait").bounding_box()
    await office.mark("identity-enlarge").focus()
    await office.page.keyboard.press("Enter")
    after = await office.mark("identity-portrait").bounding_box()
    assert before
    assert after
    assert after["height"] > 1.5 * before["height"]


async def test_damaged_chip_data_is_thrown_away(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await ask_for_card(office)
    files, chunks = samples.chip_files(damaged=True)
    await office.booth_says(consultation.CardData(request=request, access="pace_can", files=files), *chunks)
    await stage(office, "failed", "transfer_damaged")
    assert [r for r in office.requests if r[1].endswith("/identity")] == []
    assert (await office.heard_message(consultation.CardVerdict)).verdict == "not_verified"
    await ask_for_card(office)
    await stage(office, "asked")


async def test_pieces_out_of_order_are_refused(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await ask_for_card(office)
    files, chunks = samples.chip_files()
    data = consultation.CardData(request=request, access="pace_can", files=files)
    await office.booth_says(data, *reversed(chunks))
    await stage(office, "failed", "transfer_damaged")
    assert (await office.heard_message(consultation.CardCancel)).request == request


async def test_answers_to_a_closed_request_change_nothing(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await ask_for_card(office)
    await office.mark("card-cancel").click()
    assert (await office.heard_message(consultation.CardCancel)).request == request
    await office.booth_says(
        consultation.CardStatus(request=request, stage=consultation.CardStage.READING),
        consultation.Text(line=0, text="Danach", done=True),
    )
    await office.page.get_by_text("Danach").wait_for()
    await stage(office, "cancelled")


async def test_a_fault_is_named_and_the_request_stays_open(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    request = await ask_for_card(office)
    number = consultation.CardStage.CARD_ACCESS_NUMBER
    fault = consultation.CardFault.WRONG_CARD_ACCESS_NUMBER
    await office.booth_says(consultation.CardStatus(request=request, stage=number, fault=fault))
    await stage(office, "card_access_number", "wrong_card_access_number")
    await office.booth_says(
        consultation.CardStatus(request=request, stage=consultation.CardStage.READING, progress=0.2)
    )
    await stage(office, "reading")


async def test_the_form_names_what_is_missing_and_asks_nobody(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await office.mark("summary-request").click()
    await office.see("form-errors")
    await office.see("error-street")
    assert [r for r in office.requests if r[0] == "PUT" and r[1].startswith("/api/cases/")] == []
    assert [m for m in office.heard if isinstance(m, consultation.SummaryRequest)] == []
    await office.mark("field-extent-extended").check()
    await office.mark("form-save").click()
    await office.see("error-registered_since")


async def test_the_back_ends_own_rules_show_at_the_field(office: Office) -> None:
    refusal = {"error": "form_invalid", "text": "No.", "fields": {"registered_since": "in_future"}}
    office.answers["PUT", "/api/cases/case-1/form"] = lambda body: (422, refusal)
    await office.sign_in()
    await office.stand()
    await fill(office, family_name="Muster", given_names="Erika", date_of_birth="1983-08-12", **FILLED)
    await office.mark("form-save").click()
    shown = await office.see("error-registered_since")
    await expect(shown).to_contain_text("Zukunft", use_inner_text=True)
    office.forgive()


async def test_a_change_after_the_confirmation_needs_a_new_one(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await fill(office, family_name="Muster", given_names="Erika", date_of_birth="1983-08-12", **FILLED)
    await office.mark("summary-request").click()
    first = await office.heard_message(consultation.SummaryRequest)
    await office.booth_says(consultation.SummaryAnswer(request=first.request, answer="confirmed"))
    await office.see("complete")
    await fill(office, street="Birkenweg")
    await office.mark("complete").wait_for(state="detached")
    await office.booth_says(consultation.SummaryAnswer(request=first.request, answer="confirmed"))
    heard = len(office.heard)
    await office.mark("summary-request").click()
    second = await office.heard_message(consultation.SummaryRequest, heard)
    assert second.request > first.request
    await office.booth_says(consultation.SummaryAnswer(request=second.request, answer="changes"))
    await office.page.locator('[data-test="summary-state"][data-state="changes"]').wait_for()


async def test_a_typed_value_is_not_overwritten_by_the_card(office: Office) -> None:
    await office.sign_in()
    await office.stand()
    await fill(office, given_names="Erika Maria")
    await office.show_card()
    await expect(office.mark("field-given_names")).to_have_value("Erika Maria")
    await expect(office.mark("field-family_name")).to_have_value("MUSTERMANN")
