"""The protocol's page names every message, every field and every error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from signaling.protocol import messages
from signaling.protocol.errors import CLOSE_CODE, FATAL, ErrorId

PAGE = (Path(__file__).parents[2] / "docs/protocol/switchboard.md").read_text(encoding="utf-8")
UNIONS = {*get_args(messages.FromClient), *get_args(messages.FromSwitchboard)}
STRUCTS = sorted(
    (
        *UNIONS,
        messages.IceServer,
        messages.TicketView,
        messages.QueueEntry,
        messages.RegionStatistics,
        messages.ServiceHours,
        messages.HelpRequest,
    ),
    key=lambda struct: struct.__name__,
)


@pytest.mark.parametrize("message", sorted(UNIONS, key=lambda message: message.__name__))
def test_every_message_is_named(message: type[msgspec.Struct]) -> None:
    assert f"`{message.__struct_config__.tag}` ({message.__name__})" in PAGE


@pytest.mark.parametrize("struct", STRUCTS)
def test_every_field_is_named_where_its_message_is(struct: type[msgspec.Struct]) -> None:
    paragraphs = re.split(r"\n\n|\n(?=\|)", PAGE)
    text = "".join(part for part in paragraphs if f"({struct.__name__})" in part or f"({struct.__name__}, " in part)
    missing = [field for field in struct.__struct_fields__ if field != "id" and f"`{field}`" not in text]
    assert not missing


@pytest.mark.parametrize("error", ErrorId)
def test_every_error_is_in_the_table_with_its_weight(error: ErrorId) -> None:
    assert f"\n| `{error}` | {'yes ' if error in FATAL else ''}| " in PAGE


@pytest.mark.parametrize(
    "values",
    [
        messages.TicketState,
        messages.ClerkState,
        messages.EndReason,
        messages.Outcome,
        messages.InviteState,
        messages.HelpProgress,
    ],
)
def test_every_value_is_named(values: type) -> None:
    assert not [value for value in values if f"`{value}`" not in PAGE]


def test_numbers_are_those_of_the_code() -> None:
    assert f"code {CLOSE_CODE}" in PAGE
    assert f"at most {messages.MAX_MESSAGE_BYTES // 1024} KiB" in PAGE
