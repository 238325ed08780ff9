"""The country signing certificates (CSCA) an authority believes in, and whether one of them signed a document signer.

Loaded from a folder: single certificates (.cer, .crt, .der, .pem) and master lists (.ml, ICAO 9303-12, 9). The folder
is the trust: what lies there was chosen by the authority. Master lists must also be whole: their signature is checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from asn1crypto import core, pem, x509

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.model import Reason, Verdict
from clerk_console.identity.signatures import is_signed_by
from clerk_console.identity.signed_data import parse_signed_data

CERTIFICATE_SUFFIXES: Final = frozenset({".cer", ".crt", ".der", ".pem"})
MASTER_LIST_SUFFIX: Final = ".ml"
MAX_FILE_BYTES: Final = 16 * 1024 * 1024


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = x509.Certificate


class _MasterList(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("certificates", _Certificates)]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Anchor:
    """A CSCA certificate with what it is looked up by. Basic constraints are not asked for: those of Italy, Portugal,
    Turkey and others do not say CA, and lying in the folder says it already."""

    certificate: x509.Certificate
    subject: str
    key_identifier: bytes | None


@parsing("A certificate")
def make_anchor(certificate: x509.Certificate) -> Anchor:
    """Looks at everything a later check needs, so that malformed ones show at loading. Raises IdentityDataError."""
    anchor = Anchor(certificate, certificate.subject.hashable, certificate.key_identifier)
    _ = certificate.public_key["algorithm"]["algorithm"].native
    return anchor


@parsing("A certificate")
def parse_certificate(data: bytes) -> x509.Certificate:
    """DER or PEM. Raises IdentityDataError."""
    if pem.detect(data):
        _, _, data = pem.unarmor(data)
    return x509.Certificate.load(data, strict=True)


@parsing("The master list")
def parse_master_list(data: bytes) -> list[x509.Certificate]:
    """The certificates of a master list whose signature holds and whose signer belongs to a CSCA of the list or beside
    it. Raises IdentityDataError."""
    signed = parse_signed_data(data)
    signer = signed.signer_certificate()
    if signer is None or not signed.is_signed_by(signer):
        raise IdentityDataError("The signature of the master list is wrong; the file is damaged or forged.")
    listed = list(_MasterList.load(signed.content, strict=True)["certificates"])
    if not any(_issued(authority, signer) for authority in (*listed, *signed.certificates)):
        raise IdentityDataError("No CSCA of the master list vouches for its signer.")
    return listed


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        same_name = authority.subject.hashable == certificate.issuer.hashable
        return same_name and certificate_is_signed_by(certificate, authority)
    except (IdentityDataError, ValueError, TypeError):
        return False  # a malformed entry is named when it is added


@dataclass
class TrustAnchors:
    """`problems`: files and entries that were left out, each with its name and why."""

    anchors: list[Anchor] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_subject: dict[str, list[Anchor]] = {}
        self._by_key: dict[bytes, list[Anchor]] = {}
        for anchor in self.anchors:
            self._index(anchor)

    def __len__(self) -> int:
        return len(self.anchors)

    @classmethod
    def load(cls, folder: Path) -> TrustAnchors:
        """All certificates of the folder. Malformed ones are named in `problems`, the others still count. Raises
        NotADirectoryError."""
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder with CSCA certificates.")
        anchors = cls()
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in CERTIFICATE_SUFFIXES | {MASTER_LIST_SUFFIX}:
                anchors._load_file(path)
        return anchors

    def _load_file(self, path: Path) -> None:
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise IdentityDataError("The file is too large.")
            data = path.read_bytes()
            is_list = path.suffix.lower() == MASTER_LIST_SUFFIX
            self.add(path.name, parse_master_list(data) if is_list else [parse_certificate(data)])
        except (IdentityDataError, OSError) as error:
            self.problems.append(f"{path.name}: {error}")

    def add(self, source: str, certificates: Iterable[x509.Certificate]) -> None:
        """`source` names them in `problems`."""
        for number, certificate in enumerate(certificates, 1):
            try:
                anchor = make_anchor(certificate)
            except IdentityDataError as error:
                self.problems.append(f"{source}, certificate {number}: {error}")
            else:
                self.anchors.append(anchor)
                self._index(anchor)

    def _index(self, anchor: Anchor) -> None:
        self._by_subject.setdefault(anchor.subject, []).append(anchor)
        if anchor.key_identifier:
            self._by_key.setdefault(anchor.key_identifier, []).append(anchor)

    def judge(self, signer: x509.Certificate) -> tuple[Verdict, Reason | None]:
        """Whether an anchor signed this document signer. An issuer that is not among them is unknown, not wrong; an
        issuer whose very key is known but did not sign is a forgery."""
        try:
            return self._judge(signer)
        except AlgorithmUnsupported:
            return Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED
        except IdentityDataError:
            return Verdict.FAILED, Reason.CHAIN_SIGNATURE_WRONG

    @parsing("The document signer's certificate")
    def _judge(self, signer: x509.Certificate) -> tuple[Verdict, Reason | None]:
        key_identifier = signer.authority_key_identifier
        by_key = self._by_key.get(key_identifier, []) if key_identifier else []
        by_name = self._by_subject.get(signer.issuer.hashable, [])
        unsupported = False
        for anchor in [*by_key, *(a for a in by_name if a not in by_key)]:
            try:
                if certificate_is_signed_by(signer, anchor.certificate):
                    return Verdict.PASSED, None
            except AlgorithmUnsupported:
                unsupported = True
        if by_key or (by_name and not key_identifier):
            if unsupported:
                return Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED
            return Verdict.FAILED, Reason.CHAIN_SIGNATURE_WRONG
        return Verdict.ABSENT, Reason.ISSUER_UNKNOWN


@parsing("A certificate")
def certificate_is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Raises AlgorithmUnsupported, IdentityDataError."""
    body = certificate["tbs_certificate"]
    # The algorithm outside the signature must be the one inside (RFC 5280, 4.1.1.2).
    if certificate["signature_algorithm"].dump() != body["signature"].dump():
        return False
    signature = certificate["signature_value"].contents
    if signature[0] != 0:
        return False  # bits that do not count have no place in a signature
    return is_signed_by(
        issuer.public_key,
        certificate["signature_algorithm"],
        signature[1:],
        body.dump(),
    )
