"""A telephone number as a citizen types it: whether it can be one that somebody can be called back on.

PhoneNumberError
  `reason` is missing, no_area_code, too_short, too_long, unknown or not_callable; each has its words
"""

from __future__ import annotations

from typing import Final, Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

REGION: Final = "DE"
"""Where a number without a country belongs to."""
MAX_TYPED: Final = 24
REASONS: Final = ("missing", "no_area_code", "too_short", "too_long", "unknown", "not_callable")
Reason = Literal["missing", "no_area_code", "too_short", "too_long", "unknown", "not_callable"]

_CALLABLE: Final = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
    }
)


class PhoneNumberError(Exception):
    """Nobody can be called back on this. Never says the number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"Not a number to call back on: {reason}.")
        self.reason = reason


def check(typed: str) -> str:
    """The number as E.164 has it, `+49…`. Raises PhoneNumberError."""
    text = "".join(character for character in typed if character in "+0123456789")
    if not text.strip("+0"):
        raise PhoneNumberError("missing")
    if not text.startswith(("0", "+")):
        # Local numbers cannot be told from mistyped ones, and the office may be in another town.
        raise PhoneNumberError("no_area_code")
    if len(text) > MAX_TYPED:
        raise PhoneNumberError("too_long")
    try:
        number = phonenumbers.parse(text, REGION)
    except NumberParseException as error:
        short = error.error_type in (NumberParseException.TOO_SHORT_NSN, NumberParseException.TOO_SHORT_AFTER_IDD)
        long = error.error_type == NumberParseException.TOO_LONG
        raise PhoneNumberError("too_short" if short else "too_long" if long else "unknown") from None
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise PhoneNumberError("too_short")
        case ValidationResult.TOO_LONG:
            raise PhoneNumberError("too_long")
    if not phonenumbers.is_valid_number(number):
        raise PhoneNumberError("unknown")
    if phonenumbers.number_type(number) not in _CALLABLE:
        raise PhoneNumberError("not_callable")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """An E.164 number in groups, as people write it here."""
    parsed = phonenumbers.parse(number)
    here = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL)
