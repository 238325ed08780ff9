"""Cards as the booth reads them, verified by the office and put to use in a case."""

import base64
import dataclasses
from datetime import UTC, datetime

import httpx
import pytest

from booth.idcard.testing import documents
from booth.idcard.testing.cards import make_files
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki as CardPki
from tests.clerk_console.counter import FORM, confirmed_case, in_base64, open_case
from tests.identity.chips import CurveChip, dg14
from tests.identity.chips import answer as chip_answer

ISSUED = datetime(2026, 11, 1, tzinfo=UTC)
ERIKA = {"family_name": "Mustermann", "given_names": "Erika", "date_of_birth": "1964-08-12", "nationality": "D"}


async def show(clerk: httpx.AsyncClient, case: str, files: dict[str, bytes]) -> httpx.Response:
    return await clerk.post(f"/api/cases/{case}/identity", json={"access": "pace_can", "files": in_base64(files)})


async def values_of(clerk: httpx.AsyncClient, case: str) -> dict[str, str]:
    values: dict[str, str] = (await clerk.get(f"/api/cases/{case}")).json()["values"]
    return values


async def test_a_good_card_is_verified_and_fills_the_form(clerk: httpx.AsyncClient, erika: dict[str, bytes]) -> None:
    case = await open_case(clerk)
    identity = (await show(clerk, case, erika)).json()
    assert identity["verified"] is True
    assert identity["portrait"].startswith("data:image/")
    assert {check["check"]: check["verdict"] for check in identity["checks"]} == {
        "document_signature": "passed",
        "certificate_chain": "passed",
        "revocation": "absent",
        "data_integrity": "passed",
        "validity": "passed",
        "chip_authenticity": "absent",
    }
    kept = (await clerk.get(f"/api/cases/{case}")).json()
    assert kept["identity"] == identity
    assert kept["values"] == {"extent": "simple", **ERIKA}


async def test_what_the_clerk_typed_is_not_overwritten(clerk: httpx.AsyncClient, erika: dict[str, bytes]) -> None:
    case = await open_case(clerk)
    await clerk.put(f"/api/cases/{case}/form", json=FORM)
    await show(clerk, case, erika)
    assert await values_of(clerk, case) == FORM


async def test_a_card_shown_after_the_confirmation_leaves_it_standing(
    clerk: httpx.AsyncClient, erika: dict[str, bytes]
) -> None:
    case = await confirmed_case(clerk)
    await show(clerk, case, erika)
    assert (await clerk.get(f"/api/cases/{case}")).json()["state"] == "confirmed"


async def test_nothing_of_the_wrong_card_stays_when_the_right_one_is_shown(
    clerk: httpx.AsyncClient, erika: dict[str, bytes], card_pki: CardPki
) -> None:
    case = await open_case(clerk)
    await show(clerk, case, make_files(PERSONAS["juergen"], card_pki, ISSUED))
    assert (await values_of(clerk, case))["nationality"] == "TUR"
    await show(clerk, case, erika)
    assert await values_of(clerk, case) == {"extent": "simple", **ERIKA}


async def test_a_tampered_card_is_not_verified_and_fills_nothing(
    clerk: httpx.AsyncClient, erika: dict[str, bytes]
) -> None:
    case = await open_case(clerk)
    forged = erika | {"0101": erika["0101"].replace(b"ERIKA", b"FRIDA")}
    assert forged != erika
    identity = (await show(clerk, case, forged)).json()
    assert identity["verified"] is False
    assert ("data_integrity", "failed", "group_hash_wrong") in [tuple(check.values()) for check in identity["checks"]]
    assert await values_of(clerk, case) == {"extent": "simple"}


async def test_a_card_of_an_unknown_country_is_read_but_not_verified(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    elsewhere = make_files(PERSONAS["erika"], CardPki.make(ISSUED, "Somewhere Else"), ISSUED)
    identity = (await show(clerk, case, elsewhere)).json()
    assert identity["verified"] is False
    assert "issuer_unknown" in [check["reason"] for check in identity["checks"]] or "failed" in [
        check["verdict"] for check in identity["checks"]
    ]


@pytest.mark.parametrize("content", [b"\x00", b"\xff" * 5000, b"\x77\x84\xff\xff\xff\xff"])
async def test_garbage_from_a_chip_is_a_verdict_not_a_fault(clerk: httpx.AsyncClient, content: bytes) -> None:
    case = await open_case(clerk)
    response = await show(clerk, case, {"011d": content, "0101": content, "0102": content})
    assert response.status_code == 200
    assert response.json()["verified"] is False
    assert response.json()["holder"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"access": "pace_can", "files": {}},
        {"access": "pace_can", "files": {"011d": "not base64!"}},
        {"access": "pace_can", "files": {"2f00": "AAAA"}},
        {"access": "pace_can", "files": {"../11d": "AAAA"}},
        {"access": "nfc", "files": {"011d": "AAAA"}},
        {"access": "pace_can", "files": {f"01{number:02x}": "AAAA" for number in range(17)}},
        {"access": "pace_can", "files": {"0102": "A" * 400_000}},
    ],
)
async def test_what_is_no_card_data_is_refused(clerk: httpx.AsyncClient, body: dict[str, object]) -> None:
    case = await open_case(clerk)
    response = await clerk.post(f"/api/cases/{case}/identity", json=body)
    assert (response.status_code, response.json()["error"]) == (400, "malformed_request")


async def test_card_data_may_be_large_but_not_endless(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    within = {f"01{number:02x}": bytes(200_000) for number in range(1, 8)}
    assert (await show(clerk, case, within)).status_code == 200
    beyond = {f"01{number:02x}": bytes(250_000) for number in range(1, 8)}
    response = await show(clerk, case, beyond)
    assert (response.status_code, response.json()["error"]) == (413, "request_too_large")


async def test_the_portrait_has_served_when_the_case_is_completed(
    clerk: httpx.AsyncClient, erika: dict[str, bytes]
) -> None:
    case = await confirmed_case(clerk)
    await show(clerk, case, erika)
    assert (await clerk.get("/api/cases")).json()[0]["identity"]["portrait"] is None
    completed = (await clerk.post(f"/api/cases/{case}/complete")).json()
    assert completed["identity"]["verified"] is True
    assert completed["identity"]["portrait"] is None


async def challenged(clerk: httpx.AsyncClient, case: str) -> str:
    answered = await clerk.post(f"/api/cases/{case}/chip-challenges", json={"document": "passport"})
    assert answered.status_code == 201
    challenge: str = answered.json()["challenge"]
    return challenge


def proven_document(held: CurveChip, pki: CardPki) -> dict[str, bytes]:
    erika = make_files(PERSONAS["erika"], pki, ISSUED)
    groups = {1: erika["0101"], 14: dg14(held)}
    return {"011d": pki.sign(groups), "0101": groups[1], "010e": groups[14]}


async def proofs_for(
    clerk: httpx.AsyncClient, case: str, challenge: str, held: CurveChip, files: dict[str, bytes]
) -> list[dict[str, str]]:
    body = {"challenge": challenge, "file": base64.b64encode(files["010e"]).decode()}
    agreement = (await clerk.post(f"/api/cases/{case}/chip-key", json=body)).json()["agreement"]
    public_key, command = (base64.b64decode(agreement[name]) for name in ("public_key", "command"))
    response = base64.b64encode(chip_answer(held, 2, public_key, command)).decode()
    return [{"kind": "chip_authentication", "response": response}]


async def chip_verdict(
    clerk: httpx.AsyncClient, case: str, files: dict[str, bytes], challenge: str, proofs: list[dict[str, str]]
) -> tuple[str, str | None, bool]:
    body = {"access": "pace_can", "files": in_base64(files), "challenge": challenge, "proofs": proofs}
    identity = (await clerk.post(f"/api/cases/{case}/identity", json=body)).json()
    (check,) = [one for one in identity["checks"] if one["check"] == "chip_authenticity"]
    return check["verdict"], check["reason"], identity["verified"]


async def test_a_chip_answers_the_offices_own_key_once(clerk: httpx.AsyncClient, card_pki: CardPki) -> None:
    held = CurveChip()
    files, case = proven_document(held, card_pki), await open_case(clerk)
    challenge = await challenged(clerk, case)
    proofs = await proofs_for(clerk, case, challenge, held, files)
    assert await chip_verdict(clerk, case, files, challenge, proofs) == ("passed", None, True)
    # Played again, or for another question, it is worth nothing.
    assert await chip_verdict(clerk, case, files, challenge, proofs) == ("failed", "challenge_unknown", False)
    later = await challenged(clerk, case)
    await proofs_for(clerk, case, later, held, files)
    assert await chip_verdict(clerk, case, files, later, proofs) == ("failed", "proof_wrong", False)


async def test_a_copy_without_the_key_fails(clerk: httpx.AsyncClient, card_pki: CardPki) -> None:
    files, case = proven_document(CurveChip(), card_pki), await open_case(clerk)
    challenge = await challenged(clerk, case)
    own = CurveChip()
    copied = files | {"010e": dg14(own)}
    proofs = await proofs_for(clerk, case, challenge, own, copied)
    assert await chip_verdict(clerk, case, files, challenge, proofs) == ("failed", "proof_wrong", False)


@pytest.mark.parametrize("file", [b"\x6e\x00", b"noise", bytes(9000)])
async def test_a_key_that_is_none_is_no_fault(clerk: httpx.AsyncClient, file: bytes) -> None:
    case = await open_case(clerk)
    body = {"challenge": await challenged(clerk, case), "file": base64.b64encode(file).decode()}
    answered = await clerk.post(f"/api/cases/{case}/chip-key", json=body)
    assert (answered.status_code, answered.json()) == (200, {"agreement": None})


async def test_a_question_that_was_never_asked(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    body = {"challenge": base64.b64encode(bytes(8)).decode(), "file": base64.b64encode(dg14(CurveChip())).decode()}
    assert (await clerk.post(f"/api/cases/{case}/chip-key", json=body)).json() == {"agreement": None}


async def test_id_cards_are_not_read_by_number_unless_the_office_says_so(
    clerk: httpx.AsyncClient, card_pki: CardPki
) -> None:
    """Section 18a of the Personalausweisgesetz; neither asked for nor taken."""
    case = await open_case(clerk)
    assert (await clerk.get("/api/session")).json()["documents"] == ["residence_permit", "passport"]
    asked = await clerk.post(f"/api/cases/{case}/chip-challenges", json={"document": "id_card"})
    assert (asked.status_code, asked.json()["error"]) == (403, "reading_not_permitted")
    bearer = dataclasses.replace(PERSONAS["erika"].bearer, document_type="ID")
    zone = documents.dg1(documents.td1(bearer))
    shown = await show(clerk, case, {"011d": card_pki.sign({1: zone}), "0101": zone})
    assert (shown.status_code, shown.json()["error"]) == (403, "reading_not_permitted")
    assert (await clerk.get(f"/api/cases/{case}")).json()["identity"] is None
