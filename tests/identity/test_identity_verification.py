from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard.testing import documents, portrait
from booth.idcard.testing.faults import FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from clerk_console.identity import Check, Identity, TrustAnchors, Verdict, verify
from clerk_console.identity.states import is_state_of

Cards = Callable[..., dict[str, bytes]]

PASSED = ("passed", None)
GENUINE = {
    "document_signature": PASSED,
    "certificate_chain": PASSED,
    "revocation": ("absent", "revocation_list_missing"),
    "data_integrity": PASSED,
    "validity": PASSED,
    "chip_authenticity": ("absent", "chip_has_no_key"),
}
UNPROVEN = {"chip_authenticity": ("absent", "key_not_proven")}


def verdicts(identity: Identity) -> dict[str, tuple[str, str | None]]:
    return {entry["check"]: (entry["verdict"], entry["reason"]) for entry in identity.to_json()["checks"]}


def test_a_genuine_card(card: Cards, anchors: TrustAnchors, today: date) -> None:
    identity = verify(card(), anchors, today)
    assert verdicts(identity) == GENUINE
    assert identity.verified
    assert identity.holder
    assert dataclasses.asdict(identity.holder) == {
        "family_name": "MUSTERMANN",
        "given_names": "ERIKA",
        "date_of_birth": "1964-08-12",
        "nationality": "D",
        "sex": "F",
        "document_number": "C01X0006H",
        "document_type": "AR",
        "issuing_state": "D",
        "date_of_expiry": "2033-10-31",
    }
    assert identity.portrait
    assert (identity.portrait.width, identity.portrait.height) == (portrait.WIDTH, portrait.HEIGHT)


@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_every_persona_is_verified(persona: str, card: Cards, anchors: TrustAnchors, today: date) -> None:
    identity = verify(card(persona=persona), anchors, today)
    assert verdicts(identity) == GENUINE
    assert identity.holder
    birth = PERSONAS[persona].bearer.date_of_birth
    assert identity.holder.date_of_birth == {"55<<<<": "1955", "<<<<<<": ""}.get(str(birth), str(birth))
    assert identity.holder.sex == PERSONAS[persona].bearer.sex


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        (FaultName.TAMPERED, {"data_integrity": ("failed", "group_hash_wrong")}),
        (FaultName.PORTRAIT_SWAPPED, {"data_integrity": ("failed", "group_hash_wrong")}),
        (FaultName.EXPIRED, {"validity": ("failed", "document_expired")}),
        (FaultName.WRONG_CA, {"certificate_chain": ("absent", "issuer_unknown")} | UNPROVEN),
        (
            FaultName.FORGED_CA,
            {"certificate_chain": ("failed", "chain_signature_wrong")} | UNPROVEN,
        ),
        (
            FaultName.BROKEN_SIGNATURE,
            {"document_signature": ("failed", "signature_wrong")} | UNPROVEN,
        ),
    ],
)
def test_each_fault_shows_in_its_own_check(
    fault: FaultName, wrong: dict[str, Any], card: Cards, anchors: TrustAnchors, today: date
) -> None:
    identity = verify(card(fault), anchors, today)
    assert verdicts(identity) == GENUINE | wrong
    assert not identity.verified
    assert identity.holder


def test_the_holder_of_tampered_data_is_shown_but_flagged(card: Cards, anchors: TrustAnchors, today: date) -> None:
    identity = verify(card(FaultName.TAMPERED), anchors, today)
    assert identity.holder
    assert identity.holder.family_name == "XUSTERMANN"
    assert identity.result(Check.DATA_INTEGRITY).verdict is Verdict.FAILED


def test_without_anchors_the_issuer_is_unknown(card: Cards, today: date) -> None:
    assert (
        verdicts(verify(card(), TrustAnchors(), today))
        == GENUINE
        | {
            "certificate_chain": ("absent", "issuer_unknown"),
        }
        | UNPROVEN
    )


def test_nothing_at_all(anchors: TrustAnchors, today: date) -> None:
    identity = verify({}, anchors, today)
    assert verdicts(identity) == {
        "document_signature": ("absent", "sod_missing"),
        "certificate_chain": ("absent", "sod_missing"),
        "revocation": ("absent", "sod_missing"),
        "data_integrity": ("absent", "sod_missing"),
        "validity": ("absent", "mrz_missing"),
        "chip_authenticity": ("absent", "not_read"),
    }
    assert (identity.holder, identity.portrait, identity.verified) == (None, None, False)


def test_data_without_a_security_object_proves_nothing(card: Cards, anchors: TrustAnchors, today: date) -> None:
    files = card()
    del files["011d"]
    identity = verify(files, anchors, today)
    assert verdicts(identity)["data_integrity"] == ("absent", "sod_missing")
    assert identity.holder
    assert not identity.verified


def test_a_security_object_alone_is_no_identity(card: Cards, anchors: TrustAnchors, today: date) -> None:
    identity = verify({"011d": card()["011d"]}, anchors, today)
    assert verdicts(identity) == GENUINE | {
        "data_integrity": ("absent", "groups_missing"),
        "validity": ("absent", "mrz_missing"),
    }
    assert not identity.verified


def test_a_group_the_state_did_not_sign(card: Cards, anchors: TrustAnchors, today: date) -> None:
    identity = verify(card() | {"010b": b"\x6b\x00"}, anchors, today)
    assert verdicts(identity)["data_integrity"] == ("failed", "group_not_signed")


def test_one_persons_zone_with_anothers_security_object(card: Cards, anchors: TrustAnchors, today: date) -> None:
    files = card() | {"0101": card(persona="kim")["0101"]}
    assert verdicts(verify(files, anchors, today))["data_integrity"] == ("failed", "group_hash_wrong")


def signed_zone(pki: TestPki, zone: str) -> dict[str, bytes]:
    group = documents.dg1(zone)
    return {"011d": pki.sign({1: group}), "0101": group}


def test_a_state_cannot_sign_for_another(pki: TestPki, anchors: TrustAnchors, today: date) -> None:
    bearer = dataclasses.replace(PERSONAS["erika"].bearer, issuing_state="FRA")
    identity = verify(signed_zone(pki, documents.td1(bearer)), anchors, today)
    assert verdicts(identity)["certificate_chain"] == ("failed", "issuing_state_mismatch")


@pytest.mark.parametrize(
    ("issuing_state", "country", "fits"),
    [
        ("D", "DE", True),
        ("D", "de", True),
        ("FRA", "FR", True),
        ("GBD", "GB", True),
        ("BMU", "GB", True),
        ("UNO", "UN", True),
        ("D", "FR", False),
        ("DEU", "AT", False),
        ("XXX", "DE", False),
        ("", "", False),
    ],
)
def test_states_and_the_countries_of_their_certificates(issuing_state: str, country: str, fits: bool) -> None:
    assert is_state_of(issuing_state, country) is fits


def test_signed_check_digits_that_do_not_fit(pki: TestPki, anchors: TrustAnchors, today: date) -> None:
    zone = documents.td1(PERSONAS["erika"].bearer)
    identity = verify(signed_zone(pki, zone[:14] + "9" + zone[15:]), anchors, today)
    assert verdicts(identity)["validity"] == ("failed", "check_digit_wrong")


def test_a_signed_zone_that_is_none(pki: TestPki, anchors: TrustAnchors, today: date) -> None:
    identity = verify(signed_zone(pki, "MUSTERMANN"), anchors, today)
    assert verdicts(identity)["validity"] == ("failed", "mrz_malformed")
    assert identity.holder is None


@pytest.mark.parametrize(("days", "expected"), [(0, PASSED), (1, ("failed", "document_expired"))])
def test_the_last_day_counts(days: int, expected: Any, card: Cards, anchors: TrustAnchors) -> None:
    last = PERSONAS["erika"].bearer.date_of_expiry
    assert verdicts(verify(card(), anchors, last + timedelta(days=days)))["validity"] == expected


def test_a_signer_certificate_that_is_not_valid_yet_or_any_more(
    pki: TestPki, now: datetime, anchors: TrustAnchors
) -> None:
    far = dataclasses.replace(PERSONAS["erika"].bearer, date_of_expiry=date(2060, 1, 1))
    files = signed_zone(pki, documents.td1(far))
    assert verdicts(verify(files, anchors, date(2050, 1, 1)))["validity"] == ("failed", "signer_expired")
    early = (now - timedelta(days=30)).date()
    assert verdicts(verify(files, anchors, early))["validity"] == ("failed", "signer_not_yet_valid")


def test_a_document_signer_is_no_authority(pki: TestPki, card: Cards, today: date) -> None:
    """A signer's certificate put among the anchors by mistake vouches for nobody, not even itself."""
    signer = x509.Certificate.load(pki.signer.der)
    anchors = TrustAnchors()
    anchors.add("a signer by mistake", [signer])
    assert not verify(card(), anchors, today).verified


def test_an_oversized_file_counts_as_absent(card: Cards, anchors: TrustAnchors, today: date) -> None:
    files = card() | {"0102": card()["0102"] + bytes(300 * 1024)}
    identity = verify(files, anchors, today)
    assert identity.portrait is None


def test_the_answer_is_json_of_the_contract(card: Cards, anchors: TrustAnchors, today: date) -> None:
    answer = json.loads(json.dumps(verify(card(), anchors, today).to_json()))
    assert set(answer) == {
        "checks",
        "details",
        "holder",
        "portrait",
        "proofs",
        "signer",
        "deviations",
        "verified",
    }
    assert answer["portrait"].startswith("data:image/jpeg;base64,")
    assert answer["verified"] is True


def test_no_person_in_a_repr(card: Cards, anchors: TrustAnchors, today: date) -> None:
    assert "MUSTERMANN" not in repr(verify(card(), anchors, today))


@given(st.dictionaries(st.sampled_from(["011d", "0101", "0102", "010e", "xyz"]), st.binary(max_size=300)))
@settings(max_examples=150, deadline=None)
def test_any_files_give_verdicts_and_never_green(files: dict[str, bytes]) -> None:
    assert not verify(files, TrustAnchors(), date(2026, 6, 1)).verified


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_flipped_bit_of_any_file_is_noticed(
    data: st.DataObject, genuine: dict[str, bytes], anchors: TrustAnchors
) -> None:
    files = genuine
    name = data.draw(st.sampled_from(sorted(files)))
    changed = bytearray(files[name])
    position = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[position // 8] ^= 1 << position % 8
    assert not verify(files | {name: bytes(changed)}, anchors, date(2026, 6, 1)).verified
