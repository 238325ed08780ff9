"""The SOAP interface of an eID-Server (BSI TR-03130-1, 3.2): useID and getResult over TLS with a client certificate,
and signed at both ends where the settings say so."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

import httpx
from lxml.etree import _Element as Element

from clerk_console.eid import personal_data
from clerk_console.eid.attributes import ATTRIBUTES, Attribute
from clerk_console.eid.errors import AnswerMalformed, FaultAnswered, NoResultYet, NotSent, Refused, Unreachable
from clerk_console.eid.server import OpenedSession, Outcome, Wish
from clerk_console.eid.soap import EID, MAX_BYTES, SOAP, body_of, document, envelope, local, parse
from clerk_console.eid.ws_security import WsSecurity

MAX_SESSION: Final = 200
OK: Final = "resultmajor#ok"
NO_RESULT_YET: Final = "getResult#noResultYet"
_wishes: Final[dict[Wish, str]] = {"required": "REQUIRED", "optional": "ALLOWED"}


class SoapEidServer:
    """`client`: speaks TLS as the settings say. `address`: of the eID-Server's SOAP interface. `security`: signs
    requests and verifies answers; None where the eID-Server asks for TLS alone."""

    def __init__(self, client: httpx.AsyncClient, address: str, security: WsSecurity | None = None) -> None:
        self._client = client
        self._address = address
        self._security = security

    async def open(self, wishes: Mapping[Attribute, Wish]) -> OpenedSession:
        operations = "".join(f"<eid:{one}>{_wishes[wish]}</eid:{one}>" for one, wish in wishes.items())
        body = f"<eid:useIDRequest><eid:UseOperations>{operations}</eid:UseOperations></eid:useIDRequest>"
        answer = await self._ask("useID", body)
        _check(answer)
        key = _child(answer, "PSK")
        return OpenedSession(
            number=_required(_child(answer, "Session"), "ID"),
            server=_text(answer, "eCardServerAddress"),
            key_identifier=_text(key, "ID"),
            key=_text(key, "Key"),
        )

    async def result(self, number: str, counter: int) -> Outcome:
        body = (
            f"<eid:getResultRequest><eid:Session><eid:ID>{escape(number)}</eid:ID></eid:Session>"
            f"<eid:RequestCounter>{counter}</eid:RequestCounter></eid:getResultRequest>"
        )
        answer = await self._ask("getResult", body)
        _check(answer)
        data = _child(answer, "PersonalData")
        if data is None:
            raise AnswerMalformed("The eID-Server's result has no personal data.")
        allowed = _child(answer, "OperationsAllowedByUser")
        declined = tuple(
            Attribute(name)
            for element in (allowed if allowed is not None else ())
            if (name := local(element)) in ATTRIBUTES and (element.text or "").strip() == "PROHIBITED"
        )
        return Outcome(personal_data.holder(data), declined)

    async def _ask(self, function: str, body: str) -> Element:
        """The response element. Raises an EidServerError."""
        request = envelope(body)
        if self._security is not None:
            self._security.sign(request)
        answer = parse(await self._exchange(function, document(request)))
        content = body_of(answer)
        if (fault := content.find(f"{{{SOAP}}}Fault")) is not None:
            # Not signed as a rule, and nothing of it is believed.
            raise FaultAnswered(_fault_code(fault))
        if self._security is not None:
            content = self._security.verified_body(answer)
        found = content.find(f"{{{EID}}}{function}Response")
        if found is None:
            raise AnswerMalformed(f"The eID-Server's answer is no {function}Response.")
        return found

    async def _exchange(self, function: str, request: bytes) -> bytes:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{EID}{function}"'}
        try:
            async with self._client.stream("POST", self._address, content=request, headers=headers) as response:
                received = bytearray()
                async for piece in response.aiter_bytes():
                    received += piece
                    if len(received) > MAX_BYTES:
                        raise AnswerMalformed("The eID-Server's answer is too long.")
        except httpx.HTTPError as error:
            before = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            raise (NotSent if before else Unreachable)(f"The eID-Server cannot be reached: {_why(error)}.") from None
        # A SOAP fault comes with 500, and is read like an answer.
        if response.status_code not in (200, 500):
            raise Unreachable(f"The eID-Server answers with HTTP status {response.status_code}.")
        return bytes(received)


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _why(error: httpx.HTTPError) -> str:
    """What to set, as far as TLS tells."""
    name = type(error).__name__
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not believed ({cause.verify_message}); put its authority into `authorities`"
        if isinstance(cause, ssl.SSLError):
            name = cause.reason or name
    if "ALERT" in name or isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
        return (
            f"it breaks off ({name}); it may ask for a client certificate (`certificate`, `key`) or not know the one "
            "it gets"
        )
    return name


def _fault_code(fault: Element) -> str:
    code = (fault.findtext("faultcode") or "").strip().rpartition(":")[2]
    return code if re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", code) else "without a code"


def _check(answer: Element) -> None:
    """Raises Refused or NoResultYet unless the result is ok."""
    result = next((one for one in answer if local(one) == "Result"), None)
    if _text(result, "ResultMajor").endswith(OK):
        return
    minor = _text(result, "ResultMinor").rpartition("resultminor/")[2][:100]
    raise NoResultYet if minor == NO_RESULT_YET else Refused(minor)


def _child(element: Element | None, name: str) -> Element | None:
    return next((one for one in element if local(one) == name), None) if element is not None else None


def _text(element: Element | None, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""


def _required(element: Element | None, name: str) -> str:
    text = _text(element, name)
    if not 0 < len(text) <= MAX_SESSION:
        raise AnswerMalformed(f"The eID-Server's answer has no {name}.")
    return text
