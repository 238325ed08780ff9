"""Card-verifiable certificates as a card checks them (TR-03110-3, annex C), brainpoolP256r1 with SHA-256.

CertificateRefused
  not well-formed, not signed by whom it says, or not valid
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from booth.idcard import tlv

CURVE: Final = ec.BrainpoolP256R1()
COORDINATE_BYTES: Final = 32
ECDSA_SHA_256: Final = bytes.fromhex("04007f00070202020203")
ROLE_AUTHENTICATION_TERMINAL: Final = bytes.fromhex("04007f000703010202")


class CertificateRefused(Exception):
    """The card does not believe the terminal."""


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Raises CertificateRefused unless `point` is an uncompressed point of the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise CertificateRefused("Not a point of the curve.") from None


def check_signature(key: ec.EllipticCurvePublicKey, plain: bytes, message: bytes) -> None:
    """A plain signature, r and s side by side (TR-03111, 5.2.1). Raises CertificateRefused."""
    if len(plain) != 2 * COORDINATE_BYTES:
        raise CertificateRefused("The signature has a wrong length.")
    r, s = plain[:COORDINATE_BYTES], plain[COORDINATE_BYTES:]
    try:
        signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise CertificateRefused("The signature is wrong.") from None


@dataclass(frozen=True, slots=True)
class CardVerifiable:
    """`rights`: the discretionary data of the CHAT, bit 0 the last; `expires`: YYMMDD as six bytes 0 to 9."""

    body: bytes
    signature: bytes
    authority: bytes
    holder: bytes
    point: bytes
    rights: int
    expires: bytes

    @classmethod
    def parse(cls, data: bytes) -> CardVerifiable:
        """`data`: body and signature side by side, as PSO:Verify Certificate carries them, or in 7F21. Raises
        CertificateRefused."""
        try:
            parts = tlv.decode(data)
            if [part.tag for part in parts] == [0x7F21]:
                parts = tlv.decode(parts[0].value)
            fields = {part.tag: part.value for part in parts}
            body = fields[0x7F4E]
            inner = {part.tag: part.value for part in tlv.decode(body)}
            if tlv.find(inner[0x7F49], 0x06) != ECDSA_SHA_256:
                raise CertificateRefused("The certificate's key is for another algorithm.")
            if tlv.find(inner[0x7F4C], 0x06) != ROLE_AUTHENTICATION_TERMINAL:
                raise CertificateRefused("Not the certificate of an authentication terminal.")
            return cls(
                body=tlv.encode(0x7F4E, body),
                signature=fields[0x5F37],
                authority=inner[0x42],
                holder=inner[0x5F20],
                point=tlv.find(inner[0x7F49], 0x86),
                rights=int.from_bytes(tlv.find(inner[0x7F4C], 0x53), "big"),
                expires=inner[0x5F24],
            )
        except (tlv.TlvError, KeyError):
            raise CertificateRefused("Not a card-verifiable certificate.") from None

    def check_issued_by(self, issuer: CardVerifiable) -> None:
        """Raises CertificateRefused."""
        if self.authority != issuer.holder:
            raise CertificateRefused("The certificate names another issuer.")
        check_signature(public_key(issuer.point), self.signature, self.body)
