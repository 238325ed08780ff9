"""docs/protocol/console.md names everything the back end takes and answers."""

import re
from pathlib import Path

import pytest

from clerk_console.app import ENDPOINTS
from clerk_console.case import CaseState
from clerk_console.documents.authority import Authority
from clerk_console.errors import STATUS, ErrorId
from clerk_console.rest_calls import Described, Sealed
from clerk_console.rest_cases import Abandonment, CardData, Confirmation, Opening
from clerk_console.rest_session import SignIn
from clerk_console.services.form import Reason

TEXT = (Path(__file__).resolve().parents[2] / "docs/protocol/console.md").read_text(encoding="utf-8")
ROWS = {match[1]: match[0] for match in re.finditer(r"^\| `([^`]+)` \|.*$", TEXT, re.MULTILINE)}
BODIES = (SignIn, Described, Sealed, Opening, CardData, Confirmation, Abandonment)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_request_has_a_row(endpoint: object) -> None:
    assert f"{endpoint.method} {endpoint.path}" in ROWS  # type: ignore[attr-defined]


def test_every_row_is_a_request_that_is_there() -> None:
    documented = {row for row in ROWS if re.match("[A-Z]+ /", row)}
    assert documented == {f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS}


@pytest.mark.parametrize("error", ErrorId)
def test_every_error_has_a_row_with_its_status(error: ErrorId) -> None:
    assert ROWS[error].startswith(f"| `{error}` | {STATUS[error]} |")


def test_no_error_is_described_that_is_not_there() -> None:
    described = {row for row, line in ROWS.items() if re.search(r"^\| `\w+` \| \d{3} \|", line)}
    assert described == set(ErrorId)


@pytest.mark.parametrize("word", [*CaseState, *Reason])
def test_every_state_and_reason_is_named(word: str) -> None:
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_every_field_of_a_body_is_named(body: type) -> None:
    assert [name for name in body.__struct_fields__ if f"`{name}`" not in TEXT] == []  # type: ignore[attr-defined]


def test_the_authoritys_fields_are_shown() -> None:
    assert [name for name in Authority.__struct_fields__ if name != "specimen" and f"\n{name} = " not in TEXT] == []
