"""A chip that is none of a copy's: each proof right, wrong, copied, replayed, and meant for another."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
from functools import cache
from typing import Any

import ecdsa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ecdsa.util import sigencode_der, sigencode_string

from booth.idcard.testing import documents
from booth.idcard.testing.personas import PERSONAS
from clerk_console.identity import (
    ActiveProof,
    AgreementProof,
    Check,
    Evidence,
    Identity,
    IdentityDataError,
    MappingProof,
    TrustAnchors,
    verify,
)
from clerk_console.identity.active_authentication import is_response_to, parse_dg15
from clerk_console.identity.chip_authentication import Agreement, agree
from clerk_console.identity.errors import AlgorithmUnsupported
from clerk_console.identity.security_infos import parse_dg14
from tests.identity import chips, state
from tests.identity.chips import CurveChip, GroupChip, RsaChip

TODAY = state.NOW.date()
CHALLENGE = bytes(range(8))
ZONE = documents.dg1(documents.td1(PERSONAS["erika"].bearer))


@cache
def csca() -> state.Party:
    return state.issue("CSCA", ec.generate_private_key(ec.SECP256R1()))


@cache
def signer() -> state.Party:
    return state.issue("Document Signer", ec.generate_private_key(ec.SECP256R1()), csca(), serial=8)


@cache
def rsa_chip(bits: int = 1024) -> RsaChip:
    return RsaChip(rsa.generate_private_key(65537, bits))


def anchors() -> TrustAnchors:
    found = TrustAnchors()
    found.add("state", [csca().certificate])
    return found


def document(more: dict[int, bytes], by: state.Party | None = None) -> dict[str, bytes]:
    groups = {1: ZONE, **more}
    files = {f"{0x0100 + number:04x}": data for number, data in groups.items()}
    return files | {"011d": state.sod(groups, by or signer())}


def judged(files: dict[str, bytes], evidence: Evidence | None = None) -> Identity:
    return verify(files, anchors(), TODAY, evidence or Evidence())


def chip(identity: Identity) -> tuple[str, str | None]:
    result = identity.result(Check.CHIP_AUTHENTICITY)
    return str(result.verdict), str(result.reason) if result.reason else None


def agreement_with(file: bytes) -> Agreement:
    found = agree(parse_dg14(file), secrets.token_bytes)
    assert found
    return found


CHIPS: dict[str, Any] = {
    "brainpool": CurveChip,
    "nist": lambda: CurveChip(ecdsa.curves.NIST256p),
    "brainpool 320": lambda: CurveChip(ecdsa.curves.BRAINPOOLP320r1),
    "by number": lambda: CurveChip(ecdsa.curves.BRAINPOOLP384r1, standardized=True),
    "group": GroupChip,
}


@pytest.mark.parametrize("suite", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", CHIPS)
def test_chip_authentication(kind: str, suite: int) -> None:
    held = CHIPS[kind]()
    file = chips.dg14(held, suite)
    agreement = agreement_with(file)
    assert agreement.protocol == f"0.4.0.127.0.7.2.2.3.{held.kind}.{suite}"
    response = chips.answer(held, suite, agreement.public_key, agreement.command)
    identity = judged(document({14: file}), Evidence((AgreementProof(response),), agreement=agreement))
    assert chip(identity) == ("passed", None)
    assert identity.verified


def test_a_chip_that_names_its_key_only_means_triple_des() -> None:
    held = CurveChip()
    agreement = agreement_with(chips.dg14(held, None))
    response = chips.answer(held, 1, agreement.public_key, agreement.command)
    assert agreement.is_answered_by(response)


def test_of_several_keys_the_one_that_is_meant() -> None:
    held, other = CurveChip(), CurveChip(ecdsa.curves.NIST256p)
    more = chips.info("0.4.0.127.0.7.2.2.1.2", other.spki(), chips.number(9))
    file = chips.dg14(held, 2, key_id=5, more=more)
    agreement = agreement_with(file)
    assert agreement.key_id == 5
    assert agreement.is_answered_by(chips.answer(held, 2, agreement.public_key, agreement.command))


def test_a_status_other_than_success_still_proves_the_key() -> None:
    held = CurveChip()
    agreement = agreement_with(chips.dg14(held))
    response = chips.answer(held, 2, agreement.public_key, agreement.command, b"\x6a\x82")
    assert agreement.is_answered_by(response)
    assert not agreement.is_answered_by(response[:-2] + b"\x90\x00")


def test_a_copied_chip_fails() -> None:
    """All its files, without the key: it can only guess, or answer with another."""
    held = CurveChip()
    files = document({14: chips.dg14(held)})
    agreement = agreement_with(files["010e"])
    for response in (bytes.fromhex("990290008e0800000000000000009000"), bytes.fromhex("9000"), b""):
        identity = judged(files, Evidence((AgreementProof(response),), agreement=agreement))
        assert identity.result(Check.CHIP_AUTHENTICITY).verdict == "failed"
        assert not identity.verified


def test_a_replayed_or_borrowed_response_fails() -> None:
    held = CurveChip()
    files = document({14: chips.dg14(held)})
    first, second = agreement_with(files["010e"]), agreement_with(files["010e"])
    replayed = Evidence((AgreementProof(chips.answer(held, 2, first.public_key, first.command)),), agreement=second)
    assert chip(judged(files, replayed)) == ("failed", "proof_wrong")
    nothing_asked = Evidence(replayed.proofs)
    assert chip(judged(files, nothing_asked)) == ("failed", "challenge_unknown")


def test_any_flipped_bit_of_a_response_fails() -> None:
    held = CurveChip()
    agreement = agreement_with(chips.dg14(held))
    response = chips.answer(held, 2, agreement.public_key, agreement.command)
    for position in range(len(response) * 8):
        changed = bytearray(response)
        changed[position // 8] ^= 1 << position % 8
        with contextlib.suppress(IdentityDataError):
            assert not agreement.is_answered_by(bytes(changed)), f"bit {position}"


def test_a_key_the_state_did_not_sign_proves_nothing() -> None:
    """The booth shows the console another DG14, whose key it holds itself."""
    held, own = CurveChip(), CurveChip()
    agreement = agreement_with(chips.dg14(own))
    response = chips.answer(own, 2, agreement.public_key, agreement.command)
    evidence = Evidence((AgreementProof(response),), agreement=agreement)
    assert chip(judged(document({14: chips.dg14(held)}), evidence)) == ("failed", "proof_wrong")
    swapped = document({14: chips.dg14(held)}) | {"010e": chips.dg14(own)}
    assert chip(judged(swapped, evidence)) == ("failed", "group_hash_wrong")
    added = document({}) | {"010e": chips.dg14(own)}
    assert chip(judged(added, evidence)) == ("failed", "group_not_signed")


def test_a_right_proof_under_a_forged_document_is_not_green() -> None:
    stranger = state.issue("Stranger", ec.generate_private_key(ec.SECP256R1()))
    held = CurveChip()
    files = document({14: chips.dg14(held)}, by=stranger)
    agreement = agreement_with(files["010e"])
    response = chips.answer(held, 2, agreement.public_key, agreement.command)
    identity = judged(files, Evidence((AgreementProof(response),), agreement=agreement))
    assert chip(identity) == ("absent", "key_not_proven")


@pytest.mark.parametrize(
    ("trailer", "digest"),
    [
        (b"\xbc", "sha1"),
        (b"\x33\xcc", "sha1"),
        (b"\x34\xcc", "sha256"),
        (b"\x35\xcc", "sha512"),
        (b"\x36\xcc", "sha384"),
        (b"\x38\xcc", "sha224"),
    ],
)
def test_active_authentication_with_rsa(trailer: bytes, digest: str) -> None:
    held = rsa_chip(2048 if digest == "sha512" else 1024)
    response = held.sign(CHALLENGE, trailer, digest)
    files = document({15: held.dg15()})
    identity = judged(files, Evidence((ActiveProof(response),), challenge=CHALLENGE))
    assert chip(identity) == ("passed", None)
    assert identity.verified
    other = Evidence((ActiveProof(response),), challenge=bytes(8))
    assert chip(judged(files, other)) == ("failed", "proof_wrong")
    assert chip(judged(files, Evidence((ActiveProof(response),)))) == ("failed", "challenge_unknown")


def test_rsa_signatures_of_the_other_forms() -> None:
    held = rsa_chip()
    key = parse_dg15(held.dg15())
    padded = held.sign(CHALLENGE, padding=3)
    assert is_response_to(key, CHALLENGE, padded)
    modulus = held.key.private_numbers().public_numbers.n
    complement = (modulus - int.from_bytes(held.sign(CHALLENGE), "big")).to_bytes(128, "big")
    assert is_response_to(key, CHALLENGE, complement)
    for wrong in (
        held.sign(CHALLENGE, header=0x4A),
        held.sign(CHALLENGE, b"\xcd"),
        bytes(128),
        b"\x01",
        b"\xff" * 128,
    ):
        assert not is_response_to(key, CHALLENGE, wrong)
    with pytest.raises(AlgorithmUnsupported):
        is_response_to(key, CHALLENGE, held.sign(CHALLENGE, b"\x37\xcc", "sha512"))


@pytest.mark.parametrize("curve", [ecdsa.curves.NIST256p, ecdsa.curves.BRAINPOOLP384r1, ecdsa.curves.NIST224p])
@pytest.mark.parametrize("encode", [sigencode_string, sigencode_der])
def test_active_authentication_with_ecdsa(curve: Any, encode: Any) -> None:
    private = ecdsa.SigningKey.generate(curve)
    response = private.sign(CHALLENGE, hashfunc=state.hashlib.sha224, sigencode=encode)
    sha224 = chips.info(
        "2.23.136.1.1.5", chips.number(1), state.core.ObjectIdentifier("0.4.0.127.0.7.1.1.4.1.2").dump()
    )
    for more in ({}, {14: state.tlv(0x6E, state.tlv(0x31, sha224))}):
        files = document({15: chips.ec_dg15(private), **more})
        assert chip(judged(files, Evidence((ActiveProof(response),), challenge=CHALLENGE))) == ("passed", None)
        wrong = Evidence((ActiveProof(response),), challenge=bytes(8))
        assert chip(judged(files, wrong)) == ("failed", "proof_wrong")


def test_the_hash_that_dg14_names_is_the_one_that_counts() -> None:
    private = ecdsa.SigningKey.generate(ecdsa.curves.NIST256p)
    response = private.sign(CHALLENGE, hashfunc=state.hashlib.sha1, sigencode=sigencode_string)
    key = parse_dg15(chips.ec_dg15(private))
    assert is_response_to(key, CHALLENGE, response)
    assert not is_response_to(key, CHALLENGE, response, digest="sha256")


def test_a_document_without_a_key_is_verified_and_the_clerk_is_told() -> None:
    identity = judged(document({}))
    assert (chip(identity), identity.verified) == (("absent", "chip_has_no_key"), True)


def test_a_copy_that_keeps_silent_is_not_verified() -> None:
    """What EF.SOD says the chip could prove, it has to prove."""
    active, agreement = document({15: rsa_chip().dg15()}), document({14: chips.dg14(CurveChip())})
    unread = {name: data for name, data in agreement.items() if name != "010e"}
    for files in (active, agreement, unread):
        identity = judged(files)
        assert (chip(identity), identity.verified) == (("absent", "proof_missing"), False)


def test_a_refusal_is_excused_by_a_right_proof_alone() -> None:
    held = CurveChip()
    files = document({14: chips.dg14(held), 15: rsa_chip().dg15()})
    agreement = agreement_with(files["010e"])
    right = AgreementProof(chips.answer(held, 2, agreement.public_key, agreement.command))
    evidence = Evidence((ActiveProof(b""), right), CHALLENGE, agreement)
    assert chip(judged(files, evidence)) == ("passed", None)
    assert [str(one.reason) for one in judged(files, evidence).proofs] == ["chip_refused", "None"]
    alone = dataclasses.replace(evidence, proofs=(ActiveProof(b""),))
    assert chip(judged(files, alone)) == ("failed", "chip_refused")
    wrong = dataclasses.replace(evidence, proofs=(ActiveProof(bytes(128)), right))
    assert chip(judged(files, wrong)) == ("failed", "proof_wrong")


def mapping(held: CurveChip, by: state.Party) -> MappingProof:
    order = int(held.curve.order)
    secret = secrets.randbelow(order - 1) + 1
    mapping_key = (held.curve.generator * secret).to_bytes("uncompressed")
    data = secret * pow(held.key.privkey.secret_multiplier, -1, order) % order
    infos = state.tlv(0x31, chips.info("0.4.0.127.0.7.2.2.1.2", held.spki()))
    return MappingProof(mapping_key, data.to_bytes(32, "big"), state.signed_data(infos, by, state.CARD_SECURITY))


def test_chip_authentication_mapping_is_told_and_never_green() -> None:
    held = CurveChip()
    files = document({14: chips.dg14(held)})
    proof = mapping(held, signer())
    identity = judged(files, Evidence((proof,)))
    assert (chip(identity), identity.verified) == (("absent", "proven_to_booth_only"), False)
    other = dataclasses.replace(proof, mapping_key=mapping(held, signer()).mapping_key)
    assert chip(judged(files, Evidence((other,)))) == ("failed", "proof_wrong")
    stranger = state.issue("Stranger", ec.generate_private_key(ec.SECP256R1()))
    assert chip(judged(files, Evidence((mapping(held, stranger),)))) == ("absent", "key_not_proven")


def test_no_secret_in_a_repr() -> None:
    agreement = agreement_with(chips.dg14(CurveChip()))
    assert agreement.mac_key.hex() not in repr(agreement)
    assert repr(agreement.mac_key) not in repr(agreement)
