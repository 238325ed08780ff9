"""WS-Security of the eID-Interface: each end signs time and body, and believes no more than the other has signed.

The policy of TR-03130-1 is the asymmetric binding of WS-SecurityPolicy with X.509 certificates at both ends, a
timestamp and the algorithms of Basic256Sha256 (OASIS WSS: SOAP Message Security 1.1, X.509 Certificate Token Profile
1.1; XML Signature with exclusive canonicalisation). Certificates are pinned: what a message says about its signer
names it in an error and decides nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from lxml.etree import SubElement
from lxml.etree import _Element as Element
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from clerk_console.eid.errors import SignatureRefused
from clerk_console.eid.soap import SOAP, body_of, parse

WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
X509_V3: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
BASE64: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
LIFETIME: Final = timedelta(minutes=5)
"""How long a message is believed, and how long its like is remembered."""
SKEW: Final = timedelta(minutes=1)
"""How far the other end's clock may be ahead."""
WARNED_BEFORE: Final = timedelta(days=30)
MOST_REFERENCES: Final = 8
"""Time, body, and what else a signer adds: its certificate, a confirmation of the request's signature."""
MOST_REMEMBERED: Final = 10_000
METHODS: Final = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS: Final = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_wsu_id: Final = f"{{{WSU}}}Id"
_ids: Final = frozenset({"Id", "ID", "id"})

# At its lowest level it would write down what it canonicalises: whole messages, with a citizen's data.
logging.getLogger("signxml").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class MessageKeys:
    """`key`, `certificate`: this end's. `peers`: by one of these the other end signs; two during a change-over."""

    key: RSAPrivateKey | EllipticCurvePrivateKey
    certificate: x509.Certificate
    peers: Sequence[x509.Certificate]

    def __repr__(self) -> str:
        return "MessageKeys(…)"


def running_out(keys: MessageKeys, now: float) -> list[str]:
    """Which certificates are no longer valid in WARNED_BEFORE, of both ends. `now`: seconds since the epoch."""
    until = datetime.fromtimestamp(now, UTC) + WARNED_BEFORE
    return [
        f"{_named(one)} is valid until {one.not_valid_after_utc:%Y-%m-%d}"
        for one in (keys.certificate, *keys.peers)
        if one.not_valid_after_utc < until
    ]


class WsSecurity:
    """`now`: seconds since the epoch. `new_id`: letters and digits that no other message has."""

    def __init__(self, keys: MessageKeys, now: Callable[[], float], new_id: Callable[[], str]) -> None:
        self._keys = keys
        self._now = now
        self._new_id = new_id
        self._seen: dict[bytes, datetime] = {}

    def sign(self, envelope: Element) -> None:
        """Put a Security header into an envelope whose Header is empty: time and body, signed."""
        now, name = datetime.fromtimestamp(self._now(), UTC), self._new_id()
        token, time, body = f"X509-{name}", f"TS-{name}", f"id-{name}"
        header, content = envelope
        content.set(_wsu_id, body)
        nsmap = {"wsse": WSSE, "wsu": WSU}
        security = SubElement(header, f"{{{WSSE}}}Security", {f"{{{SOAP}}}mustUnderstand": "1"}, nsmap=nsmap)
        stamp = SubElement(security, f"{{{WSU}}}Timestamp", {_wsu_id: time})
        SubElement(stamp, f"{{{WSU}}}Created").text = _written(now)
        SubElement(stamp, f"{{{WSU}}}Expires").text = _written(now + LIFETIME)
        kind = {_wsu_id: token, "EncodingType": BASE64, "ValueType": X509_V3}
        carried = SubElement(security, f"{{{WSSE}}}BinarySecurityToken", kind)
        carried.text = base64.b64encode(self._keys.certificate.public_bytes(Encoding.DER)).decode()
        method = (
            SignatureMethod.RSA_SHA256 if isinstance(self._keys.key, RSAPrivateKey) else SignatureMethod.ECDSA_SHA256
        )
        signer = XMLSigner(
            SignatureConstructionMethod.detached,
            method,
            DigestAlgorithm.SHA256,
            CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        security.append(
            signer.sign(
                envelope, key=self._keys.key, reference_uri=[f"#{time}", f"#{body}"], key_info=_key_info(token)
            )
        )

    def verified_body(self, envelope: Element) -> Element:
        """The body as it was signed, parsed anew from the signed bytes. Raises SignatureRefused or AnswerMalformed."""
        now = datetime.fromtimestamp(self._now(), UTC)
        body = body_of(envelope)
        security = _only(envelope, f"{{{SOAP}}}Header/{{{WSSE}}}Security")
        signature = _only(security, f"{{{DS}}}Signature")
        stamp = _only(security, f"{{{WSU}}}Timestamp")
        references = _references(signature)
        time_at, body_at = (_place(references, envelope, one) for one in (stamp, body))
        results = self._verified(envelope, security, now)
        signed_stamp, signed_body = results[time_at], results[body_at]
        _check_time(parse(signed_stamp.signed_data), now)
        self._remember(signed_stamp.signed_data + signed_body.signed_data, now)
        found = parse(signed_body.signed_data)
        if found.tag != body.tag:
            raise SignatureRefused("What is signed is not the answer's body.")
        return found

    def _verified(self, envelope: Element, security: Element, now: datetime) -> list[VerifyResult]:
        """One result for each reference, in order, by whichever of the pinned certificates fits."""
        expected = SignatureConfiguration(
            location=f"./{{{SOAP}}}Header/{{{WSSE}}}Security/",
            expect_references=True,  # any number; they were counted
            signature_methods=METHODS,
            digest_algorithms=DIGESTS,
            ignore_ambiguous_key_info=True,  # it decides nothing
            verification_time=now,
        )
        refused = SignatureRefused("No certificate to verify the answer with.")
        for certificate in self._keys.peers:
            try:
                found = XMLVerifier().verify(envelope, x509_cert=certificate, expect_config=expected)
            except InvalidCertificate:
                refused = SignatureRefused(
                    f"The eID-Server's certificate {_named(certificate)} is valid from "
                    f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}, not "
                    "now: put the provider's new one into `server_certificate`."
                )
            except InvalidDigest:
                raise SignatureRefused("The answer was changed after it was signed.") from None
            except InvalidSignature:
                refused = SignatureRefused(
                    "The answer is not signed with the key of `server_certificate`"
                    f"{_carried(security)}: ask the provider which certificate it signs with."
                )
            except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, ValueError, TypeError, AttributeError):
                refused = SignatureRefused(
                    "The answer's signature cannot be verified with `server_certificate`: it is malformed, or of "
                    "another kind of key."
                )
            else:
                return found if isinstance(found, list) else [found]
        raise refused from None

    def _remember(self, signed: bytes, now: datetime) -> None:
        """Raises SignatureRefused for what was there before; a time that is too old is refused without memory."""
        for old in [old for old, until in self._seen.items() if until < now]:
            del self._seen[old]
        name = hashlib.sha256(signed).digest()
        if name in self._seen or len(self._seen) >= MOST_REMEMBERED:
            raise SignatureRefused("The same signed answer was there before: somebody plays it again.")
        self._seen[name] = now + LIFETIME + SKEW


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _key_info(token: str) -> Element:
    """The signer's certificate is the token of that id (X.509 token profile, 3.2.1)."""
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    named = SubElement(info, f"{{{WSSE}}}SecurityTokenReference", nsmap={"wsse": WSSE})
    SubElement(named, f"{{{WSSE}}}Reference", {"URI": f"#{token}", "ValueType": X509_V3})
    return info


def _only(parent: Element, path: str) -> Element:
    found = parent.findall(path)
    if not found:
        raise SignatureRefused(
            "The eID-Server's answer is not signed: have the provider sign answers, or take `signing_certificate`, "
            "`signing_key` and `server_certificate` out of the settings if it does not use WS-Security."
        )
    if len(found) > 1:
        raise SignatureRefused("The answer has more than one security header, signature or time.")
    return found[0]


def _references(signature: Element) -> list[str | None]:
    """What is signed, in order; the algorithms are looked at first, for an error that names them."""
    methods, digests = {one.value for one in METHODS}, {one.value for one in DIGESTS}
    for element in signature.iter(f"{{{DS}}}SignatureMethod", f"{{{DS}}}DigestMethod"):
        algorithm = element.get("Algorithm", "")
        if algorithm not in methods | digests:
            raise SignatureRefused(
                f"The answer is signed with {algorithm[:100]!r}, which is not taken: have the provider use SHA-256 or "
                "better with RSA or ECDSA."
            )
    found = [one.get("URI") for one in signature.iterfind(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")]
    if len(found) > MOST_REFERENCES:
        raise SignatureRefused("The answer's signature has too many references.")
    return found


def _place(references: Sequence[str | None], envelope: Element, element: Element) -> int:
    """Which reference signs it. Raises SignatureRefused when none does, and when another element has the same name: a
    signed element moved elsewhere must not vouch for one put in its place."""
    name = element.get(_wsu_id)
    if not name or references.count(f"#{name}") != 1:
        kind = etree.QName(element).localname
        raise SignatureRefused(f"The answer's {kind} is not what is signed: have the provider sign time and body.")
    alike = sum(
        etree.QName(attribute).localname in _ids and value == name
        for one in envelope.iter(etree.Element)
        for attribute, value in one.attrib.items()
    )
    if alike != 1:
        raise SignatureRefused("Several elements of the answer have the same name: it was tampered with.")
    return references.index(f"#{name}")


def _check_time(stamp: Element, now: datetime) -> None:
    created, expires = (_moment(stamp, name) for name in ("Created", "Expires"))
    if created is None:
        raise SignatureRefused("The answer does not say when it was made.")
    if created > now + SKEW or created < now - LIFETIME or (expires is not None and expires < now):
        away = int((now - created).total_seconds())
        raise SignatureRefused(
            f"The answer was made {abs(away)} s {'ago' if away >= 0 else 'ahead'}, which is not believed: look at the "
            "clocks of console and eID-Server, or somebody plays an old answer again."
        )


def _moment(stamp: Element, name: str) -> datetime | None:
    text = (stamp.findtext(f"{{{WSU}}}{name}") or "").strip()
    if not text:
        return None
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise SignatureRefused("The answer's time is none.") from None
    return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)


def _named(certificate: x509.Certificate) -> str:
    return f"{certificate.subject.rfc4514_string()[:120]!r} (SHA-256 {certificate.fingerprint(hashes.SHA256()).hex()})"


def _carried(security: Element) -> str:
    """Whose certificate the message carries, for an error; it proves nothing."""
    tokens = security.findall(f"{{{WSSE}}}BinarySecurityToken")
    tokens += security.findall(f".//{{{DS}}}X509Certificate")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode("".join((tokens[0].text or "").split())))
        return f"; it carries the certificate {_named(certificate)}"
    except (IndexError, ValueError, binascii.Error):
        return ""
