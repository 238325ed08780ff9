"""CMS SignedData (RFC 5652) as EF.SOD, EF.CardSecurity and CSCA master lists use it.

Strict where a change of a bit would otherwise go unnoticed, tolerant where issuing states differ: the content is an
OCTET STRING, one in pieces, one inside another, or (as in PKCS #7) the bare structure; ContentInfo may be left out;
there may be several signers, of whom each counts; attributes may stand in any order, or be missing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, parser, x509

from clerk_console.identity.certificates import is_same_name, key_identifiers
from clerk_console.identity.encoding import encoded
from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.signatures import HASHES, is_signed_by

MAX_CERTIFICATES: Final = 16
MAX_SIGNERS: Final = 4

UNIVERSAL: Final = 0
CONTEXT: Final = 2
INTEGER: Final = 2
OCTET_STRING: Final = 4
SEQUENCE: Final = 16
SET: Final = 17
CONTENT_TYPES: Final = frozenset({"2.23.136.1.1.1", "2.23.136.1.1.2", "2.23.136.1.1.7", "0.4.0.127.0.7.3.2.1", "data"})
"""EF.SOD, master lists, deviation lists, EF.CardSecurity."""
NO_PARAMETERS: Final = (b"", b"\x05\x00")


@dataclass(frozen=True, slots=True)
class Signer:
    """One signer info."""

    info: cms.SignerInfo

    @property
    def digest(self) -> str:
        """The hash algorithm, by asn1crypto's name."""
        return str(self.info["digest_algorithm"]["algorithm"].native)

    @property
    def serial_number(self) -> int | None:
        """The certificate's, where that is how it is named."""
        named = self.info["sid"].name == "issuer_and_serial_number"
        return int(self.info["sid"].chosen["serial_number"].native) if named else None

    @property
    def key_identifier(self) -> bytes | None:
        return None if self.serial_number is not None else bytes(self.info["sid"].chosen.native)

    @parsing("The signer's identifier")
    def certificate_among(self, certificates: Iterable[x509.Certificate]) -> x509.Certificate | None:
        """The certificate that is meant. Raises IdentityDataError."""
        return next((one for one in certificates if self._is_identified(one)), None)

    def _is_identified(self, certificate: x509.Certificate) -> bool:
        number = self.serial_number
        if number is not None:
            same_number = certificate.serial_number == number
            return same_number and is_same_name(self.info["sid"].chosen["issuer"], certificate.issuer)
        return self.key_identifier in key_identifiers(certificate)


@dataclass(frozen=True, slots=True)
class SignedData:
    """`content`: the structure that was signed; `forms`: the octets a digest of it may have been made of; `announced`:
    hash algorithms named ahead of everything; `certificates`: those that came along."""

    content: bytes
    forms: tuple[bytes, ...]
    content_type: str
    signers: tuple[Signer, ...]
    announced: frozenset[str]
    certificates: tuple[x509.Certificate, ...]

    @parsing("The signature")
    def is_signed_by(self, signer: Signer, certificate: x509.Certificate) -> bool:
        """Whether that signer's signature is the certificate's and covers the content (RFC 5652, 5.4). Raises
        IdentityDataError, AlgorithmUnsupported."""
        if signer.digest not in HASHES:
            raise AlgorithmUnsupported("The message digest's algorithm is not supported.")
        return any(
            is_signed_by(
                certificate.public_key,
                signer.info["signature_algorithm"],
                signer.info["signature"].native,
                covered,
                digest=signer.digest,
            )
            for covered in self._covered(signer)
        )

    def _covered(self, signer: Signer) -> Iterator[bytes]:
        """What the signature may be over: the attributes in the order of DER or as they stand, or the content."""
        attributes = signer.info["signed_attrs"]
        if not isinstance(attributes, cms.CMSAttributes):
            # Nothing signed says then of what type the content is.
            if self.content_type in CONTENT_TYPES:
                yield self.forms[0]
            return
        if _attribute(attributes, "content_type") != self.content_type:
            return
        wanted = _attribute(attributes, "message_digest")
        digests = [hashlib.new(signer.digest, form).digest() for form in self.forms]
        if not any(hmac.compare_digest(wanted, digest) for digest in digests):
            return
        each = [encoded(attribute) for attribute in attributes]
        as_it_stands, in_order = b"".join(each), b"".join(sorted(each))
        yield parser.emit(UNIVERSAL, 1, SET, as_it_stands)
        if in_order != as_it_stands:
            yield parser.emit(UNIVERSAL, 1, SET, in_order)

    def require_announced(self, also: frozenset[str] = frozenset()) -> None:
        """No signature covers the hash algorithms announced: they leave no room for another value. `also`: one the
        content uses. Raises IdentityDataError."""
        used = {signer.digest for signer in self.signers}
        if self.announced and not used <= self.announced <= used | also:
            raise IdentityDataError("The hash algorithms announced are not the signers'.")


def _attribute(attributes: cms.CMSAttributes, name: str) -> Any:
    found = [attribute for attribute in attributes if attribute["type"].native == name]
    if len(found) != 1 or len(found[0]["values"]) != 1:
        raise IdentityDataError(f"The signed attribute {name} must be there once, with one value.")
    return found[0]["values"][0].native


@parsing("The signed data")
def parse_signed_data(octets: bytes) -> SignedData:
    """BER or DER. Raises IdentityDataError."""
    signed = _signed_data(octets)
    infos = signed["signer_infos"]
    if not 1 <= len(infos) <= MAX_SIGNERS:
        raise IdentityDataError(f"Signed data must have a signer; it has {len(infos)}.")
    signers = tuple(Signer(info) for info in infos)
    for signer in signers:
        _require_plain(signer.info)
    forms, content = _content(signed)
    return SignedData(
        content=content,
        forms=forms,
        content_type=signed["encap_content_info"]["content_type"].native,
        signers=signers,
        announced=frozenset(_announced(signed)),
        certificates=_certificates(signed),
    )


def _signed_data(octets: bytes) -> cms.SignedData:
    _, _, tag, _, fields, _ = parser.parse(octets, strict=True)
    if tag == SEQUENCE and parser.parse(fields)[2] == INTEGER:
        return cms.SignedData.load(octets, strict=True)  # ContentInfo left out
    info = cms.ContentInfo.load(octets, strict=True)
    if info["content_type"].native != "signed_data":
        raise IdentityDataError("A CMS structure is there, but it is not signed data.")
    return info["content"]


def _require_plain(info: cms.SignerInfo) -> None:
    """What stands around a signature, which it does not cover, leaves no room for another value."""
    if info["digest_algorithm"]["parameters"].dump() not in NO_PARAMETERS:
        raise IdentityDataError("A hash algorithm has parameters it must not have.")
    if info["version"].native != ("v1" if info["sid"].name == "issuer_and_serial_number" else "v3"):
        raise IdentityDataError("The version of the signer info does not fit its fields.")


def _announced(signed: cms.SignedData) -> Iterator[str]:
    for algorithm in signed["digest_algorithms"]:
        if algorithm["parameters"].dump() not in NO_PARAMETERS:
            raise IdentityDataError("A hash algorithm has parameters it must not have.")
        yield str(algorithm["algorithm"].native)


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    choices = signed["certificates"]
    if len(choices) > MAX_CERTIFICATES:
        raise IdentityDataError(f"Signed data carries {len(choices)} certificates.")
    return tuple(choice.chosen for choice in choices if choice.name == "certificate")


def _content(signed: cms.SignedData) -> tuple[tuple[bytes, ...], bytes]:
    """The forms in which the content may have been digested, the usual one first, and the structure in it."""
    _, _, _, _, fields, _ = parser.parse(encoded(signed["encap_content_info"]), strict=True)
    _, _, _, header, content_type, trailer = parser.parse(fields)
    rest = fields[len(header) + len(content_type) + len(trailer) :]
    tag_class, constructed, tag, _, wrapped, _ = parser.parse(rest, strict=True)
    if (tag_class, constructed, tag) != (CONTEXT, 1, 0):
        raise IdentityDataError("Signed data has no content.")
    tag_class, constructed, tag, _, octets, _ = parser.parse(wrapped, strict=True)
    bare = (tag_class, tag) == (UNIVERSAL, SEQUENCE)
    _require_version(signed, bare)
    if bare:
        return (octets, wrapped), wrapped
    if (tag_class, tag) != (UNIVERSAL, OCTET_STRING):
        raise IdentityDataError("The content of signed data is not an octet string.")
    if constructed:
        octets = _joined(octets)
    return (octets, _unwrapped(octets)), _unwrapped(octets)


def _require_version(signed: cms.SignedData, bare: bool) -> None:
    """RFC 5652, 5.1: version 1 for plain data, 3 for any other content. PKCS #7, whose content is bare, knew version 1
    only; states that wrote it with a newer program have 3."""
    plain = signed["encap_content_info"]["content_type"].native == "data"
    first = all(info["version"].native == "v1" for info in signed["signer_infos"])
    allowed = ("v1", "v3") if bare and first else ("v1",) if plain and first else ("v3",)
    if signed["version"].native not in allowed:
        raise IdentityDataError("The version of the signed data does not fit its content.")


def _joined(pieces: bytes) -> bytes:
    """The octets of a string that was written in pieces (BER)."""
    joined = b""
    while pieces:
        tag_class, constructed, tag, header, octets, trailer = parser.parse(pieces)
        if (tag_class, tag) != (UNIVERSAL, OCTET_STRING):
            raise IdentityDataError("The content of signed data is in pieces of different kinds.")
        joined += _joined(octets) if constructed else octets
        pieces = pieces[len(header) + len(octets) + len(trailer) :]
    return joined


def _unwrapped(octets: bytes) -> bytes:
    """Take off a further octet string around the structure."""
    _, _, tag, _, inner, _ = parser.parse(octets, strict=True)
    return inner if tag == OCTET_STRING else octets
