"""SecurityInfos as chips carry them in EF.CardAccess, EF.CardSecurity and DG14 (ICAO 9303-11, 9.2), in DER."""

from __future__ import annotations

from typing import Final, Literal

from asn1crypto.core import Integer, ObjectIdentifier

from booth.idcard import tlv
from booth.idcard.card_access import GROUPS, Mapping
from booth.idcard.curves import Curve
from booth.idcard.modp import ModpGroup

Style = Literal["standardised", "named", "explicit"]
"""How a public key names its curve. The first two are short; explicit parameters are what most passports carry."""

_mappings: Final[dict[tuple[Mapping, bool], int]] = {
    ("generic", False): 1,
    ("generic", True): 2,
    ("integrated", False): 3,
    ("integrated", True): 4,
    ("chip_authentication", True): 6,
}
_curve_names: Final = {
    12: "1.2.840.10045.3.1.7",
    13: "1.3.36.3.3.2.8.1.1.7",
    15: "1.3.132.0.34",
    16: "1.3.36.3.3.2.8.1.1.11",
    17: "1.3.36.3.3.2.8.1.1.13",
}
EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"
PRIME_FIELD: Final = "1.2.840.10045.1.1"
STANDARDISED: Final = "0.4.0.127.0.7.1.2"
PLAIN_ECDSA_SHA256: Final = "0.4.0.127.0.7.1.1.4.1.3"
DH_PUBLIC_NUMBER: Final = "1.2.840.10046.2.1"


def _oid(dotted: str) -> bytes:
    return bytes(ObjectIdentifier(dotted).dump())


def _integer(value: int) -> bytes:
    return bytes(Integer(value).dump())


def _sequence(*fields: bytes) -> bytes:
    return tlv.encode(0x30, b"".join(fields))


def security_infos(*infos: bytes) -> bytes:
    return tlv.encode(0x31, b"".join(infos))


def is_curve(parameter: int) -> bool:
    return isinstance(GROUPS[parameter], Curve)


def pace_info(suite: int, parameter: int, mapping: Mapping = "generic") -> bytes:
    """`suite`: 1 (3DES) to 4 (AES-256); `parameter`: of the standardised domain parameters."""
    kind = _mappings[mapping, is_curve(parameter)]
    return _sequence(_oid(f"0.4.0.127.0.7.2.2.4.{kind}.{suite}"), _integer(2), _integer(parameter))


def chip_authentication_info(suite: int, parameter: int, key_id: int | None) -> bytes:
    kind = 2 if is_curve(parameter) else 1
    end = () if key_id is None else (_integer(key_id),)
    return _sequence(_oid(f"0.4.0.127.0.7.2.2.3.{kind}.{suite}"), _integer(1), *end)


def chip_authentication_key_info(parameter: int, public_key: bytes, style: Style, key_id: int | None) -> bytes:
    """The static key, as `Group.encode` writes it."""
    kind = 2 if is_curve(parameter) else 1
    end = () if key_id is None else (_integer(key_id),)
    return _sequence(_oid(f"0.4.0.127.0.7.2.2.1.{kind}"), _public_key(parameter, public_key, style), *end)


def _public_key(parameter: int, public_key: bytes, style: Style) -> bytes:
    """SubjectPublicKeyInfo."""
    if not is_curve(parameter):
        # A DH key is an INTEGER within the bit string (RFC 3279, 2.3.3).
        public_key = _integer(int.from_bytes(public_key, "big"))
    return _sequence(_algorithm(parameter, style), tlv.encode(0x03, b"\x00" + public_key))


def _algorithm(parameter: int, style: Style) -> bytes:
    group = GROUPS[parameter]
    if style == "standardised":
        return _sequence(_oid(STANDARDISED), _integer(parameter))
    if isinstance(group, ModpGroup):
        domain = _sequence(*map(_integer, (group.prime, group.generator, group.order)))
        return _sequence(_oid(DH_PUBLIC_NUMBER), domain)
    if isinstance(group, Curve) and style == "explicit":
        return _sequence(_oid(EC_PUBLIC_KEY), _explicit(group))
    return _sequence(_oid(EC_PUBLIC_KEY), _oid(_curve_names[parameter]))


def _explicit(group: Curve) -> bytes:
    """SpecifiedECDomain (BSI TR-03111, 4.3.1)."""
    curve = group.parameters.curve
    size = group.coordinate_bytes
    field = _sequence(_oid(PRIME_FIELD), _integer(int(curve.p())))
    coefficients = [
        tlv.encode(0x04, (int(value) % int(curve.p())).to_bytes(size, "big")) for value in (curve.a(), curve.b())
    ]
    base = tlv.encode(0x04, group.encode(group.generator))
    return _sequence(_integer(1), field, _sequence(*coefficients), base, _integer(group.order), _integer(1))


def active_authentication_info() -> bytes:
    """ECDSA with SHA-256, the signature plain (9.2.4)."""
    return _sequence(_oid("2.23.136.1.1.5"), _integer(1), _oid(PLAIN_ECDSA_SHA256))
