"""Deviation lists (ICAO 9303-12, 10): what a state says is wrong with documents it has issued.

They explain a check that failed to the clerk who sees it. They never make it pass: the state asks others to accept
certain documents, and whether to is for the authority.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final

from asn1crypto import algos, cms, core, x509

from clerk_console.identity.certificates import is_same_name, key_identifiers
from clerk_console.identity.encoding import encoded
from clerk_console.identity.errors import IdentityDataError, parsing
from clerk_console.identity.signatures import HASHES
from clerk_console.identity.signed_data import SignedData, parse_signed_data

CONTENT_TYPE: Final = "2.23.136.1.1.7"
MAX_DEVIATIONS: Final = 10_000
MAX_DESCRIPTION: Final = 300


class Defect(StrEnum):
    """What may be wrong, by the last numbers of the object identifiers in DEFECTS."""

    CERT_OR_KEY = "cert_or_key"
    DS_SIGNATURE = "ds_signature"
    DS_ENCODING = "ds_encoding"
    CSCA_ENCODING = "csca_encoding"
    AA_KEY_COMPROMISED = "aa_key_compromised"
    LDS = "lds"
    DG_MALFORMED = "dg_malformed"
    DG_HASH_WRONG = "dg_hash_wrong"
    SOD_SIGNATURE_WRONG = "sod_signature_wrong"
    COM_INCONSISTENT = "com_inconsistent"
    MRZ = "mrz"
    MRZ_WRONG_DATA = "mrz_wrong_data"
    MRZ_WRONG_CHECK_DIGIT = "mrz_wrong_check_digit"
    CHIP = "chip"
    NATIONAL_USE = "national_use"
    OTHER = "other"


DEFECTS: Final = {
    "1": Defect.CERT_OR_KEY,
    "1.1": Defect.DS_SIGNATURE,
    "1.2": Defect.DS_ENCODING,
    "1.3": Defect.CSCA_ENCODING,
    "1.4": Defect.AA_KEY_COMPROMISED,
    "2": Defect.LDS,
    "2.1": Defect.DG_MALFORMED,
    "2.2": Defect.DG_HASH_WRONG,
    "2.3": Defect.SOD_SIGNATURE_WRONG,
    "2.4": Defect.COM_INCONSISTENT,
    "3": Defect.MRZ,
    "3.1": Defect.MRZ_WRONG_DATA,
    "3.2": Defect.MRZ_WRONG_CHECK_DIGIT,
    "4": Defect.CHIP,
    "5": Defect.NATIONAL_USE,
}


class _Description(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("description", core.PrintableString, {"optional": True}),
        ("deviation_type", core.ObjectIdentifier),
        ("parameters", core.Any, {"explicit": 0, "optional": True}),
        ("national_use", core.Any, {"explicit": 1, "optional": True}),
    ]


class _Descriptions(core.SetOf):  # type: ignore[misc]
    _child_spec = _Description


class _Period(core.Sequence):  # type: ignore[misc]
    _fields = [("first", core.GeneralizedTime), ("last", core.GeneralizedTime)]  # noqa: RUF012


class _Numbers(core.SetOf):  # type: ignore[misc]
    _child_spec = core.PrintableString


class _Documents(core.Sequence):  # type: ignore[misc]
    """The choice of the signer's identifier is laid open: its tags are the sequence's own (implicit tags)."""

    _fields = [  # noqa: RUF012
        ("type", core.PrintableString, {"implicit": 0, "optional": True}),
        ("issuer_and_serial_number", cms.IssuerAndSerialNumber, {"implicit": 1, "optional": True}),
        ("key_identifier", core.OctetString, {"implicit": 2, "optional": True}),
        ("digest", core.OctetString, {"implicit": 3, "optional": True}),
        ("issued", _Period, {"implicit": 4, "optional": True}),
        ("numbers", _Numbers, {"implicit": 5, "optional": True}),
    ]


class _Deviation(core.Sequence):  # type: ignore[misc]
    _fields = [("documents", _Documents), ("descriptions", _Descriptions)]  # noqa: RUF012


class _Deviations(core.SetOf):  # type: ignore[misc]
    _child_spec = _Deviation


class _DeviationList(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("digest_algorithm", algos.DigestAlgorithm, {"optional": True}),
        ("deviations", _Deviations),
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """One defect, in the state's own words too, where it has any."""

    defect: Defect
    description: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A document to look up. `kind`: two letters of the zone. `issued_on`: where it is known for certain."""

    kind: str
    number: str
    signers: tuple[x509.Certificate, ...]
    issued_on: date | None = None

    def __repr__(self) -> str:
        return "Subject(…)"  # never into a log or a traceback


@dataclass(frozen=True, slots=True)
class DeviationList:
    """`signers`: the certificates whose signatures on it hold; whether to believe them is for the reader."""

    signed: SignedData
    signers: tuple[x509.Certificate, ...]
    deviations: tuple[_Deviation, ...]
    digest_algorithm: str

    @parsing("A deviation list")
    def about(self, subject: Subject) -> tuple[Told, ...]:
        """What it says of a document. Raises IdentityDataError."""
        found = [one for one in self.deviations if self._concerns(one["documents"], subject)]
        return tuple(_told(description) for one in found for description in one["descriptions"])

    def _concerns(self, documents: _Documents, subject: Subject) -> bool:
        """All that is named must fit."""
        kind, numbers, issued = (documents[name].native for name in ("type", "numbers", "issued"))
        if kind is not None and kind.rstrip("<") != subject.kind.rstrip("<"):
            return False
        if numbers is not None and subject.number not in numbers:
            return False
        if issued is not None and subject.issued_on is not None:
            noon = datetime.combine(subject.issued_on, time(12), UTC)
            if not issued["first"] <= noon <= issued["last"] and subject.issued_on not in (
                issued["first"].date(),
                issued["last"].date(),
            ):
                return False
        return self._signer_fits(documents, subject.signers)

    def _signer_fits(self, documents: _Documents, signers: Sequence[x509.Certificate]) -> bool:
        named, key, digest = (documents[n] for n in ("issuer_and_serial_number", "key_identifier", "digest"))
        if named.native is not None:
            return any(
                one.serial_number == named["serial_number"].native and is_same_name(named["issuer"], one.issuer)
                for one in signers
            )
        if key.native is not None:
            return any(key.native in key_identifiers(one) for one in signers)
        if digest.native is not None:
            made = HASHES.get(self.digest_algorithm)
            return made is not None and any(_digest(self.digest_algorithm, one) == digest.native for one in signers)
        return True


def _digest(algorithm: str, certificate: x509.Certificate) -> bytes:
    return hashlib.new(algorithm, encoded(certificate)).digest()


def _told(description: _Description) -> Told:
    dotted = description["deviation_type"].dotted
    last = dotted.removeprefix(f"{CONTENT_TYPE}.") if dotted.startswith(f"{CONTENT_TYPE}.") else ""
    words = description["description"].native or ""
    plain = "".join(letter if letter.isprintable() else " " for letter in words)
    return Told(DEFECTS.get(last, Defect.OTHER), plain[:MAX_DESCRIPTION])


@parsing("The deviation list")
def parse_deviation_list(data: bytes) -> DeviationList:
    """A list whose signatures all hold. Raises IdentityDataError."""
    signed = parse_signed_data(data)
    if signed.content_type != CONTENT_TYPE:
        raise IdentityDataError("That is signed, but no deviation list.")
    parsed = _DeviationList.load(signed.content, strict=True)
    digest = parsed["digest_algorithm"]
    algorithm = str(digest["algorithm"].native) if digest.native is not None else ""
    signed.require_announced(also=frozenset((algorithm,)) if algorithm else frozenset())
    signers = []
    for one in signed.signers:
        signer = one.certificate_among(signed.certificates)
        if signer is None or not signed.is_signed_by(one, signer):
            raise IdentityDataError("The signature of the deviation list is wrong; the file is damaged or forged.")
        signers.append(signer)
    if len(parsed["deviations"]) > MAX_DEVIATIONS:
        raise IdentityDataError(f"The deviation list has {len(parsed['deviations'])} entries.")
    deviations = tuple(parsed["deviations"])
    for one in deviations:
        # Parsed lazily: what is malformed is to show now.
        _ = one["documents"].native, [_told(description) for description in one["descriptions"]]
    return DeviationList(signed, tuple(signers), deviations, algorithm)
