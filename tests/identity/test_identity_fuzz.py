"""Every parser that sees a chip's or a booth's bytes, fed with noise and with true files spoilt: typed errors only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import cache
from typing import Any

import ecdsa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from booth.idcard import tlv
from booth.idcard.testing import documents, portrait
from booth.idcard.testing.personas import PERSONAS
from clerk_console.identity import (
    ActiveProof,
    AgreementProof,
    Evidence,
    IdentityDataError,
    MappingProof,
    TrustAnchors,
    verify,
)
from clerk_console.identity.active_authentication import is_response_to, parse_dg15
from clerk_console.identity.certificates import certificate_name, deviation, parse_certificate
from clerk_console.identity.chip_authentication import agree
from clerk_console.identity.chip_mapping import is_mapping_of, parse_card_security
from clerk_console.identity.details import parse_dg11, parse_dg12
from clerk_console.identity.groups import parse_dg1, parse_dg2
from clerk_console.identity.master_list import parse_master_list
from clerk_console.identity.portrait import make_portrait
from clerk_console.identity.revocation import parse_revocation_list
from clerk_console.identity.security_infos import parse_dg14
from clerk_console.identity.sod import parse_sod
from tests.identity import chips, state

TODAY = state.NOW.date()
PERSON = b"Mustermann<<Erika"


def dg11() -> bytes:
    others = tlv.encode(0xA0, tlv.encode(0x02, b"\x01") + tlv.encode(0x5F0F, b"Gabler<<Erika"))
    fields = {
        0x5C: b"\x5f\x0e\x5f\x0f\x5f\x2b\x5f\x11\x5f\x42",
        0x5F0E: PERSON,
        0x5F2B: bytes.fromhex("19640812"),
        0x5F11: "München<Bayern".encode(),
        0x5F42: "Heidestraße 17<Köln".encode(),
    }
    return tlv.encode(0x6B, b"".join(tlv.encode(tag, value) for tag, value in fields.items()) + others)


def dg12() -> bytes:
    return tlv.encode(0x6C, tlv.encode(0x5F19, "Stadt Köln".encode()) + tlv.encode(0x5F26, b"20200131"))


@cache
def party() -> state.Party:
    return state.issue("CSCA", ec.generate_private_key(ec.SECP256R1()))


def card_security() -> bytes:
    infos = state.tlv(0x31, chips.info("0.4.0.127.0.7.2.2.1.2", chips.CurveChip().spki()))
    return state.signed_data(infos, party(), state.CARD_SECURITY)


def whole_certificate(data: bytes) -> None:
    certificate = parse_certificate(data)
    certificate_name(certificate)
    deviation(certificate)


def agreed(data: bytes) -> None:
    agree(parse_dg14(data), lambda size: bytes((7,)) * size)


def mapped(data: bytes) -> None:
    is_mapping_of(parse_card_security(data)[1], b"\x04" + bytes(64), bytes(31) + b"\x01")


@cache
def portraits() -> bytes:
    features = PERSONAS["erika"].features
    return documents.dg2(portrait.draw(features), portrait.WIDTH, portrait.HEIGHT)


PARSERS: dict[str, tuple[Callable[[bytes], Any], Callable[[], bytes]]] = {
    "EF.SOD": (parse_sod, lambda: state.sod({1: b"zone"}, party())),
    "EF.CardSecurity": (mapped, card_security),
    "DG1": (lambda data: parse_dg1(data, TODAY), lambda: documents.dg1(documents.td1(PERSONAS["erika"].bearer))),
    "DG2": (lambda data: make_portrait(parse_dg2(data)), portraits),
    "DG11": (parse_dg11, dg11),
    "DG12": (parse_dg12, dg12),
    "DG14": (agreed, lambda: chips.dg14(chips.CurveChip(), 2, key_id=1)),
    "DG14 with a group": (agreed, lambda: chips.dg14(chips.GroupChip(), 3)),
    "DG15": (
        lambda data: is_response_to(parse_dg15(data), bytes(8), bytes(64)),
        lambda: chips.ec_dg15(ecdsa.SigningKey.generate(ecdsa.curves.NIST256p)),
    ),
    "certificate": (whole_certificate, lambda: party().der),
    "revocation list": (parse_revocation_list, lambda: state.revocation_list(party(), [8])),
    "master list": (parse_master_list, lambda: state.master_list([party().certificate], party())),
}


@cache
def genuine(name: str) -> bytes:
    return PARSERS[name][1]()


@pytest.mark.parametrize("name", PARSERS)
def test_the_true_file_parses(name: str) -> None:
    PARSERS[name][0](genuine(name))


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_spoilt_files_raise_one_error(name: str, data: st.DataObject) -> None:
    """Cut, lengthened, and with some octets changed."""
    parse = PARSERS[name][0]
    spoilt = bytearray(genuine(name)[: data.draw(st.integers(0, 4000))])
    for place, octet in data.draw(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4)):
        if spoilt:
            spoilt[place % len(spoilt)] = octet
    with contextlib.suppress(IdentityDataError):
        parse(bytes(spoilt) + data.draw(st.binary(max_size=4)))


@given(response=st.binary(max_size=200), mapping=st.binary(max_size=70))
@settings(max_examples=100, deadline=None)
def test_any_proof_gives_a_verdict_and_never_green(response: bytes, mapping: bytes) -> None:
    file = genuine("DG14")
    agreement = agree(parse_dg14(file), lambda size: bytes((7,)) * size)
    proofs = (ActiveProof(response), AgreementProof(response), MappingProof(mapping, response, response))
    files = {"011d": state.sod({1: b"zone"}, party()), "010e": file, "010f": genuine("DG15")}
    identity = verify(files, TrustAnchors(), TODAY, Evidence(proofs, bytes(8), agreement))
    assert not identity.verified
    assert {str(one.verdict) for one in identity.proofs} <= {"absent", "failed", "unsupported"}


def test_further_entries() -> None:
    assert parse_dg11(dg11()) == {
        "full_name": "Mustermann, Erika",
        "other_names": "Gabler, Erika",
        "full_date_of_birth": "1964-08-12",
        "place_of_birth": "München, Bayern",
        "permanent_address": "Heidestraße 17, Köln",
    }
    assert parse_dg12(dg12()) == {"issuing_authority": "Stadt Köln", "date_of_issue": "2020-01-31"}


@pytest.mark.parametrize(
    ("value", "said"),
    [(b"19640812", "1964-08-12"), (b"\x19\x64\x00\x00", "1964"), (b"19640800", "1964-08"), (b"00000000", None)],
)
def test_dates_of_birth_that_are_known_in_part(value: bytes, said: str | None) -> None:
    file = tlv.encode(0x6B, tlv.encode(0x5F2B, value))
    assert parse_dg11(file).get("full_date_of_birth") == said


def test_text_cannot_make_a_screen_lie() -> None:
    """Long, turned round, or with control characters."""
    nasty = "A\u202egpj.\x00\n\u200bB".encode() + b"\xff" + b"x" * 1000
    shown = parse_dg11(tlv.encode(0x6B, tlv.encode(0x5F15, nasty)))["personal_summary"]
    assert shown.startswith("Agpj. B")
    assert len(shown) == 300


def test_details_are_shown_once_the_state_signed_them() -> None:
    groups = {1: documents.dg1(documents.td1(PERSONAS["erika"].bearer)), 11: dg11()}
    files = {"011d": state.sod(groups, party()), "0101": groups[1], "010b": groups[11]}
    anchors = TrustAnchors()
    assert not verify(files, anchors, TODAY).details
    anchors.add("state", [party().certificate])
    assert verify(files, anchors, TODAY).details["place_of_birth"] == "München, Bayern"
    swapped = files | {"010b": dg11().replace(b"Erika", b"Maria")}
    assert not verify(swapped, anchors, TODAY).details
    assert "Mustermann" not in repr(verify(files, anchors, TODAY))
