"""Cards as the booth reads them, verified by the office and put to use in a case."""

from datetime import UTC, datetime

import httpx
import pytest

from booth.idcard.testing.cards import make_files
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki as CardPki
from tests.clerk_console.counter import FORM, confirmed_case, in_base64, open_case

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
