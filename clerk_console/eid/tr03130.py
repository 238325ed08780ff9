"""The SOAP interface of an eID-Server (BSI TR-03130-1, 3.2): useID and getResult over TLS with a client certificate.

Everything that comes back is size-limited; a document type declaration is refused before it is parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from clerk_console.eid import personal_data
from clerk_console.eid.attributes import ATTRIBUTES, Attribute
from clerk_console.eid.errors import AnswerMalformed, NoResultYet, Refused, Unreachable
from clerk_console.eid.server import OpenedSession, Outcome, Wish

EID: Final = "http://bsi.bund.de/eID/"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_ANSWER_BYTES: Final = 256 * 1024
MAX_SESSION: Final = 200
OK: Final = "resultmajor#ok"
NO_RESULT_YET: Final = "getResult#noResultYet"
_wishes: Final[dict[Wish, str]] = {"required": "REQUIRED", "optional": "ALLOWED"}


class SoapEidServer:
    """`client`: speaks TLS as the settings say. `address`: of the eID-Server's SOAP interface."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address

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
            if (name := element.tag.rpartition("}")[2]) in ATTRIBUTES and (element.text or "").strip() == "PROHIBITED"
        )
        return Outcome(personal_data.holder(data), declined)

    async def _ask(self, function: str, body: str) -> Element:
        """The response element. Raises Unreachable or AnswerMalformed."""
        envelope = (
            f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:eid="{EID}">'
            f"<soapenv:Header/><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{EID}{function}"'}
        try:
            async with self._client.stream("POST", self._address, content=envelope, headers=headers) as response:
                received = bytearray()
                async for piece in response.aiter_bytes():
                    received += piece
                    if len(received) > MAX_ANSWER_BYTES:
                        raise AnswerMalformed("The eID-Server's answer is too long.")
        except httpx.HTTPError as error:
            raise Unreachable(f"The eID-Server cannot be reached: {type(error).__name__}.") from None
        # A SOAP fault comes with 500, and is read like an answer.
        if response.status_code not in (200, 500):
            raise Unreachable(f"The eID-Server answers with HTTP status {response.status_code}.")
        return _response(bytes(received), f"{function}Response")


def _response(document: bytes, name: str) -> Element:
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise AnswerMalformed("The eID-Server's answer declares a document type.")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 (no declarations, see above)
    except ElementTree.ParseError:
        raise AnswerMalformed("The eID-Server's answer is not XML.") from None
    body = root.find(f"{{{SOAP}}}Body")
    found = body.find(f"{{{EID}}}{name}") if body is not None else None
    if found is None:
        raise AnswerMalformed(f"The eID-Server's answer is no {name}.")
    return found


def _check(answer: Element) -> None:
    """Raises Refused or NoResultYet unless the result is ok."""
    result = next((one for one in answer if one.tag.rpartition("}")[2] == "Result"), None)
    if _text(result, "ResultMajor").endswith(OK):
        return
    minor = _text(result, "ResultMinor").rpartition("resultminor/")[2][:100]
    raise NoResultYet if minor == NO_RESULT_YET else Refused(minor)


def _child(element: Element | None, name: str) -> Element | None:
    return next((one for one in element if one.tag.rpartition("}")[2] == name), None) if element is not None else None


def _text(element: Element | None, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""


def _required(element: Element | None, name: str) -> str:
    text = _text(element, name)
    if not 0 < len(text) <= MAX_SESSION:
        raise AnswerMalformed(f"The eID-Server's answer has no {name}.")
    return text
