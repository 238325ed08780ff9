"""Sealing the clerk's description of a call, and checking the booth's."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.office import Office
from clerk_console.rest import Endpoint, answer, body
from clerk_console.staff import Staff
from signaling.protocol.messages import Identifier, TicketNumber
from signaling.protocol.seal import Kind


class Described(Struct, frozen=True, forbid_unknown_fields=True):
    ticket: TicketNumber
    generation: Annotated[int, Meta(ge=0, le=2**31)]
    kind: Kind
    sdp: Annotated[str, Meta(max_length=64 * 1024)]


class Sealed(Described, frozen=True, forbid_unknown_fields=True):
    seal: Annotated[str, Meta(max_length=4096)]
    booth: Identifier


async def seal(office: Office, request: Request, _staff: Staff) -> Response:
    call = await body(request, Described)
    return answer({"seal": office.seals.seal(call.sdp, call.ticket, call.generation, call.kind)})


async def check(office: Office, request: Request, _staff: Staff) -> Response:
    call = await body(request, Sealed)
    office.seals.check(call.seal, call.sdp, call.booth, call.ticket, call.generation, call.kind)
    return Response(status_code=204)


ENDPOINTS: Final = (
    Endpoint("POST", "/api/calls/seal", seal),
    Endpoint("POST", "/api/calls/check", check),
)
