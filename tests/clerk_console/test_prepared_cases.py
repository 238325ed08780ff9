"""A form that is filled while calling back: kept for the citizen's visit, taken over there, or deleted."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from clerk_console.office import Office
from clerk_console.retention import PREPARED_KEPT_S, UNFINISHED_KEPT_S
from tests.clerk_console.counter import BOOTH, FORM, SERVICE, Clock, open_case, sign_in

ABOUT = {"service": SERVICE, "booth": BOOTH, "language": "de"}


async def prepared(client: httpx.AsyncClient, ticket: str = "R001", **values: str) -> dict[str, str]:
    """A case that was filled on the telephone."""
    case = (await client.post("/api/cases", json={"ticket": ticket, **ABOUT, "telephone": True})).json()
    await client.put(f"/api/cases/{case['id']}/draft", json=FORM | values)
    found: dict[str, str] = (await client.post(f"/api/cases/{case['id']}/prepare")).json()
    assert found["state"] == "prepared"
    return found


async def adopt(client: httpx.AsyncClient, case: str, number: str) -> httpx.Response:
    return await client.post(f"/api/cases/{case}/adopt", json={"number": number})


async def test_any_clerk_of_the_service_goes_on_with_it_once(
    clerk: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    kept = await prepared(clerk)
    number = kept["number"].lower().replace("-", " ")
    case = await open_case(colleague)
    await colleague.put(f"/api/cases/{case}/draft", json={"extent": "simple", "municipality": "Heide"})
    taken = await adopt(colleague, case, number)
    assert (taken.status_code, taken.json()["values"], taken.json()["state"]) == (200, FORM, "open")
    assert (await clerk.get(f"/api/cases/{kept['id']}")).json()["values"] == {}, "it is in one place only"
    again = await adopt(colleague, case, number)
    assert (again.status_code, again.json()["error"]) == (404, "prepared_unknown")


async def test_what_a_card_has_proven_comes_first(
    office: Office, clerk: httpx.AsyncClient, erika: dict[str, bytes]
) -> None:
    kept = await prepared(clerk, family_name="Somebody Else")
    staff = next(one for one in await office.accounts.all() if one.name == "sabine")
    case = await open_case(clerk)
    await office.casework.take_identity(staff, case, erika)
    values = (await adopt(clerk, case, kept["number"])).json()["values"]
    assert values["family_name"] == "Mustermann"
    assert values["street"] == FORM["street"]


@pytest.mark.parametrize("number", ["2026-AAAA-AAAA", "2026", "x", "2026-%%%%-____", "20260123456789AB"])
async def test_no_number_leads_to_another_case(clerk: httpx.AsyncClient, number: str) -> None:
    await prepared(clerk)
    open_ = await open_case(clerk, "E020")
    case = await open_case(clerk)
    for wrong in (number, (await clerk.get(f"/api/cases/{open_}")).json()["number"]):
        refused = await adopt(clerk, case, wrong)
        assert (refused.status_code, refused.json()["error"]) == (404, "prepared_unknown")


async def test_the_year_is_part_of_the_number(clerk: httpx.AsyncClient) -> None:
    kept = await prepared(clerk)
    case = await open_case(clerk)
    assert (await adopt(clerk, case, "2025" + kept["number"][4:])).status_code == 404


async def test_a_document_that_needs_the_citizen_is_not_made_on_the_telephone(
    office: Office, clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = (await clerk.post("/api/cases", json={"ticket": "R001", **ABOUT, "telephone": True})).json()["id"]
    await clerk.put(f"/api/cases/{case}/form", json=FORM)
    await clerk.post(f"/api/cases/{case}/confirmation", json={"answer": "confirmed"})
    refused = await clerk.post(f"/api/cases/{case}/complete")
    assert (refused.status_code, refused.json()["error"]) == (409, "case_needs_booth")
    allowed = replace(office.catalogue.get(SERVICE), telephone="complete")
    monkeypatch.setattr(office.catalogue, "get", lambda service: allowed)
    assert (await clerk.post(f"/api/cases/{case}/complete")).json()["state"] == "completed"


async def test_it_waits_for_two_weeks(office: Office, clerk: httpx.AsyncClient, clock: Clock) -> None:
    kept = await prepared(clerk)
    changed = await prepared(clerk, "R002")
    await clerk.put(f"/api/cases/{changed['id']}/draft", json=FORM | {"street": "Am Markt"})

    async def states_after(seconds: float) -> list[str]:
        clock.time += seconds
        await office.retention.sweep()
        await sign_in(clerk, "sabine")
        return [(await clerk.get(f"/api/cases/{one['id']}")).json()["state"] for one in (kept, changed)]

    assert await states_after(UNFINISHED_KEPT_S + 1) == ["prepared", "abandoned"]
    assert await states_after(PREPARED_KEPT_S - UNFINISHED_KEPT_S) == ["abandoned", "abandoned"]
