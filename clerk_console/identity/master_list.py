"""CSCA master lists (ICAO 9303-12, 9): the country certificates one state believes in, signed by that state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from asn1crypto import core, x509

from clerk_console.identity.certificates import (
    certificate_is_signed_by,
    certificate_name,
    fingerprint,
    is_same_name,
)
from clerk_console.identity.errors import IdentityDataError, parsing
from clerk_console.identity.signed_data import parse_signed_data

MAX_LISTED: Final = 10_000


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = x509.Certificate


class _MasterList(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("certificates", _Certificates)]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class MasterList:
    """`signer`: who signed it; `authority`: the CSCA that vouches for the signer, of the list or beside it."""

    certificates: tuple[x509.Certificate, ...]
    signer: x509.Certificate
    authority: x509.Certificate

    def __str__(self) -> str:
        return (
            f"{len(self.certificates)} certificates, signed by {certificate_name(self.signer)} "
            f"under {certificate_name(self.authority)} (SHA-256 {fingerprint(self.authority)})"
        )


@parsing("The master list")
def parse_master_list(data: bytes) -> MasterList:
    """A list whose signatures all hold and whose signer belongs to a CSCA of the list or beside it: it is whole, and
    one state's. Whether to believe that state is for the reader. Raises IdentityDataError."""
    signed = parse_signed_data(data)
    signed.require_announced()
    signer = None
    for one in signed.signers:
        signer = one.certificate_among(signed.certificates)
        if signer is None or not signed.is_signed_by(one, signer):
            raise IdentityDataError("The signature of the master list is wrong; the file is damaged or forged.")
    listed = _MasterList.load(signed.content, strict=True)["certificates"]
    if len(listed) > MAX_LISTED:
        raise IdentityDataError(f"The master list has {len(listed)} certificates.")
    certificates = tuple(listed)
    authority = signer and issuer_among((*certificates, *signed.certificates), signer)
    if signer is None or authority is None:
        raise IdentityDataError("No CSCA of the master list vouches for its signer.")
    return MasterList(certificates, signer, authority)


def issuer_among(authorities: Iterable[x509.Certificate], certificate: x509.Certificate) -> x509.Certificate | None:
    """The first that signed the certificate. Malformed ones are passed over."""
    return next((authority for authority in authorities if _issued(authority, certificate)), None)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        related = is_same_name(authority.subject, certificate.issuer) or (
            authority.key_identifier is not None and authority.key_identifier == certificate.authority_key_identifier
        )
        return related and certificate_is_signed_by(certificate, authority)
    except (IdentityDataError, ValueError, TypeError, KeyError):
        return False
