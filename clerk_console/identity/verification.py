"""The verdicts over one chip's files and proofs. Never raises for anything a chip or a booth could send.

Each check stands for itself: a document whose issuer is not known may still have an undamaged signature, and the clerk
is told exactly that. Only all of them together make an identity verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from asn1crypto import x509

from clerk_console.identity.anchors import PASSED, Judgement, Trace, TrustAnchors
from clerk_console.identity.certificates import (
    certificate_name,
    is_expired,
    is_not_yet_valid,
    issuer_country,
)
from clerk_console.identity.chip_authenticity import NO_EVIDENCE, ChipProofs, Evidence
from clerk_console.identity.details import parse_dg11, parse_dg12
from clerk_console.identity.deviation_list import Defect, Subject, Told
from clerk_console.identity.encoding import encoded
from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError
from clerk_console.identity.groups import GROUP_FILES, SECURITY_OBJECT, parse_dg1, parse_dg2
from clerk_console.identity.model import Check, CheckResult, Identity, Method, Portrait, ProofResult, Reason, Verdict
from clerk_console.identity.mrz import Zone
from clerk_console.identity.portrait import make_portrait
from clerk_console.identity.signed_data import SignedData, Signer
from clerk_console.identity.sod import SecurityObject, parse_sod
from clerk_console.identity.states import is_state_of
from media.consultation import MAX_CHIP_FILE_BYTES

ZONE_FILE: Final = "0101"
PORTRAIT_FILE: Final = "0102"

_gravity: Final = (Verdict.FAILED, Verdict.UNSUPPORTED, Verdict.ABSENT, Verdict.PASSED)
_detail_parsers: Final[Mapping[int, Callable[[bytes], dict[str, str]]]] = {11: parse_dg11, 12: parse_dg12}

Signed = tuple[Signer, x509.Certificate | None]


def verify(
    files: Mapping[str, bytes], anchors: TrustAnchors, today: date, evidence: Evidence = NO_EVIDENCE
) -> Identity:
    """Passive authentication (ICAO 9303-11, 5.1) of raw files by their identifier in hex: `011d` is EF.SOD, `0101`
    DG1, `0102` DG2; others are hashed too. `today` in the authority's time zone. `evidence`: what the chip did to show
    that it is no copy."""
    return _Verification(files, anchors, today).identity(evidence)


def _gravest(judgements: list[Judgement]) -> Judgement:
    """Of several signers each counts."""
    return min(judgements, key=lambda judgement: _gravity.index(judgement[0]))


class _Verification:
    """The files, as far as they could be parsed, and one method a check."""

    def __init__(self, files: Mapping[str, bytes], anchors: TrustAnchors, today: date) -> None:
        self._files = {name: data for name, data in files.items() if 0 < len(data) <= MAX_CHIP_FILE_BYTES}
        self._groups = {GROUP_FILES[name]: data for name, data in self._files.items() if name in GROUP_FILES}
        self._anchors = anchors
        self._today = today
        self._traces: dict[bytes, Trace] = {}
        self._security_object = self._parse_sod()
        self._signers = self._signers_of(self._security_object.signed) if self._security_object else []
        self._zone = self._parse_zone()

    def identity(self, evidence: Evidence) -> Identity:
        judgements = {
            Check.DOCUMENT_SIGNATURE: self._document_signature(),
            Check.CERTIFICATE_CHAIN: self._certificate_chain(),
            Check.REVOCATION: self._revocation(),
            Check.DATA_INTEGRITY: self._data_integrity(),
            Check.VALIDITY: self._validity(),
        }
        is_proven = (
            judgements[Check.DOCUMENT_SIGNATURE] == judgements[Check.CERTIFICATE_CHAIN] == PASSED
            and judgements[Check.REVOCATION][0] is not Verdict.FAILED
        )
        chip = ChipProofs(self._security_object, self._groups, evidence, is_proven, self._vouched)
        proofs = chip.results()
        details = self._details() if is_proven else {}
        deviations = self._deviations(details)
        judgements[Check.CHIP_AUTHENTICITY] = _despite(deviations, chip.judgement(proofs), proofs)
        return Identity(
            checks=tuple(CheckResult(check, *judgement) for check, judgement in judgements.items()),
            holder=self._zone.holder if self._zone else None,
            portrait=self._portrait(),
            details=details,
            proofs=proofs,
            signer=next((certificate_name(found) for _, found in self._signers if found), None),
            deviations=deviations,
        )

    def _parse_sod(self) -> SecurityObject | None:
        try:
            return parse_sod(self._files[SECURITY_OBJECT]) if SECURITY_OBJECT in self._files else None
        except IdentityDataError:
            return None

    def _signers_of(self, signed: SignedData) -> list[Signed]:
        """Each with its certificate: from the structure itself, or from the directory."""
        return [(signer, self._certificate_of(signer, signed)) for signer in signed.signers]

    def _certificate_of(self, signer: Signer, signed: SignedData) -> x509.Certificate | None:
        try:
            return signer.certificate_among(signed.certificates) or self._anchors.signer_certificate(signer)
        except IdentityDataError:
            return None

    def _parse_zone(self) -> Zone | None:
        try:
            return parse_dg1(self._files[ZONE_FILE], self._today) if ZONE_FILE in self._files else None
        except IdentityDataError:
            return None

    def _portrait(self) -> Portrait | None:
        try:
            return make_portrait(parse_dg2(self._files[PORTRAIT_FILE])) if PORTRAIT_FILE in self._files else None
        except IdentityDataError:
            return None

    def _without_sod(self) -> Judgement:
        present = SECURITY_OBJECT in self._files
        return Verdict.ABSENT, Reason.SOD_UNREADABLE if present else Reason.SOD_MISSING

    def _details(self) -> dict[str, str]:
        """Only of groups that are what the state signed: nobody else is to put words before the clerk."""
        details: dict[str, str] = {}
        for number, parse in _detail_parsers.items():
            try:
                if number in self._groups and self._covers(number):
                    details |= parse(self._groups[number])
            except IdentityDataError:
                continue
        return details

    def _deviations(self, details: Mapping[str, str]) -> tuple[Told, ...]:
        """Looked up by what the document says of itself, proven or not: it explains, and makes nothing pass."""
        if self._zone is None:
            return ()
        holder = self._zone.holder
        try:
            issued_on = date.fromisoformat(details.get("date_of_issue", ""))
        except ValueError:
            issued_on = None
        signers = tuple(certificate for _, certificate in self._signers if certificate)
        subject = Subject(holder.document_type, holder.document_number, signers, issued_on)
        return self._anchors.deviations_of(holder.issuing_state, subject)

    def _covers(self, number: int) -> bool | None:
        return self._security_object.covers(number, self._groups[number]) if self._security_object else None

    def _document_signature(self) -> Judgement:
        if self._security_object is None:
            if SECURITY_OBJECT in self._files:
                return Verdict.FAILED, Reason.SOD_MALFORMED
            return self._without_sod()
        return self._signature_of(self._security_object.signed, self._signers)

    def _signature_of(self, signed: SignedData, signers: list[Signed]) -> Judgement:
        return _gravest([_signature(signed, *one) for one in signers])

    def _certificate_chain(self) -> Judgement:
        if self._security_object is None:
            return self._without_sod()
        return self._chain_of(self._signers)

    def _chain_of(self, signers: list[Signed]) -> Judgement:
        return _gravest([self._chain(certificate) for _, certificate in signers])

    def _chain(self, signer: x509.Certificate | None) -> Judgement:
        if signer is None:
            return Verdict.ABSENT, Reason.SIGNER_MISSING
        judgement = self._trace(signer).judgement
        if judgement == PASSED and self._zone and not _may_sign_for(signer, self._zone.holder.issuing_state):
            return Verdict.FAILED, Reason.ISSUING_STATE_MISMATCH
        return judgement

    def _trace(self, signer: x509.Certificate) -> Trace:
        """Three checks ask for it; signatures are checked once."""
        key = encoded(signer)
        known = self._traces.get(key)
        if known is None:
            known = self._traces[key] = self._anchors.trace(signer)
        return known

    def _vouched(self, signed: SignedData) -> Verdict:
        """Whether a further structure of the chip is signed by a state."""
        signers = self._signers_of(signed)
        return _gravest([self._signature_of(signed, signers), self._chain_of(signers)])[0]

    def _revocation(self) -> Judgement:
        if self._security_object is None:
            return self._without_sod()
        known = [certificate for _, certificate in self._signers if certificate]
        if not known:
            return Verdict.ABSENT, Reason.SIGNER_MISSING
        return _gravest([self._anchors.judge_revocation(one, self._trace(one).issuers, self._today) for one in known])

    def _data_integrity(self) -> Judgement:
        if self._security_object is None:
            return self._without_sod()
        if not self._groups:
            return Verdict.ABSENT, Reason.GROUPS_MISSING
        try:
            covered = [self._covers(number) for number in self._groups]
        except AlgorithmUnsupported:
            return Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED
        if False in covered:
            return Verdict.FAILED, Reason.GROUP_HASH_WRONG
        return (Verdict.FAILED, Reason.GROUP_NOT_SIGNED) if None in covered else PASSED

    def _validity(self) -> Judgement:
        """The document's date of expiry, and that of the certificate it was signed with."""
        if ZONE_FILE not in self._files:
            return Verdict.ABSENT, Reason.MRZ_MISSING
        if self._zone is None:
            return Verdict.FAILED, Reason.MRZ_MALFORMED
        if self._zone.wrong_check_digits:
            return Verdict.FAILED, Reason.CHECK_DIGIT_WRONG
        if self._zone.expiry is None:
            return Verdict.ABSENT, Reason.EXPIRY_MISSING
        if self._zone.expiry < self._today:
            return Verdict.FAILED, Reason.DOCUMENT_EXPIRED
        signers = [certificate for _, certificate in self._signers if certificate]
        return _gravest([PASSED, *(self._signer_validity(one) for one in signers)])

    def _signer_validity(self, signer: x509.Certificate) -> Judgement:
        """A signer's certificate, and its issuer's, live as long as the documents signed (ICAO 9303-12, 4.2)."""
        try:
            if is_not_yet_valid(signer, self._today):
                return Verdict.FAILED, Reason.SIGNER_NOT_YET_VALID
            if is_expired(signer, self._today):
                return Verdict.FAILED, Reason.SIGNER_EXPIRED
            issuers = self._trace(signer).issuers
            if issuers and all(is_expired(issuer, self._today) for issuer in issuers):
                return Verdict.FAILED, Reason.ISSUER_EXPIRED
        except IdentityDataError:
            return Verdict.FAILED, Reason.SIGNER_EXPIRED
        return PASSED


def _signature(signed: SignedData, signer: Signer, certificate: x509.Certificate | None) -> Judgement:
    if certificate is None:
        return Verdict.ABSENT, Reason.SIGNER_MISSING
    try:
        if signed.is_signed_by(signer, certificate):
            return PASSED
    except AlgorithmUnsupported:
        return Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED
    except IdentityDataError:
        return Verdict.FAILED, Reason.SOD_MALFORMED
    return Verdict.FAILED, Reason.SIGNATURE_WRONG


def _despite(deviations: Sequence[Told], judgement: Judgement, proofs: Sequence[ProofResult]) -> Judgement:
    """A key of Active Authentication that its state gave up shows nothing; another proof that passed still does."""
    given_up = any(told.defect is Defect.AA_KEY_COMPROMISED for told in deviations)
    others = any(p.verdict is Verdict.PASSED and p.method is not Method.ACTIVE_AUTHENTICATION for p in proofs)
    if judgement == PASSED and given_up and not others:
        return Verdict.ABSENT, Reason.CHIP_KEY_COMPROMISED
    return judgement


def _may_sign_for(signer: x509.Certificate, issuing_state: str) -> bool:
    """A state's signer signs its own documents only; otherwise any state could issue all others'."""
    try:
        return is_state_of(issuing_state, issuer_country(signer))
    except IdentityDataError:
        return False
