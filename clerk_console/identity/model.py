"""What the verification of an identity says. The shapes of `Identity.to_json` are those of docs/architecture.md."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from clerk_console.identity.deviation_list import Told


class Check(StrEnum):
    DOCUMENT_SIGNATURE = "document_signature"
    CERTIFICATE_CHAIN = "certificate_chain"
    REVOCATION = "revocation"
    DATA_INTEGRITY = "data_integrity"
    VALIDITY = "validity"
    CHIP_AUTHENTICITY = "chip_authenticity"


class Verdict(StrEnum):
    """`absent`: there was nothing to check, or nothing to check it against; never green."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"
    UNSUPPORTED = "unsupported"


class Reason(StrEnum):
    """Why a check did not pass; stable ids that the console translates. docs/identity.md explains each."""

    # absent
    SOD_MISSING = "sod_missing"
    SOD_UNREADABLE = "sod_unreadable"
    SIGNER_MISSING = "signer_missing"
    ISSUER_UNKNOWN = "issuer_unknown"
    GROUPS_MISSING = "groups_missing"
    MRZ_MISSING = "mrz_missing"
    EXPIRY_MISSING = "expiry_missing"
    NOT_READ = "not_read"
    CHIP_HAS_NO_KEY = "chip_has_no_key"
    PROOF_MISSING = "proof_missing"
    PROVEN_TO_BOOTH_ONLY = "proven_to_booth_only"
    KEY_NOT_PROVEN = "key_not_proven"
    REVOCATION_LIST_MISSING = "revocation_list_missing"
    REVOCATION_LIST_OUTDATED = "revocation_list_outdated"
    # failed
    SOD_MALFORMED = "sod_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    CHAIN_SIGNATURE_WRONG = "chain_signature_wrong"
    ISSUING_STATE_MISMATCH = "issuing_state_mismatch"
    GROUP_HASH_WRONG = "group_hash_wrong"
    GROUP_NOT_SIGNED = "group_not_signed"
    MRZ_MALFORMED = "mrz_malformed"
    CHECK_DIGIT_WRONG = "check_digit_wrong"
    DOCUMENT_EXPIRED = "document_expired"
    SIGNER_EXPIRED = "signer_expired"
    SIGNER_NOT_YET_VALID = "signer_not_yet_valid"
    SIGNER_REVOKED = "signer_revoked"
    ISSUER_REVOKED = "issuer_revoked"
    ISSUER_EXPIRED = "issuer_expired"
    CHIP_KEY_MALFORMED = "chip_key_malformed"
    CHIP_KEY_COMPROMISED = "chip_key_compromised"
    CHIP_REFUSED = "chip_refused"
    PROOF_WRONG = "proof_wrong"
    CHALLENGE_UNKNOWN = "challenge_unknown"
    # unsupported
    ALGORITHM_UNSUPPORTED = "algorithm_unsupported"


@dataclass(frozen=True, slots=True)
class CheckResult:
    check: Check
    verdict: Verdict
    reason: Reason | None = None


class Method(StrEnum):
    """The ways a chip shows that it is no copy (ICAO 9303-11, 6 and 4.4)."""

    CHIP_AUTHENTICATION = "chip_authentication"
    ACTIVE_AUTHENTICATION = "active_authentication"
    PACE_CAM = "pace_cam"


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What one of the chip's proofs came to; together they make the check `chip_authenticity`."""

    method: Method
    verdict: Verdict
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """As in the machine-readable zone: capital letters, names transliterated and possibly cut. `date_of_birth` is ISO,
    shortened to `YYYY-MM`, `YYYY` or nothing where the document leaves parts open; `sex` F, M or X."""

    family_name: str
    given_names: str
    date_of_birth: str
    nationality: str
    sex: str
    document_number: str
    document_type: str
    issuing_state: str
    date_of_expiry: str

    def __repr__(self) -> str:
        return "Holder(…)"  # never into a log or a traceback

    @property
    def is_german_id_card(self) -> bool:
        """Read by number alone only as section 18a of the Personalausweisgesetz allows."""
        return self.document_type.startswith("ID") and self.issuing_state == "D"


@dataclass(frozen=True, slots=True)
class Portrait:
    """An image a browser can show; `media_type` is image/jpeg or image/png."""

    media_type: str
    data: bytes
    width: int
    height: int

    def __repr__(self) -> str:
        return f"Portrait({self.media_type}, {self.width} x {self.height})"

    @property
    def data_url(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


REQUIRED: Final = frozenset({Check.DOCUMENT_SIGNATURE, Check.CERTIFICATE_CHAIN, Check.DATA_INTEGRITY, Check.VALIDITY})
"""All of these must have passed for an identity to count as verified."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`holder` and `portrait` are what the chip says, also where a check failed: believe them only if `verified`.
    `details`: further words of DG11 and DG12 by field, only of groups whose hash the state signed. `proofs`: what the
    chip did to show that it is no copy. `signer`: the document signer's certificate, in words. `deviations`: what
    the state itself says is wrong with such documents; it changes no verdict for the better."""

    checks: tuple[CheckResult, ...]
    holder: Holder | None
    portrait: Portrait | None
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    proofs: tuple[ProofResult, ...] = ()
    signer: str | None = None
    deviations: tuple[Told, ...] = ()

    @property
    def verified(self) -> bool:
        """All that is required has passed and nothing failed. Whether the chip is a copy may stay open for a document
        alone that, by what its state signed, has no key to show it with."""
        if any(result.verdict is Verdict.FAILED for result in self.checks):
            return False
        passed = {result.check for result in self.checks if result.verdict is Verdict.PASSED}
        chip = self.result(Check.CHIP_AUTHENTICITY)
        return passed >= REQUIRED and (chip.verdict is Verdict.PASSED or chip.reason is Reason.CHIP_HAS_NO_KEY)

    def result(self, check: Check) -> CheckResult:
        return next(result for result in self.checks if result.check is check)

    def to_json(self) -> dict[str, Any]:
        return {
            "checks": [
                {"check": str(r.check), "verdict": str(r.verdict), "reason": str(r.reason) if r.reason else None}
                for r in self.checks
            ],
            "holder": asdict(self.holder) if self.holder else None,
            "portrait": self.portrait.data_url if self.portrait else None,
            "details": dict(self.details),
            "proofs": [
                {"method": str(p.method), "verdict": str(p.verdict), "reason": str(p.reason) if p.reason else None}
                for p in self.proofs
            ],
            "signer": self.signer,
            "deviations": [{"defect": str(told.defect), "description": told.description} for told in self.deviations],
            "verified": self.verified,
        }
