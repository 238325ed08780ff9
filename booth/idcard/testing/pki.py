"""Test keys and certificates of a state (ICAO 9303-12): a CSCA, document signers, a CRL, EF.SOD, EF.CardSecurity.

Made at run time and never committed. Kept in a folder they are the same again, so that a console can be set up with
the CSCAs before the first card exists. `TestStates` are those of all personas; a console believes them by
`export_cscas` (a folder for `--csca`), by `master_list` (one signed file with all CSCAs, as a state publishes it), and
learns of the revoked signers by `crl`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booth.idcard import tlv

LDS_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
CARD_SECURITY_OBJECT: Final = "0.4.0.127.0.7.3.2.1"
MASTER_LIST: Final = "2.23.136.1.1.2"
MASTER_LIST_SIGNER: Final = "2.23.136.1.1.3"
HOME: Final = "DE"
CSCA_YEARS: Final = 15
SIGNER_YEARS: Final = 13
LIST_YEARS: Final = 2
CRL_DAYS: Final = 90
DIGEST: Final = "sha256"


class _DataGroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _DataGroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _DataGroupHash


class _SecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _DataGroupHashes),
    ]


class _CertificateSet(core.SetOf):  # type: ignore[misc]
    _child_spec = asn1_x509.Certificate


class _MasterList(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("certificates", _CertificateSet)]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True, slots=True)
class TestPki:
    """A state's CSCA and its signers: the one its documents are signed with, and one that its CRL revokes."""

    __test__ = False  # pytest: not a test class

    csca: Issuer
    signer: Issuer
    revoked: Issuer
    country: str = HOME

    @classmethod
    def make(cls, now: datetime, name: str = "Fernamt Test", country: str = HOME) -> TestPki:
        csca = _issue(f"{name} CSCA", country, None, now, CSCA_YEARS)
        signer, revoked = (
            _issue(f"{name} {kind}", country, csca, now, SIGNER_YEARS)
            for kind in ("Document Signer", "Document Signer Revoked")
        )
        return cls(csca, signer, revoked, country)

    def forge(self, now: datetime) -> TestPki:
        """A signer that claims this CSCA's name and key, signed with another key."""
        false_csca = Issuer(ec.generate_private_key(ec.BrainpoolP384R1()), self.csca.certificate)
        signer = _issue("Fernamt Test Document Signer", self.country, false_csca, now, SIGNER_YEARS)
        return TestPki(false_csca, signer, signer, self.country)

    @classmethod
    def kept_in(cls, folder: Path, now: datetime, country: str = HOME) -> TestPki:
        """The one in `folder`, made there if it has none yet."""
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "revoked.key").exists():
            cls.make(now, country=country).keep(folder)
        return cls(_load(folder, "csca"), _load(folder, "signer"), _load(folder, "revoked"), country)

    def keep(self, folder: Path) -> None:
        for name, issuer in (("csca", self.csca), ("signer", self.signer), ("revoked", self.revoked)):
            (folder / f"{name}.cer").write_bytes(issuer.der)
            key = folder / f"{name}.key"
            key.touch(mode=0o600)
            key.write_bytes(
                issuer.key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )

    def export_csca(self, folder: Path) -> Path:
        """Write the CSCA's certificate (DER) where a console's `--csca` looks for it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"fernamt-test-csca{'' if self.country == HOME else f'-{self.country.lower()}'}.cer"
        path.write_bytes(self.csca.der)
        return path

    def crl(self, now: datetime, days: int = CRL_DAYS) -> bytes:
        """The state's list of revoked certificates (DER, 9303-12, 7.1.4), which names the revoked signer."""
        start = now.astimezone(UTC).replace(microsecond=0)
        revoked = (
            x509.RevokedCertificateBuilder()
            .serial_number(self.revoked.certificate.serial_number)
            .revocation_date(start)
            .build()
        )
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.csca.key.public_key())
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.csca.certificate.subject)
            .last_update(start)
            .next_update(start + timedelta(days=days))
            .add_extension(authority, critical=False)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_revoked_certificate(revoked)
        )
        return builder.sign(self.csca.key, hashes.SHA384()).public_bytes(serialization.Encoding.DER)

    def sign(self, groups: Mapping[int, bytes], *, revoked: bool = False) -> bytes:
        """EF.SOD over the data groups, by number."""
        content = _SecurityObject(
            {
                "version": 0,
                "hash_algorithm": {"algorithm": DIGEST},
                "hashes": [
                    {"number": number, "value": hashlib.new(DIGEST, data).digest()}
                    for number, data in sorted(groups.items())
                ],
            }
        ).dump()
        signed = _signed_data(LDS_SECURITY_OBJECT, content, self.revoked if revoked else self.signer)
        return tlv.encode(0x77, signed)

    def sign_card_security(self, infos: bytes) -> bytes:
        """EF.CardSecurity (9303-11, 9.2.12): the SecurityInfos, signed."""
        return _signed_data(CARD_SECURITY_OBJECT, infos, self.signer)


class TestStates:
    """The keys of every state, made when they are first asked for."""

    __test__ = False  # pytest: not a test class

    def __init__(self, now: datetime, folder: Path | None = None) -> None:
        """Kept in `folder`, one folder a state below it but for the home state's own."""
        self._now = now
        self._folder = folder
        self._states: dict[str, TestPki] = {}

    def of(self, country: str) -> TestPki:
        if country not in self._states:
            self._states[country] = self._make(country)
        return self._states[country]

    def _make(self, country: str) -> TestPki:
        if self._folder is None:
            return TestPki.make(self._now, country=country)
        folder = self._folder if country == HOME else self._folder / country.lower()
        return TestPki.kept_in(folder, self._now, country)

    def export_cscas(self, folder: Path, countries: Iterable[str]) -> None:
        for country in countries:
            self.of(country).export_csca(folder)

    def export_lists(self, folder: Path, countries: Sequence[str]) -> None:
        """`fernamt-test.ml` and a `fernamt-test-XX.crl` for each state."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fernamt-test.ml").write_bytes(self.master_list(countries))
        for country in countries:
            (folder / f"fernamt-test-{country.lower()}.crl").write_bytes(self.of(country).crl(self._now))

    def master_list(self, countries: Sequence[str]) -> bytes:
        """The CSCAs of these states, signed under the home state's (DER, 9303-12, 8)."""
        home = self.of(HOME)
        signer = _issue("Fernamt Test Master List Signer", HOME, home.csca, self._now, LIST_YEARS, MASTER_LIST_SIGNER)
        certificates = [asn1_x509.Certificate.load(self.of(country).csca.der) for country in countries]
        content = _MasterList({"version": 0, "certificates": certificates}).dump()
        return _signed_data(MASTER_LIST, content, signer, home.csca)


def _signed_data(content_type: str, content: bytes, signer: Issuer, *more: Issuer) -> bytes:
    """A CMS file (RFC 5652). `more`: certificates it carries beside the signer's."""
    certificate = asn1_x509.Certificate.load(signer.der)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [content_type]},
            {"type": "message_digest", "values": [hashlib.new(DIGEST, content).digest()]},
        ]
    )
    information = {
        "version": "v1",
        "sid": cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
        "digest_algorithm": {"algorithm": DIGEST},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": f"{DIGEST}_ecdsa"},
        "signature": signer.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
    }
    carried = [certificate, *(asn1_x509.Certificate.load(issuer.der) for issuer in more)]
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": DIGEST}],
            "encap_content_info": {"content_type": content_type, "content": core.ParsableOctetString(content)},
            "certificates": carried,
            "signer_infos": [information],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _name(common_name: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Fernamt Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _issue(
    common_name: str, country: str, issuer: Issuer | None, now: datetime, years: int, purpose: str | None = None
) -> Issuer:
    """A certificate of ICAO 9303-12's profile; self-signed without `issuer`. `purpose`: extended key usage."""
    is_csca = issuer is None
    key = ec.generate_private_key(ec.BrainpoolP384R1() if is_csca else ec.BrainpoolP256R1())
    signing_key = key if issuer is None else issuer.key
    authority = key.public_key() if issuer is None else issuer.certificate.public_key()
    if not isinstance(authority, ec.EllipticCurvePublicKey):
        raise TypeError("An issuer's key is an elliptic-curve key.")
    start = now.astimezone(UTC).replace(microsecond=0) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(common_name, country))
        .issuer_name(_name(common_name, country) if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=366 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
        .add_extension(_key_usage(is_csca), critical=True)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), critical=True)
    if is_csca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Issuer(key, builder.sign(signing_key, hashes.SHA384() if is_csca else hashes.SHA256()))


def _key_usage(is_csca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_csca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_csca,
        crl_sign=is_csca,
        encipher_only=False,
        decipher_only=False,
    )


def _load(folder: Path, name: str) -> Issuer:
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{name}.key in {folder} is not an elliptic-curve key.")
    return Issuer(key, x509.load_der_x509_certificate((folder / f"{name}.cer").read_bytes()))
