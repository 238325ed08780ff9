"""Certificate revocation lists of CSCA (ICAO 9303-12, 7.1.4; RFC 5280, 5): who signed them, whether they are of today,
and whom they name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from asn1crypto import crl, pem, x509

from clerk_console.identity.certificates import signed_structure_is_by
from clerk_console.identity.errors import parsing

MAX_LIST_BYTES: Final = 8 * 1024 * 1024
MAX_REVOKED: Final = 100_000


@dataclass(frozen=True, slots=True)
class RevocationList:
    """`serial_numbers`: of the issuer's certificates that are not to be believed any more. `digest`: SHA-256 of it
    all. `is_partial`: it says of itself that it names some only, or what this program does not understand: whom it
    names is revoked, of others it says nothing (RFC 5280, 5.2)."""

    parsed: crl.CertificateList
    issuer: x509.Name
    issued_at: datetime
    next_update: datetime | None
    serial_numbers: frozenset[int]
    digest: bytes
    is_partial: bool = False

    def is_outdated(self, today: date) -> bool:
        """Whether a newer one should have come already. One without a date never says so."""
        return self.next_update is not None and self.next_update < datetime.combine(today, time.min, UTC)

    def is_from_the_future(self, today: date) -> bool:
        return self.issued_at > datetime.combine(today, time.max, UTC)

    @parsing("A revocation list")
    def is_signed_by(self, issuer: x509.Certificate) -> bool:
        """Raises AlgorithmUnsupported, IdentityDataError."""
        body = self.parsed["tbs_cert_list"]
        return signed_structure_is_by(
            body, body["signature"], self.parsed["signature_algorithm"], self.parsed["signature"], issuer
        )


@parsing("A revocation list")
def parse_revocation_list(data: bytes) -> RevocationList:
    """DER or PEM. Raises IdentityDataError."""
    if len(data) > MAX_LIST_BYTES:
        raise ValueError("too large")
    if pem.detect(data):
        _, _, data = pem.unarmor(data)
    parsed = crl.CertificateList.load(data, strict=True)
    body = parsed["tbs_cert_list"]
    revoked = body["revoked_certificates"]
    if len(revoked) > MAX_REVOKED:
        raise ValueError("too long")
    return RevocationList(
        parsed=parsed,
        issuer=body["issuer"],
        issued_at=body["this_update"].native,
        next_update=body["next_update"].native,
        serial_numbers=frozenset(entry["user_certificate"].native for entry in revoked),
        digest=hashlib.sha256(data).digest(),
        is_partial=any(one["critical"].native for one in body["crl_extensions"]),
    )
