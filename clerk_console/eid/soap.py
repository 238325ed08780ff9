"""SOAP 1.1 envelopes of the eID-Interface, parsed so that nothing in them reaches outside: no document type, no
entity, no network, no comment or processing instruction that splits a text."""

from __future__ import annotations

from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from clerk_console.eid.errors import AnswerMalformed

EID: Final = "http://bsi.bund.de/eID/"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
DSS: Final = "urn:oasis:names:tc:dss:1.0:core:schema"
MAX_BYTES: Final = 256 * 1024


def parse(document: bytes) -> Element:
    """The root. Raises AnswerMalformed."""
    if len(document) > MAX_BYTES:
        raise AnswerMalformed("The eID-Server's answer is too long.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise AnswerMalformed("The eID-Server's answer is not XML.") from None
    kind = root.getroottree().docinfo
    if kind.internalDTD is not None or kind.externalDTD is not None:
        raise AnswerMalformed("The eID-Server's answer declares a document type.")
    return root


def envelope(body: str) -> Element:
    """An envelope around what stands in its body; `eid:` and `dss:` are known in it."""
    return etree.fromstring(
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:eid="{EID}" xmlns:dss="{DSS}">'
        f"<soapenv:Header/><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )


def document(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def body_of(root: Element) -> Element:
    """The one body of an envelope. Raises AnswerMalformed."""
    bodies = root.findall(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or len(bodies) != 1:
        raise AnswerMalformed("The eID-Server's answer is no SOAP envelope with one body.")
    return bodies[0]


def local(element: Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]
