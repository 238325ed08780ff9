"""The verdicts over one chip's files. Never raises for anything a chip or a booth could send.

Each check stands for itself: a document whose issuer is not known may still have an undamaged signature, and the clerk
is told exactly that. Only all of them together make an identity verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from asn1crypto import x509

from clerk_console.identity.anchors import TrustAnchors
from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.groups import GROUP_FILES, SECURITY_OBJECT, parse_dg1, parse_dg2
from clerk_console.identity.model import Check, CheckResult, Identity, Portrait, Reason, Verdict
from clerk_console.identity.mrz import Zone
from clerk_console.identity.portrait import make_portrait
from clerk_console.identity.sod import SecurityObject, parse_sod
from clerk_console.identity.states import is_state_of
from media.consultation import MAX_CHIP_FILE_BYTES

ZONE_FILE: Final = "0101"
PORTRAIT_FILE: Final = "0102"

Judgement = tuple[Verdict, Reason | None]
PASSED: Final[Judgement] = (Verdict.PASSED, None)


def verify(files: Mapping[str, bytes], anchors: TrustAnchors, today: date) -> Identity:
    """Passive authentication (ICAO 9303-11, 5.1) of raw files by their identifier in hex: `011d` is EF.SOD, `0101`
    DG1, `0102` DG2; others are hashed too. `today` in the authority's time zone."""
    return _Verification(files, anchors, today).identity()


class _Verification:
    """The files, as far as they could be parsed, and one method a check."""

    def __init__(self, files: Mapping[str, bytes], anchors: TrustAnchors, today: date) -> None:
        self._files = {name: data for name, data in files.items() if 0 < len(data) <= MAX_CHIP_FILE_BYTES}
        self._anchors = anchors
        self._today = today
        self._security_object, self._signer = self._parse_sod()
        self._zone = self._parse_zone()

    def identity(self) -> Identity:
        judgements = {
            Check.DOCUMENT_SIGNATURE: self._document_signature(),
            Check.CERTIFICATE_CHAIN: self._certificate_chain(),
            Check.DATA_INTEGRITY: self._data_integrity(),
            Check.VALIDITY: self._validity(),
            Check.CHIP_AUTHENTICITY: (Verdict.ABSENT, Reason.NOT_READ),
        }
        return Identity(
            checks=tuple(CheckResult(check, *judgement) for check, judgement in judgements.items()),
            holder=self._zone.holder if self._zone else None,
            portrait=self._portrait(),
        )

    def _parse_sod(self) -> tuple[SecurityObject | None, x509.Certificate | None]:
        if SECURITY_OBJECT not in self._files:
            return None, None
        try:
            security_object = parse_sod(self._files[SECURITY_OBJECT])
            return security_object, security_object.signed.signer_certificate()
        except IdentityDataError:
            return None, None

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

    def _document_signature(self) -> Judgement:
        if self._security_object is None:
            if SECURITY_OBJECT in self._files:
                return Verdict.FAILED, Reason.SOD_MALFORMED
            return self._without_sod()
        if self._signer is None:
            return Verdict.ABSENT, Reason.SIGNER_MISSING
        try:
            if self._security_object.signed.is_signed_by(self._signer):
                return PASSED
        except AlgorithmUnsupported:
            return Verdict.UNSUPPORTED, Reason.ALGORITHM_UNSUPPORTED
        except IdentityDataError:
            return Verdict.FAILED, Reason.SOD_MALFORMED
        return Verdict.FAILED, Reason.SIGNATURE_WRONG

    def _certificate_chain(self) -> Judgement:
        if self._security_object is None:
            return self._without_sod()
        if self._signer is None:
            return Verdict.ABSENT, Reason.SIGNER_MISSING
        judgement = self._anchors.judge(self._signer)
        if judgement == PASSED and self._zone and not self._signer_may_sign_for(self._zone.holder.issuing_state):
            return Verdict.FAILED, Reason.ISSUING_STATE_MISMATCH
        return judgement

    def _signer_may_sign_for(self, issuing_state: str) -> bool:
        """A state's signer signs its own documents only; otherwise any state could issue all others'."""
        try:
            country = _issuer_country(self._signer) if self._signer else ""
        except IdentityDataError:
            return False
        return is_state_of(issuing_state, country)

    def _data_integrity(self) -> Judgement:
        groups = {GROUP_FILES[name]: data for name, data in self._files.items() if name in GROUP_FILES}
        if self._security_object is None:
            return self._without_sod()
        if not groups:
            return Verdict.ABSENT, Reason.GROUPS_MISSING
        try:
            covered = [self._security_object.covers(number, data) for number, data in groups.items()]
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
        try:
            return _signer_validity(self._signer, self._today) if self._signer else PASSED
        except IdentityDataError:
            return Verdict.FAILED, Reason.SIGNER_EXPIRED


@parsing("The document signer's issuer")
def _issuer_country(signer: x509.Certificate) -> str:
    country = signer.issuer.native.get("country_name", "")
    return country.upper() if isinstance(country, str) else ""


@parsing("The document signer's validity")
def _signer_validity(signer: x509.Certificate, today: date) -> Judgement:
    """A signer's certificate lives as long as the documents signed with it (ICAO 9303-12, 4.2)."""
    if signer.not_valid_before > datetime.combine(today, time.max, UTC):
        return Verdict.FAILED, Reason.SIGNER_NOT_YET_VALID
    if signer.not_valid_after < datetime.combine(today, time.min, UTC):
        return Verdict.FAILED, Reason.SIGNER_EXPIRED
    return PASSED
