"""An issuing state of any taste: keys of every kind, security objects wrapped as real ones are, lists and directories.

Built from asn1crypto by hand, so that what is judged here is not made by what judges it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, crl, keys, parser, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LDS = "2.23.136.1.1.1"
MASTER_LIST = "2.23.136.1.1.2"
DEVIATION_LIST = "2.23.136.1.1.7"
CARD_SECURITY = "0.4.0.127.0.7.3.2.1"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Algorithm = tuple[dict[str, Any], Callable[[bytes], bytes]]
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def tlv(tag: int, content: bytes) -> bytes:
    """One octet of tag."""
    return parser.emit(tag >> 6, tag >> 5 & 1, tag & 31, content)


def indefinite(tag: int, content: bytes) -> bytes:
    """BER, without a length."""
    return bytes((tag, 0x80)) + content + b"\x00\x00"


def algorithm(key: Key, digest: str, scheme: str) -> Algorithm:
    """`scheme`: pkcs1, pss, pss-defaults, bare (the hash left to the digest algorithm), ecdsa, plain."""
    hashed = HASHES[digest]
    if isinstance(key, rsa.RSAPrivateKey):
        if scheme.startswith("pss"):
            salt = 20 if scheme == "pss-defaults" else hashed.digest_size
            parameters = {
                "hash_algorithm": {"algorithm": digest},
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
                "salt_length": salt,
            }
            named = {"algorithm": "rsassa_pss"}
            if scheme != "pss-defaults":
                named["parameters"] = algos.RSASSAPSSParams(parameters)
            return named, lambda data: key.sign(data, padding.PSS(padding.MGF1(hashed), salt), hashed)
        name = "rsassa_pkcs1v15" if scheme == "bare" else f"{digest}_rsa"
        return {"algorithm": name}, lambda data: key.sign(data, padding.PKCS1v15(), hashed)
    if scheme == "plain":
        number = list(HASHES).index(digest) + 1
        size = (key.key_size + 7) // 8
        return {"algorithm": f"0.4.0.127.0.7.1.1.4.1.{number}"}, lambda data: b"".join(
            part.to_bytes(size, "big") for part in decode_dss_signature(key.sign(data, ec.ECDSA(hashed)))
        )
    name = "1.2.840.10045.2.1" if scheme == "bare" else f"{digest}_ecdsa"
    return {"algorithm": name}, lambda data: key.sign(data, ec.ECDSA(hashed))


def public(key: Key) -> keys.PublicKeyInfo:
    encoded = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return keys.PublicKeyInfo.load(encoded)


def name(common: str, country: str = "DE") -> x509.Name:
    return x509.Name.build({"country_name": country, "organization_name": "State", "common_name": common})


@dataclass
class Party:
    """A key with its certificate, and how it signs."""

    key: Key
    certificate: x509.Certificate
    digest: str
    scheme: str

    @property
    def der(self) -> bytes:
        return bytes(self.certificate.dump())

    @property
    def name(self) -> x509.Name:
        return self.certificate.subject

    def sign(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        named, signed = algorithm(self.key, self.digest, self.scheme)
        return named, signed(data)


def issue(
    common: str,
    key: Key,
    issuer: Party | None = None,
    *,
    digest: str = "sha256",
    scheme: str = "",
    country: str = "DE",
    valid: tuple[datetime, datetime] = (NOW - timedelta(days=900), NOW + timedelta(days=3000)),
    serial: int = 7,
    extensions: bool = True,
) -> Party:
    """A certificate under `issuer`, or signed with its own key."""
    scheme = scheme or ("pkcs1" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa")
    own = Party(key, None, digest, scheme)  # type: ignore[arg-type]
    signing = issuer or own
    by = issuer.certificate.public_key if issuer else public(key)
    named, signer = algorithm(signing.key, signing.digest, signing.scheme)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": named,
            "issuer": issuer.name if issuer else name(common, country),
            "validity": {"not_before": _time(valid[0]), "not_after": _time(valid[1])},
            "subject": name(common, country),
            "subject_public_key_info": public(key),
            "extensions": []
            if not extensions
            else [
                {"extn_id": "key_identifier", "extn_value": core.OctetString(_identifier(public(key)))},
                {
                    "extn_id": "authority_key_identifier",
                    "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": _identifier(by)}),
                },
            ],
        }
    )
    own.certificate = x509.Certificate.load(
        x509.Certificate(
            {"tbs_certificate": body, "signature_algorithm": named, "signature_value": signer(body.dump())}
        ).dump()
    )
    return own


def _identifier(info: keys.PublicKeyInfo) -> bytes:
    return hashlib.sha1(info.dump()).digest()


def _time(moment: datetime) -> x509.Time:
    return x509.Time({"utc_time": moment} if 1950 <= moment.year < 2050 else {"general_time": moment})


@dataclass
class Wrapping:
    """How a CMS structure is written. `attributes`: `der`, `reversed` (not in the order of DER), `unsorted` (signed as
    they stand), `none`. `content`: `octets`, `twice`, `pieces`, `bare`. `frame`: `der`, `indefinite`, `no_info`."""

    attributes: str = "der"
    content: str = "octets"
    frame: str = "der"
    by_key_identifier: bool = False
    carries_certificates: bool = True
    announced: Sequence[str] | None = None
    more_certificates: Sequence[x509.Certificate] = ()
    further: list[Party] = field(default_factory=list)


def signed_data(content: bytes, signer: Party, oid: str = LDS, wrapping: Wrapping | None = None) -> bytes:
    """ContentInfo, or what `wrapping` makes of it."""
    wrapping = wrapping or Wrapping()
    signed = tlv(4, content) if wrapping.content == "twice" else content
    parties = [signer, *wrapping.further]
    infos = [_signer_info(party, signed, oid, wrapping) for party in parties]
    written = {
        "octets": tlv(4, content),
        "twice": tlv(4, tlv(4, content)),
        "pieces": tlv(0x24, tlv(4, content[:20]) + tlv(4, content[20:])),
        "bare": content,
    }[wrapping.content]
    digests = wrapping.announced if wrapping.announced is not None else sorted({party.digest for party in parties})
    version = 1 if wrapping.content == "bare" else 3
    certificates = [*(party.der for party in parties), *(one.dump() for one in wrapping.more_certificates)]
    parts = [
        core.Integer(version).dump(),
        tlv(0x31, b"".join(algos.DigestAlgorithm({"algorithm": one}).dump() for one in digests)),
        tlv(0x30, core.ObjectIdentifier(oid).dump() + tlv(0xA0, written)),
        tlv(0xA0, b"".join(certificates)) if wrapping.carries_certificates else b"",
        tlv(0x31, b"".join(infos)),
    ]
    if wrapping.frame == "no_info":
        return tlv(0x30, b"".join(parts))
    enclose = indefinite if wrapping.frame == "indefinite" else tlv
    inner = enclose(0x30, b"".join(parts))
    return enclose(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump() + enclose(0xA0, inner))


def _signer_info(party: Party, signed: bytes, oid: str, wrapping: Wrapping) -> bytes:
    certificate = party.certificate
    covered = parser.parse(signed)[4] if wrapping.content == "bare" else signed
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": [oid]}).dump(),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(party.digest, covered).digest()]}).dump(),
        cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": NOW})]}).dump(),
    ]
    in_order = b"".join(sorted(attributes))
    written = in_order if wrapping.attributes == "der" else b"".join(sorted(attributes, reverse=True))
    over = written if wrapping.attributes == "unsorted" else in_order
    named, signature = party.sign(covered if wrapping.attributes == "none" else tlv(0x31, over))
    if wrapping.by_key_identifier:
        sid, version = tlv(0x80, certificate.key_identifier), 3
    else:
        issuer = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
        sid, version = issuer.dump(), 1
    parts = [
        core.Integer(version).dump(),
        sid,
        algos.DigestAlgorithm({"algorithm": party.digest}).dump(),
        b"" if wrapping.attributes == "none" else tlv(0xA0, written),
        algos.SignedDigestAlgorithm(named).dump(),
        core.OctetString(signature).dump(),
    ]
    return tlv(0x30, b"".join(parts))


def security_object(groups: Mapping[int, bytes], digest: str = "sha256", version: int = 0) -> bytes:
    """The LDS security object; version 1 names the editions too."""
    hashed = [
        tlv(0x30, core.Integer(number).dump() + core.OctetString(hashlib.new(digest, data).digest()).dump())
        for number, data in sorted(groups.items())
    ]
    editions = core.PrintableString("0108").dump() + core.PrintableString("040000").dump()
    parts = [
        core.Integer(version).dump(),
        algos.DigestAlgorithm({"algorithm": digest}).dump(),
        tlv(0x30, b"".join(hashed)),
        tlv(0x30, editions) if version else b"",
    ]
    return tlv(0x30, b"".join(parts))


def sod(
    groups: Mapping[int, bytes],
    signer: Party,
    wrapping: Wrapping | None = None,
    *,
    digest: str = "sha256",
    version: int = 0,
) -> bytes:
    """EF.SOD; its tag is 77."""
    return tlv(0x77, signed_data(security_object(groups, digest, version), signer, LDS, wrapping))


def master_list(certificates: Sequence[x509.Certificate], signer: Party, beside: Sequence[Party] = ()) -> bytes:
    content = tlv(0x30, core.Integer(0).dump() + tlv(0x31, b"".join(one.dump() for one in certificates)))
    return signed_data(
        content, signer, MASTER_LIST, Wrapping(more_certificates=[party.certificate for party in beside])
    )


def revocation_list(
    issuer: Party,
    serials: Sequence[int],
    issued: datetime = NOW - timedelta(days=1),
    next_update: datetime | None = NOW + timedelta(days=30),
    extensions: Sequence[tuple[str, bool, core.Asn1Value]] = (),
) -> bytes:
    named, signer = algorithm(issuer.key, issuer.digest, issuer.scheme)
    fields: dict[str, Any] = {"version": "v2", "signature": named, "issuer": issuer.name, "this_update": _time(issued)}
    if next_update:
        fields["next_update"] = _time(next_update)
    if serials:
        fields["revoked_certificates"] = [
            {"user_certificate": serial, "revocation_date": _time(issued)} for serial in serials
        ]
    if extensions:
        fields["crl_extensions"] = [
            {"extn_id": extension, "critical": critical, "extn_value": core.ParsableOctetString(value.dump())}
            for extension, critical, value in extensions
        ]
    body = crl.TbsCertList(fields)
    listed = crl.CertificateList(
        {"tbs_cert_list": body, "signature_algorithm": named, "signature": signer(body.dump())}
    )
    return bytes(listed.dump())


def ldif(entries: Sequence[tuple[str, str, bytes]], width: int = 76) -> bytes:
    """A download of the PKD: distinguished name, attribute and value of each entry, lines folded."""
    lines = ["version: 1", ""]
    for dn, attribute, value in entries:
        line = f"{attribute}:: {base64.b64encode(value).decode()}"
        folded = [line[:width], *(f" {line[at : at + width - 1]}" for at in range(width, len(line), width - 1))]
        lines += [f"dn: {dn}", "objectClass: top", *folded, ""]
    return "\n".join(lines).encode()


def change(dn: str, kind: str, *lines: str) -> str:
    """A record of changes (RFC 2849)."""
    return "\n".join([f"dn: {dn}", f"changetype: {kind}", *lines, "", ""])


def base64_line(attribute: str, value: bytes) -> str:
    return f"{attribute}:: {base64.b64encode(value).decode()}"


def deviation(defects: Sequence[tuple[str, str]], *documents: bytes) -> bytes:
    """`defects`: the numbers after the list's own, and words; `documents`: the fields that say which."""
    told = [
        tlv(
            0x30,
            (core.PrintableString(words).dump() if words else b"")
            + core.ObjectIdentifier(f"{DEVIATION_LIST}.{numbers}").dump(),
        )
        for numbers, words in defects
    ]
    return tlv(0x30, tlv(0x30, b"".join(documents)) + tlv(0x31, b"".join(told)))


def deviation_list(signer: Party, *deviations: bytes, digest: str = "") -> bytes:
    algorithm = algos.DigestAlgorithm({"algorithm": digest}).dump() if digest else b""
    content = tlv(0x30, core.Integer(0).dump() + algorithm + tlv(0x31, b"".join(deviations)))
    return signed_data(content, signer, DEVIATION_LIST)
