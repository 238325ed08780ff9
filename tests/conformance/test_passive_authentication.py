"""Real security objects of seven states against the German CSCA master list."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from clerk_console.identity import Check, Identity, TrustAnchors, Verdict, verify
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.master_list import parse_master_list
from clerk_console.identity.model import Reason
from clerk_console.identity.signatures import curve_of

TODAY = date(2026, 6, 1)
GENUINE = ["AT-1", "AU-1", "DE-1", "FI-1", "FR-1", "GB-1", "GB-2", "US-1"]
FLIPS_EACH = 150
LIST_BYTES = 899_000
"""The certificates come first; behind them the signature, with further certificates nobody loads."""


def judged(sod: bytes, anchors: TrustAnchors) -> Identity:
    return verify({"011d": sod}, anchors, TODAY)


def proven(identity: Identity) -> bool:
    wanted = (Check.DOCUMENT_SIGNATURE, Check.CERTIFICATE_CHAIN)
    return all(identity.result(check).verdict is Verdict.PASSED for check in wanted)


def sod_of(conformance: Path, name: str) -> bytes:
    return (conformance / "sod" / f"{name}.bin").read_bytes()


def test_the_german_master_list_loads_whole(anchors: TrustAnchors) -> None:
    assert len(anchors) == 588
    assert anchors.problems == []


def test_explicit_curve_parameters_are_all_recognised(anchors: TrustAnchors) -> None:
    """Over a quarter of the list writes its curves out."""
    explicit = [
        anchor.certificate.public_key
        for anchor in anchors.anchors
        if anchor.certificate.public_key.algorithm == "ec"
        and anchor.certificate.public_key["algorithm"]["parameters"].name == "specified"
    ]
    assert len(explicit) == 160
    assert all(curve_of(key).name for key in explicit)


def test_the_lists_certificates_vouch_for_each_other(anchors: TrustAnchors) -> None:
    """Self-signed ones verify under themselves, links under the older key; a few lost that one, none is wrong."""
    verdicts = Counter(anchors.judge(anchor.certificate)[0] for anchor in anchors.anchors)
    assert verdicts == {Verdict.PASSED: 576, Verdict.ABSENT: 12}


def test_a_flipped_bit_of_the_master_list_is_noticed(conformance: Path) -> None:
    data = next(conformance.glob("*.ml")).read_bytes()
    generator = random.Random(588)
    for _ in range(10):
        changed = bytearray(data)
        changed[generator.randrange(LIST_BYTES)] ^= 1 << generator.randrange(8)
        with pytest.raises(IdentityDataError):
            parse_master_list(bytes(changed))


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_security_object(name: str, conformance: Path, anchors: TrustAnchors) -> None:
    assert proven(judged(sod_of(conformance, name), anchors))


def test_a_chain_without_a_signature(conformance: Path, anchors: TrustAnchors) -> None:
    identity = judged(sod_of(conformance, "DE-signature-broken"), anchors)
    assert identity.result(Check.DOCUMENT_SIGNATURE).verdict is Verdict.FAILED
    assert identity.result(Check.CERTIFICATE_CHAIN).verdict is Verdict.PASSED
    assert not identity.verified


@pytest.mark.parametrize("name", GENUINE)
def test_a_state_the_list_lacks_is_unknown_not_failed(name: str, conformance: Path, anchors: TrustAnchors) -> None:
    others = TrustAnchors()
    others.add(
        "others",
        [
            a.certificate
            for a in anchors.anchors
            if str(a.certificate.subject.native["country_name"]).upper() != name[:2]
        ],
    )
    assert 0 < len(others) < len(anchors)
    result = judged(sod_of(conformance, name), others).result(Check.CERTIFICATE_CHAIN)
    assert (result.verdict, result.reason) == (Verdict.ABSENT, Reason.ISSUER_UNKNOWN)


@pytest.mark.parametrize("name", GENUINE)
def test_any_flipped_bit_is_noticed(name: str, conformance: Path, anchors: TrustAnchors) -> None:
    sod = sod_of(conformance, name)
    generator = random.Random(name)
    # The frame around the signature, which it does not cover, is where a slip would hide: all of it, and a sample.
    frame = range(70 * 8)
    for position in (*frame, *(generator.randrange(len(sod) * 8) for _ in range(FLIPS_EACH))):
        changed = bytearray(sod)
        changed[position // 8] ^= 1 << position % 8
        assert not proven(judged(bytes(changed), anchors)), f"bit {position}"
