"""Checks the values of a form against its JSON Schema (Draft 2020-12) and says field by field what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

Values = dict[str, str]
Rule = Callable[[Mapping[str, str], date], Mapping[str, "Reason"]]
"""A rule no schema can say: the values and today's date to the fields that are wrong."""


class Reason(StrEnum):
    """Why a field is refused. The ids are stable; the web app shows `form-<id>` of its words."""

    REQUIRED = "required"
    UNKNOWN = "unknown"
    TYPE = "type"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PATTERN = "pattern"
    FORMAT = "format"
    CHOICE = "choice"
    IN_FUTURE = "in_future"
    BEFORE_BIRTH = "before_birth"


KEYWORDS: Final[Mapping[str, Reason]] = {
    "type": Reason.TYPE,
    "minLength": Reason.TOO_SHORT,
    "maxLength": Reason.TOO_LONG,
    "pattern": Reason.PATTERN,
    "format": Reason.FORMAT,
    "enum": Reason.CHOICE,
    "const": Reason.CHOICE,
}


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without outer white space, and without fields left empty."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value not in ("", None)}


class Form:
    """One form: `schema` as the browser gets it too, and rules beyond the schema."""

    def __init__(self, schema: Mapping[str, Any], rules: tuple[Rule, ...] = ()) -> None:
        Draft202012Validator.check_schema(schema)
        self.schema = schema
        self.rules = rules
        self._validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))

    def faults(self, values: Mapping[str, Any], today: date) -> dict[str, Reason]:
        """The fields of tidy `values` that are wrong, each with its first reason; empty when all is well."""
        found: dict[str, Reason] = {}
        for error in self._validator.iter_errors(values):
            for name, reason in _causes(error):
                found.setdefault(name, reason)
        for rule in self.rules:
            for name, reason in ({} if found else rule(values, today)).items():
                found.setdefault(name, reason)
        return found

    def defaults(self) -> Values:
        """What a new form says before anybody typed."""
        fields = self.schema["properties"]
        return {name: field["default"] for name, field in fields.items() if "default" in field}

    def fits(self, name: str, value: str) -> bool:
        """Whether `value` alone would be taken for the field `name`."""
        field = self.schema["properties"].get(name)
        return field is not None and self._validator.evolve(schema=field).is_valid(value)


def _causes(error: ValidationError) -> Iterator[tuple[str, Reason]]:
    """The fields one schema error is about."""
    if error.validator == "required":
        yield from ((name, Reason.REQUIRED) for name in error.validator_value if name not in error.instance)
    elif error.validator == "additionalProperties":
        known = error.schema["properties"]
        yield from ((name, Reason.UNKNOWN) for name in error.instance if name not in known)
    elif error.absolute_path:
        yield str(error.absolute_path[0]), KEYWORDS.get(str(error.validator), Reason.TYPE)
