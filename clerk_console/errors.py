"""The errors the console's back end can answer with. The ids are stable: the web app translates and branches on them.

    ConsoleError
      carries an ErrorId, which fixes the HTTP status, and an English text for engineers
      +-- FormInvalid
      |     carries the fields that are wrong and why
      +-- SealRefused
      |     carries why the other end's description is refused
      +-- TooManyAttempts
            carries how long to wait

    SetupError
      the program cannot start; the text says what to do

Nobody at a counter sees the English text: the web app holds a translation for every id
(`clerk_console/web/words`, message `error-<id>`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class ErrorId(StrEnum):
    """Stable identifiers; a new cause gets a new id, an id never changes its meaning."""

    # The request itself
    MALFORMED_REQUEST = "malformed_request"
    MEDIA_TYPE_UNSUPPORTED = "media_type_unsupported"
    REQUEST_TOO_LARGE = "request_too_large"
    CSRF_MISSING = "csrf_missing"
    ORIGIN_FOREIGN = "origin_foreign"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INTERNAL_ERROR = "internal_error"
    # Who is speaking
    SIGNED_OUT = "signed_out"
    CREDENTIALS_WRONG = "credentials_wrong"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    NOT_PERMITTED = "not_permitted"
    # Calls
    DESCRIPTION_UNSEALABLE = "description_unsealable"
    SEAL_REFUSED = "seal_refused"
    REPORT_REFUSED = "report_refused"
    CALLBACK_UNREADABLE = "callback_unreadable"
    # The eID function
    EID_UNAVAILABLE = "eid_unavailable"
    EID_UNREACHABLE = "eid_unreachable"
    EID_REFUSED = "eid_refused"
    EID_DISTRUSTED = "eid_distrusted"
    EID_NO_RESULT = "eid_no_result"
    # Booths
    BOOTH_UNKNOWN = "booth_unknown"
    BOOTH_STATE_WRONG = "booth_state_wrong"
    ENROLMENT_REFUSED = "enrolment_refused"
    PROOF_REFUSED = "proof_refused"
    # Cases
    SERVICE_UNKNOWN = "service_unknown"
    READING_NOT_PERMITTED = "reading_not_permitted"
    CASE_UNKNOWN = "case_unknown"
    CASE_FINISHED = "case_finished"
    CASE_NOT_CONFIRMED = "case_not_confirmed"
    CASE_CHANGED = "case_changed"
    CASE_NEEDS_BOOTH = "case_needs_booth"
    PREPARED_UNKNOWN = "prepared_unknown"
    FORM_INVALID = "form_invalid"
    COLLEAGUE_UNKNOWN = "colleague_unknown"
    DOCUMENT_UNKNOWN = "document_unknown"
    RECORD_DAMAGED = "record_damaged"


STATUS: Final[Mapping[ErrorId, int]] = {
    ErrorId.MALFORMED_REQUEST: 400,
    ErrorId.MEDIA_TYPE_UNSUPPORTED: 415,
    ErrorId.REQUEST_TOO_LARGE: 413,
    ErrorId.CSRF_MISSING: 403,
    ErrorId.ORIGIN_FOREIGN: 403,
    ErrorId.NOT_FOUND: 404,
    ErrorId.METHOD_NOT_ALLOWED: 405,
    ErrorId.INTERNAL_ERROR: 500,
    ErrorId.SIGNED_OUT: 401,
    ErrorId.CREDENTIALS_WRONG: 401,
    ErrorId.TOO_MANY_ATTEMPTS: 429,
    ErrorId.NOT_PERMITTED: 403,
    ErrorId.DESCRIPTION_UNSEALABLE: 422,
    ErrorId.SEAL_REFUSED: 409,
    ErrorId.REPORT_REFUSED: 409,
    ErrorId.CALLBACK_UNREADABLE: 422,
    ErrorId.EID_UNAVAILABLE: 409,
    ErrorId.EID_UNREACHABLE: 502,
    ErrorId.EID_REFUSED: 409,
    ErrorId.EID_DISTRUSTED: 502,
    ErrorId.EID_NO_RESULT: 409,
    ErrorId.BOOTH_UNKNOWN: 404,
    ErrorId.BOOTH_STATE_WRONG: 409,
    ErrorId.ENROLMENT_REFUSED: 403,
    ErrorId.PROOF_REFUSED: 409,
    ErrorId.SERVICE_UNKNOWN: 404,
    ErrorId.READING_NOT_PERMITTED: 403,
    ErrorId.CASE_UNKNOWN: 404,
    ErrorId.CASE_FINISHED: 409,
    ErrorId.CASE_NOT_CONFIRMED: 409,
    ErrorId.CASE_CHANGED: 409,
    ErrorId.CASE_NEEDS_BOOTH: 409,
    ErrorId.PREPARED_UNKNOWN: 404,
    ErrorId.FORM_INVALID: 422,
    ErrorId.COLLEAGUE_UNKNOWN: 404,
    ErrorId.DOCUMENT_UNKNOWN: 404,
    ErrorId.RECORD_DAMAGED: 500,
}


class ConsoleError(Exception):
    """A request that cannot be served. `text` says what was wrong and what to do; it names no citizen."""

    def __init__(self, error: ErrorId, text: str) -> None:
        super().__init__(f"{error}: {text}")
        self.error = error
        self.text = text

    @property
    def status(self) -> int:
        return STATUS[self.error]

    @property
    def details(self) -> dict[str, Any]:
        """What the answer says beside `error` and `text`."""
        return {}

    @property
    def headers(self) -> dict[str, str]:
        return {}


class FormInvalid(ConsoleError):
    """The form's values do not fit; `fields` maps each wrong field to a `services.form.Reason`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(ErrorId.FORM_INVALID, f"Fields to mend: {', '.join(sorted(fields))}.")
        self.fields = dict(fields)

    @property
    def details(self) -> dict[str, Any]:
        return {"fields": self.fields}


class SealRefused(ConsoleError):
    """The booth's description is not vouched for; `reason` as in `signaling.protocol.seal`."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(ErrorId.SEAL_REFUSED, text)
        self.reason = reason

    @property
    def details(self) -> dict[str, Any]:
        return {"reason": self.reason}


class TooManyAttempts(ConsoleError):
    """Sign-in is closed for this name for a while."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(ErrorId.TOO_MANY_ATTEMPTS, f"Too many failed attempts; try again in {math.ceil(wait_s)} s.")
        self.wait_s = math.ceil(wait_s)

    @property
    def details(self) -> dict[str, Any]:
        return {"retry_after_s": self.wait_s}

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_s)}


class SetupError(Exception):
    """The program cannot start; the text says why and what to do."""
