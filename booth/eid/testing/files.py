"""The files outside the data groups: EF.CardAccess, EF.CardSecurity and EF.DIR (TR-03110-3, annex A)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from booth.idcard import tlv

EID_APPLICATION: Final = bytes.fromhex("e80704007f00070302")
BRAINPOOL_P256R1: Final = 13
CHIP_KEY: Final = 41
PACE_ECDH_GM_AES_128: Final = bytes.fromhex("04007f00070202040202")
CA_ECDH_AES_128: Final = bytes.fromhex("04007f00070202030202")
_ca_domain: Final = bytes.fromhex("04007f000702020302")
_ca_public_key: Final = bytes.fromhex("04007f000702020102")
_terminal_authentication: Final = bytes.fromhex("04007f0007020202")
_standardised_domain: Final = bytes.fromhex("04007f00070102")
_security_object: Final = "0.4.0.127.0.7.3.2.1"


def _integer(value: int) -> bytes:
    return tlv.encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _identifier(value: bytes) -> bytes:
    return tlv.encode(0x06, value)


def _sequence(*parts: bytes) -> bytes:
    return tlv.encode(0x30, b"".join(parts))


def _infos() -> list[bytes]:
    domain = _sequence(_identifier(_standardised_domain), _integer(BRAINPOOL_P256R1))
    return [
        _sequence(_identifier(PACE_ECDH_GM_AES_128), _integer(2), _integer(BRAINPOOL_P256R1)),
        _sequence(_identifier(CA_ECDH_AES_128), _integer(2), _integer(CHIP_KEY)),
        _sequence(_identifier(_ca_domain), domain, _integer(CHIP_KEY)),
        _sequence(_identifier(_terminal_authentication), _integer(2)),
    ]


def _set(infos: list[bytes]) -> bytes:
    return tlv.encode(0x31, b"".join(infos))


def card_access() -> bytes:
    return _set(_infos())


def directory() -> bytes:
    """EF.DIR: the one application (ISO/IEC 7816-4, 8.2.1.1)."""
    return tlv.encode(0x61, tlv.encode(0x4F, EID_APPLICATION))


def card_security(chip_key: ec.EllipticCurvePublicKey, now: datetime) -> bytes:
    """Signed as a document signer of the issuing state would; signer and state are made for the occasion."""
    point = chip_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    domain = _sequence(_identifier(_standardised_domain), _integer(BRAINPOOL_P256R1))
    key = _sequence(domain, tlv.encode(0x03, b"\x00" + point))
    content = _set([*_infos(), _sequence(_identifier(_ca_public_key), key, _integer(CHIP_KEY))])
    signer = ec.generate_private_key(ec.BrainpoolP256R1())
    return _signed(content, signer, _certificate(signer, now))


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Fernamt Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, "eID document signer"),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _signed(content: bytes, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> bytes:
    parsed = asn1_x509.Certificate.load(certificate)
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": [_security_object]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
        ]
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": _security_object,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [parsed],
            "signer_infos": [
                {
                    "version": "v1",
                    "sid": cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number}),
                    "digest_algorithm": {"algorithm": "sha256"},
                    "signed_attrs": attributes,
                    "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                    "signature": key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
                }
            ],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
