import asyncio
import hashlib

import httpx
import pytest

from clerk_console.office import Office
from clerk_console.retention import UNFINISHED_KEPT_S
from tests.clerk_console.counter import BOOTH, FORM, SERVICE, Clock, confirmed_case, in_base64, open_case


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


async def test_a_case_begins_open_with_the_forms_defaults(clerk: httpx.AsyncClient) -> None:
    case = (await clerk.get(f"/api/cases/{await open_case(clerk)}")).json()
    assert case["created_at"] == "2026-11-23T11:00:00+00:00"
    assert case["number"].startswith("2026-")
    del case["id"], case["number"], case["created_at"]
    assert case == {
        "ticket": "E017",
        "service": SERVICE,
        "booth": BOOTH,
        "language": "de",
        "state": "open",
        "values": {"extent": "simple"},
        "identity": None,
        "eid": None,
        "telephone": False,
        "document": None,
    }


async def test_the_same_ticket_gives_the_same_case_also_asked_at_once(
    clerk: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    cases = await asyncio.gather(*(open_case(clerk) for _ in range(5)))
    assert len(set(cases)) == 1
    assert await open_case(clerk, "E018") != cases[0]
    assert await open_case(colleague) != cases[0]


async def test_a_ticket_number_called_out_again_another_day_is_another_case(
    clerk: httpx.AsyncClient, clock: Clock
) -> None:
    first = await open_case(clerk)
    clock.time += 60 * 30
    assert await open_case(clerk) == first
    await clerk.post(f"/api/cases/{first}/abandon", json={"reason": "citizen_left"})
    assert await open_case(clerk) != first


async def test_an_unknown_service_is_refused(clerk: httpx.AsyncClient) -> None:
    wanted = {"ticket": "E017", "service": "dog-licence", "booth": BOOTH, "language": "de"}
    assert refusal(await clerk.post("/api/cases", json=wanted)) == (404, "service_unknown")


async def test_a_foreign_case_does_not_exist_for_anybody_else(
    clerk: httpx.AsyncClient, colleague: httpx.AsyncClient, erika: dict[str, bytes]
) -> None:
    case = await confirmed_case(clerk)
    path = f"/api/cases/{case}"
    asked = [
        await colleague.get(path),
        await colleague.put(f"{path}/form", json=FORM),
        await colleague.post(f"{path}/identity", json={"access": "pace_can", "files": in_base64(erika)}),
        await colleague.post(f"{path}/confirmation", json={"answer": "changes"}),
        await colleague.post(f"{path}/complete"),
        await colleague.post(f"{path}/abandon", json={"reason": "curiosity"}),
        await colleague.get(f"{path}/document"),
        await clerk.get("/api/cases/nosuchcase"),
    ]
    assert {refusal(response) for response in asked} == {(404, "case_unknown")}
    assert (await colleague.get("/api/cases")).json() == []
    assert (await clerk.get(path)).json()["state"] == "confirmed"


async def test_values_are_kept_tidy(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    filled = await clerk.put(f"/api/cases/{case}/form", json=FORM | {"family_name": " Weiß ", "birth_name": ""})
    assert filled.json()["values"] == FORM | {"family_name": "Weiß"}
    assert (await clerk.get(f"/api/cases/{case}")).json()["values"]["family_name"] == "Weiß"


async def test_wrong_values_are_named_and_nothing_is_stored(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    response = await clerk.put(f"/api/cases/{case}/form", json=FORM | {"postal_code": "1", "shoe_size": "44"})
    assert refusal(response) == (422, "form_invalid")
    assert response.json()["fields"] == {"postal_code": "pattern", "shoe_size": "unknown"}
    assert (await clerk.get(f"/api/cases/{case}")).json()["values"] == {"extent": "simple"}


async def test_an_unfilled_form_cannot_be_confirmed(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    response = await clerk.post(f"/api/cases/{case}/confirmation", json={"answer": "confirmed"})
    assert refusal(response) == (422, "form_invalid")
    assert response.json()["fields"]["family_name"] == "required"


async def test_what_changed_after_the_confirmation_has_to_be_confirmed_again(clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    same = await clerk.put(f"/api/cases/{case}/form", json=FORM)
    assert same.json()["state"] == "confirmed"
    changed = await clerk.put(f"/api/cases/{case}/form", json=FORM | {"house_number": "13"})
    assert changed.json()["state"] == "open"
    assert refusal(await clerk.post(f"/api/cases/{case}/complete")) == (409, "case_not_confirmed")


async def test_a_citizen_who_wants_changes_reopens_the_case(clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    answer = await clerk.post(f"/api/cases/{case}/confirmation", json={"answer": "changes"})
    assert answer.json()["state"] == "open"


async def test_completing_gives_a_document_that_is_served_whole(clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    completed = (await clerk.post(f"/api/cases/{case}/complete")).json()
    assert completed["state"] == "completed"
    response = await clerk.get(f"/api/cases/{case}/document")
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["cache-control"] == "no-store"
    assert f"{SERVICE}-{completed['number']}.pdf" in response.headers["content-disposition"]
    assert completed["document"] == {
        "title": "Meldebescheinigung",
        "size": len(response.content),
        "sha256": hashlib.sha256(response.content).hexdigest(),
    }
    assert response.content.startswith(b"%PDF-")


async def test_completing_again_or_at_once_gives_one_document(office: Office, clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    answers = await asyncio.gather(*(clerk.post(f"/api/cases/{case}/complete") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["document"]["sha256"] for answer in answers}) == 1
    assert (await clerk.post(f"/api/cases/{case}/complete")).json() == answers[0].json()
    assert len(list((office.settings.data / "documents").iterdir())) == 1


async def test_a_completed_case_never_changes(clerk: httpx.AsyncClient, erika: dict[str, bytes]) -> None:
    case = await confirmed_case(clerk)
    before = (await clerk.post(f"/api/cases/{case}/complete")).json()
    path = f"/api/cases/{case}"
    asked = [
        await clerk.put(f"{path}/form", json=FORM | {"house_number": "13"}),
        await clerk.post(f"{path}/identity", json={"access": "pace_can", "files": in_base64(erika)}),
        await clerk.post(f"{path}/confirmation", json={"answer": "changes"}),
        await clerk.post(f"{path}/abandon", json={"reason": "regret"}),
    ]
    assert {refusal(response) for response in asked} == {(409, "case_finished")}
    assert (await clerk.get(path)).json() == before


async def test_abandoning_deletes_what_the_case_says(clerk: httpx.AsyncClient) -> None:
    case = await confirmed_case(clerk)
    for _ in range(2):
        answer = await clerk.post(f"/api/cases/{case}/abandon", json={"reason": "citizen_left"})
        assert (answer.json()["state"], answer.json()["values"]) == ("abandoned", {})
    assert refusal(await clerk.post(f"/api/cases/{case}/complete")) == (409, "case_finished")
    assert refusal(await clerk.get(f"/api/cases/{case}/document")) == (404, "document_unknown")


async def test_the_reason_of_abandoning_is_no_place_for_remarks(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    answer = await clerk.post(f"/api/cases/{case}/abandon", json={"reason": "Frau Weiß was rude"})
    assert refusal(answer) == (400, "malformed_request")


async def test_what_is_left_behind_is_abandoned_after_a_day(
    office: Office, clerk: httpx.AsyncClient, clock: Clock
) -> None:
    left, done = await confirmed_case(clerk), await open_case(clerk, "E018")
    clock.time += UNFINISHED_KEPT_S / 2
    await clerk.post("/api/session", json={"name": "sabine", "password": "correct horse battery"})
    await clerk.put(f"/api/cases/{done}/form", json=FORM)
    clock.time += UNFINISHED_KEPT_S / 2 + 1
    await office.retention.sweep()
    await clerk.post("/api/session", json={"name": "sabine", "password": "correct horse battery"})
    assert (await clerk.get(f"/api/cases/{left}")).json()["state"] == "abandoned"
    assert (await clerk.get(f"/api/cases/{done}")).json()["state"] == "open"


async def test_cases_are_listed_by_state_newest_first(clerk: httpx.AsyncClient, clock: Clock) -> None:
    first = await open_case(clerk, "E001")
    clock.time += 1
    second = await open_case(clerk, "E002")
    await clerk.post(f"/api/cases/{first}/abandon", json={"reason": "citizen_left"})

    async def listed(query: str) -> list[str]:
        return [case["id"] for case in (await clerk.get(f"/api/cases{query}")).json()]

    assert await listed("") == await listed("?state=") == [second, first]
    assert await listed("?state=abandoned") == [first]
    assert await listed("?state=completed") == []
    assert refusal(await clerk.get("/api/cases?state=lost")) == (400, "malformed_request")


async def test_of_two_changes_at_once_none_is_lost_silently(clerk: httpx.AsyncClient) -> None:
    case = await open_case(clerk)
    changes = [FORM | {"house_number": str(number)} for number in range(1, 9)]
    answers = await asyncio.gather(*(clerk.put(f"/api/cases/{case}/form", json=change) for change in changes))
    taken = [answer.json() for answer in answers if answer.status_code == 200]
    assert taken
    assert {refusal(answer) for answer in answers if answer.status_code != 200} <= {(409, "case_changed")}
    assert (await clerk.get(f"/api/cases/{case}")).json()["values"] in [answer["values"] for answer in taken]


@pytest.mark.parametrize("path", ["confirmation", "abandon"])
async def test_an_answer_has_to_be_one_of_the_answers(clerk: httpx.AsyncClient, path: str) -> None:
    case = await open_case(clerk)
    assert refusal(await clerk.post(f"/api/cases/{case}/{path}", json={"answer": "maybe"})) == (
        400,
        "malformed_request",
    )


async def test_the_catalogue_is_described(clerk: httpx.AsyncClient) -> None:
    (service,) = (await clerk.get("/api/services")).json()
    assert service["id"] == SERVICE
    assert service["ui"]["sources"]["family_name"] == "family_name"
    assert service["ui"]["options"]["nationality"]["D"] == {"de": "Deutschland", "en": "Germany"}
    assert service["form"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
