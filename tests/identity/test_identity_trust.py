"""Where trust comes from: master lists, downloads of the PKD, revocation lists, renewed and expired certificates."""

from __future__ import annotations

import base64
import contextlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, crl
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard.testing import documents
from booth.idcard.testing.personas import PERSONAS
from clerk_console.identity import Check, IdentityDataError, TrustAnchors, verify
from clerk_console.identity.ldif import Directory, entries
from clerk_console.identity.master_list import parse_master_list
from clerk_console.identity.revocation import parse_revocation_list
from tests.identity import state
from tests.identity.state import NOW, Party, Wrapping

TODAY = NOW.date()
ZONE = documents.dg1(documents.td1(PERSONAS["erika"].bearer))
LONG_AGO = (NOW - timedelta(days=5000), NOW - timedelta(days=1000))


@cache
def key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def csca() -> Party:
    return state.issue("CSCA", key(0), serial=1)


@cache
def signer() -> Party:
    return state.issue("Document Signer", key(1), csca(), serial=8)


@cache
def list_signer() -> Party:
    return state.issue("Master List Signer", key(2), csca(), serial=3)


def tagged_point() -> core.Asn1Value:
    """Only certificates of users."""
    return crl.IssuingDistributionPoint({"only_contains_user_certs": True})


def file_of(folder: Path, **files: bytes) -> TrustAnchors:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return TrustAnchors.load(folder)


def judged(anchors: TrustAnchors, by: Party | None = None, today: date = TODAY, **wrapping: Any) -> dict[str, Any]:
    files = {"011d": state.sod({1: ZONE}, by or signer(), Wrapping(**wrapping)), "0101": ZONE}
    identity = verify(files, anchors, today)
    return {str(r.check): (str(r.verdict), str(r.reason) if r.reason else None) for r in identity.checks} | {
        "verified": identity.verified
    }


def known(*parties: Party) -> TrustAnchors:
    anchors = TrustAnchors()
    anchors.add("state", [party.certificate for party in parties or (csca(),)])
    return anchors


def test_a_master_list_names_its_signer(tmp_path: Path) -> None:
    anchors = file_of(tmp_path, de_ml=state.master_list([csca().certificate], list_signer()))
    assert len(anchors) == 1
    assert anchors.problems == []
    (said,) = anchors.lists
    assert "Master List Signer" in said
    assert "1 certificates" in said
    assert judged(anchors)["verified"]


def test_the_authority_of_a_list_may_stand_beside_it(tmp_path: Path) -> None:
    other = state.issue("Another CSCA", key(5), serial=4)
    listed = state.master_list([other.certificate], list_signer(), beside=[csca()])
    assert len(parse_master_list(listed).certificates) == 1
    with pytest.raises(IdentityDataError, match="vouches"):
        parse_master_list(state.master_list([other.certificate], list_signer()))


def test_a_forged_list_is_left_out(tmp_path: Path) -> None:
    forger = Party(key(6), list_signer().certificate, "sha256", "ecdsa")
    anchors = file_of(tmp_path, bad_ml=state.master_list([csca().certificate], forger))
    assert len(anchors) == 0
    assert "signature" in anchors.problems[0]


def directory(*more: tuple[str, str, bytes]) -> bytes:
    listed = state.master_list([csca().certificate], list_signer())
    base = "dc=data,dc=download,dc=pkd,dc=icao,dc=int"
    return state.ldif(
        [
            (f"cn=list,o=ml,c=DE,{base}", "pkdMasterListContent", listed),
            (f"cn=signer,o=dsc,c=DE,{base}", "userCertificate;binary", signer().der),
            (f"cn=crl,o=crl,c=DE,{base}", "certificateRevocationList;binary", state.revocation_list(csca(), [99])),
            *more,
        ]
    )


@pytest.mark.parametrize("by_key_identifier", [False, True])
def test_a_download_of_the_directory(tmp_path: Path, by_key_identifier: bool) -> None:
    """A document that carries no certificate finds its signer there; trust comes from the list."""
    anchors = file_of(tmp_path, pkd_ldif=directory())
    assert (len(anchors), anchors.signers, len(anchors.revocation_lists)) == (1, 1, 1)
    shown = judged(anchors, carries_certificates=False, by_key_identifier=by_key_identifier)
    assert shown["verified"]
    assert shown["revocation"] == ("passed", None)
    without = judged(known(), carries_certificates=False)
    assert without["document_signature"] == ("absent", "signer_missing")


def test_bad_entries_of_a_directory_are_named_and_spoil_no_other(tmp_path: Path) -> None:
    more = [
        ("cn=a,o=dsc,c=FR", "userCertificate;binary", b"noise"),
        ("cn=b,o=ml,c=IT", "pkdMasterListContent", b"\x30\x03\x02\x01\x05"),
        ("cn=c,o=crl,c=ES", "certificateRevocationList;binary", b""),
        ("cn=d,c=XX", "cACertificate;binary", csca().der),
    ]
    anchors = file_of(tmp_path, pkd_ldif=directory(*more))
    assert (len(anchors), anchors.signers) == (1, 1)
    said = "\n".join(anchors.problems)
    assert all(f"({country})" in said for country in ("FR", "IT", "ES", "XX"))


BASE = "dc=data,dc=download,dc=pkd,dc=icao,dc=int"
SIGNER_NAME = f"cn=signer,o=dsc,c=DE,{BASE}"
LIST_NAME = f"cn=crl,o=crl,c=DE,{BASE}"


def changes(*records: str) -> bytes:
    return ("version: 1\n\n" + "".join(records)).encode()


def pkd(folder: Path, **files: bytes) -> TrustAnchors:
    """`complete_123` is icaopkd-001-complete-000123.ldif."""
    for name, content in files.items():
        kind, number = name.split("_")
        (folder / f"icaopkd-001-{kind}-{int(number):06d}.ldif").write_bytes(content)
    return TrustAnchors.load(folder)


def test_changes_are_made_to_the_download_before_them(tmp_path: Path) -> None:
    """Added, modified, moved and deleted, in the order of the numbers, however names are written."""
    newer = state.revocation_list(csca(), [signer().certificate.serial_number])
    other = state.issue("Another Signer", key(7), csca(), serial=9)
    first = changes(
        state.change(f"cn=other,o=dsc,c=DE,{BASE}", "add", state.base64_line("userCertificate;binary", other.der)),
        state.change(
            LIST_NAME.upper().replace(",", ", "),
            "modify",
            "replace: certificateRevocationList;binary",
            state.base64_line("certificateRevocationList;binary", newer),
            "-",
        ),
    )
    anchors = pkd(tmp_path, complete_123=directory(), delta_124=first)
    assert (len(anchors), anchors.signers, len(anchors.revocation_lists), anchors.problems) == (1, 2, 1, [])
    assert judged(anchors)["revocation"] == ("failed", "signer_revoked")
    second = changes(
        state.change(SIGNER_NAME, "modrdn", "newrdn: cn=renamed", "deleteoldrdn: 1"),
        state.change(f"cn=other,o=dsc,c=de,{BASE}", "delete"),
    )
    third = changes(
        state.change(f"cn=renamed,o=dsc,c=DE,{BASE}", "modify", "delete: userCertificate;binary", "-"),
        state.change(LIST_NAME, "delete"),
    )
    anchors = pkd(tmp_path, delta_125=second)
    assert (anchors.signers, len(anchors.revocation_lists), anchors.problems) == (1, 1, [])
    anchors = pkd(tmp_path, delta_126=third)
    assert (anchors.signers, len(anchors.revocation_lists), anchors.problems) == (0, 0, [])


def test_a_change_of_what_is_not_there_tells_that_changes_are_missing(tmp_path: Path) -> None:
    late = changes(state.change(f"cn=nobody,o=dsc,c=DE,{BASE}", "delete"))
    anchors = pkd(tmp_path, complete_123=directory(), delta_125=late)
    assert (len(anchors), anchors.signers) == (1, 1)
    assert ["missing" in problem for problem in anchors.problems] == [True]


def test_what_a_newer_download_has_is_left_out(tmp_path: Path) -> None:
    """An old deletion does not reach into it."""
    old = changes(state.change(SIGNER_NAME, "delete"))
    anchors = pkd(tmp_path, complete_100=b"version: 1\n\ndn: cn=x\n", delta_123=old, complete_123=directory())
    assert anchors.signers == 1
    assert sorted(problem.split(":")[0] for problem in anchors.problems) == [
        "icaopkd-001-complete-000100.ldif",
        "icaopkd-001-delta-000123.ldif",
    ]


@pytest.mark.parametrize(
    "record",
    [
        state.change("cn=x", "rebuild"),
        state.change("cn=x", "modify", "increment: a", "a: 1", "-"),
        state.change("cn=x", "modify", "add: a", "b: 1", "-"),
        state.change("cn=x", "modrdn", "deleteoldrdn: 1"),
    ],
)
def test_changes_that_are_none(tmp_path: Path, record: str) -> None:
    (problem,) = file_of(tmp_path, delta_ldif=changes(record)).problems
    assert problem.startswith("delta.ldif: ")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cn=a", "cn=b", f"cn=c,{BASE}"]),
            st.sampled_from(["add", "modify", "delete", "modrdn", "moddn", "?", ""]),
            st.lists(
                st.sampled_from(
                    [
                        "add: x",
                        "delete: x",
                        "replace: x",
                        "x: 1",
                        "x:: AA==",
                        "x:: !",
                        "-",
                        "newrdn: cn=b",
                        " folded",
                        "y",
                    ]
                ),
                max_size=6,
            ),
        ),
        max_size=6,
    )
)
def test_any_changes_are_made_or_raise_one_error(records: list[tuple[str, str, list[str]]]) -> None:
    text = changes(*(state.change(dn, kind, *lines) for dn, kind, lines in records))
    held = Directory()
    with contextlib.suppress(IdentityDataError):
        for entry in entries(text.splitlines(keepends=True)):
            held.apply("here", entry)
    assert all(entry.change == "add" for _, entry in held)


def test_lines_of_a_directory() -> None:
    text = b"# said\nversion: 1\n\ndn: cn=a,\n c=DE\nName;binary:: aGVs\n bG8=\nother: plain\r\n\n\n"
    text += b"dn: cn=b\nname: 1\nname: 2\n"
    first, second = entries(text.splitlines(keepends=True))
    assert (first.name, first.values("NAME"), first.values("other")) == ("cn=a,c=DE", [b"hello"], [b"plain"])
    assert second.values("name", "absent") == [b"1", b"2"]


def test_a_revoked_signer(tmp_path: Path) -> None:
    anchors = file_of(tmp_path, csca_cer=csca().der, de_crl=state.revocation_list(csca(), [8]))
    shown = judged(anchors)
    assert shown["revocation"] == ("failed", "signer_revoked")
    assert shown["chip_authenticity"] == ("absent", "key_not_proven")
    assert not shown["verified"]


def test_an_outdated_list_is_told_and_still_accuses(tmp_path: Path) -> None:
    old = {"issued": NOW - timedelta(days=90), "next_update": NOW - timedelta(days=60)}
    anchors = file_of(tmp_path, csca_cer=csca().der, de_crl=state.revocation_list(csca(), [], **old))
    shown = judged(anchors)
    assert shown["revocation"] == ("absent", "revocation_list_outdated")
    assert shown["verified"]
    accusing = file_of(tmp_path, csca_cer=csca().der, de_crl=state.revocation_list(csca(), [8], **old))
    assert judged(accusing)["revocation"] == ("failed", "signer_revoked")


def test_a_revocation_list_of_nobody_known(tmp_path: Path) -> None:
    stranger = state.issue("Stranger", key(6))
    forger = Party(key(6), csca().certificate, "sha256", "ecdsa")
    anchors = file_of(
        tmp_path,
        csca_cer=csca().der,
        stranger_crl=state.revocation_list(stranger, [8]),
        forged_crl=state.revocation_list(forger, [8]),
    )
    assert anchors.revocation_lists == []
    assert ["wrong" in said or "nobody" in said for said in anchors.problems] == [True, True]
    assert judged(anchors)["revocation"] == ("absent", "revocation_list_missing")


def test_a_list_from_the_future_is_not_yet_one(tmp_path: Path) -> None:
    ahead = state.revocation_list(csca(), [8], issued=NOW + timedelta(days=9))
    anchors = file_of(tmp_path, csca_cer=csca().der, de_crl=ahead)
    assert judged(anchors)["revocation"] == ("absent", "revocation_list_missing")


def test_a_revoked_country_certificate(tmp_path: Path) -> None:
    """One of two with the same key is enough to go on; both taken back are not."""
    renewed = state.issue("CSCA", key(0), serial=2)
    anchors = file_of(tmp_path, a_cer=csca().der, b_cer=renewed.der, de_crl=state.revocation_list(csca(), [1]))
    assert judged(anchors)["revocation"] == ("passed", None)
    both = file_of(tmp_path, de_crl=state.revocation_list(csca(), [1, 2]))
    assert judged(both)["revocation"] == ("failed", "issuer_revoked")


def test_an_expired_country_certificate() -> None:
    expired = state.issue("CSCA", key(0), valid=LONG_AGO, serial=1)
    shown = judged(known(expired))
    assert shown["certificate_chain"] == ("passed", None)
    assert shown["validity"] == ("failed", "issuer_expired")
    assert not shown["verified"]
    assert judged(known(expired, csca()))["validity"] == ("passed", None)


def test_an_expired_signer() -> None:
    expired = state.issue("Document Signer", key(1), csca(), valid=LONG_AGO)
    assert judged(known(), expired)["validity"] == ("failed", "signer_expired")


def test_a_link_certificate_carries_the_new_key() -> None:
    """Signed under the old key, about the new one: documents of the new key chain to it."""
    link = state.issue("CSCA", key(3), csca(), serial=5)
    by_new = state.issue("Document Signer", key(4), Party(key(3), link.certificate, "sha256", "ecdsa"))
    assert judged(known(link), by_new)["verified"]
    assert judged(known(), by_new)["certificate_chain"] == ("absent", "issuer_unknown")


def test_the_same_certificate_twice_counts_once(tmp_path: Path) -> None:
    listed = state.master_list([csca().certificate], list_signer())
    assert len(file_of(tmp_path, a_cer=csca().der, b_ml=listed, c_ml=listed)) == 1


def test_a_malformed_certificate_is_named_and_counts(tmp_path: Path) -> None:
    """As those of Albania and the Vatican: their serial numbers are not positive."""
    odd = state.issue("Odd CSCA", key(0), serial=-78)
    anchors = file_of(tmp_path, odd_cer=odd.der)
    assert (len(anchors), anchors.problems) == (1, [])
    assert "Odd CSCA" in anchors.deviations[0]
    assert "serial number" in anchors.deviations[0]


def pem(label: str, der: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


def test_pem(tmp_path: Path) -> None:
    crl = pem("X509 CRL", state.revocation_list(csca(), [8]))
    anchors = file_of(tmp_path, csca_pem=pem("CERTIFICATE", csca().der), de_crl=crl)
    assert (len(anchors), len(anchors.revocation_lists), anchors.problems) == (1, 1, [])


def test_a_pem_file_with_all_certificates_of_a_state(tmp_path: Path) -> None:
    other = state.issue("Other CSCA", ec.generate_private_key(ec.SECP256R1()))
    anchors = file_of(
        tmp_path,
        all_pem=b"# of the state\n"
        + pem("CERTIFICATE", csca().der)
        + pem("CERTIFICATE", b"\x30\x03\x02\x01\x01")
        + pem("X509 CRL", state.revocation_list(csca(), [8]))
        + pem("TRUSTED CERTIFICATE", other.der),
        key_pem=pem("PRIVATE KEY", b"\x30\x00"),
    )
    assert len(anchors) == 2
    bad, none = anchors.problems
    assert bad.startswith("all.pem, certificate 2")
    assert none == "key.pem: The file has no certificate in it."


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_raise_one_error(data: bytes) -> None:
    with pytest.raises(IdentityDataError):
        parse_revocation_list(data)
    with contextlib.suppress(IdentityDataError):
        assert all(entry.name for entry in entries(data.splitlines(keepends=True)))


@cache
def one_list() -> bytes:
    return state.revocation_list(csca(), [8])


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_changed_byte_of_a_list_is_noticed(data: st.DataObject) -> None:
    """A revocation list counts whole or not at all."""
    changed = bytearray(one_list())
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    anchors = known()
    try:
        anchors.add_revocation_list("de.crl", parse_revocation_list(bytes(changed)))
    except IdentityDataError:
        return
    assert anchors.revocation_lists == []
    assert anchors.problems


def test_a_validity_of_the_far_future(tmp_path: Path) -> None:
    far = state.issue("CSCA", key(0), valid=(NOW, datetime(2070, 1, 1, tzinfo=NOW.tzinfo)))
    assert judged(known(far))["validity"] == ("passed", None)
    assert Check.REVOCATION in {result.check for result in verify({}, known(far), TODAY).checks}


@pytest.mark.parametrize(
    "extension",
    [("delta_crl_indicator", core.Integer(4)), ("issuing_distribution_point", tagged_point())],
    ids=["delta", "part"],
)
def test_a_list_of_some_accuses_and_clears_nobody(tmp_path: Path, extension: tuple[str, core.Asn1Value]) -> None:
    """A delta, or the list of one distribution point: of whom it does not name it says nothing."""
    name, value = extension
    ours, others = (
        state.revocation_list(csca(), [number], extensions=[(name, True, value)])
        for number in (signer().certificate.serial_number, 99)
    )
    (tmp_path / "csca.cer").write_bytes(csca().der)
    assert judged(file_of(tmp_path, de_crl=others))["revocation"] == ("absent", "revocation_list_missing")
    assert judged(file_of(tmp_path, de_crl=ours))["revocation"] == ("failed", "signer_revoked")
    complete = state.revocation_list(csca(), [99], extensions=[("crl_number", False, core.Integer(5))])
    assert judged(file_of(tmp_path, de_crl=others, full_crl=complete))["revocation"] == ("passed", None)


@pytest.mark.parametrize("serial", [0, -5, 1 << 200])
def test_serial_numbers_that_are_none(tmp_path: Path, serial: int) -> None:
    """Of the state's certificate and of its signer's; looked up by it in the directory too."""
    state_key = state.issue("CSCA", key(0), serial=serial)
    party = state.issue("Document Signer", key(1), state_key, serial=serial)
    (tmp_path / "csca.cer").write_bytes(state_key.der)
    (tmp_path / "pkd.ldif").write_bytes(state.ldif([(SIGNER_NAME, "userCertificate;binary", party.der)]))
    anchors = TrustAnchors.load(tmp_path)
    assert len(anchors.deviations) == 1
    assert judged(anchors, party)["verified"]
    assert judged(anchors, party, carries_certificates=False)["verified"]


@pytest.mark.parametrize(("of_state", "of_signer"), [(False, True), (True, False), (False, False)])
def test_certificates_without_extensions(of_state: bool, of_signer: bool) -> None:
    state_key = state.issue("CSCA", key(0), serial=1, extensions=of_state)
    party = state.issue("Document Signer", key(1), state_key, serial=8, extensions=of_signer)
    assert judged(known(state_key), party)["verified"]
    forged = state.issue("Document Signer", key(1), state.issue("CSCA", key(6), extensions=of_state), extensions=False)
    assert judged(known(state_key), forged)["certificate_chain"] == ("failed", "chain_signature_wrong")


@pytest.mark.parametrize("country", ["de", "De", "DE"])
def test_a_country_in_any_letters(country: str) -> None:
    state_key = state.issue("CSCA", key(0), serial=1, country=country)
    party = state.issue("Document Signer", key(1), state_key, serial=8, country=country.swapcase())
    assert judged(known(state_key), party)["verified"]


def test_an_issuer_written_in_other_letters_than_its_own_name() -> None:
    """The signer says DE where its state's certificate says de: the key tells them to be one."""
    written, named = (state.issue("CSCA", key(0), serial=1, country=one) for one in ("de", "DE"))
    party = state.issue("Document Signer", key(1), named, serial=8)
    assert judged(known(written), party)["verified"]


def test_a_state_that_changed_its_name() -> None:
    """The link certificate of a name change carries the new name under the old key (9303-12, 7.1.3)."""
    old = state.issue("Old CSCA", key(0), serial=1, country="DE")
    new = state.issue("New CSCA", key(5), serial=1, country="DE")
    link = state.issue("New CSCA", key(5), old, serial=2, country="DE")
    party = state.issue("Document Signer", key(1), new, serial=8)
    assert judged(known(old), party)["certificate_chain"] == ("absent", "issuer_unknown")
    assert judged(known(old, link), party)["verified"]


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        (-36500, 36500, ("passed", None)),
        (-20000, 1, ("passed", None)),
        (0, 0, ("passed", None)),
        (1, -1, ("failed", "signer_not_yet_valid")),
        (-10, -2, ("failed", "signer_expired")),
    ],
)
def test_signers_of_unusual_validity(begins: int, ends: int, said: tuple[str, str | None]) -> None:
    valid = (NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    party = state.issue("Document Signer", key(1), csca(), serial=8, valid=valid)
    assert judged(known(), party)["validity"] == said


@given(st.binary(max_size=120), st.booleans())
def test_any_revocation_list_raises_one_error(content: bytes, framed: bool) -> None:
    with contextlib.suppress(IdentityDataError):
        parse_revocation_list(state.tlv(0x30, content) if framed else content)


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_any_changed_byte_of_a_revocation_list_is_noticed(data: st.DataObject) -> None:
    listed = bytearray(spoilt_list())
    at = data.draw(st.integers(0, len(listed) - 1))
    listed[at] ^= data.draw(st.integers(1, 255))
    anchors = known()
    try:
        anchors.add_revocation_list("here", parse_revocation_list(bytes(listed)))
    except IdentityDataError:
        return
    assert anchors.revocation_lists == []


@cache
def spoilt_list() -> bytes:
    return state.revocation_list(csca(), [8, 99])
