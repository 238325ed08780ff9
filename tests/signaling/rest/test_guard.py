"""The guard before every endpoint: who may ask, how often and how much; and the errors' one form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any

import httpx
import pytest
import structlog
from msgspec import Meta, Struct

from signaling.rest import guard
from signaling.rest.app import make_app
from signaling.rest.endpoint import Asked, Endpoint, File
from signaling.rest.errors import ErrorId, RestError
from signaling.rest.house import House
from signaling.rest.rates import Rate


class Path(Struct, frozen=True):
    number: Annotated[int, Meta(ge=1, le=99)]


class Query(Struct, frozen=True):
    wanted: bool = False
    regions: list[str] = []


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(max_length=10)]


async def open_to_all(_house: House, asked: Asked[Path, Query, None]) -> dict[str, Any]:
    """Says what it was asked."""
    return {"number": asked.path.number, "wanted": asked.query.wanted, "regions": asked.query.regions}


async def for_staff(_house: House, asked: Asked[None, None, Body]) -> None:
    """Takes a name."""
    if asked.body.name == "fault":
        raise ValueError("Erika Mustermann")
    if asked.body.name == "refuse":
        raise RestError(ErrorId.NOT_FOUND, asked.clerk.name)


async def table(_house: House, _asked: Asked[None, None, None]) -> File:
    """A table."""
    return File(b"a,b\n", "table.csv")


ENDPOINTS = (
    Endpoint("GET", "/api/things/{number}", open_to_all),
    Endpoint("POST", "/api/things", for_staff, role=("operator", "supervisor"), body_bytes=64),
    Endpoint("GET", "/api/things/table", table, media_type="text/csv", rate=Rate(per_s=0.1, burst=2), cache_s=60),
)


@pytest.fixture
def ask(rest: Any) -> Any:
    """Asks the endpoints above, in the house of a real switchboard where time stands still."""
    house = rest.app.state.house
    now = house.clock()
    rest.app = make_app(replace(house, clock=lambda: now), ENDPOINTS)
    return rest.ask


def error(response: httpx.Response) -> tuple[int, str]:
    assert set(response.json()) == {"error", "text"}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    return response.status_code, response.json()["error"]


async def test_parameters_become_what_they_are(ask: Any) -> None:
    answer = await ask("GET", "/api/things/7?wanted=true&regions=a&regions=b")
    assert answer.json() == {"number": 7, "wanted": True, "regions": ["a", "b"]}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert error(await ask("GET", "/api/things/100")) == (404, "not_found")
    assert error(await ask("GET", "/api/things/x")) == (404, "not_found")
    for query in ("wanted=perhaps", "wanted=true&wanted=true", "unknown=1"):
        assert error(await ask("GET", f"/api/things/7?{query}")) == (400, "malformed_request")


async def test_files_and_how_long_they_keep(ask: Any) -> None:
    answer = await ask("GET", "/api/things/table")
    assert answer.content == b"a,b\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="table.csv"'
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_nowhere_and_wrongly(ask: Any) -> None:
    assert error(await ask("GET", "/api/nothing")) == (404, "not_found")
    refused = await ask("DELETE", "/api/things")
    assert error(refused) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "POST"


async def test_who_may(ask: Any, rest: Any) -> None:
    async def post(token: str | None, name: str = "x") -> httpx.Response:
        answer: httpx.Response = await ask("POST", "/api/things", token=token, json={"name": name})
        return answer

    without = await post(None)
    assert error(without) == (401, "token_missing")
    assert without.headers["www-authenticate"] == "Bearer"
    assert error(await post("junk")) == (401, "token_invalid")
    assert error(await post("x" * 5000)) == (401, "token_invalid")
    assert error(await post(rest.token("operator", iat=1, exp=2))) == (401, "token_expired")
    assert error(await post(rest.token("operator", iss="http://elsewhere.example"))) == (401, "token_foreign")
    assert error(await post(rest.token("operator", aud="other"))) == (401, "token_foreign")
    assert error(await post(rest.token("clerk"))) == (403, "not_permitted")
    assert error(await post(rest.token("emperor"))) == (401, "token_invalid")
    assert (await post(rest.token("clerk", "supervisor"))).status_code == 204
    assert (await post(rest.token("operator"))).status_code == 204
    assert error(await post(rest.token("operator"), "refuse")) == (404, "not_found")


async def test_what_a_body_may_be(ask: Any, rest: Any) -> None:
    async def post(content: Any, media_type: str = "application/json") -> httpx.Response:
        answer: httpx.Response = await ask(
            "POST",
            "/api/things",
            token=rest.token("operator"),
            content=content,
            headers={"content-type": media_type},
        )
        return answer

    async def in_pieces() -> Any:
        for _ in range(8):
            yield b"x" * 10

    assert error(await post(b"{}", "text/plain")) == (415, "media_type_unsupported")
    assert error(await post(b'{"name":"x","more":1}')) == (400, "malformed_request")
    assert error(await post(b'{"name":"\xff"}')) == (400, "malformed_request")
    assert error(await post(b"[" * 60)) == (400, "malformed_request")
    assert error(await post(b"x" * 65)) == (413, "request_too_large")
    assert error(await post(in_pieces())) == (413, "request_too_large")


async def test_a_fault_tells_nothing(ask: Any, rest: Any) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = await ask("POST", "/api/things", token=rest.token("operator"), json={"name": "fault"})
    assert error(answer) == (500, "internal_error")
    assert [(line["event"], line["endpoint"], line["kind"]) for line in logged] == [
        ("request_failed", "for_staff", "ValueError")
    ]
    assert "Erika" not in json.dumps(logged, default=str) + answer.text


async def test_console_pages_may_ask_and_no_other(ask: Any, rest: Any) -> None:
    own = {"origin": rest.town.origin}
    assert (await ask("GET", "/api/things/1", headers=own)).headers["access-control-allow-origin"] == rest.town.origin
    wanted = own | {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    preflight = await ask("OPTIONS", "/api/things", headers=wanted)
    assert preflight.status_code == 200
    assert "access-control-allow-credentials" not in preflight.headers
    foreign = {**wanted, "origin": "http://elsewhere.example"}
    assert (await ask("OPTIONS", "/api/things", headers=foreign)).status_code == 400
    answer = await ask("GET", "/api/things/1", headers={"origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_one_address_asks_so_often(ask: Any) -> None:
    answers = [await ask("GET", "/api/things/1") for _ in range(int(guard.ADDRESS_RATE.burst) + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert error(answers[-1]) == (429, "rate_limited")
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await ask("GET", "/api/things/1", address="192.0.2.8")).status_code == 200


async def test_one_endpoint_may_be_stricter(ask: Any) -> None:
    codes = [(await ask("GET", "/api/things/table")).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert (await ask("GET", "/api/things/1")).status_code == 200


async def test_one_person_asks_so_often_from_anywhere(ask: Any, rest: Any) -> None:
    codes = [
        (
            await ask(
                "POST",
                "/api/things",
                address=f"192.0.2.{n}",
                token=rest.token("operator"),
                json={"name": "x"},
            )
        ).status_code
        for n in range(1, int(guard.CALLER_RATE.burst) + 2)
    ]
    assert set(codes[:-1]) == {204} and codes[-1] == 429
