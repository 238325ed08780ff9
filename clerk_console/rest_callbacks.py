"""Opening the number of a citizen who wants to be called back."""

from __future__ import annotations

from typing import Final

import structlog
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.office import Office
from clerk_console.rest import Endpoint, answer, body
from clerk_console.staff import Staff
from signaling.protocol.messages import Sealed, TicketNumber

log = structlog.get_logger(__name__)


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    ticket: TicketNumber
    sealed: Sealed


async def open_callback(office: Office, request: Request, staff: Staff) -> Response:
    """The number is answered and forgotten; that somebody opened it is logged."""
    wanted = await body(request, Opening)
    contact = office.callback_key.open(wanted.sealed)
    log.info("callback.opened", ticket=wanted.ticket, staff=staff.id)
    return answer(contact)


ENDPOINTS: Final = (Endpoint("POST", "/api/callbacks/open", open_callback),)
