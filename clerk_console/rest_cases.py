"""The services on offer and the steps of a case."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
import structlog
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clerk_console.case import CaseState
from clerk_console.cases import Case
from clerk_console.errors import ConsoleError, ErrorId
from clerk_console.identity import ActiveProof, AgreementProof, MappingProof
from clerk_console.identity.active_authentication import CHALLENGE_BYTES
from clerk_console.identity.chip_authentication import Agreement
from clerk_console.identity.chip_authenticity import Proof
from clerk_console.office import Office
from clerk_console.rest import Endpoint, answer, body
from clerk_console.staff import Staff
from media.consultation import (
    ActiveAuthentication,
    ChipAgreement,
    ChipAuthentication,
    DocumentKind,
    PaceChipMapping,
)
from signaling.protocol.messages import Identifier, Language, TicketNumber

IDENTITY_BYTES: Final = 2 * 1024 * 1024
CHIP_FILE_BYTES: Final = 256 * 1024
KEY_FILE_BYTES: Final = 9 * 1024

log = structlog.get_logger(__name__)

ChipFileId = Annotated[str, Meta(pattern=r"^01[0-9a-f]{2}$")]
ChipFile = Annotated[bytes, Meta(min_length=1, max_length=CHIP_FILE_BYTES)]
Nonce = Annotated[bytes, Meta(min_length=CHALLENGE_BYTES, max_length=CHALLENGE_BYTES)]


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    ticket: TicketNumber
    service: Identifier
    booth: Identifier
    language: Language
    telephone: bool = False


class ChipQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Which document the citizen will be asked for."""

    document: DocumentKind


class ChipKey(Struct, frozen=True, forbid_unknown_fields=True):
    """`file`: EF.DG14, raw."""

    challenge: Nonce
    file: Annotated[bytes, Meta(min_length=1, max_length=KEY_FILE_BYTES)]


class CardData(Struct, frozen=True, forbid_unknown_fields=True):
    """`files`: elementary file identifier in hex to the raw file, base64 in JSON. `challenge`: what the chip was
    asked, `proofs`: what it answered, as the booth sent them."""

    access: Literal["pace_can", "pace_mrz", "bac"]
    files: Annotated[dict[ChipFileId, ChipFile], Meta(min_length=1, max_length=16)]
    challenge: Nonce | None = None
    proofs: Annotated[list[ActiveAuthentication | ChipAuthentication | PaceChipMapping], Meta(max_length=3)] = []


class Confirmation(Struct, frozen=True, forbid_unknown_fields=True):
    answer: Literal["confirmed", "changes"]


class HandOver(Struct, frozen=True, forbid_unknown_fields=True):
    """`to`: the colleague, as at the switchboard."""

    to: Identifier


class Adoption(Struct, frozen=True, forbid_unknown_fields=True):
    """`number`: of the prepared case, as the citizen says it."""

    number: Annotated[str, Meta(min_length=1, max_length=32)]


class Abandonment(Struct, frozen=True, forbid_unknown_fields=True):
    """`reason`: an identifier, so that nothing personal is written there."""

    reason: Identifier


def _shown(office: Office, case: Case) -> dict[str, Any]:
    document = case.document
    return {
        "id": case.id,
        "number": office.casework.case_number(case),
        "ticket": case.ticket,
        "service": case.service,
        "booth": case.booth,
        "language": case.language,
        "state": case.state,
        "telephone": case.telephone,
        "created_at": datetime.fromtimestamp(case.created_at, UTC).isoformat(timespec="seconds"),
        "values": case.values,
        "identity": case.identity,
        "eid": case.eid,
        "document": {"title": document.title, "size": document.size, "sha256": document.sha256} if document else None,
    }


async def services(office: Office, _request: Request, staff: Staff) -> Response:
    """Those the account covers; without an eID-Server none has an `eid`."""
    described = [service.describe() for service in office.catalogue if service.id in staff.services]
    if office.eid is None:
        described = [service | {"eid": []} for service in described]
    return answer(described)


async def open_case(office: Office, request: Request, staff: Staff) -> Response:
    wanted = await body(request, Opening)
    about = (wanted.ticket, wanted.service, wanted.booth, wanted.language)
    case = await office.casework.open(staff, *about, telephone=wanted.telephone)
    return answer(_shown(office, case))


async def list_cases(office: Office, request: Request, staff: Staff) -> Response:
    """Without portraits: a list of a hundred would be megabytes of them."""
    wanted = request.query_params.get("state")
    if wanted and wanted not in list(CaseState):
        raise ConsoleError(ErrorId.MALFORMED_REQUEST, f"A state is one of {', '.join(CaseState)}.")
    shown = [_shown(office, case) for case in await office.casework.all(staff, CaseState(wanted) if wanted else None)]
    for case in shown:
        if case["identity"]:
            case["identity"] = msgspec.structs.replace(case["identity"], portrait=None, details={})
    return answer(shown)


async def read_case(office: Office, request: Request, staff: Staff) -> Response:
    return answer(_shown(office, await office.casework.get(staff, request.path_params["case"])))


async def take_identity(office: Office, request: Request, staff: Staff) -> Response:
    card = await body(request, CardData, IDENTITY_BYTES)
    proofs = [chip_proof(one) for one in card.proofs]
    case = request.path_params["case"]
    identity = await office.casework.take_identity(staff, case, card.files, card.challenge, proofs)
    log.info("identity.checked", case=case, access=card.access, verified=identity.verified)
    return answer(identity)


def chip_proof(sent: ActiveAuthentication | ChipAuthentication | PaceChipMapping) -> Proof:
    """As the consultation channel brings it. Raises ConsoleError (malformed_request)."""
    if isinstance(sent, ActiveAuthentication):
        return ActiveProof(_octets(sent.response))
    if isinstance(sent, ChipAuthentication):
        return AgreementProof(_octets(sent.response))
    return MappingProof(_octets(sent.mapping_key), _octets(sent.data), _octets(sent.card_security))


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ConsoleError(ErrorId.MALFORMED_REQUEST, "A proof is not base64.") from None


async def challenge_chip(office: Office, request: Request, staff: Staff) -> Response:
    asked = await body(request, ChipQuestion)
    nonce = await office.casework.challenge_chip(staff, request.path_params["case"], asked.document)
    return answer({"challenge": nonce}, 201)


async def agree_with_chip(office: Office, request: Request, staff: Staff) -> Response:
    key = await body(request, ChipKey)
    found = await office.casework.agree_with_chip(staff, request.path_params["case"], key.challenge, key.file)
    return answer({"agreement": chip_agreement(found) if found else None})


def chip_agreement(agreement: Agreement) -> ChipAgreement:
    """As the consultation channel carries it to the booth."""
    return ChipAgreement(
        protocol=agreement.protocol,
        public_key=base64.b64encode(agreement.public_key).decode(),
        command=base64.b64encode(agreement.command).decode(),
        key_id=agreement.key_id,
    )


async def fill(office: Office, request: Request, staff: Staff) -> Response:
    values = await body(request, dict[str, Any])
    return answer(_shown(office, await office.casework.fill(staff, request.path_params["case"], values)))


async def keep_draft(office: Office, request: Request, staff: Staff) -> Response:
    values = await body(request, dict[str, Any])
    return answer(_shown(office, await office.casework.keep_draft(staff, request.path_params["case"], values)))


async def prepare(office: Office, request: Request, staff: Staff) -> Response:
    return answer(_shown(office, await office.casework.prepare(staff, request.path_params["case"])))


async def adopt(office: Office, request: Request, staff: Staff) -> Response:
    wanted = await body(request, Adoption)
    return answer(_shown(office, await office.casework.adopt(staff, request.path_params["case"], wanted.number)))


async def hand_over(office: Office, request: Request, staff: Staff) -> Response:
    granted = await body(request, HandOver)
    await office.casework.hand_over(staff, request.path_params["case"], granted.to)
    return Response(status_code=204)


async def confirm(office: Office, request: Request, staff: Staff) -> Response:
    said = await body(request, Confirmation)
    return answer(_shown(office, await office.casework.answer(staff, request.path_params["case"], said.answer)))


async def complete(office: Office, request: Request, staff: Staff) -> Response:
    return answer(_shown(office, await office.casework.complete(staff, request.path_params["case"])))


async def abandon(office: Office, request: Request, staff: Staff) -> Response:
    why = await body(request, Abandonment)
    return answer(_shown(office, await office.casework.abandon(staff, request.path_params["case"], why.reason)))


async def document(office: Office, request: Request, staff: Staff) -> Response:
    case, pdf = await office.casework.document(staff, request.path_params["case"])
    name = f"{case.service}-{office.casework.case_number(case)}.pdf"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(pdf, headers=headers, media_type="application/pdf")


ENDPOINTS: Final = (
    Endpoint("GET", "/api/services", services),
    Endpoint("POST", "/api/cases", open_case),
    Endpoint("GET", "/api/cases", list_cases),
    Endpoint("GET", "/api/cases/{case}", read_case),
    Endpoint("POST", "/api/cases/{case}/chip-challenges", challenge_chip),
    Endpoint("POST", "/api/cases/{case}/chip-key", agree_with_chip),
    Endpoint("POST", "/api/cases/{case}/identity", take_identity),
    Endpoint("PUT", "/api/cases/{case}/form", fill),
    Endpoint("PUT", "/api/cases/{case}/draft", keep_draft),
    Endpoint("POST", "/api/cases/{case}/prepare", prepare),
    Endpoint("POST", "/api/cases/{case}/adopt", adopt),
    Endpoint("POST", "/api/cases/{case}/hand-over", hand_over),
    Endpoint("POST", "/api/cases/{case}/confirmation", confirm),
    Endpoint("POST", "/api/cases/{case}/complete", complete),
    Endpoint("POST", "/api/cases/{case}/abandon", abandon),
    Endpoint("GET", "/api/cases/{case}/document", document),
)
