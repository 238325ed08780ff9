from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard.testing.pki import TestPki
from clerk_console.identity import TrustAnchors, Verdict
from clerk_console.identity.certificates import parse_certificate
from clerk_console.identity.errors import IdentityDataError
from clerk_console.identity.master_list import parse_master_list


def signer_of(pki: TestPki) -> x509.Certificate:
    return x509.Certificate.load(pki.signer.der)


@pytest.mark.parametrize("suffix", [".cer", ".crt", ".der", ".CER"])
def test_der_files(suffix: str, pki: TestPki, tmp_path: Path) -> None:
    (tmp_path / f"state{suffix}").write_bytes(pki.csca.der)
    anchors = TrustAnchors.load(tmp_path)
    assert (len(anchors), anchors.problems) == (1, [])
    assert anchors.judge(signer_of(pki)) == (Verdict.PASSED, None)


def test_pem_files(pki: TestPki, tmp_path: Path) -> None:
    (tmp_path / "state.pem").write_bytes(pem.armor("CERTIFICATE", pki.csca.der))
    assert TrustAnchors.load(tmp_path).judge(signer_of(pki)) == (Verdict.PASSED, None)


def test_what_the_emulator_exports_is_loaded(pki: TestPki, tmp_path: Path) -> None:
    pki.export_csca(tmp_path)
    assert len(TrustAnchors.load(tmp_path)) == 1


def test_malformed_files_are_named_and_the_others_count(pki: TestPki, tmp_path: Path) -> None:
    (tmp_path / "good.cer").write_bytes(pki.csca.der)
    (tmp_path / "cut.cer").write_bytes(pki.csca.der[:-5])
    (tmp_path / "empty.crt").write_bytes(b"")
    (tmp_path / "noise.ml").write_bytes(b"\x30\x03\x02\x01\x05")
    (tmp_path / "text.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    (tmp_path / "README").write_text("not looked at")
    anchors = TrustAnchors.load(tmp_path)
    assert len(anchors) == 1
    assert [problem.split(":")[0] for problem in anchors.problems] == ["cut.cer", "empty.crt", "noise.ml", "text.pem"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        TrustAnchors.load(tmp_path / "nowhere")


def test_two_csca_of_one_name(pki: TestPki, now: datetime) -> None:
    """States renew their key under the same name: each signer finds its own."""
    renewed = TestPki.make(now)
    anchors = TrustAnchors()
    anchors.add("both", [x509.Certificate.load(either.csca.der) for either in (pki, renewed)])
    assert anchors.judge(signer_of(pki)) == (Verdict.PASSED, None)
    assert anchors.judge(signer_of(renewed)) == (Verdict.PASSED, None)


def test_a_newer_key_of_a_known_state_is_unknown_not_forged(pki: TestPki, now: datetime) -> None:
    anchors = TrustAnchors()
    anchors.add("old", [x509.Certificate.load(pki.csca.der)])
    assert anchors.judge(signer_of(TestPki.make(now)))[0] is Verdict.ABSENT
    assert anchors.judge(signer_of(pki.forge(now)))[0] is Verdict.FAILED


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_raise_one_error(data: bytes) -> None:
    for parser in (parse_certificate, parse_master_list):
        with pytest.raises(IdentityDataError):
            parser(data)
