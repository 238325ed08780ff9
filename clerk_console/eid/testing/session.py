"""One online authentication as the double runs it: PAOS, extended access control in two steps, reading (TR-03112-7).

No I/O: `answer` takes an envelope of AusweisApp and returns the next. What was read is in `read`, by data group.
"""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import structlog
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec

from clerk_console.eid.attributes import Attribute
from clerk_console.eid.testing.encoding import Channel, EncodingError, cmac, decode, derive_key, encode, find
from clerk_console.eid.testing.pki import CURVE, GROUPS, Terminal, authorisation, plain_signature, point

APPLICATION: Final = bytes.fromhex("e80704007f00070302")
CHIP_AUTHENTICATION: Final = bytes.fromhex("04007f00070202030202")
CHIP_PUBLIC_KEY: Final = bytes.fromhex("04007f000702020102")
ISO: Final = "urn:iso:std:iso-iec:24727:tech:schema"
OK: Final = "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok"
ERROR: Final = "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#error"

log = structlog.get_logger(__name__)


class State(StrEnum):
    OPEN = "open"
    TERMINAL_SHOWN = "terminal_shown"
    SIGNED = "signed"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass
class Session:
    """`required` and `optional`: what the service asks for. `identifier`: in the token; `number`: at the SOAP side.
    `key`: pre-shared, for the connection of a token that another host serves."""

    terminal: Terminal
    required: frozenset[Attribute]
    optional: frozenset[Attribute]
    number: str = field(default_factory=lambda: secrets.token_hex(16))
    identifier: str = field(default_factory=lambda: secrets.token_hex(16))
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    state: State = State.OPEN
    read: dict[Attribute, bytes] = field(default_factory=dict, repr=False)
    allowed: frozenset[Attribute] = frozenset()
    counter: int = 0

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(CURVE)
        self._channel: Channel | None = None
        self._asked: tuple[Attribute, ...] = ()
        self._message = ""

    def answer(self, envelope: bytes) -> bytes:
        """The next envelope to AusweisApp. Whatever is wrong ends the session."""
        try:
            root = ElementTree.fromstring(envelope)  # noqa: S314 (expat of 2.4 and later bounds entities)
            self._message = _text(root, "MessageID") or ""
            body = next(element for element in root.iter() if _local(element) == "Body")
            request = next(iter(body))
            return self._envelope(self._answer(_local(request), request))
        except (ElementTree.ParseError, StopIteration, EncodingError, ValueError) as error:
            log.warning("double.refused", error=type(error).__name__)
            return self._envelope(self._end(False))

    def _answer(self, kind: str, request: ElementTree.Element) -> str:
        major = _text(request, "ResultMajor")
        if major and not major.endswith("#ok"):
            return self._end(False)
        match self.state, kind:
            case State.OPEN, "StartPAOS":
                self.state = State.TERMINAL_SHOWN
                return self._show_terminal()
            case State.TERMINAL_SHOWN, "DIDAuthenticateResponse":
                self.state = State.SIGNED
                return self._sign(request)
            case State.SIGNED, "DIDAuthenticateResponse":
                return self._check_chip(request)
            case State.READING, "TransmitResponse":
                return self._take(request)
            case _:
                return self._end(False)

    def _show_terminal(self) -> str:
        """EAC1InputType: certificates, who asks, and what for."""
        certificates = "".join(f"<Certificate>{one.hex()}</Certificate>" for one in self.terminal.chain)
        return _did_authenticate(
            "EAC1InputType",
            f"{certificates}<CertificateDescription>{self.terminal.description.hex()}</CertificateDescription>"
            f"<RequiredCHAT>{authorisation(self.required).hex()}</RequiredCHAT>"
            f"<OptionalCHAT>{authorisation(self.optional).hex()}</OptionalCHAT>",
        )

    def _sign(self, output: ElementTree.Element) -> str:
        """EAC2InputType: our ephemeral key, signed with the chip's challenge (TR-03110-2, 3.3.2)."""
        challenge = bytes.fromhex(_text(output, "Challenge") or "")
        chip = bytes.fromhex(_text(output, "IDPICC") or "")
        chat = bytes.fromhex(_text(output, "CertificateHolderAuthorizationTemplate") or "")
        rights = int.from_bytes(find(chat, 0x7F4C, 0x53), "big")
        wanted = self.required | self.optional
        self.allowed = frozenset(one for one in wanted if rights >> (GROUPS[one] + 7) & 1)
        mine = point(self._key.public_key())
        signature = plain_signature(self.terminal.key, chip + challenge + mine[1:33])
        return _did_authenticate(
            "EAC2InputType",
            f"<EphemeralPublicKey>{mine.hex()}</EphemeralPublicKey><Signature>{signature.hex()}</Signature>",
        )

    def _check_chip(self, output: ElementTree.Element) -> str:
        """Chip authentication: who has the key of EF.CardSecurity knows the token (TR-03110-2, 3.4)."""
        security = bytes.fromhex(_text(output, "EFCardSecurity") or "")
        nonce = bytes.fromhex(_text(output, "Nonce") or "")
        secret = self._key.exchange(ec.ECDH(), _chip_key(security))
        encryption, authentication = derive_key(secret, nonce, 1), derive_key(secret, nonce, 2)
        signed = encode(0x06, CHIP_AUTHENTICATION) + encode(0x86, point(self._key.public_key()))
        expected = cmac(authentication, encode(0x7F49, signed))
        if not hmac.compare_digest(expected, bytes.fromhex(_text(output, "AuthenticationToken") or "")):
            return self._end(False)
        self._channel = Channel(encryption, authentication)
        self.state = State.READING
        self._asked = tuple(sorted(self.allowed))
        return self._transmit(self._channel)

    def _transmit(self, channel: Channel) -> str:
        commands = [channel.protect(0, b"\x00\xa4\x04\x0c", APPLICATION)]
        for index, attribute in enumerate(self._asked, 1):
            commands.append(channel.protect(index, bytes((0, 0xB0, 0x80 | GROUPS[attribute], 0)), expected=256))
        inputs = "".join(f"<InputAPDUInfo><InputAPDU>{one.hex()}</InputAPDU></InputAPDUInfo>" for one in commands)
        return f'<Transmit xmlns="{ISO}"><SlotHandle>00</SlotHandle>{inputs}</Transmit>'

    def _take(self, request: ElementTree.Element) -> str:
        assert self._channel is not None  # noqa: S101 (set before the state)
        answers = [bytes.fromhex(one.text or "") for one in request.iter() if _local(one) == "OutputAPDU"]
        for index, (attribute, answer) in enumerate(zip((None, *self._asked), answers, strict=True)):
            data, status = self._channel.open(index, answer)
            if status not in (0x9000, 0x6282):
                return self._end(False)
            if attribute is not None:
                self.read[attribute] = data
        return self._end(True)

    def _end(self, ok: bool) -> str:
        self.state = State.READ if ok else State.FAILED
        major = OK if ok else ERROR
        result = f'<Result xmlns="urn:oasis:names:tc:dss:1.0:core:schema"><ResultMajor>{major}</ResultMajor></Result>'
        return (
            f'<StartPAOSResponse Profile="http://www.bsi.bund.de/ecard/api/1.1" xmlns="{ISO}">{result}'
            "</StartPAOSResponse>"
        )

    def _envelope(self, body: str) -> bytes:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:wsa="http://www.w3.org/2005/03/addressing"><soap:Header>'
            f"<wsa:RelatesTo>{escape(self._message)}</wsa:RelatesTo>"
            f"<wsa:MessageID>urn:uuid:{uuid.uuid4()}</wsa:MessageID></soap:Header>"
            f"<soap:Body>{body}</soap:Body></soap:Envelope>"
        ).encode()


def _did_authenticate(kind: str, inner: str) -> str:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return (
        f'<DIDAuthenticate xmlns="{ISO}"><ConnectionHandle {xsi} xsi:type="ConnectionHandleType">'
        f"<CardApplication>{APPLICATION.hex()}</CardApplication><SlotHandle>00</SlotHandle></ConnectionHandle>"
        "<DIDName>PIN</DIDName>"
        f'<AuthenticationProtocolData Protocol="urn:oid:1.3.162.15480.3.0.14.2" {xsi} xsi:type="{kind}">'
        f"{inner}</AuthenticationProtocolData></DIDAuthenticate>"
    )


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(root: ElementTree.Element, name: str) -> str | None:
    return next((element.text for element in root.iter() if _local(element) == name), None)


def _chip_key(security: bytes) -> ec.EllipticCurvePublicKey:
    """The chip's public key in EF.CardSecurity, whose signature the double leaves alone: its cards sign for
    themselves. Raises EncodingError."""
    try:
        signed = cms.ContentInfo.load(security)["content"]["encap_content_info"]["content"]
        content = signed.native if isinstance(signed.native, bytes) else signed.parsed.dump()
    except (ValueError, KeyError, TypeError):
        raise EncodingError("EF.CardSecurity is not signed data.") from None
    for _, info in decode(find(content, 0x31)):
        fields = decode(info)
        if fields[0] == (0x06, CHIP_PUBLIC_KEY):
            encoded = find(fields[1][1], 0x03)[1:]
            return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, encoded)
    raise EncodingError("EF.CardSecurity names no key of the chip.")
