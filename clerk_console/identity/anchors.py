"""The country signing certificates (CSCA) an authority believes in, and whether one of them signed a document signer.

Loaded from a folder (`trust_files` says of what). The folder is the trust: what lies there, the authority chose.
Master lists must also be whole: their signature is checked. Link certificates, which carry a state's new key under its
old one, are anchors like others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from asn1crypto import parser, x509

from clerk_console.identity.certificates import (
    certificate_is_signed_by,
    certificate_name,
    deviation,
    is_same_name,
    issuer_country,
    name_words,
    parse_certificate,
    require_readable,
)
from clerk_console.identity.deviation_list import DeviationList, Subject, Told
from clerk_console.identity.encoding import encoded
from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.model import Reason, Verdict
from clerk_console.identity.revocation import RevocationList
from clerk_console.identity.signed_data import Signer
from clerk_console.identity.states import is_state_of
from clerk_console.identity.trust_files import TrustFile, directory, read, trust_paths

Judgement = tuple[Verdict, Reason | None]
PASSED: Final[Judgement] = (Verdict.PASSED, None)
OCTET_STRING: Final = 4


@dataclass(frozen=True, slots=True)
class Anchor:
    """A CSCA certificate with what it is looked up by. Basic constraints are not asked for: those of Italy, Portugal,
    Turkey and others do not say CA, and lying in the folder says it already."""

    certificate: x509.Certificate
    subject: str
    key_identifier: bytes | None


@parsing("A certificate")
def make_anchor(certificate: x509.Certificate) -> Anchor:
    """Raises IdentityDataError for one that could never be used."""
    require_readable(certificate)
    return Anchor(certificate, certificate.subject.hashable, certificate.key_identifier)


@dataclass(frozen=True, slots=True)
class Trace:
    """Whether an anchor signed a document signer, and all that did: renewed and linked ones have the same key."""

    judgement: Judgement
    issuers: tuple[x509.Certificate, ...] = ()


@dataclass
class TrustAnchors:
    """`problems`: files and entries that were left out, each with its name and why. `deviations`: certificates that
    count though they are malformed, by name. `lists`: the master lists, with their signers. `signers`: how many
    document signers are known beside their documents. `deviation_lists`: with the country each speaks for."""

    anchors: list[Anchor] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    deviations: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    revocation_lists: list[RevocationList] = field(default_factory=list)
    deviation_lists: list[tuple[str, DeviationList]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_subject: dict[str, list[Anchor]] = {}
        self._by_key: dict[bytes, list[Anchor]] = {}
        self._digests: set[bytes] = set()
        self._signers: dict[int, list[bytes]] = {}
        for anchor in self.anchors:
            self._index(anchor)

    def __len__(self) -> int:
        return len(self.anchors)

    @property
    def signers(self) -> int:
        return sum(len(found) for found in self._signers.values())

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that trust comes from, in hex: two folders with the same have the same trust."""
        lists = {listed.digest for listed in self.revocation_lists}
        return hashlib.sha256(b"".join(sorted(self._digests | lists))).hexdigest()

    def outdated(self, today: date) -> list[str]:
        """Revocation lists whose successor should be there, by their issuer, for who has to fetch it."""
        latest: dict[str, RevocationList] = {}
        for listed in self.revocation_lists:
            known = latest.setdefault(listed.issuer.hashable, listed)
            if listed.issued_at > known.issued_at:
                latest[listed.issuer.hashable] = listed
        return [
            f"revocation list of {name_words(listed.issuer)}, next due {listed.next_update:%Y-%m-%d}"
            for listed in latest.values()
            if listed.is_outdated(today)
        ]

    @classmethod
    def load(cls, folder: Path) -> TrustAnchors:
        """All that the folder holds. What is malformed is named in `problems`, the rest still counts. Raises
        NotADirectoryError."""
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder with CSCA certificates.")
        return cls.of([read(path) for path in trust_paths(folder)])

    @classmethod
    def of(cls, files: Sequence[TrustFile]) -> TrustAnchors:
        anchors = cls()
        # Revocation lists last: only then are all there who may have signed them.
        together = [*files, directory(files)]
        for file in together:
            anchors.take(file)
        for file in together:
            for where, listed in file.revocation_lists:
                anchors.add_revocation_list(where, listed)
            for where, told in file.deviation_lists:
                anchors.add_deviation_list(where, told)
        return anchors

    def take(self, file: TrustFile) -> None:
        """The certificates of a file."""
        self.problems.extend(file.problems)
        for where, certificate in file.authorities:
            self.add(where, [certificate])
        for where, found in file.lists:
            self.lists.append(f"{where}: {found}")
            self.add(where, found.certificates)
        for where, octets in file.signers:
            try:
                self._signers.setdefault(_serial_number(octets), []).append(octets)
            except IdentityDataError as error:
                self.problems.append(f"{where}: {error}")

    def add(self, source: str, certificates: Iterable[x509.Certificate]) -> None:
        """`source` names them in `problems`. The same one twice counts once."""
        for number, certificate in enumerate(certificates, 1):
            digest = hashlib.sha256(encoded(certificate)).digest()
            if digest in self._digests:
                continue
            try:
                anchor = make_anchor(certificate)
            except IdentityDataError as error:
                self.problems.append(f"{source}, certificate {number}: {certificate_name(certificate)}: {error}")
                continue
            self._digests.add(digest)
            self.anchors.append(anchor)
            self._index(anchor)
            if wrong := deviation(certificate):
                self.deviations.append(f"{source}, certificate {number}: {certificate_name(certificate)}: {wrong}")

    def add_revocation_list(self, source: str, listed: RevocationList) -> None:
        """One that no anchor signed is named in `problems` and does not count."""
        try:
            known = [one for one in self.anchors if is_same_name(one.certificate.subject, listed.issuer)]
            if any(listed.is_signed_by(one.certificate) for one in known):
                self.revocation_lists.append(listed)
                return
            said = "its signature is wrong" if known else "nobody knows its issuer"
            self.problems.append(f"{source}: revocation list of {name_words(listed.issuer)}: {said}.")
        except (IdentityDataError, ValueError, TypeError) as error:
            self.problems.append(f"{source}: revocation list: {error}")

    def add_deviation_list(self, source: str, told: DeviationList) -> None:
        """One whose signers no anchor signed is named in `problems` and does not count."""
        try:
            if all(self.judge(signer) == PASSED for signer in told.signers):
                self.deviation_lists.append((issuer_country(told.signers[0]), told))
                return
            self.problems.append(f"{source}: deviation list: no trust anchor vouches for its signer.")
        except IdentityDataError as error:
            self.problems.append(f"{source}: deviation list: {error}")

    def deviations_of(self, issuing_state: str, subject: Subject) -> tuple[Told, ...]:
        """What the state has said is wrong with such documents: of its own alone, never of another's."""
        found: list[Told] = []
        for country, listed in self.deviation_lists:
            try:
                if is_state_of(issuing_state, country):
                    found += [told for told in listed.about(subject) if told not in found]
            except IdentityDataError:
                continue
        return tuple(found)

    def _index(self, anchor: Anchor) -> None:
        self._by_subject.setdefault(anchor.subject, []).append(anchor)
        if anchor.key_identifier:
            self._by_key.setdefault(anchor.key_identifier, []).append(anchor)

    def signer_certificate(self, signer: Signer) -> x509.Certificate | None:
        """A document signer of the PKD that `signer` names. Raises IdentityDataError."""
        number, identifier = signer.serial_number, signer.key_identifier
        if number is not None:
            encoded = self._signers.get(number, [])
        else:
            # Rare: looked for by the octets of the extension.
            wanted = parser.emit(0, 0, OCTET_STRING, identifier or b"")
            encoded = [one for found in self._signers.values() for one in found if wanted in one]
        return signer.certificate_among(parse_certificate(one) for one in encoded)

    def judge(self, signer: x509.Certificate) -> Judgement:
        """Whether an anchor signed this document signer."""
        return self.trace(signer).judgement

    def trace(self, signer: x509.Certificate) -> Trace:
        """An issuer that is not among the anchors is unknown, not wrong; an issuer whose very key is known but did not
        sign is a forgery."""
        try:
            return self._trace(signer)
        except AlgorithmUnsupported:
            return Trace((Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED))
        except IdentityDataError:
            return Trace((Verdict.FAILED, Reason.CHAIN_SIGNATURE_WRONG))

    @parsing("The document signer's certificate")
    def _trace(self, signer: x509.Certificate) -> Trace:
        unsupported, issuers = False, []
        by_key, others = self._candidates(signer)
        for anchor in (*by_key, *others):
            try:
                if certificate_is_signed_by(signer, anchor.certificate):
                    issuers.append(anchor.certificate)
            except AlgorithmUnsupported:
                unsupported = True
        if issuers:
            return Trace(PASSED, tuple(issuers))
        if by_key or (others and not signer.authority_key_identifier):
            if unsupported:
                return Trace((Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED))
            return Trace((Verdict.FAILED, Reason.CHAIN_SIGNATURE_WRONG))
        return Trace((Verdict.ABSENT, Reason.ISSUER_UNKNOWN))

    def _candidates(self, signer: x509.Certificate) -> tuple[list[Anchor], list[Anchor]]:
        """Anchors with the key the signer names, and others with the name of its issuer."""
        key_identifier = signer.authority_key_identifier
        by_key = self._by_key.get(key_identifier, []) if key_identifier else []
        by_name = self._by_subject.get(signer.issuer.hashable, [])
        return by_key, [anchor for anchor in by_name if anchor not in by_key]

    def judge_revocation(
        self, signer: x509.Certificate, issuers: Sequence[x509.Certificate], today: date
    ) -> Judgement:
        """Whether its issuer has taken the signer back, or the state all certificates of its issuer. Without a list of
        today nobody knows, which is told."""
        try:
            return self._judge_revocation(signer, issuers, today)
        except IdentityDataError:
            return Verdict.ABSENT, Reason.REVOCATION_LIST_MISSING

    @parsing("The document signer's certificate")
    def _judge_revocation(
        self, signer: x509.Certificate, issuers: Sequence[x509.Certificate], today: date
    ) -> Judgement:
        lists = self._lists_of(signer, today)
        if any(signer.serial_number in listed.serial_numbers for listed in lists):
            return Verdict.FAILED, Reason.SIGNER_REVOKED
        if issuers and all(self._is_revoked(issuer, today) for issuer in issuers):
            return Verdict.FAILED, Reason.ISSUER_REVOKED
        complete = [listed for listed in lists if not listed.is_partial]
        if not complete:
            return Verdict.ABSENT, Reason.REVOCATION_LIST_MISSING
        if all(listed.is_outdated(today) for listed in complete):
            return Verdict.ABSENT, Reason.REVOCATION_LIST_OUTDATED
        return PASSED

    def _is_revoked(self, issuer: x509.Certificate, today: date) -> bool:
        return any(issuer.serial_number in listed.serial_numbers for listed in self._lists_of(issuer, today))

    def _lists_of(self, certificate: x509.Certificate, today: date) -> list[RevocationList]:
        """Those of the certificate's issuer, by whichever of its keys: a state keeps one list (9303-12, 7.1.4)."""
        return [
            listed
            for listed in self.revocation_lists
            if is_same_name(listed.issuer, certificate.issuer) and not listed.is_from_the_future(today)
        ]


@parsing("A document signer's certificate")
def _serial_number(encoded: bytes) -> int:
    """Without a look at the rest: a directory holds tens of thousands."""
    _, _, _, _, certificate, _ = parser.parse(encoded, strict=True)
    _, _, _, _, body, _ = parser.parse(certificate)
    tag_class, _, _, header, content, trailer = parser.parse(body)
    if tag_class == 2:  # the version
        _, _, _, _, content, _ = parser.parse(body[len(header) + len(content) + len(trailer) :])
    return int.from_bytes(content, "big", signed=True)
