"""Codes: told apart by ear and eye, the same for the same wish, and no trace of them in what is stored."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.appointments import code
from signaling.protocol.messages import Join, decode_from_client, encode


@given(request=st.text(min_size=1, max_size=60))
def test_a_code_is_of_its_alphabet_and_fits_a_join(request: str) -> None:
    made = code.code_of(request)
    assert re.fullmatch(f"[{code.ALPHABET}]{{10}}", made)
    assert made == code.code_of(request)
    join = decode_from_client(encode(Join(language="de", code=made)))
    assert isinstance(join, Join) and join.code == made


def test_codes_of_different_wishes_differ() -> None:
    assert len({code.code_of(code.new_request()) for _ in range(2000)}) == 2000


@given(request=st.text(max_size=20), spaces=st.lists(st.sampled_from([" ", "-", "\u00a0", "\t"]), max_size=5))
def test_what_is_typed_otherwise_is_understood(request: str, spaces: list[str]) -> None:
    made = code.code_of(request)
    typed = code.shown(made).lower() + "".join(spaces)
    assert code.normalise(typed) == made


def test_look_alikes_are_understood() -> None:
    assert code.normalise("oOq1i-zZsgb") == "0001122568"


@pytest.mark.parametrize("typed", ["", "ABC", "ACDEF-HJKL", "ACDEF-HJKLMN", "ÄCDEF-HJKLM", "A" * 41])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert code.normalise(typed) is None


def test_no_character_of_a_code_looks_like_another() -> None:
    assert not set(code.ALPHABET) & set("OQIZSGB")
    assert len(set(code.ALPHABET)) == len(code.ALPHABET) == 29


def test_the_digest_is_not_the_code() -> None:
    assert code.digest("ACDEFHJKLM") != code.digest("ACDEFHJKLN")
    assert "ACDEFHJKLM" not in code.digest("ACDEFHJKLM").upper()
