"""What every request passes: CSRF, origin, session, role, size, form."""

import json

import httpx
import pytest

from clerk_console.app import ENDPOINTS
from clerk_console.office import Office
from clerk_console.rest import Endpoint
from tests.clerk_console.counter import PASSWORD, SERVICE, add_staff, browser, sign_in

GUARDED = [endpoint for endpoint in ENDPOINTS if isinstance(endpoint, Endpoint)]
CHANGING = [endpoint for endpoint in ENDPOINTS if endpoint.method != "GET"]
OPENING = {"ticket": "E017", "service": SERVICE, "booth": "booth-elbtal-1", "language": "de"}


def refusal(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["cache-control"] == "no-store"
    return response.status_code, response.json()["error"]


@pytest.mark.parametrize("endpoint", GUARDED, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
async def test_nothing_is_answered_without_a_session(stranger: httpx.AsyncClient, endpoint: Endpoint) -> None:
    response = await stranger.request(endpoint.method, endpoint.path.replace("{case}", "abc"), json={})
    assert refusal(response) == (401, "signed_out")


@pytest.mark.parametrize("endpoint", CHANGING, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
async def test_nothing_is_changed_without_the_header_or_from_elsewhere(
    clerk: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    path = endpoint.path.replace("{case}", "abc")
    without = await clerk.request(endpoint.method, path, json={}, headers={"X-Fernamt": ""})
    assert refusal(without) == (403, "csrf_missing")
    elsewhere = await clerk.request(endpoint.method, path, json={}, headers={"Origin": "https://evil.test"})
    assert refusal(elsewhere) == (403, "origin_foreign")


@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in GUARDED if endpoint.role == "clerk"],
    ids=lambda endpoint: f"{endpoint.method} {endpoint.path}",
)
async def test_a_supervisor_who_is_no_clerk_sees_no_case(office: Office, endpoint: Endpoint) -> None:
    await add_staff(office, "petra", roles=["supervisor"])
    async with browser(office) as client:
        await sign_in(client, "petra")
        response = await client.request(endpoint.method, endpoint.path.replace("{case}", "abc"), json={})
    assert refusal(response) == (403, "not_permitted")


async def test_a_service_the_account_does_not_cover_is_refused(office: Office) -> None:
    await add_staff(office, "petra", services=[])
    async with browser(office) as client:
        await sign_in(client, "petra")
        assert (await client.get("/api/services")).json() == []
        assert refusal(await client.post("/api/cases", json=OPENING)) == (403, "not_permitted")


async def test_oversized_bodies_are_refused_announced_or_not(clerk: httpx.AsyncClient) -> None:
    large = json.dumps({**OPENING, "language": "x" * 200_000}).encode()

    async def pieces():  # type: ignore[no-untyped-def]
        for start in range(0, len(large), 10_000):
            yield large[start : start + 10_000]

    for content in (large, pieces()):
        response = await clerk.post("/api/cases", content=content, headers={"Content-Type": "application/json"})
        assert refusal(response) == (413, "request_too_large")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"ticket": 1}',
        b"[" * 100_000,
        json.dumps({**OPENING, "x": 1}).encode(),
    ],
)
async def test_garbage_is_refused(clerk: httpx.AsyncClient, content: bytes) -> None:
    response = await clerk.post("/api/cases", content=content, headers={"Content-Type": "application/json"})
    assert refusal(response) == (400, "malformed_request")


async def test_a_form_of_another_media_type_is_refused(clerk: httpx.AsyncClient) -> None:
    response = await clerk.post("/api/cases", data={"ticket": "E017"})
    assert refusal(response) == (415, "media_type_unsupported")


async def test_unknown_paths_and_methods_under_api_are_errors_in_json(clerk: httpx.AsyncClient) -> None:
    assert refusal(await clerk.get("/api/nothing")) == (404, "not_found")
    assert refusal(await clerk.get("/api/cases/abc/nothing/more")) == (404, "not_found")
    assert refusal(await clerk.patch("/api/services")) == (405, "method_not_allowed")


async def test_an_unforeseen_fault_says_and_logs_nothing_of_the_matter(
    office: Office, clerk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_arguments: object) -> None:
        raise RuntimeError("Erika Mustermann")

    monkeypatch.setattr(office.casework, "all", broken)
    response = await clerk.get("/api/cases")
    assert refusal(response) == (500, "internal_error")
    printed = capsys.readouterr()
    assert "RuntimeError" in printed.out + printed.err
    assert "Mustermann" not in response.text + printed.out + printed.err


async def test_password_never_comes_back(stranger: httpx.AsyncClient) -> None:
    response = await stranger.post("/api/session", json={"name": "sabine", "password": PASSWORD, "x": 1})
    assert PASSWORD not in response.text
