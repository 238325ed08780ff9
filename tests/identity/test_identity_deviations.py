"""Deviation lists: what a state says is wrong with its documents is told beside the verdict and makes nothing pass."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, parser
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard.testing import documents
from booth.idcard.testing.personas import PERSONAS
from clerk_console.identity import Check, Identity, IdentityDataError, TrustAnchors, verify
from clerk_console.identity.deviation_list import DEFECTS, Defect, Subject, Told, parse_deviation_list
from clerk_console.identity.model import Method, ProofResult, Reason, Verdict
from clerk_console.identity.verification import _despite
from tests.identity import state
from tests.identity.state import NOW, Party, tlv

BEARER = PERSONAS["erika"].bearer
ZONE = documents.dg1(documents.td1(BEARER))


@cache
def key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def csca(country: str = "DE") -> Party:
    return state.issue(f"CSCA {country}", key(0), serial=1, country=country)


@cache
def signer() -> Party:
    return state.issue("Document Signer", key(1), csca(), serial=8)


@cache
def list_signer(country: str = "DE") -> Party:
    return state.issue("Deviation List Signer", key(2), csca(country), serial=3, country=country)


def by_serial(number: int = 8) -> bytes:
    named = cms.IssuerAndSerialNumber({"issuer": csca().name, "serial_number": number})
    return tlv(0xA1, parser.parse(named.dump())[4])


def by_key() -> bytes:
    return tlv(0x82, signer().certificate.key_identifier)


def by_digest(of: Party | None = None) -> bytes:
    return tlv(0x83, hashlib.sha256((of or signer()).der).digest())


def kind(letters: str) -> bytes:
    return tlv(0x80, letters.encode())


def numbers(*each: str) -> bytes:
    return tlv(0xA5, b"".join(core.PrintableString(one).dump() for one in each))


def issued(first: datetime, last: datetime) -> bytes:
    return tlv(0xA4, core.GeneralizedTime(first).dump() + core.GeneralizedTime(last).dump())


def looked_up(folder: Path, listed: bytes, group: bytes = ZONE) -> Identity:
    (folder / "de.cer").write_bytes(csca().der)
    (folder / "de.dvl").write_bytes(listed)
    anchors = TrustAnchors.load(folder)
    assert anchors.problems == []
    return verify({"011d": state.sod({1: ZONE}, signer()), "0101": group}, anchors, NOW.date())


def told(folder: Path, *fields: bytes) -> list[str]:
    listed = state.deviation_list(list_signer(), state.deviation([("3.1", "Wrong name")], *fields), digest="sha256")
    return [one.defect for one in looked_up(folder, listed).deviations]


OWN_KIND, OWN_NUMBER = BEARER.document_type, BEARER.document_number


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (by_serial(),),
        (by_key(),),
        (by_digest(),),
        (kind(OWN_KIND.ljust(2, "<")), by_serial()),
        (numbers("X1", OWN_NUMBER),),
        (issued(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)),),  # nobody knows: it may
    ],
    ids=["all", "serial", "key", "digest", "kind", "number", "issued"],
)
def test_documents_that_are_meant(tmp_path: Path, fields: tuple[bytes, ...]) -> None:
    assert told(tmp_path, *fields) == ["mrz_wrong_data"]


@pytest.mark.parametrize(
    "fields",
    [(by_serial(9),), (by_digest(csca()),), (kind("XX"), by_serial()), (by_key(), numbers("X1"))],
    ids=["serial", "digest", "kind", "number"],
)
def test_documents_that_are_not_meant(tmp_path: Path, fields: tuple[bytes, ...]) -> None:
    """All that is named must fit."""
    assert told(tmp_path, *fields) == []


@pytest.mark.parametrize(("day", "meant"), [(1, False), (2, True), (15, True), (28, True), (29, False)])
def test_the_period_of_issue(day: int, meant: bool) -> None:
    period = issued(datetime(2024, 2, 2, 6, tzinfo=UTC), datetime(2024, 2, 28, 6, tzinfo=UTC))
    listed = parse_deviation_list(state.deviation_list(list_signer(), state.deviation([("4", "")], period)))
    assert bool(listed.about(Subject("P<", "X", (), date(2024, 2, day)))) is meant


def test_every_defect_the_standard_names(tmp_path: Path) -> None:
    defects = [(number, "words") for number in (*DEFECTS, "9.9")]
    found = looked_up(tmp_path, state.deviation_list(list_signer(), state.deviation(defects)))
    assert {one.defect for one in found.deviations} == set(Defect)
    assert found.to_json()["deviations"][0] == {"defect": "cert_or_key", "description": "words"}


def test_it_turns_no_failed_check_green(tmp_path: Path) -> None:
    """The very hash that the list says is wrong stays wrong."""
    listed = state.deviation_list(list_signer(), state.deviation([("2.2", "DG1"), ("1.1", ""), ("2.3", "")]))
    spoilt = ZONE.replace(b"ERIKA", b"ERIKE")
    assert spoilt != ZONE
    found = looked_up(tmp_path, listed, spoilt)
    assert found.result(Check.DATA_INTEGRITY).reason is Reason.GROUP_HASH_WRONG
    assert not found.verified
    assert len(found.deviations) == 3


def test_a_state_speaks_of_its_own_documents_alone(tmp_path: Path) -> None:
    (tmp_path / "de.cer").write_bytes(csca().der)
    (tmp_path / "fr.cer").write_bytes(csca("FR").der)
    (tmp_path / "fr.dvl").write_bytes(state.deviation_list(list_signer("FR"), state.deviation([("3", "")])))
    anchors = TrustAnchors.load(tmp_path)
    assert len(anchors.deviation_lists) == 1
    found = verify({"011d": state.sod({1: ZONE}, signer()), "0101": ZONE}, anchors, NOW.date())
    assert found.deviations == ()


def test_a_list_of_a_stranger_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "de.cer").write_bytes(csca().der)
    stranger = state.issue("Deviation List Signer", key(7), state.issue("CSCA DE", key(8), serial=1), serial=3)
    (tmp_path / "de.dl").write_bytes(state.deviation_list(stranger, state.deviation([("3", "")])))
    anchors = TrustAnchors.load(tmp_path)
    assert anchors.deviation_lists == []
    assert "vouches" in anchors.problems[0]


def test_a_key_the_state_gave_up_proves_nothing() -> None:
    given_up = (Told(Defect.AA_KEY_COMPROMISED),)
    passed = (Verdict.PASSED, None)
    active = ProofResult(Method.ACTIVE_AUTHENTICATION, Verdict.PASSED)
    agreed = ProofResult(Method.CHIP_AUTHENTICATION, Verdict.PASSED)
    assert _despite(given_up, passed, [active]) == (Verdict.ABSENT, Reason.CHIP_KEY_COMPROMISED)
    assert _despite(given_up, passed, [active, agreed]) == passed
    assert _despite((), passed, [active]) == passed
    failed = (Verdict.FAILED, Reason.PROOF_WRONG)
    assert _despite(given_up, failed, [active]) == failed


def test_a_forged_list_and_other_signed_things() -> None:
    listed = state.deviation_list(list_signer(), state.deviation([("3", "")]))
    with pytest.raises(IdentityDataError, match="signature"):
        parse_deviation_list(listed[:-1] + bytes([listed[-1] ^ 1]))
    with pytest.raises(IdentityDataError, match="no deviation list"):
        parse_deviation_list(state.master_list([csca().certificate], list_signer()))


@cache
def whole() -> bytes:
    fields = (kind("P<"), by_serial(), numbers("A"), issued(NOW, NOW))
    return state.deviation_list(list_signer(), state.deviation([("3.1", "Wrong"), ("2.2", "")], *fields))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_any_changed_byte_is_noticed_or_changes_nothing(data: st.DataObject) -> None:
    listed = bytearray(whole())
    at = data.draw(st.integers(0, len(listed) - 1))
    listed[at] ^= data.draw(st.integers(1, 255))
    subject = Subject("P<", "A", (signer().certificate,))
    try:
        found: Any = parse_deviation_list(bytes(listed)).about(subject)
    except IdentityDataError:
        return
    assert found == parse_deviation_list(whole()).about(subject)


@given(st.binary(max_size=300))
def test_any_signed_content_parses_or_raises_one_error(content: bytes) -> None:
    try:
        parse_deviation_list(state.signed_data(tlv(0x30, content), list_signer(), state.DEVIATION_LIST))
    except IdentityDataError:
        return
