"""A seal vouches for one description of one end, on one leg of one ticket: whoever is in between can neither swap a
fingerprint nor use a good seal elsewhere. What both ends do with a refused one is shown in tests/e2e/test_seal.py."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol.seal import LIFETIME_S, SealError, check_seal, fingerprints, seal_description

NOW = 1_790_000_000.0
KEY = Ed25519PrivateKey.generate()
HONEST = "v=0\r\na=fingerprint:sha-256 AB:CD:EF\r\n"
SWAPPED = "v=0\r\na=fingerprint:sha-256 66:66:66\r\n"
CALL: dict[str, Any] = {"ticket": "AA001", "leg": 1, "generation": 2, "kind": "offer"}
ENDS: dict[str, Any] = {"issuer": "http://console", "subject": "clerk-a"}


def sealed(sdp: str = HONEST, key: Ed25519PrivateKey = KEY, now: float = NOW, **other: Any) -> str:
    return seal_description(sdp, **({**CALL, **ENDS} | other), kid="k", key=key, now=now)


def reason(seal: str, sdp: str = HONEST, now: float = NOW, **other: Any) -> str:
    with pytest.raises(SealError) as refused:
        check_seal(seal, sdp, **({**CALL, **ENDS} | other), keys={"k": KEY.public_key()}, now=now)
    return refused.value.reason


def test_a_good_seal_is_taken() -> None:
    check_seal(sealed(), HONEST, **CALL, **ENDS, keys={"k": KEY.public_key()}, now=NOW)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"ticket": "AA002"}, "mismatch"),
        ({"leg": 0}, "mismatch"),
        ({"leg": 2}, "mismatch"),
        ({"generation": 3}, "mismatch"),
        ({"kind": "answer"}, "mismatch"),
        ({"subject": "clerk-b"}, "foreign"),
        ({"issuer": "http://elsewhere"}, "foreign"),
    ],
)
def test_a_seal_of_elsewhere_is_refused_here_and_the_other_way_round(change: dict[str, Any], expected: str) -> None:
    """Also by a colleague who may sign: a seal of leg 1 does not open leg 0."""
    assert reason(sealed(**change)) == expected
    assert reason(sealed(), **change) == expected


def test_a_swapped_or_added_fingerprint_is_refused() -> None:
    for sdp in (SWAPPED, HONEST + SWAPPED, "v=0\r\n", HONEST.replace("sha-256", "sha-1")):
        assert reason(sealed(), sdp) == "mismatch"
    assert reason(sealed(SWAPPED)) == "mismatch"


def test_another_key_no_seal_and_an_old_one() -> None:
    assert reason("") == "missing"
    assert reason("e30.e30.x") in ("foreign", "invalid")
    assert reason(sealed(key=Ed25519PrivateKey.generate())) == "invalid"
    assert reason(sealed(now=NOW - 2 * LIFETIME_S - 1)) == "expired"
    unsigned = jwt.encode(jwt.decode(sealed(), options={"verify_signature": False}), None, "none", {"kid": "k"})
    assert reason(unsigned) == "invalid"


def test_an_end_that_knows_one_leg_only_means_the_first() -> None:
    claims = jwt.decode(sealed(leg=0), options={"verify_signature": False})
    del claims["leg"]
    old = jwt.encode(claims, KEY, "EdDSA", {"kid": "k"})
    check_seal(old, HONEST, **(CALL | {"leg": 0}), **ENDS, keys={"k": KEY.public_key()}, now=NOW)
    assert reason(old) == "mismatch"


@given(st.data())
def test_no_changed_byte_of_a_seal_is_taken(data: st.DataObject) -> None:
    seal = sealed()
    at = data.draw(st.integers(0, len(seal) - 2))  # The last character of base64url has bits that mean nothing.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    other = data.draw(st.sampled_from([c for c in alphabet if c != seal[at]]))
    with pytest.raises(SealError):
        check_seal(seal[:at] + other + seal[at + 1 :], HONEST, **CALL, **ENDS, keys={"k": KEY.public_key()}, now=NOW)


def test_fingerprints_are_found_however_they_are_spelled() -> None:
    assert fingerprints(HONEST.lower()) == fingerprints(HONEST) == ["sha-256 AB:CD:EF"]
