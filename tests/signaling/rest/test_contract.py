"""Every endpoint answers only what the document says, whatever it is asked and by whom."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.protocol.json_body import JSON
from signaling.rest.endpoint import Endpoint
from signaling.rest.errors import STATUS, ErrorId
from signaling.rest.openapi import document
from signaling.rest.table import ENDPOINTS
from tests.signaling.rest.schema_values import ANYTHING, TEXT, fitting

DOCS = Path(__file__).parents[3] / "docs/protocol"
PAGE = (DOCS / "rest.md").read_text(encoding="utf-8")
DOCUMENT = document(ENDPOINTS)
COMPONENTS = DOCUMENT["components"]["schemas"]
TOKENS = st.one_of(
    st.lists(st.sampled_from(["clerk", "supervisor", "operator"]), min_size=1, max_size=3, unique=True),
    st.sampled_from(["none", "junk", "expired", "foreign"]),
)
ADDRESSES = st.ip_addresses(v=4).map(str)
PROFILE = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def operation(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
    return found


def token_for(rest: Any, who: Any, subject: str) -> str | None:
    match who:
        case "none":
            return None
        case "junk":
            return "e30.e30.x"
        case "expired":
            return str(rest.token("operator", subject=subject, iat=1, exp=2))
        case "foreign":
            return str(rest.token("operator", subject=subject, iss="http://elsewhere.example"))
    return str(rest.token(*who, subject=subject, regions=["elbtal", "heide"]))


def drawn(data: st.DataObject, schema: dict[str, Any], usual: st.SearchStrategy[Any]) -> Any:
    """Mostly what fits, else anything."""
    return data.draw(fitting(schema, COMPONENTS) if data.draw(st.integers(0, 3)) else usual)


def request_of(data: st.DataObject, endpoint: Endpoint) -> tuple[str, dict[str, Any]]:
    """A path with its parameters, and what else is sent."""
    path, query, options = endpoint.path, [], {}
    for parameter in operation(endpoint).get("parameters", ()):
        if not parameter["required"] and data.draw(st.booleans()):
            continue
        value = drawn(data, parameter["schema"], TEXT)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value), safe="") or "-")
        else:
            query += [(parameter["name"], str(part)) for part in (value if isinstance(value, list) else [value])]
    if "requestBody" in operation(endpoint):
        body = json.dumps(
            drawn(data, operation(endpoint)["requestBody"]["content"][JSON]["schema"], ANYTHING)
        ).encode()
        options = {
            "content": body,
            "headers": {"content-type": data.draw(st.sampled_from([JSON, JSON, "text/plain"]))},
        }
    return path, {"params": query, **options}


def check(endpoint: Endpoint, response: Any) -> None:
    """Status, media type, headers and content are as documented."""
    documented = operation(endpoint)["responses"]
    assert str(response.status_code) in documented, response.text
    assert response.status_code != 500, response.text
    promised = documented[str(response.status_code)]
    for header in promised.get("headers", {}):
        assert header in response.headers
    if "content" not in promised:
        assert not response.content
        return
    media_type, content = next(iter(promised["content"].items()))
    assert response.headers["content-type"].split(";")[0] == media_type
    if "schema" in content:
        resolved = {**content["schema"], "components": {"schemas": COMPONENTS}}
        jsonschema.Draft202012Validator(resolved).validate(response.json())


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
@PROFILE
@given(data=st.data())
async def test_an_endpoint_keeps_to_the_document(rest: Any, endpoint: Endpoint, data: st.DataObject) -> None:
    path, options = request_of(data, endpoint)
    token = token_for(rest, data.draw(TOKENS), f"person-{data.draw(st.integers(0, 10**6))}")
    address = data.draw(ADDRESSES)
    check(endpoint, await rest.ask(endpoint.method, path, address=address, token=token, **options))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_an_endpoint_is_fit_for_the_document(endpoint: Endpoint) -> None:
    """Said in a sentence, and what it takes is closed to fields nobody has named."""
    assert endpoint.summary.endswith(".")
    assert set(re.findall(r"{(\w+)}", endpoint.path)) == set(getattr(endpoint.path_type, "__struct_fields__", ()))
    if endpoint.body_type is not None:
        taken = msgspec.json.schema_components([endpoint.body_type])[1]
        assert not [name for name, part in taken.items() if part.get("additionalProperties", "properties" in part)]


def test_names_and_requests_are_unique() -> None:
    assert len({endpoint.name for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}) == len(ENDPOINTS)


async def test_the_document_is_served_as_it_stands_in_docs(rest: Any) -> None:
    served = await rest.ask("GET", "/api/openapi.json")
    assert served.json() == json.loads((DOCS / "switchboard.openapi.json").read_text(encoding="utf-8"))


def test_every_error_has_a_status() -> None:
    assert set(STATUS) == set(ErrorId)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_the_page_names_every_endpoint(endpoint: Endpoint) -> None:
    role = " or ".join(endpoint.role)
    assert f"\n| `{endpoint.method} {endpoint.path}` |{f' {role} ' if role else ' '}| {endpoint.summary} |" in PAGE


@pytest.mark.parametrize("error", ErrorId)
def test_the_page_names_every_error(error: ErrorId) -> None:
    assert f"\n| `{error}` | {STATUS[error]} | " in PAGE
