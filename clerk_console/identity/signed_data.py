"""CMS SignedData (RFC 5652) as EF.SOD and CSCA master lists use it: one signer, signed attributes.

Strict where a change of a bit would otherwise go unnoticed, tolerant where issuing states differ: the content is an
OCTET STRING, one in pieces, one inside another, or (as in PKCS #7) the bare structure.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, core, parser, x509

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.signatures import HASHES, is_signed_by

MAX_CERTIFICATES: Final = 16

UNIVERSAL: Final = 0
CONTEXT: Final = 2
OCTET_STRING: Final = 4
SEQUENCE: Final = 16
NAME_STRINGS: Final = frozenset({12, 19, 20, 30})
"""UTF8String, PrintableString, TeletexString, BMPString."""
NO_PARAMETERS: Final = (b"", b"\x05\x00")


@dataclass(frozen=True, slots=True)
class SignedData:
    """`content`: the structure that was signed; `signed_octets`: what the message digest covers; `certificates`: those
    that came along."""

    content: bytes
    signed_octets: bytes
    content_type: str
    signer: cms.SignerInfo
    certificates: tuple[x509.Certificate, ...]

    @property
    def digest(self) -> str:
        """The signer's hash algorithm, by asn1crypto's name."""
        return str(self.signer["digest_algorithm"]["algorithm"].native)

    @parsing("The signer's identifier")
    def signer_certificate(self) -> x509.Certificate | None:
        """The certificate the signer info points to, if it came along. Raises IdentityDataError."""
        return next((c for c in self.certificates if _is_identified(self.signer["sid"], c)), None)

    @parsing("The signature")
    def is_signed_by(self, certificate: x509.Certificate) -> bool:
        """Whether the signature is the certificate's and covers the content (RFC 5652, 5.4). Raises
        IdentityDataError, AlgorithmUnsupported."""
        if self.digest not in HASHES:
            raise AlgorithmUnsupported("The message digest's algorithm is not supported.")
        attributes = self.signer["signed_attrs"]
        if self._attribute(attributes, "content_type") != self.content_type:
            return False
        digest = hashlib.new(self.digest, self.signed_octets).digest()
        if not hmac.compare_digest(self._attribute(attributes, "message_digest"), digest):
            return False
        return is_signed_by(
            certificate.public_key,
            self.signer["signature_algorithm"],
            self.signer["signature"].native,
            attributes.untag().dump(),
            digest=self.digest,
        )

    @staticmethod
    def _attribute(attributes: cms.CMSAttributes, name: str) -> Any:
        found = [attribute for attribute in attributes if attribute["type"].native == name]
        if len(found) != 1 or len(found[0]["values"]) != 1:
            raise IdentityDataError(f"The signed attribute {name} must be there once, with one value.")
        return found[0]["values"][0].native


def _is_identified(identifier: cms.SignerIdentifier, certificate: x509.Certificate) -> bool:
    chosen = identifier.chosen
    if identifier.name == "issuer_and_serial_number":
        same_number = certificate.serial_number == chosen["serial_number"].native
        return same_number and _is_same_name(chosen["issuer"], certificate.issuer)
    return bool(certificate.key_identifier == chosen.native)


def _is_same_name(left: x509.Name, right: x509.Name) -> bool:
    """Equal to the letter, though perhaps in another string type: states encode the two differently at times."""
    if left.dump() == right.dump():
        return True
    return _name_parts(left) == _name_parts(right)


def _name_parts(name: x509.Name) -> list[tuple[str, str]]:
    parts = []
    for relative in name.chosen:
        for attribute in relative:
            value = attribute["value"]
            value = value.chosen if isinstance(value, core.Choice) else value
            if value.tag not in NAME_STRINGS:
                raise IdentityDataError("A name is written in an unusual string type.")
            parts.append((attribute["type"].dotted, value.native))
    return parts


@parsing("The signed data")
def parse_signed_data(der: bytes) -> SignedData:
    """Raises IdentityDataError."""
    info = cms.ContentInfo.load(der, strict=True)
    if info["content_type"].native != "signed_data":
        raise IdentityDataError("A CMS structure is there, but it is not signed data.")
    signed = info["content"]
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise IdentityDataError(f"Signed data must have one signer; it has {len(signers)}.")
    signer = signers[0]
    _require_consistent(signed, signer)
    octets, content = _content(signed)
    return SignedData(
        content=content,
        signed_octets=octets,
        content_type=signed["encap_content_info"]["content_type"].native,
        signer=signer,
        certificates=_certificates(signed),
    )


def _require_consistent(signed: cms.SignedData, signer: cms.SignerInfo) -> None:
    """The fields around the signature, which it does not cover: they leave no room for another value."""
    if not isinstance(signer["signed_attrs"], cms.CMSAttributes):
        raise IdentityDataError("The signer signed no attributes.")
    announced = signed["digest_algorithms"]
    digest = signer["digest_algorithm"]
    if any(algorithm["algorithm"].dump() != digest["algorithm"].dump() for algorithm in announced) or not announced:
        raise IdentityDataError("The hash algorithms announced are not the signer's.")
    if any(algorithm["parameters"].dump() not in NO_PARAMETERS for algorithm in (*announced, digest)):
        raise IdentityDataError("A hash algorithm has parameters it must not have.")
    if signer["version"].native != ("v1" if signer["sid"].name == "issuer_and_serial_number" else "v3"):
        raise IdentityDataError("The version of the signer info does not fit its fields.")


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    choices = signed["certificates"]
    if len(choices) > MAX_CERTIFICATES:
        raise IdentityDataError(f"Signed data carries {len(choices)} certificates.")
    return tuple(choice.chosen for choice in choices if choice.name == "certificate")


def _content(signed: cms.SignedData) -> tuple[bytes, bytes]:
    """What was signed and the structure in it."""
    _, _, _, _, fields, _ = parser.parse(signed["encap_content_info"].dump(), strict=True)
    _, _, _, header, content_type, _ = parser.parse(fields)
    tag_class, constructed, tag, _, wrapped, _ = parser.parse(fields[len(header) + len(content_type) :], strict=True)
    if (tag_class, constructed, tag) != (CONTEXT, 1, 0):
        raise IdentityDataError("Signed data has no content.")
    tag_class, constructed, tag, _, octets, _ = parser.parse(wrapped, strict=True)
    bare = (tag_class, tag) == (UNIVERSAL, SEQUENCE)
    # RFC 5652, 5.1: version 3 for any content that is not plain data; PKCS #7 knew version 1 only.
    if signed["version"].native != "v3" and not (bare and signed["version"].native == "v1"):
        raise IdentityDataError("The version of the signed data does not fit its content.")
    if bare:
        return octets, wrapped
    if (tag_class, tag) != (UNIVERSAL, OCTET_STRING):
        raise IdentityDataError("The content of signed data is not an octet string.")
    if constructed:
        octets = _joined(octets)
    return octets, _unwrapped(octets)


def _joined(pieces: bytes) -> bytes:
    """The octets of a string that was written in pieces (BER)."""
    joined = b""
    while pieces:
        tag_class, constructed, tag, header, octets, trailer = parser.parse(pieces)
        if (tag_class, constructed, tag) != (UNIVERSAL, 0, OCTET_STRING):
            raise IdentityDataError("The content of signed data is in pieces of different kinds.")
        joined += octets
        pieces = pieces[len(header) + len(octets) + len(trailer) :]
    return joined


def _unwrapped(octets: bytes) -> bytes:
    """Take off a further octet string around the structure."""
    _, _, tag, _, inner, _ = parser.parse(octets, strict=True)
    return inner if tag == OCTET_STRING else octets
