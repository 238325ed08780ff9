"""The eID function of a case: open a session at the eID-Server, fetch what came of it; tokens for booths."""

from __future__ import annotations

from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from clerk_console.case import CaseEvent, next_state
from clerk_console.eid.errors import (
    AnswerMalformed,
    EidServerError,
    FaultAnswered,
    NoResultYet,
    Refused,
    SignatureRefused,
)
from clerk_console.eid.identification import DONE_PATH, TOKEN_PATH, Identifications
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.office import Office
from clerk_console.rest import Endpoint, PublicEndpoint, answer
from clerk_console.staff import Staff

log = structlog.get_logger(__name__)


def _identifications(office: Office) -> Identifications:
    if office.eid is None:
        raise ConsoleError(ErrorId.EID_UNAVAILABLE, "No eID-Server was set up for this console (--eid).")
    return office.eid


def _console_error(error: EidServerError) -> ConsoleError:
    """As the web app is told; the eID-Server's own words go into the log."""
    if isinstance(error, NoResultYet):
        return ConsoleError(ErrorId.EID_NO_RESULT, "The citizen has not identified yet.")
    log.warning("eid.failed", error=type(error).__name__, text=str(error))
    if isinstance(error, Refused | AnswerMalformed):
        return ConsoleError(ErrorId.EID_REFUSED, "The eID-Server has no result; ask the citizen again.")
    if isinstance(error, SignatureRefused | FaultAnswered):
        return ConsoleError(ErrorId.EID_DISTRUSTED, "Console and eID-Server do not take each other's messages.")
    return ConsoleError(ErrorId.EID_UNREACHABLE, "The eID-Server does not answer.")


async def open_session(office: Office, request: Request, staff: Staff) -> Response:
    """Where the booth finds the token of a new session; what is asked for is the service's affair."""
    identifications = _identifications(office)
    case = await office.casework.get(staff, request.path_params["case"])
    next_state(case.state, CaseEvent.CHANGE)
    try:
        address = await identifications.open(case.id, office.catalogue.get(case.service).eid)
    except EidServerError as error:
        raise _console_error(error) from None
    return answer({"tc_token_url": address})


async def fetch_result(office: Office, request: Request, staff: Staff) -> Response:
    """What the chip said, now in the case."""
    identifications = _identifications(office)
    case = await office.casework.get(staff, request.path_params["case"])
    next_state(case.state, CaseEvent.CHANGE)
    try:
        outcome = await identifications.result(case.id)
    except EidServerError as error:
        raise _console_error(error) from None
    record = await office.casework.take_eid(staff, case.id, outcome)
    return answer(record)


async def close_session(office: Office, request: Request, staff: Staff) -> Response:
    case = await office.casework.get(staff, request.path_params["case"])
    if office.eid is not None:
        office.eid.close(case.id)
    return Response(status_code=204)


async def token(office: Office, request: Request) -> Response:
    """For the booth's AusweisApp, which has no session here."""
    found = office.eid.token(request.path_params["name"]) if office.eid is not None else None
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    if found is None:
        return PlainTextResponse("There is no such token.", 404, headers)
    return Response(found, headers=headers, media_type="text/xml")


async def done(_office: Office, _request: Request) -> Response:
    """The refresh address: AusweisApp checks its certificate and leaves it to us; nobody reads this."""
    return PlainTextResponse("This identification is over.", headers={"Cache-Control": "no-store"})


ENDPOINTS: Final = (
    Endpoint("POST", "/api/cases/{case}/eid", open_session),
    Endpoint("POST", "/api/cases/{case}/eid/result", fetch_result),
    Endpoint("DELETE", "/api/cases/{case}/eid", close_session),
    PublicEndpoint("GET", f"{TOKEN_PATH}/{{name}}", token),
    PublicEndpoint("GET", f"{DONE_PATH}/{{name}}", done),
)
