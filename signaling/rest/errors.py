"""The errors REST can answer with: `{"error": id, "text": English}`. The ids are stable: programs branch on them.

RestError
  carries an ErrorId, which fixes the HTTP status, and an English text for engineers
  +-- RateLimited
        carries how long to wait
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final


class ErrorId(StrEnum):
    """Stable identifiers; a new cause gets a new id, an id never changes its meaning."""

    # The request itself
    MALFORMED_REQUEST = "malformed_request"
    MEDIA_TYPE_UNSUPPORTED = "media_type_unsupported"
    REQUEST_TOO_LARGE = "request_too_large"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INTERNAL_ERROR = "internal_error"
    # Who is asking
    TOKEN_MISSING = "token_missing"  # noqa: S105
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_FOREIGN = "token_foreign"  # noqa: S105
    KEYS_UNAVAILABLE = "keys_unavailable"
    REGION_FOREIGN = "region_foreign"
    NOT_PERMITTED = "not_permitted"
    # Booths
    BOOTH_UNKNOWN = "booth_unknown"
    BOOTH_EXISTS = "booth_exists"
    BOOTH_FIXED = "booth_fixed"
    BOOTH_UNFIT = "booth_unfit"
    KEY_REVOKED = "key_revoked"
    # Statistics
    PERIOD_UNUSABLE = "period_unusable"
    LOAD_UNUSABLE = "load_unusable"
    # Appointments
    NOT_OFFERED = "not_offered"
    SLOT_UNKNOWN = "slot_unknown"
    SLOT_TAKEN = "slot_taken"
    APPOINTMENT_UNKNOWN = "appointment_unknown"
    APPOINTMENT_FIXED = "appointment_fixed"


STATUS: Final[Mapping[ErrorId, int]] = {
    ErrorId.MALFORMED_REQUEST: 400,
    ErrorId.MEDIA_TYPE_UNSUPPORTED: 415,
    ErrorId.REQUEST_TOO_LARGE: 413,
    ErrorId.RATE_LIMITED: 429,
    ErrorId.NOT_FOUND: 404,
    ErrorId.METHOD_NOT_ALLOWED: 405,
    ErrorId.INTERNAL_ERROR: 500,
    ErrorId.TOKEN_MISSING: 401,
    ErrorId.TOKEN_INVALID: 401,
    ErrorId.TOKEN_EXPIRED: 401,
    ErrorId.TOKEN_FOREIGN: 401,
    ErrorId.KEYS_UNAVAILABLE: 503,
    ErrorId.REGION_FOREIGN: 403,
    ErrorId.NOT_PERMITTED: 403,
    ErrorId.BOOTH_UNKNOWN: 404,
    ErrorId.BOOTH_EXISTS: 409,
    ErrorId.BOOTH_FIXED: 409,
    ErrorId.BOOTH_UNFIT: 422,
    ErrorId.KEY_REVOKED: 409,
    ErrorId.PERIOD_UNUSABLE: 422,
    ErrorId.LOAD_UNUSABLE: 422,
    ErrorId.NOT_OFFERED: 404,
    ErrorId.SLOT_UNKNOWN: 422,
    ErrorId.SLOT_TAKEN: 409,
    ErrorId.APPOINTMENT_UNKNOWN: 404,
    ErrorId.APPOINTMENT_FIXED: 409,
}


class RestError(Exception):
    """A request that cannot be served. `text` says what was wrong and what to do; it holds nothing of the request."""

    def __init__(self, error: ErrorId, text: str, next_free: Sequence[str] | None = None) -> None:
        super().__init__(f"{error}: {text}")
        self.error = error
        self.text = text
        self.next_free = next_free
        """Of `slot_taken`: when the next free slots begin (ISO 8601)."""

    @property
    def status(self) -> int:
        return STATUS[self.error]

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}


class RateLimited(RestError):
    """Too many requests; `wait_s` until the next is served."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(ErrorId.RATE_LIMITED, "Too many requests; wait as long as `Retry-After` says.")
        self.wait_s = max(1, math.ceil(wait_s))

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_s)}
