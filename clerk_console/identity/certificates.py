"""X.509 certificates as issuing states make them (ICAO 9303-12, 7): read, named, judged, and who signed whom.

Read with asn1crypto, which takes much; what deviates from the standards is told by name all the same.
"""

from __future__ import annotations

import hashlib
import warnings
from datetime import UTC, date, datetime, time
from typing import Any, Final

import cryptography.x509
from asn1crypto import core, pem, x509
from cryptography.utils import CryptographyDeprecationWarning

from clerk_console.identity.encoding import encoded
from clerk_console.identity.errors import parsing
from clerk_console.identity.signatures import is_signed_by

NAME_STRINGS: Final = frozenset({12, 19, 20, 30})
"""UTF8String, PrintableString, TeletexString, BMPString."""
MAX_NAME_LETTERS: Final = 120
CERTIFICATE_ARMOUR: Final = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
MAX_SERIAL_BITS: Final = 160


@parsing("A certificate")
def parse_certificate(data: bytes) -> x509.Certificate:
    """DER. Raises IdentityDataError."""
    return x509.Certificate.load(data, strict=True)


@parsing("A file of certificates")
def certificates_in(data: bytes) -> list[bytes]:
    """DER of each: states publish PEM files with all of theirs in one. Raises IdentityDataError."""
    if not pem.detect(data):
        return [data]
    return [octets for kind, _, octets in pem.unarmor(data, multiple=True) if kind in CERTIFICATE_ARMOUR]


@parsing("A certificate")
def require_readable(certificate: x509.Certificate) -> None:
    """Looks at everything a later check needs, so that what cannot be used shows at loading. Raises
    IdentityDataError."""
    _ = certificate.subject.hashable, certificate.issuer.hashable, certificate.key_identifier
    _ = certificate.public_key["algorithm"]["algorithm"].native, certificate.serial_number
    _ = certificate.not_valid_before, certificate.not_valid_after


def certificate_name(certificate: x509.Certificate) -> str:
    """Who it is in a line of a log or a report: the subject's words, and the serial number, which tells two apart."""
    try:
        return f"{name_words(certificate.subject)}, serial number {certificate.serial_number:x}"
    except (ValueError, TypeError, KeyError, AttributeError):
        return f"certificate with the fingerprint {fingerprint(certificate)[:16]}…"


def name_words(name: x509.Name) -> str:
    """`Country Signing CA, DE`. Raises what asn1crypto does."""
    words = [
        str(getattr(part["value"], "native", ""))
        for relative in reversed(list(name.chosen))
        for part in relative
        if part["type"].native in ("common_name", "organization_name", "country_name")
    ]
    plain = "".join(letter if letter.isprintable() else "?" for letter in ", ".join(words))
    return plain[:MAX_NAME_LETTERS]


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in hex, as states publish it."""
    return hashlib.sha256(encoded(certificate)).hexdigest()


def deviation(certificate: x509.Certificate) -> str | None:
    """What a strict reader has against it, in words; such a certificate still counts when it can be used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            strict = cryptography.x509.load_der_x509_certificate(encoded(certificate))
            _ = strict.extensions, strict.subject, strict.issuer, strict.signature_algorithm_parameters
            serial = strict.serial_number
        except cryptography.exceptions.UnsupportedAlgorithm:
            serial = certificate.serial_number
        except Exception as error:  # of many kinds, and nothing a certificate holds may stop the loading
            return f"not DER as RFC 5280 has it: {_first_line(error)}"
    if serial <= 0:
        return "its serial number is not positive (RFC 5280, 4.1.2.2)"
    if serial.bit_length() > MAX_SERIAL_BITS:
        return "its serial number is longer than 20 octets (RFC 5280, 4.1.2.2)"
    return None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


@parsing("A certificate")
def certificate_is_signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Raises AlgorithmUnsupported, IdentityDataError."""
    body = certificate["tbs_certificate"]
    return signed_structure_is_by(
        body, body["signature"], certificate["signature_algorithm"], certificate["signature_value"], issuer
    )


def signed_structure_is_by(body: Any, inner: Any, outer: Any, signature: Any, issuer: x509.Certificate) -> bool:
    """Whether the SIGNED structure of X.509, a certificate or a revocation list, is the issuer's."""
    # The algorithm outside the signature must be the one inside (RFC 5280, 4.1.1.2).
    if encoded(outer) != encoded(inner):
        return False
    octets = signature.contents
    if octets[0] != 0:
        return False  # bits that do not count have no place in a signature
    return is_signed_by(issuer.public_key, outer, octets[1:], encoded(body))


def is_same_name(left: x509.Name, right: x509.Name) -> bool:
    """Equal to the letter, though perhaps in another string type or order: states write one name differently."""
    if left.dump() == right.dump():
        return True
    first, second = _name_parts(left), _name_parts(right)
    return first in (second, second[::-1])


def _name_parts(name: x509.Name) -> list[tuple[str, str | bytes]]:
    parts: list[tuple[str, str | bytes]] = []
    for relative in name.chosen:
        for attribute in relative:
            value = attribute["value"]
            value = value.chosen if isinstance(value, core.Choice) else value
            parts.append((attribute["type"].dotted, value.native if value.tag in NAME_STRINGS else value.dump()))
    return parts


@parsing("A certificate's issuer")
def issuer_country(certificate: x509.Certificate) -> str:
    """Two letters, or nothing. Raises IdentityDataError."""
    country = certificate.issuer.native.get("country_name", "")
    return country.upper() if isinstance(country, str) else ""


@parsing("A certificate's validity")
def is_expired(certificate: x509.Certificate, today: date) -> bool:
    """Raises IdentityDataError."""
    return bool(certificate.not_valid_after < datetime.combine(today, time.min, UTC))


@parsing("A certificate's validity")
def is_not_yet_valid(certificate: x509.Certificate, today: date) -> bool:
    """Raises IdentityDataError."""
    return bool(certificate.not_valid_before > datetime.combine(today, time.max, UTC))


@parsing("A certificate's key")
def key_identifiers(certificate: x509.Certificate) -> frozenset[bytes]:
    """The one it names, or the usual digest of its key (RFC 5280, 4.2.1.2). Raises IdentityDataError."""
    named = certificate.key_identifier
    if named is not None:
        return frozenset((bytes(named),))
    return frozenset((hashlib.sha1(certificate.public_key["public_key"].contents[1:]).digest(),))  # noqa: S324
