"""Security objects as issuing states write them, of all kinds: liberal in wrapping, strict in judgement."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import Any

import ecdsa
import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from clerk_console.identity import Check, Identity, IdentityDataError, TrustAnchors, Verdict, verify
from clerk_console.identity.signatures import is_ecdsa_signature, is_signed_by
from tests.identity import state
from tests.identity.state import Party, Wrapping

TODAY = state.NOW.date()
GROUPS = {1: b"zone", 2: b"portrait"}
DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def csca(kind: str = "brainpool") -> Party:
    key = rsa_key() if kind == "rsa" else ec.generate_private_key(ec.BrainpoolP384R1())
    return state.issue("CSCA", key, digest="sha384")


@cache
def signer(kind: str = "ec", digest: str = "sha256", scheme: str = "", serial: int = 8) -> Party:
    curves = {"ec": ec.BrainpoolP256R1(), "p521": ec.SECP521R1(), "p224": ec.SECP224R1(), "p384": ec.SECP384R1()}
    key = rsa_key() if kind == "rsa" else ec.generate_private_key(curves[kind])
    return state.issue("Document Signer", key, csca(), digest=digest, scheme=scheme, serial=serial)


@cache
def anchors() -> TrustAnchors:
    found = TrustAnchors()
    found.add("state", [csca().certificate])
    return found


def judged(sod: bytes, known: TrustAnchors | None = None, today: date = TODAY) -> Identity:
    return verify({"011d": sod}, known or anchors(), today)


def proven(identity: Identity) -> bool:
    wanted = (Check.DOCUMENT_SIGNATURE, Check.CERTIFICATE_CHAIN)
    return all(identity.result(check).verdict is Verdict.PASSED for check in wanted)


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize(
    ("kind", "scheme"),
    [
        ("rsa", "pkcs1"),
        ("rsa", "pss"),
        ("rsa", "bare"),
        ("ec", "ecdsa"),
        ("ec", "bare"),
        ("ec", "plain"),
        ("p521", "ecdsa"),
        ("p224", "ecdsa"),
        ("p384", "ecdsa"),
    ],
)
def test_every_algorithm(kind: str, scheme: str, digest: str) -> None:
    sod = state.sod(GROUPS, signer(kind, digest, scheme), digest=digest)
    assert proven(judged(sod))
    assert not proven(judged(sod[:-1] + bytes([sod[-1] ^ 1])))


def test_pss_with_its_parameters_left_out() -> None:
    assert proven(judged(state.sod(GROUPS, signer("rsa", "sha1", "pss-defaults"))))


WRAPPINGS = {
    "usual": Wrapping(),
    "attributes in another order": Wrapping(attributes="reversed"),
    "attributes signed out of order": Wrapping(attributes="unsorted"),
    "no attributes": Wrapping(attributes="none"),
    "content twice": Wrapping(content="twice"),
    "content in pieces": Wrapping(content="pieces"),
    "content bare": Wrapping(content="bare"),
    "no lengths": Wrapping(frame="indefinite"),
    "no content info": Wrapping(frame="no_info"),
    "by key identifier": Wrapping(by_key_identifier=True),
    "nothing announced": Wrapping(announced=()),
    "more announced": Wrapping(announced=("sha256", "sha512")),
    "with its CSCA": Wrapping(more_certificates=[csca().certificate]),
    "two signers": Wrapping(further=[signer("rsa", "sha512", serial=9)]),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("version", [0, 1])
def test_every_wrapping(wrapping: str, version: int) -> None:
    sod = state.sod(GROUPS, signer(), WRAPPINGS[wrapping], digest="sha512", version=version)
    identity = verify({"011d": sod, "0101": GROUPS[1]}, anchors(), TODAY)
    assert proven(identity)
    assert identity.result(Check.DATA_INTEGRITY).verdict is Verdict.PASSED


@pytest.mark.parametrize("wrapping", sorted(set(WRAPPINGS) - {"with its CSCA"}))
def test_any_flipped_bit_of_any_wrapping_is_noticed(wrapping: str) -> None:
    """All of what stands in front, where no signature reaches, and a sample of the rest."""
    sod = state.sod(GROUPS, signer(), WRAPPINGS[wrapping], digest="sha512")
    generator = random.Random(wrapping)
    for position in (*range(50 * 8), *(generator.randrange(len(sod) * 8) for _ in range(60))):
        changed = bytearray(sod)
        changed[position // 8] ^= 1 << position % 8
        if wrapping == "content bare" and b"\x02\x01\x03\x31" in changed[:40]:
            continue  # both versions of the frame are in use there, and mean the same
        assert not proven(judged(bytes(changed))), f"bit {position}"


def test_a_length_that_looks_like_an_indefinite_one() -> None:
    """What asn1crypto would write anew, as if it were of indefinite length, is judged as it stands."""
    key = ec.generate_private_key(ec.BrainpoolP256R1())
    # An ECDSA signature is now and then an octet shorter, so each length is tried more than once.
    names = ["S" * letters for letters in range(205, 225)] * 20
    parties = (state.issue(name, key, csca(), digest="sha384") for name in names)
    party = next(party for party in parties if party.certificate.dump()[3] == 0x80)
    whole = party.certificate.dump()
    sod = state.sod(GROUPS, party, digest="sha512")
    assert proven(judged(sod))
    start = sod.index(whole[:40])
    generator = random.Random(1)
    for position in (start * 8 + generator.randrange(len(whole) * 8) for _ in range(400)):
        changed = bytearray(sod)
        changed[position // 8] ^= 1 << position % 8
        assert not proven(judged(bytes(changed))), f"bit {position}"


def test_without_its_tag() -> None:
    """The bare CMS structure, as some readers and collections keep it."""
    assert proven(judged(state.signed_data(state.security_object(GROUPS), signer())))


def test_a_hash_algorithm_announced_that_nothing_uses() -> None:
    sod = state.sod(GROUPS, signer(), Wrapping(announced=("sha256", "sha1")))
    assert judged(sod).result(Check.DOCUMENT_SIGNATURE).verdict is Verdict.FAILED


def test_of_two_signers_each_counts() -> None:
    stranger = state.issue("Stranger", ec.generate_private_key(ec.SECP256R1()))
    unknown = judged(state.sod(GROUPS, signer(), Wrapping(further=[stranger])))
    assert unknown.result(Check.DOCUMENT_SIGNATURE).verdict is Verdict.PASSED
    assert unknown.result(Check.CERTIFICATE_CHAIN).verdict is Verdict.ABSENT
    forger = Party(ec.generate_private_key(ec.BrainpoolP256R1()), signer(serial=9).certificate, "sha256", "ecdsa")
    forged = judged(state.sod(GROUPS, signer(), Wrapping(further=[forger])))
    assert forged.result(Check.DOCUMENT_SIGNATURE).verdict is Verdict.FAILED


@pytest.mark.parametrize("curve", ["NIST192p", "BRAINPOOLP192r1", "BRAINPOOLP224r1", "BRAINPOOLP320r1", "NIST256p"])
def test_curves_that_cryptography_lacks_and_curves_written_out(curve: str) -> None:
    """Signed by the `ecdsa` package, with the parameters named and written out."""
    named = getattr(ecdsa.curves, curve)
    private = ecdsa.SigningKey.generate(named)
    for encoding in ("named_curve", "explicit"):
        info = private.verifying_key.to_der("uncompressed", curve_parameters_encoding=encoding)
        key = state.keys.PublicKeyInfo.load(info)
        signature = private.sign(b"data", hashfunc=state.hashlib.sha256, sigencode=ecdsa.util.sigencode_der)
        assert is_ecdsa_signature(key, signature, b"data", "sha256")
        assert not is_ecdsa_signature(key, signature, b"date", "sha256")


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("masked", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("salt", [0, 20, 77])
def test_pss_with_odd_parameters(digest: str, masked: str, salt: int) -> None:
    """Another hash for the mask than for the data, and salts of any length."""
    hashed, mask = state.HASHES[digest], state.HASHES[masked]
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": masked}},
            "salt_length": salt,
        }
    )
    named = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    signature = rsa_key().sign(b"data", padding.PSS(padding.MGF1(mask), salt), hashed)
    assert is_signed_by(state.public(rsa_key()), named, signature, b"data")
    assert not is_signed_by(state.public(rsa_key()), named, signature, b"date")


@pytest.mark.parametrize("change", [{"trailer_field": 2}, {"mask_gen_algorithm": {"algorithm": "1.2.3"}}])
def test_pss_with_parameters_nobody_has(change: dict[str, Any]) -> None:
    named = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(change)})
    with pytest.raises(IdentityDataError):
        is_signed_by(state.public(rsa_key()), named, bytes(256), b"data")
