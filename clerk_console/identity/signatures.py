"""Signatures under keys as issuing states write them: RSA PKCS #1 and PSS, ECDSA also with explicit curve parameters.

`cryptography` refuses explicit parameters and knows few curves, so keys are parsed with asn1crypto, explicit
parameters mapped to the named curve they describe (all of them, generator and order included), and curves that
`cryptography` lacks are checked by the `ecdsa` package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

import ecdsa
from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from ecdsa import curves as named
from ecdsa.errors import MalformedPointError

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError, parsing

MAX_RSA_BITS: Final = 8192
MAX_RSA_EXPONENT_BITS: Final = 64
MIN_RSA_BITS: Final = 1024

HASHES: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}

PLAIN_ECDSA: Final = {f"0.4.0.127.0.7.1.1.4.1.{number}": digest for number, digest in enumerate(HASHES, 1)}
"""ECDSA with r and s side by side (TR-03111, 5.2.1.1), by object identifier."""

_curves: Final = {
    "1.2.840.10045.3.1.1": named.NIST192p,
    "1.3.132.0.33": named.NIST224p,
    "1.2.840.10045.3.1.7": named.NIST256p,
    "1.3.132.0.34": named.NIST384p,
    "1.3.132.0.35": named.NIST521p,
    "1.3.36.3.3.2.8.1.1.3": named.BRAINPOOLP192r1,
    "1.3.36.3.3.2.8.1.1.5": named.BRAINPOOLP224r1,
    "1.3.36.3.3.2.8.1.1.7": named.BRAINPOOLP256r1,
    "1.3.36.3.3.2.8.1.1.9": named.BRAINPOOLP320r1,
    "1.3.36.3.3.2.8.1.1.11": named.BRAINPOOLP384r1,
    "1.3.36.3.3.2.8.1.1.13": named.BRAINPOOLP512r1,
    "1.3.36.3.3.2.8.1.1.4": named.BRAINPOOLP192t1,
    "1.3.36.3.3.2.8.1.1.6": named.BRAINPOOLP224t1,
    "1.3.36.3.3.2.8.1.1.8": named.BRAINPOOLP256t1,
    "1.3.36.3.3.2.8.1.1.10": named.BRAINPOOLP320t1,
    "1.3.36.3.3.2.8.1.1.12": named.BRAINPOOLP384t1,
    "1.3.36.3.3.2.8.1.1.14": named.BRAINPOOLP512t1,
}
_native: Final[dict[str, ec.EllipticCurve]] = {
    named.NIST224p.name: ec.SECP224R1(),
    named.NIST256p.name: ec.SECP256R1(),
    named.NIST384p.name: ec.SECP384R1(),
    named.NIST521p.name: ec.SECP521R1(),
    named.BRAINPOOLP256r1.name: ec.BrainpoolP256R1(),
    named.BRAINPOOLP384r1.name: ec.BrainpoolP384R1(),
    named.BRAINPOOLP512r1.name: ec.BrainpoolP512R1(),
}
"""Those `cryptography` has, much faster than pure Python."""

_ec_public_key: Final = "1.2.840.10045.2.1"
_rsa_names: Final = frozenset({"rsassa_pkcs1v15", *(f"{name}_rsa" for name in HASHES)})
_ecdsa_names: Final = frozenset({_ec_public_key, *(f"{name}_ecdsa" for name in HASHES)})


@parsing("A signature or its key")
def is_signed_by(
    key: keys.PublicKeyInfo,
    algorithm: algos.SignedDigestAlgorithm,
    signature: bytes,
    data: bytes,
    *,
    digest: str = "sha256",
) -> bool:
    """Whether `signature` over `data` was made with the private half of `key`.

    `digest`: the hash where the algorithm names none (CMS with `rsaEncryption` or `ecPublicKey`). Raises
    AlgorithmUnsupported, or IdentityDataError for malformed keys.
    """
    name = algorithm["algorithm"].native
    if name == "rsassa_pss":
        return _check_pss(key, _pss_parameters(algorithm), signature, data)
    if name in PLAIN_ECDSA:
        _require_no_parameters(algorithm)
        return _check_ecdsa(key, _der_of_plain(signature), data, PLAIN_ECDSA[name])
    own_digest, _, family = name.rpartition("_")
    chosen = own_digest if family in ("rsa", "ecdsa") else digest
    if name in _rsa_names:
        _require_no_parameters(algorithm)
        return _check_rsa(key, signature, data, padding.PKCS1v15(), _hash(chosen))
    if name in _ecdsa_names:
        _require_no_parameters(algorithm)
        return _check_ecdsa(key, signature, data, chosen)
    raise AlgorithmUnsupported("The signature algorithm is not supported.")


def _require_no_parameters(algorithm: algos.SignedDigestAlgorithm) -> None:
    if algorithm["parameters"].dump() not in (b"", b"\x05\x00"):
        raise AlgorithmUnsupported("The signature algorithm has parameters it must not have.")


def _der_of_plain(signature: bytes) -> bytes:
    """TR-03111, 5.2.1.1: r and s at equal length."""
    half, odd = divmod(len(signature), 2)
    if odd or not half:
        return b""
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def _pss_parameters(algorithm: algos.SignedDigestAlgorithm) -> algos.RSASSAPSSParams:
    """Left out, they have their defaults: SHA-1 and twenty octets of salt (RFC 4055, 3.1)."""
    absent = algorithm["parameters"].dump() in (b"", b"\x05\x00")
    return algos.RSASSAPSSParams({}) if absent else algorithm["parameters"]


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in HASHES:
        raise AlgorithmUnsupported("The hash algorithm is not supported.")
    return HASHES[name]()


def _check_pss(key: keys.PublicKeyInfo, parameters: Any, signature: bytes, data: bytes) -> bool:
    generation = parameters["mask_gen_algorithm"]
    if generation["algorithm"].native != "mgf1" or parameters["trailer_field"].native != "trailer_field_bc":
        raise AlgorithmUnsupported("The PSS parameters are not supported.")
    mask = padding.MGF1(_hash(generation["parameters"]["algorithm"].native))
    scheme = padding.PSS(mask, parameters["salt_length"].native)
    return _check_rsa(key, signature, data, scheme, _hash(parameters["hash_algorithm"]["algorithm"].native))


def _check_rsa(
    key: keys.PublicKeyInfo,
    signature: bytes,
    data: bytes,
    scheme: padding.AsymmetricPadding,
    digest: hashes.HashAlgorithm,
) -> bool:
    if key["algorithm"]["algorithm"].native not in ("rsa", "rsassa_pss"):
        return False
    modulus, exponent = rsa_numbers(key)
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    try:
        public.verify(signature, data, scheme, digest)
    except InvalidSignature:
        return False
    return True


@parsing("An RSA key")
def rsa_numbers(key: keys.PublicKeyInfo) -> tuple[int, int]:
    """Modulus and exponent. Raises AlgorithmUnsupported for sizes nobody should use or wait for, IdentityDataError."""
    numbers = key["public_key"].parsed.native
    modulus, exponent = numbers["modulus"], numbers["public_exponent"]
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS or exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise AlgorithmUnsupported(f"An RSA key of {modulus.bit_length()} bits is not supported.")
    if exponent < 3 or modulus % 2 == 0:
        raise IdentityDataError("An RSA key is none.")
    return modulus, exponent


@parsing("A signature or its key")
def is_ecdsa_signature(key: keys.PublicKeyInfo, signature: bytes, data: bytes, digest: str) -> bool:
    """`signature` in DER. Raises AlgorithmUnsupported, or IdentityDataError for malformed keys."""
    return _check_ecdsa(key, signature, data, digest)


def _check_ecdsa(key: keys.PublicKeyInfo, signature: bytes, data: bytes, digest: str) -> bool:
    if key["algorithm"]["algorithm"].native != "ec":
        return False
    curve = curve_of(key)
    point = key["public_key"].native
    algorithm = _hash(digest)
    if curve.name in _native:
        public = ec.EllipticCurvePublicKey.from_encoded_point(_native[curve.name], point)
        try:
            public.verify(signature, data, ec.ECDSA(algorithm))
        except InvalidSignature:
            return False
        return True
    return _check_ecdsa_slowly(curve, point, signature, hashlib.new(digest, data).digest())


def native_curve(curve: Any) -> ec.EllipticCurve | None:
    """The same curve by `cryptography`, where it has it."""
    return _native.get(curve.name)


def _check_ecdsa_slowly(curve: Any, point: bytes, signature: bytes, digest: bytes) -> bool:
    try:
        public = ecdsa.VerifyingKey.from_string(point, curve, valid_encodings=("uncompressed", "compressed"))
    except MalformedPointError:
        raise ValueError("The key is not a point of its curve.") from None
    try:
        public.verify_digest(signature, digest, sigdecode=ecdsa.util.sigdecode_der, allow_truncate=True)
    except (ecdsa.BadSignatureError, ecdsa.der.UnexpectedDER):
        return False
    return True


@parsing("A curve")
def curve_of(key: keys.PublicKeyInfo) -> Any:
    """The curve of an EC key as the `ecdsa` package describes it, whether named or written out. Raises
    AlgorithmUnsupported."""
    parameters = key["algorithm"]["parameters"]
    if parameters.name == "named":
        curve = _curves.get(parameters.chosen.dotted)
    elif parameters.name == "specified":
        curve = _explicit_curve(parameters.chosen)
    else:
        curve = None
    if curve is None:
        raise AlgorithmUnsupported("The elliptic curve is not supported.")
    return curve


def _explicit_curve(domain: keys.SpecifiedECDomain) -> Any | None:
    """The named curve with exactly these parameters. A generator of somebody's choice would let anyone sign."""
    if domain["field_id"]["field_type"].native != "prime_field":
        return None
    prime = domain["field_id"]["parameters"].native
    a, b = (int.from_bytes(domain["curve"][name].native, "big") for name in ("a", "b"))
    base = domain["base"].native
    for curve in _curves.values():
        same_field = (prime, a, b) == (curve.curve.p(), curve.curve.a() % prime, curve.curve.b() % prime)
        if same_field and domain["order"].native == curve.order and _is_generator(curve, base):
            return curve if domain["cofactor"].native in (None, 1) else None
    return None


def _is_generator(curve: Any, encoded: bytes) -> bool:
    return any(encoded == curve.generator.to_bytes(form) for form in ("uncompressed", "compressed", "hybrid"))
