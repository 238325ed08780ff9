"""Signatures as issuing states make them, with keys made here; the real ones are in tests/conformance."""

from __future__ import annotations

import hashlib
from typing import Any

import ecdsa
import pytest
from asn1crypto import algos, core, keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from clerk_console.identity.errors import AlgorithmUnsupported, IdentityDataError
from clerk_console.identity.signatures import curve_of, is_signed_by

DATA = b"what was signed"
SHA256 = hashes.SHA256()


def spki(key: Any) -> keys.PublicKeyInfo:
    return keys.PublicKeyInfo.load(
        key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def algorithm(name: str, parameters: Any = None) -> algos.SignedDigestAlgorithm:
    fields = {"algorithm": name} | ({"parameters": parameters} if parameters is not None else {})
    return algos.SignedDigestAlgorithm(fields)


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.BrainpoolP256R1())


def explicit(key: keys.PublicKeyInfo, curve: Any, **changes: Any) -> keys.PublicKeyInfo:
    """The same key with its curve written out, as many of the German master list have it."""
    size = ecdsa.util.orderlen(curve.curve.p())
    domain = {
        "version": "ecdpVer1",
        "field_id": {"field_type": "prime_field", "parameters": core.Integer(int(curve.curve.p()))},
        "curve": {
            "a": int(curve.curve.a() % curve.curve.p()).to_bytes(size, "big"),
            "b": int(curve.curve.b()).to_bytes(size, "big"),
        },
        "base": curve.generator.to_bytes("uncompressed"),
        "order": int(curve.order),
        "cofactor": 1,
    } | changes
    parameters = keys.ECDomainParameters("specified", keys.SpecifiedECDomain(domain))
    written = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": parameters},
            "public_key": keys.ECPointBitString(key["public_key"].native),
        }
    )
    return keys.PublicKeyInfo.load(written.dump())


@pytest.mark.parametrize("name", ["sha256_rsa", "rsassa_pkcs1v15"])
def test_rsa(name: str, rsa_key: rsa.RSAPrivateKey) -> None:
    signature = rsa_key.sign(DATA, padding.PKCS1v15(), SHA256)
    assert is_signed_by(spki(rsa_key.public_key()), algorithm(name), signature, DATA)
    assert not is_signed_by(spki(rsa_key.public_key()), algorithm(name), signature, DATA + b"!")


def pss(salt: int, digest: str = "sha256") -> dict[str, Any]:
    return {
        "hash_algorithm": {"algorithm": digest},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": digest}},
        "salt_length": salt,
    }


def test_pss_with_its_salt_only(rsa_key: rsa.RSAPrivateKey) -> None:
    signature = rsa_key.sign(DATA, padding.PSS(padding.MGF1(SHA256), 32), SHA256)
    key = spki(rsa_key.public_key())
    assert is_signed_by(key, algorithm("rsassa_pss", pss(32)), signature, DATA)
    assert not is_signed_by(key, algorithm("rsassa_pss", pss(20)), signature, DATA)
    assert not is_signed_by(key, algorithm("rsassa_pss", pss(32, "sha512")), signature, DATA)


@pytest.mark.parametrize(
    "curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP512R1(), ec.SECP224R1()]
)
def test_named_and_explicit_curves(curve: ec.EllipticCurve) -> None:
    private = ec.generate_private_key(curve)
    signature = private.sign(DATA, ec.ECDSA(SHA256))
    key = spki(private.public_key())
    for form in (key, explicit(key, curve_of(key))):
        assert is_signed_by(form, algorithm("sha256_ecdsa"), signature, DATA)
        assert not is_signed_by(form, algorithm("sha256_ecdsa"), signature, DATA + b"!")


@pytest.mark.parametrize(
    "curve", [ecdsa.curves.BRAINPOOLP224r1, ecdsa.curves.BRAINPOOLP320r1, ecdsa.curves.BRAINPOOLP256t1]
)
def test_curves_that_cryptography_lacks(curve: Any) -> None:
    private = ecdsa.SigningKey.generate(curve, hashfunc=hashlib.sha512)
    signature = private.sign(DATA, sigencode=ecdsa.util.sigencode_der, allow_truncate=True)
    key = keys.PublicKeyInfo.load(private.verifying_key.to_der())
    assert is_signed_by(key, algorithm("sha512_ecdsa"), signature, DATA)
    assert not is_signed_by(key, algorithm("sha512_ecdsa"), signature, DATA + b"!")
    assert not is_signed_by(key, algorithm("sha512_ecdsa"), b"\x30\x00", DATA)


def test_a_generator_of_ones_own_choice_is_refused(ec_key: ec.EllipticCurvePrivateKey) -> None:
    """Whoever chooses the generator can sign for any public key (the pattern of CVE-2020-0601)."""
    key = spki(ec_key.public_key())
    curve = curve_of(key)
    own = (curve.generator * 2).to_bytes("uncompressed")
    with pytest.raises(AlgorithmUnsupported):
        curve_of(explicit(key, curve, base=own))


@pytest.mark.parametrize("changes", [{"order": 12345}, {"cofactor": 2}])
def test_other_parameters_are_refused(changes: dict[str, Any], ec_key: ec.EllipticCurvePrivateKey) -> None:
    key = spki(ec_key.public_key())
    with pytest.raises(AlgorithmUnsupported):
        curve_of(explicit(key, curve_of(key), **changes))


def test_a_key_of_another_kind_never_fits(ec_key: ec.EllipticCurvePrivateKey, rsa_key: rsa.RSAPrivateKey) -> None:
    assert not is_signed_by(spki(ec_key.public_key()), algorithm("sha256_rsa"), bytes(256), DATA)
    assert not is_signed_by(spki(rsa_key.public_key()), algorithm("sha256_ecdsa"), bytes(64), DATA)


@pytest.mark.parametrize("name", ["md5_rsa", "sha256_dsa", "ed25519", "1.2.3.4"])
def test_algorithms_that_are_not_supported(name: str, rsa_key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(AlgorithmUnsupported):
        is_signed_by(spki(rsa_key.public_key()), algorithm(name), bytes(256), DATA)


def test_a_short_rsa_key_is_not_supported() -> None:
    info = keys.PublicKeyInfo.wrap(keys.RSAPublicKey({"modulus": (1 << 511) + 1, "public_exponent": 3}), "rsa")
    with pytest.raises(AlgorithmUnsupported):
        is_signed_by(info, algorithm("sha256_rsa"), bytes(64), DATA)


@given(noise=st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_any_signature_is_wrong_without_an_error(noise: bytes, ec_key: ec.EllipticCurvePrivateKey) -> None:
    assert not is_signed_by(spki(ec_key.public_key()), algorithm("sha256_ecdsa"), noise, DATA)


@given(noise=st.binary(max_size=100))
@settings(max_examples=100, deadline=None)
def test_any_point_is_refused_with_one_error(noise: bytes, ec_key: ec.EllipticCurvePrivateKey) -> None:
    key = spki(ec_key.public_key())
    key["public_key"] = keys.ECPointBitString(b"\x04" + noise)
    signature = ec_key.sign(DATA, ec.ECDSA(SHA256))
    with pytest.raises(IdentityDataError):
        is_signed_by(keys.PublicKeyInfo.load(key.dump()), algorithm("sha256_ecdsa"), signature, DATA)
