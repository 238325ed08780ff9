"""The errors a switchboard can answer with. The ids are stable: clients translate and branch on them.

    ProtocolError
      carries an ErrorId, an English text for engineers and whether the connection ends with it

Citizens and clerks never see the English text: both ends hold a translation for every id
(`signaling/protocol/words/*.ftl`, message `error-<id>`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ErrorId(StrEnum):
    """Stable identifiers; a new cause gets a new id, an id never changes its meaning."""

    # The conversation itself
    MALFORMED_MESSAGE = "malformed_message"
    MESSAGE_TOO_LARGE = "message_too_large"
    UNEXPECTED_MESSAGE = "unexpected_message"
    UNSUPPORTED_VERSION = "unsupported_version"
    HANDSHAKE_TIMEOUT = "handshake_timeout"
    RATE_LIMITED = "rate_limited"
    INTERNAL_ERROR = "internal_error"
    # Who is speaking
    TOKEN_INVALID = "token_invalid"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_FOREIGN = "token_foreign"  # noqa: S105
    REGION_FOREIGN = "region_foreign"
    BOOTH_UNKNOWN = "booth_unknown"
    BOOTH_ALREADY_CONNECTED = "booth_already_connected"
    REPLACED_BY_NEWER_CONNECTION = "replaced_by_newer_connection"
    NOT_PERMITTED = "not_permitted"
    # Tickets
    SERVICE_UNKNOWN = "service_unknown"
    APPOINTMENT_UNKNOWN = "appointment_unknown"
    APPOINTMENT_NOT_TODAY = "appointment_not_today"
    APPOINTMENT_OVER = "appointment_over"
    TICKET_UNKNOWN = "ticket_unknown"
    TICKET_GONE = "ticket_gone"
    TICKET_EXISTS = "ticket_exists"
    CLERK_NOT_AVAILABLE = "clerk_not_available"
    PEER_OFFLINE = "peer_offline"
    OFFICE_CLOSED = "office_closed"
    PARK_FULL = "park_full"
    GUEST_EXISTS = "guest_exists"
    HELP_UNKNOWN = "help_unknown"


FATAL: Final = frozenset(
    {
        ErrorId.MALFORMED_MESSAGE,
        ErrorId.MESSAGE_TOO_LARGE,
        ErrorId.UNSUPPORTED_VERSION,
        ErrorId.HANDSHAKE_TIMEOUT,
        ErrorId.INTERNAL_ERROR,
        ErrorId.TOKEN_INVALID,
        ErrorId.TOKEN_EXPIRED,
        ErrorId.TOKEN_FOREIGN,
        ErrorId.REGION_FOREIGN,
        ErrorId.BOOTH_UNKNOWN,
        ErrorId.BOOTH_ALREADY_CONNECTED,
        ErrorId.REPLACED_BY_NEWER_CONNECTION,
    }
)
"""Errors after which the switchboard closes the connection (close code 4000, reason = the id)."""

CLOSE_CODE: Final = 4000


class ProtocolError(Exception):
    """A message or a request that cannot be served.

    `text` says what was wrong, what was expected and what to do; it never contains personal data.
    """

    def __init__(self, error: ErrorId, text: str) -> None:
        super().__init__(f"{error}: {text}")
        self.error = error
        self.text = text

    @property
    def fatal(self) -> bool:
        """Whether the connection ends with this error."""
        return self.error in FATAL
