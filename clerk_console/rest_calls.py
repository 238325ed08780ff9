"""Sealing the clerk's description of a call, and checking that of the other end: a booth's or a colleague's."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.calls import BoothEnd, Colleague, End
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.office import Office
from clerk_console.rest import Endpoint, answer, body
from clerk_console.staff import Staff
from signaling.protocol.messages import Identifier, LegNumber, TicketNumber
from signaling.protocol.seal import Kind


class Described(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ticket: TicketNumber
    leg: LegNumber = 0
    generation: Annotated[int, Meta(ge=0, le=2**31)]
    kind: Kind
    sdp: Annotated[str, Meta(max_length=64 * 1024)]


class Sealed(Described, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`booth` or `clerk`, a pseudonym, is who has to be at the other end."""

    seal: Annotated[str, Meta(max_length=4096)]
    booth: Identifier | None = None
    clerk: Identifier | None = None

    @property
    def end(self) -> End:
        """Raises ConsoleError (malformed_request) unless there is one."""
        if self.booth and not self.clerk:
            return BoothEnd(self.booth)
        if self.clerk and not self.booth:
            return Colleague(self.clerk)
        raise ConsoleError(ErrorId.MALFORMED_REQUEST, "A description is of a booth or of a clerk.")


async def seal(office: Office, request: Request, staff: Staff) -> Response:
    call = await body(request, Described)
    return answer({"seal": office.seals.seal(staff, call.sdp, call.ticket, call.leg, call.generation, call.kind)})


async def check(office: Office, request: Request, _staff: Staff) -> Response:
    call = await body(request, Sealed)
    office.seals.check(call.seal, call.sdp, call.end, call.ticket, call.leg, call.generation, call.kind)
    return Response(status_code=204)


ENDPOINTS: Final = (
    # Supervisors join calls, too.
    Endpoint("POST", "/api/calls/seal", seal, role=("clerk", "supervisor")),
    Endpoint("POST", "/api/calls/check", check, role=("clerk", "supervisor")),
)
