"""The double's SOAP side: useID and getResult of TR-03130-1, 3.2, as far as the console asks."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from lxml.etree import _Element as Element

from clerk_console.eid.attributes import ATTRIBUTES, Attribute
from clerk_console.eid.soap import local
from clerk_console.eid.testing.encoding import EncodingError, decode
from clerk_console.eid.testing.session import ERROR, OK, Session, State

MINOR: Final = "http://www.bsi.bund.de/eid/server/2.0/resultminor/"
NO_RESULT_YET: Final = "getResult#noResultYet"
INVALID_SESSION: Final = "getResult#invalidSession"
INVALID_COUNTER: Final = "getResult#invalidCounter"
INTERNAL_ERROR: Final = "common#internalError"
SCHEMA_VIOLATION: Final = "common#schemaViolation"
_place_tags: Final = {0xAA: "Street", 0xAB: "City", 0xAC: "State", 0xAD: "Country", 0xAE: "ZipCode"}


def asked(request: Element) -> tuple[frozenset[Attribute], frozenset[Attribute]]:
    """What has to be and what may be read."""
    wishes: dict[str, set[Attribute]] = {"REQUIRED": set(), "ALLOWED": set()}
    operations = next((one for one in request.iter() if local(one) == "UseOperations"), None)
    for element in operations if operations is not None else ():
        name, wish = local(element), (element.text or "").strip()
        if name in ATTRIBUTES and wish in wishes:
            wishes[wish].add(Attribute(name))
    return frozenset(wishes["REQUIRED"]), frozenset(wishes["ALLOWED"])


def opened(session: Session, address: str) -> str:
    """useIDResponse."""
    return (
        f"<eid:useIDResponse><eid:Session><eid:ID>{session.number}</eid:ID></eid:Session>"
        f"<eid:eCardServerAddress>{escape(address)}</eid:eCardServerAddress>"
        f"<eid:PSK><eid:ID>{session.identifier}</eid:ID><eid:Key>{session.key}</eid:Key></eid:PSK>"
        f"{result()}</eid:useIDResponse>"
    )


def outcome(session: Session | None, counter: int) -> str:
    """getResultResponse."""
    if session is None:
        return _refused(INVALID_SESSION)
    if counter != session.counter + 1:
        return _refused(INVALID_COUNTER)
    session.counter = counter
    if session.state is State.FAILED:
        return _refused(INTERNAL_ERROR)
    if session.state is not State.READ:
        return _refused(NO_RESULT_YET)
    data = "".join(_attribute(attribute, value) for attribute, value in sorted(session.read.items()))
    wanted = sorted(session.required | session.optional)
    allowed = "".join(f"<eid:{one}>{'ALLOWED' if one in session.read else 'PROHIBITED'}</eid:{one}>" for one in wanted)
    return (
        f"<eid:getResultResponse><eid:PersonalData>{data}</eid:PersonalData>"
        f"<eid:OperationsAllowedByUser>{allowed}</eid:OperationsAllowedByUser>{result()}</eid:getResultResponse>"
    )


def result(minor: str = "") -> str:
    major = ERROR if minor else OK
    told = f"<dss:ResultMinor>{MINOR}{minor}</dss:ResultMinor>" if minor else ""
    return f"<dss:Result><dss:ResultMajor>{major}</dss:ResultMajor>{told}</dss:Result>"


def fault(code: str) -> str:
    """What a message that is not signed as it should be is answered with (WSS: SOAP Message Security 1.1, 12)."""
    return f"<soapenv:Fault><faultcode>wsse:{code}</faultcode><faultstring>not taken</faultstring></soapenv:Fault>"


def _refused(minor: str) -> str:
    return f"<eid:getResultResponse>{result(minor)}</eid:getResultResponse>"


def _attribute(attribute: Attribute, group: bytes) -> str:
    """A data group as PersonalDataType has it."""
    content = decode(group)[0][1]
    tag, value = decode(content)[0]
    match attribute:
        case Attribute.DATE_OF_BIRTH | Attribute.DATE_OF_EXPIRY:
            text = value.decode()
            shown = f"<eid:DateString>{text}</eid:DateString>"
            if text.isdigit():
                shown += f"<eid:DateValue>{text[:4]}-{text[4:6]}-{text[6:]}</eid:DateValue>"
            if attribute is Attribute.DATE_OF_EXPIRY:
                shown = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        case Attribute.PLACE_OF_BIRTH | Attribute.PLACE_OF_RESIDENCE:
            shown = _place(tag, value)
        case _:
            shown = escape(value.decode())
    return f"<eid:{attribute}>{shown}</eid:{attribute}>"


def _place(tag: int, value: bytes) -> str:
    if tag == 0x30:
        parts = {_place_tags[one]: decode(inner)[0][1].decode() for one, inner in decode(value) if one in _place_tags}
        shown = "".join(f"<eid:{name}>{escape(text)}</eid:{name}>" for name, text in parts.items())
        return f"<eid:StructuredPlace>{shown}</eid:StructuredPlace>"
    if tag not in (0xA1, 0xA2):
        raise EncodingError("A place of an unknown kind.")
    kind = "FreetextPlace" if tag == 0xA1 else "NoPlaceInfo"
    return f"<eid:{kind}>{escape(decode(value)[0][1].decode())}</eid:{kind}>"
