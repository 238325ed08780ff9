"""A case passes on: to the same clerk after a pause, or to a colleague who was named, and to nobody else."""

import httpx
import pytest

from clerk_console.cases import HANDOVER_S
from clerk_console.office import Office
from signaling.protocol.pseudonym import pseudonym
from tests.clerk_console.counter import BOOTH, FORM, ISSUER, SERVICE, Clock, add_staff, browser, open_case, sign_in


async def colleague_id(clerk: httpx.AsyncClient) -> str:
    (found,) = (await clerk.get("/api/colleagues")).json()
    return str(found["clerk"])


async def hand_over(clerk: httpx.AsyncClient, case: str, to: str) -> httpx.Response:
    return await clerk.post(f"/api/cases/{case}/hand-over", json={"to": to})


async def test_colleagues_know_one_another_by_what_they_serve(
    office: Office, clerk: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    await add_staff(office, "chief", display_name="Eva Kern", roles=["supervisor"])
    found = next(one for one in (await clerk.get("/api/colleagues")).json() if "clerk" in one["roles"])
    profile = (await colleague.get("/api/session")).json()["staff"]
    assert found.pop("clerk") == pseudonym(ISSUER, profile["id"])
    assert found == {
        "display_name": "Omar Haddad",
        "office": "Bürgeramt",
        "roles": ["clerk", "supervisor"],
        "regions": ["elbtal"],
        "services": [SERVICE],
        "languages": ["de", "en"],
        "needs": [],
    }


async def test_a_draft_keeps_what_fits(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    draft = {"family_name": " Weiß ", "postal_code": "1", "street": "", "shoe_size": "44", "house_number": 4}
    kept = await clerk.put(f"/api/cases/{case}/draft", json=draft)
    assert (kept.status_code, kept.json()["values"]) == (200, {"family_name": "Weiß"})
    refused = await clerk.post(f"/api/cases/{case}/confirmation", json={"answer": "confirmed"})
    assert refused.json()["error"] == "form_invalid"


async def test_a_draft_that_differs_has_to_be_confirmed_again(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    await clerk.put(f"/api/cases/{case}/form", json=FORM)
    await clerk.post(f"/api/cases/{case}/confirmation", json={"answer": "confirmed"})
    assert (await clerk.put(f"/api/cases/{case}/draft", json=FORM)).json()["state"] == "confirmed"
    assert (await clerk.put(f"/api/cases/{case}/draft", json=FORM | {"street": "x"})).json()["state"] == "open"


async def test_the_named_colleague_goes_on_with_the_case(
    clerk: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    case = await open_case(clerk)
    await clerk.put(f"/api/cases/{case}/form", json=FORM)
    assert (await hand_over(clerk, case, await colleague_id(clerk))).status_code == 204
    assert (await clerk.get(f"/api/cases/{case}")).status_code == 200, "until the colleague takes it"
    assert await open_case(colleague) == case
    assert (await colleague.get(f"/api/cases/{case}")).json()["values"] == FORM
    assert (await clerk.get(f"/api/cases/{case}")).json()["error"] == "case_unknown"
    assert await open_case(colleague) == case
    assert await open_case(clerk) != case, "the former holder cannot take it back"


async def test_a_grant_is_for_one_colleague_one_ticket_and_a_short_time(
    office: Office, clerk: httpx.AsyncClient, colleague: httpx.AsyncClient, clock: Clock
) -> None:
    case = await open_case(clerk)
    await hand_over(clerk, case, await colleague_id(clerk))
    await add_staff(office, "third")
    async with browser(office) as third:
        await sign_in(third, "third")
        assert await open_case(third) != case
    assert await open_case(colleague, "E099") != case
    clock.time += HANDOVER_S
    assert await open_case(colleague) != case


async def test_nobody_hands_over_anothers_case(clerk: httpx.AsyncClient, colleague: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    refused = await hand_over(colleague, case, await colleague_id(colleague))
    assert (refused.status_code, refused.json()["error"]) == (404, "case_unknown")


@pytest.mark.parametrize("to", ["nobody", "self", "unskilled", "supervisor"])
async def test_nobody_without_the_skill_gets_a_case(office: Office, clerk: httpx.AsyncClient, to: str) -> None:
    own = (await clerk.get("/api/session")).json()["staff"]["id"]
    unskilled = await add_staff(office, "unskilled", services=["dog-licence"])
    chief = await add_staff(office, "chief", roles=["supervisor"])
    ids = {"self": own, "unskilled": unskilled.id, "supervisor": chief.id}
    case = await open_case(clerk)
    refused = await hand_over(clerk, case, pseudonym(ISSUER, ids.get(to, to)))
    assert (refused.status_code, refused.json()["error"]) == (404, "colleague_unknown")


async def test_an_abandoned_case_is_not_handed_over(clerk: httpx.AsyncClient, colleague: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    await clerk.post(f"/api/cases/{case}/abandon", json={"reason": "citizen_left"})
    refused = await hand_over(clerk, case, await colleague_id(clerk))
    assert (refused.status_code, refused.json()["error"]) == (409, "case_finished")
    wanted = {"ticket": "E017", "service": SERVICE, "booth": BOOTH, "language": "de"}
    assert (await colleague.post("/api/cases", json=wanted)).json()["id"] != case
