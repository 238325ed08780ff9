"""Values that fit a JSON Schema as msgspec writes it, for Hypothesis."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(alphabet=string.printable + "äß☎", max_size=60)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def fitting(schema: dict[str, Any], components: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Raises ValueError for a schema of a kind it does not know."""
    if "$ref" in schema:
        return fitting(components[schema["$ref"].rsplit("/", 1)[1]], components)
    if "anyOf" in schema:
        return st.one_of([fitting(option, components) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            low = schema.get("minimum", schema.get("exclusiveMinimum", -100))
            return st.integers(low, schema.get("maximum", low + 1000))
        case "number":
            low = schema.get("minimum", -100)
            return st.floats(low, schema.get("maximum", low + 1000))
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True).filter(
                lambda text: schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 10_000)
            )
        case "string" if schema.get("format") in ("date", "date-time"):
            return (st.dates() if schema["format"] == "date" else st.datetimes(timezones=st.timezones())).map(
                lambda value: value.isoformat()
            )
        case "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 40), 400))
        case "array":
            return st.lists(fitting(schema["items"], components), min_size=schema.get("minItems", 0), max_size=3)
        case "object":
            return _object(schema, components)
    if not schema:
        return ANYTHING
    raise ValueError(f"No values for {schema}")


def _object(schema: dict[str, Any], components: dict[str, Any]) -> st.SearchStrategy[Any]:
    required = set(schema.get("required", ()))
    parts = {name: fitting(part, components) for name, part in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in required},
        optional={name: part for name, part in parts.items() if name not in required},
    )
