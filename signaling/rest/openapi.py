"""The table as a document: OpenAPI 3.1, whose schemas are JSON Schema 2020-12 and come from msgspec."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from signaling import __version__
from signaling.protocol.json_body import JSON
from signaling.rest.endpoint import Endpoint, File
from signaling.rest.errors import STATUS, ErrorId

REFERENCE: Final = "#/components/schemas/{name}"
TITLE: Final = "Fernamt switchboard"
ABOUT: Final = (
    "What booths and clerks' browsers do live goes over the WebSocket; this is the rest. Nothing here names a citizen."
    " An endpoint with a role wants the token a console gives its staff for the switchboard."
)


class _Schemas:
    """The schema of each type of the table, and the components they refer to."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        parameters = [t for e in endpoints for t in (e.path_type, e.query_type) if t is not None]
        content = [t for e in endpoints for t in (e.body_type, e.answer_type) if t is not None and t is not File]
        types = [*parameters, *content]
        found, self.components = msgspec.json.schema_components(types, ref_template=REFERENCE)
        self._of = list(zip(types, found, strict=True))
        self._parameters = {t.__name__: self.components.pop(t.__name__) for t in dict.fromkeys(parameters)}

    def of(self, wanted: Any) -> dict[str, Any]:
        return next(schema for type_, schema in self._of if type_ is wanted)

    def parameters(self, place: str, type_: Any) -> list[dict[str, Any]]:
        """The fields of a struct as parameters."""
        if type_ is None:
            return []
        struct = self._parameters[type_.__name__]
        required = struct.get("required", [])
        return [
            {"name": name, "in": place, "required": name in required, "schema": schema}
            for name, schema in struct["properties"].items()
        ]


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI document of a table."""
    schemas = _Schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in sorted(endpoints, key=lambda endpoint: endpoint.path):
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "securitySchemes": {"clerk": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": endpoint.name, "summary": endpoint.summary}
    if endpoint.description:
        operation["description"] = endpoint.description
    operation["security"] = [{"clerk": []}] if endpoint.role else []
    if endpoint.role:
        operation["x-roles"] = list(endpoint.role)
    parameters = schemas.parameters("path", endpoint.path_type) + schemas.parameters("query", endpoint.query_type)
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body_type is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas.of(endpoint.body_type)}}}
        operation["x-max-body-bytes"] = endpoint.body_bytes
    if endpoint.rate is not None:
        operation["x-rate"] = {"per_second": endpoint.rate.per_s, "burst": endpoint.rate.burst}
    operation["responses"] = {**_good(endpoint, schemas), **_bad(endpoint)}
    return operation


def _good(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    if endpoint.answer_type is None:
        return {"204": {"description": "Done."}}
    schema = {} if endpoint.answer_type is File else {"schema": schemas.of(endpoint.answer_type)}
    return {str(endpoint.status): {"description": "As asked for.", "content": {endpoint.media_type: schema}}}


def _bad(endpoint: Endpoint) -> dict[str, Any]:
    by_status: dict[int, list[ErrorId]] = {}
    for error in endpoint.all_errors:
        by_status.setdefault(STATUS[error], []).append(error)
    return {str(status): _error(status, by_status[status]) for status in sorted(by_status)}


def _error(status: int, errors: list[ErrorId]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"error": {"enum": [str(error) for error in errors]}, "text": {"type": "string"}},
        "required": ["error", "text"],
        "additionalProperties": False,
    }
    if ErrorId.SLOT_TAKEN in errors:
        schema["properties"]["next_free"] = {"type": "array", "items": {"type": "string", "format": "date-time"}}
    response: dict[str, Any] = {
        "description": "Refused: " + ", ".join(errors) + ".",
        "content": {JSON: {"schema": schema}},
    }
    if status == STATUS[ErrorId.RATE_LIMITED]:
        response["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
    return response
