"""The double's keys and certificates: a root for card-verifiable certificates, and a terminal below it; TLS."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from clerk_console.eid.attributes import Attribute
from clerk_console.eid.testing.encoding import encode
from clerk_console.eid.ws_security import MessageKeys

CURVE: Final = ec.BrainpoolP256R1()
ROOT: Final = b"DETESTeID00005"
"""AusweisApp looks for a chain from the root a card names; a test root's name is known to it as one for tests."""
VERIFIER: Final = b"DEDVTESTBOOTH00001"
TERMINAL: Final = b"DEATTESTBOOTH00001"
GROUPS: Final = {
    Attribute.DOCUMENT_TYPE: 1,
    Attribute.ISSUING_STATE: 2,
    Attribute.DATE_OF_EXPIRY: 3,
    Attribute.GIVEN_NAMES: 4,
    Attribute.FAMILY_NAMES: 5,
    Attribute.ARTISTIC_NAME: 6,
    Attribute.ACADEMIC_TITLE: 7,
    Attribute.DATE_OF_BIRTH: 8,
    Attribute.PLACE_OF_BIRTH: 9,
    Attribute.NATIONALITY: 10,
    Attribute.BIRTH_NAME: 13,
    Attribute.PLACE_OF_RESIDENCE: 17,
}
"""Data group of the eID application (TR-03110-4, 2.2.3)."""
_ecdsa_sha_256: Final = bytes.fromhex("04007f00070202020203")
_authentication_terminal: Final = bytes.fromhex("04007f000703010202")
_description_extension: Final = bytes.fromhex("04007f000703010301")
_plain_text_description: Final = bytes.fromhex("04007f00070301030101")
_days: Final = 30


def plain_signature(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """r and s side by side (TR-03111, 5.2.1)."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class Role(IntEnum):
    """The first two bits of a CHAT (TR-03110-3, C.4)."""

    TERMINAL = 0
    VERIFIER = 2
    ROOT = 3


def authorisation(attributes: frozenset[Attribute], role: Role = Role.TERMINAL) -> bytes:
    """A CHAT: the right to read each of the data groups (TR-03110-4, 2.2.3.2)."""
    rights = role << 38 | sum(1 << (GROUPS[attribute] + 7) for attribute in attributes)
    return encode(0x7F4C, encode(0x06, _authentication_terminal) + encode(0x53, rights.to_bytes(5, "big")))


def description(address: str, name: str, purpose: str) -> bytes:
    """CertificateDescription (TR-03110-4, 2.2.6): who asks, and what for."""
    terms = f"Name, Anschrift und E-Mail-Adresse des Diensteanbieters:\r\n{name}\r\n\r\n"
    terms += f"Zweck des Auslesevorgangs:\r\n{purpose}"
    content = encode(0x06, _plain_text_description)
    for number, tag, text in (
        (1, 0x0C, "Fernamt Test-BerCA"),
        (2, 0x13, address),
        (3, 0x0C, name),
        (4, 0x13, address),
        (5, 0x0C, terms),
    ):
        content += encode(0xA0 | number, encode(tag, text.encode()))
    return encode(0x30, content)


def _day(day: datetime.date) -> bytes:
    return bytes(int(digit) for digit in day.strftime("%y%m%d"))


def _certificate(
    key: ec.EllipticCurvePublicKey,
    holder: bytes,
    signer: ec.EllipticCurvePrivateKey,
    authority: bytes,
    rights: bytes,
    extension: bytes = b"",
) -> bytes:
    today = datetime.datetime.now(datetime.UTC).date()
    body = encode(
        0x7F4E,
        encode(0x5F29, b"\x00")
        + encode(0x42, authority)
        + encode(0x7F49, encode(0x06, _ecdsa_sha_256) + encode(0x86, point(key)))
        + encode(0x5F20, holder)
        + rights
        + encode(0x5F25, _day(today - datetime.timedelta(days=1)))
        + encode(0x5F24, _day(today + datetime.timedelta(days=_days)))
        + (encode(0x65, extension) if extension else b""),
    )
    return encode(0x7F21, body + encode(0x5F37, plain_signature(signer, body)))


@dataclass(frozen=True, slots=True)
class Terminal:
    """One session's certificates: `chain` from below the root to the terminal."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[bytes, bytes]
    description: bytes


@dataclass(frozen=True, slots=True)
class TerminalPki:
    """The root's key and the document verifier's below it."""

    root_key: ec.EllipticCurvePrivateKey
    verifier_key: ec.EllipticCurvePrivateKey
    verifier: bytes

    @classmethod
    def kept_in(cls, folder: Path) -> TerminalPki:
        """Made at the first time; `root.cvc` is for the cards."""
        everything = frozenset(Attribute)
        file = folder / "root.key"
        if not file.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = ec.generate_private_key(CURVE)
            file.touch(mode=0o600)
            file.write_bytes(
                made.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            root = _certificate(made.public_key(), ROOT, made, ROOT, authorisation(everything, Role.ROOT))
            (folder / "root.cvc").write_bytes(root)
        key = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{file} holds no elliptic-curve key.")
        verifier_key = ec.generate_private_key(CURVE)
        verifier = _certificate(
            verifier_key.public_key(), VERIFIER, key, ROOT, authorisation(everything, Role.VERIFIER)
        )
        return cls(key, verifier_key, verifier)

    def terminal(self, attributes: frozenset[Attribute], told: bytes) -> Terminal:
        """A certificate that may read no more than this service asks for."""
        key = ec.generate_private_key(CURVE)
        extension = encode(0x73, encode(0x06, _description_extension) + encode(0x80, hashlib.sha256(told).digest()))
        rights = authorisation(attributes)
        certificate = _certificate(key.public_key(), TERMINAL, self.verifier_key, VERIFIER, rights, extension)
        return Terminal(key, (self.verifier, certificate), told)


@dataclass(frozen=True, slots=True)
class Files:
    """A certificate signed by itself, and its key."""

    certificate: Path
    key: Path


def tls_files(folder: Path) -> Files:
    """Of `localhost`; made at the first time."""
    return _files(folder, "tls", "localhost")


def answer_files(folder: Path) -> Files:
    """What the eID-Server signs its answers with (WS-Security)."""
    return _files(folder, "answers", "eID-Server (Test)")


def console_files(folder: Path) -> Files:
    """The console's, for TLS and to sign its requests with: what an authority gets from its provider."""
    return _files(folder, "console", "Console (Test)")


def message_keys(own: Files, peer: Files) -> MessageKeys:
    """One end's, as the console's settings would make them."""
    key = serialization.load_pem_private_key(own.key.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{own.key} holds no RSA key.")
    certificate, other = (x509.load_pem_x509_certificate(one.certificate.read_bytes()) for one in (own, peer))
    return MessageKeys(key, certificate, (other,))


def _files(folder: Path, stem: str, common_name: str) -> Files:
    files = Files(folder / f"{stem}.pem", folder / f"{stem}.key")
    if files.certificate.exists():
        return files
    key = rsa.generate_private_key(65537, 3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.key.touch(mode=0o600)
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    files.certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return files
