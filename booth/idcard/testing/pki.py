"""Test keys and certificates: a CSCA, a document signer under it, and EF.SOD (ICAO 9303-10, 4.6.2; 9303-12).

Made at run time and never committed. Kept in a folder they are the same again, so that a console can be set up with
the CSCA before the first card exists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
CSCA_YEARS: Final = 15
SIGNER_YEARS: Final = 13
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
    """A state's CSCA and the signer its documents are signed with."""

    __test__ = False  # pytest: not a test class

    csca: Issuer
    signer: Issuer

    @classmethod
    def make(cls, now: datetime, name: str = "Fernamt Test") -> TestPki:
        csca = _issue(f"{name} CSCA", None, now, CSCA_YEARS)
        return cls(csca, _issue(f"{name} Document Signer", csca, now, SIGNER_YEARS))

    def forge(self, now: datetime) -> TestPki:
        """A signer that claims this CSCA's name and key, signed with another key."""
        false_csca = Issuer(ec.generate_private_key(ec.BrainpoolP384R1()), self.csca.certificate)
        return TestPki(false_csca, _issue("Fernamt Test Document Signer", false_csca, now, SIGNER_YEARS))

    @classmethod
    def kept_in(cls, folder: Path, now: datetime) -> TestPki:
        """The one in `folder`, made there if it has none yet."""
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "signer.key").exists():
            cls.make(now).keep(folder)
        return cls(_load(folder, "csca"), _load(folder, "signer"))

    def keep(self, folder: Path) -> None:
        for name, issuer in (("csca", self.csca), ("signer", self.signer)):
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
        path = folder / "fernamt-test-csca.cer"
        path.write_bytes(self.csca.der)
        return path

    def sign(self, groups: Mapping[int, bytes]) -> bytes:
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
        signed = _signed_data(content, self.signer)
        return tlv.encode(0x77, cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _signed_data(content: bytes, signer: Issuer) -> cms.SignedData:
    certificate = asn1_x509.Certificate.load(signer.der)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [LDS_SECURITY_OBJECT]},
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
    return cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": DIGEST}],
            "encap_content_info": {
                "content_type": LDS_SECURITY_OBJECT,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [certificate],
            "signer_infos": [information],
        }
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Fernamt Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _issue(common_name: str, issuer: Issuer | None, now: datetime, years: int) -> Issuer:
    """A certificate of ICAO 9303-12's profile; self-signed without `issuer`."""
    is_csca = issuer is None
    key = ec.generate_private_key(ec.BrainpoolP384R1() if is_csca else ec.BrainpoolP256R1())
    signing_key = key if issuer is None else issuer.key
    authority = key.public_key() if issuer is None else issuer.certificate.public_key()
    if not isinstance(authority, ec.EllipticCurvePublicKey):
        raise TypeError("An issuer's key is an elliptic-curve key.")
    start = now.astimezone(UTC).replace(microsecond=0) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(_name(common_name) if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=366 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False)
        .add_extension(_key_usage(is_csca), critical=True)
    )
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
