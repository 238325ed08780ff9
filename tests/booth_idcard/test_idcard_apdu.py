from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.idcard.apdu import Command, Response
from booth.idcard.errors import CardError


@pytest.mark.parametrize(
    ("command", "raw"),
    [
        (Command(0, 0xA4, 2, 12, b"\x01\x1d"), "00a4020c02011d"),
        (Command(0, 0xB0, 0, 0, expected=4), "00b0000004"),
        (Command(0, 0xB0, 0, 0, expected=256), "00b0000000"),
        (Command(0, 0xB0, 0, 0, expected=257), "00b00000000101"),
        (Command(0, 0xB0, 0, 0, expected=65536), "00b00000000000"),
        (Command(0, 0x86, 0, 0, b"\x7c\x00", expected=256), "00860000027c0000"),
        (Command(0, 0x86, 0, 0, b"\x7c\x00", expected=65536), "008600000000027c000000"),
        (Command(0, 0x84, 0, 0), "00840000"),
    ],
)
def test_encoding_follows_iso_7816(command: Command, raw: str) -> None:
    assert command.encode().hex() == raw


@given(st.binary(max_size=600), st.none() | st.integers(1, 65536))
def test_the_chip_reads_what_the_terminal_wrote(data: bytes, expected: int | None) -> None:
    command = Command(0x0C, 0xB0, 1, 2, data, expected)
    decoded = Command.decode(command.encode())
    assert (decoded.header, decoded.data, decoded.expected) == (command.header, data, expected)
    assert decoded.extended_form == command.extended


@given(st.binary(max_size=40))
def test_any_bytes_decode_or_raise_value_error(raw: bytes) -> None:
    try:
        command = Command.decode(raw)
    except ValueError:
        return
    assert command.header == raw[:4]


def test_a_response_needs_a_status_word() -> None:
    assert Response.decode(b"\x01\x90\x00") == Response(b"\x01", 0x9000)
    with pytest.raises(CardError):
        Response.decode(b"\x90")
