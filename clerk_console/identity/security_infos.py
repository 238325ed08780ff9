"""What a chip says of its own keys: SecurityInfos of EF.DG14 and EF.CardSecurity (ICAO 9303-11, 9.2; TR-03110-3, A).

Only what chip authenticity needs is taken out; whatever else is listed (terminal authentication, PACE) is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import ecdsa
from asn1crypto import core, keys, parser
from ecdsa import curves as named

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing
from clerk_console.identity.groups import child
from clerk_console.identity.signatures import PLAIN_ECDSA, curve_of

MAX_SECURITY_INFOS: Final = 64
MIN_DH_BITS: Final = 1024
MAX_DH_BITS: Final = 4096

ID_PK: Final = "0.4.0.127.0.7.2.2.1"
ID_PK_DH: Final = f"{ID_PK}.1"
ID_PK_ECDH: Final = f"{ID_PK}.2"
ID_CA: Final = "0.4.0.127.0.7.2.2.3"
ID_ACTIVE_AUTHENTICATION: Final = "2.23.136.1.1.5"
ID_STANDARDIZED: Final = "0.4.0.127.0.7.1.2"
_standardized: Final = {
    8: named.NIST192p,
    9: named.BRAINPOOLP192r1,
    10: named.NIST224p,
    11: named.BRAINPOOLP224r1,
    12: named.NIST256p,
    13: named.BRAINPOOLP256r1,
    14: named.BRAINPOOLP320r1,
    15: named.NIST384p,
    16: named.BRAINPOOLP384r1,
    17: named.BRAINPOOLP512r1,
    18: named.NIST521p,
}
"""Standardized domain parameters by number (ICAO 9303-11, 9.5.1)."""


class _SecurityInfo(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("protocol", core.ObjectIdentifier),
        ("required", core.Any),
        ("optional", core.Any, {"optional": True}),
    ]


class _SecurityInfos(core.SetOf):  # type: ignore[misc]
    _child_spec = _SecurityInfo


class _Algorithm(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012


class _PublicKey(core.Sequence):  # type: ignore[misc]
    """SubjectPublicKeyInfo without a view on the algorithm: chips use some that asn1crypto does not know."""

    _fields = [("algorithm", _Algorithm), ("public_key", core.BitString)]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class EcChipKey:
    """`curve` as the `ecdsa` package describes it; `point` encoded."""

    curve: Any
    point: bytes


@dataclass(frozen=True, slots=True)
class DhChipKey:
    prime: int
    generator: int
    value: int


@dataclass(frozen=True, slots=True)
class ListedKey:
    """`key` is None where its algorithm is one this program cannot use. `key_id`: only where a chip has several."""

    key: EcChipKey | DhChipKey | None
    key_id: int | None


@dataclass(frozen=True, slots=True)
class ListedProtocol:
    """`oid`: under id-CA; a chip may list several."""

    oid: str
    key_id: int | None


@dataclass(frozen=True, slots=True)
class ChipSecurity:
    """`active_authentication_digest`: the hash of ECDSA Active Authentication, if it is said and known."""

    keys: tuple[ListedKey, ...]
    protocols: tuple[ListedProtocol, ...]
    active_authentication_digest: str | None


@parsing("DG14")
def parse_dg14(file: bytes) -> ChipSecurity:
    """Raises IdentityDataError."""
    return parse_security_infos(child(file, (1, 0x0E)))


@parsing("The security information")
def parse_security_infos(der: bytes) -> ChipSecurity:
    """`der`: a SET OF SecurityInfo. Raises IdentityDataError."""
    infos = _SecurityInfos.load(der)
    if len(infos) > MAX_SECURITY_INFOS:
        raise IdentityDataError(f"The chip lists {len(infos)} pieces of security information.")
    listed, protocols, digest = [], [], None
    for info in infos:
        oid = info["protocol"].dotted
        if oid in (ID_PK_DH, ID_PK_ECDH):
            listed.append(ListedKey(_usable_key(oid, info["required"].dump()), _number(info["optional"])))
        elif oid.startswith(f"{ID_CA}."):
            protocols.append(ListedProtocol(oid, _number(info["optional"])))
        elif oid == ID_ACTIVE_AUTHENTICATION:
            algorithm = core.ObjectIdentifier.load(info["optional"].dump()).dotted
            digest = PLAIN_ECDSA.get(algorithm)
    return ChipSecurity(tuple(listed), tuple(protocols), digest)


def _number(optional: core.Any) -> int | None:
    data = optional.dump()
    return int(core.Integer.load(data).native) if data else None


def _usable_key(oid: str, der: bytes) -> EcChipKey | DhChipKey | None:
    try:
        return _ec_key(der) if oid == ID_PK_ECDH else _dh_key(der)
    except AlgorithmUnsupported:
        return None


def _ec_key(der: bytes) -> EcChipKey:
    public = _PublicKey.load(der, strict=True)
    if public["algorithm"]["algorithm"].dotted == ID_STANDARDIZED:
        curve = _standardized.get(core.Integer.load(public["algorithm"]["parameters"].dump()).native)
        if curve is None:
            raise AlgorithmUnsupported("The chip's standardized domain parameters are not supported.")
    else:
        curve = curve_of(keys.PublicKeyInfo.load(der, strict=True))
    return EcChipKey(curve, _bits(public))


def _dh_key(der: bytes) -> DhChipKey:
    """Parameters of PKCS #3 and of X9.42 both begin with the prime and the generator."""
    public = _PublicKey.load(der, strict=True)
    parameters = public["algorithm"]["parameters"].dump()
    _, _, _, _, content, _ = parser.parse(parameters, strict=True)
    _, _, _, header, prime_octets, _ = parser.parse(content)
    prime = int.from_bytes(prime_octets, "big")
    generator = core.Integer.load(content[len(header) + len(prime_octets) :]).native
    value = core.Integer.load(_bits(public), strict=True).native
    if not MIN_DH_BITS <= prime.bit_length() <= MAX_DH_BITS or prime % 2 == 0:
        raise AlgorithmUnsupported(f"A Diffie-Hellman group of {prime.bit_length()} bits is not supported.")
    if not (1 < generator < prime - 1 and 1 < value < prime - 1):
        raise IdentityDataError("The chip's Diffie-Hellman key is none of its group.")
    return DhChipKey(prime, generator, value)


def _bits(public: _PublicKey) -> bytes:
    octets = public["public_key"].contents
    if not octets or octets[0] != 0:
        raise IdentityDataError("The chip's key is no whole number of octets.")
    return bytes(octets[1:])


def point_of(key: EcChipKey) -> Any:
    """The key as a point of its curve, by the `ecdsa` package. Raises IdentityDataError."""
    try:
        return ecdsa.VerifyingKey.from_string(key.point, key.curve, valid_encodings=("uncompressed", "compressed"))
    except ecdsa.errors.MalformedPointError:
        raise IdentityDataError("The chip's key is not a point of its curve.") from None
