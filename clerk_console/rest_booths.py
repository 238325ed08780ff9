"""The office's booths: operators invite, list and revoke them; a booth enrols itself with its code."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.enrolment.booths import Booth
from clerk_console.enrolment.codes import HOURS, MOST_HOURS
from clerk_console.enrolment.enrolment import Invitation
from clerk_console.errors import ConsoleError, ErrorId, TooManyAttempts
from clerk_console.office import Office
from clerk_console.rest import Endpoint, PublicEndpoint, answer, body
from clerk_console.staff import Staff
from signaling.protocol.chain import FILTERS, Word
from signaling.protocol.enrolment import (
    CHALLENGE_PATH,
    PATH,
    Enrolled,
    EnrolmentChallenge,
    EnrolmentRequest,
    spelled,
)
from signaling.protocol.messages import Identifier

ENROLMENT_BYTES: Final = 8 * 1024
MOST_ENTRIES: Final = 500


class AuditQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """As the switchboard's `GET /api/audit` takes it."""

    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    before: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MOST_ENTRIES)] = MOST_ENTRIES
    actor: Word | None = None
    act: Word | None = None
    subject: Word | None = None


class NewBooth(Struct, frozen=True, forbid_unknown_fields=True):
    """`services`: what the booth offers on its screen; all of the office when none are named."""

    id: Identifier
    region: Identifier
    site: Annotated[str, Meta(min_length=1, max_length=120)]
    services: Annotated[list[Identifier], Meta(max_length=64)] = []
    hours: Annotated[float, Meta(gt=0, le=MOST_HOURS)] = HOURS


def _shown(booth: Booth, expires: dict[str, float]) -> dict[str, Any]:
    names = ("id", "region", "site", "services", "state", "trouble", "changed_at")
    return {name: getattr(booth, name) for name in names} | {"code_expires_at": expires.get(booth.id)}


async def booths(office: Office, _request: Request, staff: Staff) -> Response:
    """Those of the operator's regions."""
    expires = await office.enrolment.codes()
    found = [booth for booth in await office.enrolment.all() if booth.region in staff.regions]
    return answer([_shown(booth, expires) for booth in found])


async def invite(office: Office, request: Request, staff: Staff) -> Response:
    """A code for a booth; it is told this once."""
    new = await body(request, NewBooth)
    if new.region not in staff.regions:
        raise ConsoleError(ErrorId.NOT_PERMITTED, "Your account does not cover this region.")
    if unknown := set(new.services) - set(office.catalogue.ids()):
        raise ConsoleError(ErrorId.SERVICE_UNKNOWN, f"The office does not offer {', '.join(sorted(unknown))}.")
    services = new.services or office.catalogue.ids()
    wanted = Invitation(id=new.id, region=new.region, site=new.site, services=services, hours=new.hours)
    made = await office.enrolment.invite(wanted, staff.id)
    shown = _shown(made.booth, {made.booth.id: made.expires_at})
    return answer({"booth": shown, "code": spelled(made.code)}, 201)


async def revoke(office: Office, request: Request, staff: Staff) -> Response:
    booth = await office.enrolment.revoke(request.path_params["booth"], staff.id, staff.regions)
    return answer(_shown(booth, {}))


async def challenge(office: Office, _request: Request) -> Response:
    """A nonce for a booth's proof."""
    return answer(EnrolmentChallenge(office.enrolment.challenge()))


async def enrol(office: Office, request: Request) -> Response:
    """A booth with its code. An address that tries wrong ones has to wait longer and longer."""
    wanted = await body(request, EnrolmentRequest, ENROLMENT_BYTES)
    address = _address(request)
    if wait_s := office.enrolment_attempts.begin(address, office.sources.now()):
        raise TooManyAttempts(wait_s)
    booth = await office.enrolment.enrol(wanted)
    office.enrolment_attempts.succeeded(address)
    settings = office.settings
    told = Enrolled(
        booth=booth.id,
        site=booth.site,
        services=booth.services,
        switchboard=settings.switchboard,
        console=settings.issuer.rstrip("/"),
    )
    return answer(told, 201)


async def audit(office: Office, request: Request, _staff: Staff) -> Response:
    """The office's administrative acts from a number on, or the last ones before one; oldest first."""
    try:
        page = msgspec.convert(dict(request.query_params), AuditQuery, strict=False)
    except msgspec.ValidationError as error:
        raise ConsoleError(ErrorId.MALFORMED_REQUEST, f"Not a question about acts: {error}") from None
    wanted = {name: value for name in FILTERS if (value := getattr(page, name)) is not None}
    return answer(await office.audit.entries(after=page.after, before=page.before, limit=page.limit, **wanted))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


ENDPOINTS: Final = (
    Endpoint("GET", "/api/booths", booths, role="operator"),
    Endpoint("POST", "/api/booths", invite, role="operator"),
    Endpoint("DELETE", "/api/booths/{booth}", revoke, role="operator"),
    PublicEndpoint("POST", CHALLENGE_PATH, challenge),
    PublicEndpoint("POST", PATH, enrol),
    Endpoint("GET", "/api/audit", audit, role="operator"),
)
