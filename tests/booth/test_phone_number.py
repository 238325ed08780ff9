"""Which numbers somebody can be called back on, and what is said of the others."""

from __future__ import annotations

import pytest

from booth.phone_number import REASONS, PhoneNumberError, check, shown


@pytest.mark.parametrize(
    ("typed", "number", "written"),
    [
        ("030 901820", "+4930901820", "030 901820"),
        ("0170/1234567", "+491701234567", "0170 1234567"),
        ("+49 (170) 123 45 67", "+491701234567", "0170 1234567"),
        ("0049 30 901820", "+4930901820", "030 901820"),
        ("+43 1 4000", "+4314000", "+43 1 4000"),
    ],
)
def test_numbers_in_any_spelling(typed: str, number: str, written: str) -> None:
    assert check(typed) == number
    assert shown(number) == written


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "missing"),
        ("+", "missing"),
        ("000", "missing"),
        ("901820", "no_area_code"),
        ("110", "no_area_code"),
        ("030", "too_short"),
        ("0171 12", "unknown"),
        ("030 90182012345678901", "too_long"),
        ("0" * 5 + "1" * 30, "too_long"),
        ("+999 12345678", "unknown"),
        ("0900 1234567", "not_callable"),
        ("0137 1234567", "not_callable"),
    ],
)
def test_what_cannot_be_called_says_why(typed: str, reason: str) -> None:
    with pytest.raises(PhoneNumberError) as refused:
        check(typed)
    assert refused.value.reason == reason
    assert reason in REASONS
    assert not typed or typed not in str(refused.value)
