"""The booth's reader, the emulated chips and the console's judgement: apart in origin, they judge each other."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from asn1crypto import x509

from booth.idcard.keys import CardAccessNumber, MachineReadableZoneKey
from booth.idcard.proofs import ChipDialogue
from booth.idcard.session import CardFiles, ReadRequest, read_files
from booth.idcard.testing.cards import make_chip
from booth.idcard.testing.documents import zone_key
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestStates
from clerk_console.chip_challenges import Challenge, ChipChallenges
from clerk_console.identity import Check, Evidence, Identity, TrustAnchors, verify
from clerk_console.identity.revocation import parse_revocation_list
from clerk_console.rest_cases import chip_agreement, chip_proof
from tests.identity.conftest import NOW

CASE = "case"


def read(chip: EmulatedChip, name: str, asked: ChipChallenges) -> tuple[CardFiles, Challenge]:
    """What a booth sends of the chip, and what the console had asked."""
    persona = PERSONAS[name]
    nonce = asked.open(CASE)
    dialogue: ChipDialogue

    def on_key(file: bytes) -> None:
        agreement = asked.agree(CASE, nonce, file)
        dialogue.answer(chip_agreement(agreement) if agreement else None)

    dialogue = ChipDialogue(on_key)

    @contextmanager
    def connect() -> Iterator[Callable[[bytes], bytes]]:
        chip.reset()
        yield chip.exchange

    number = persona.card_access_number
    with CardAccessNumber(number) if number else MachineReadableZoneKey(*zone_key(persona.bearer)) as key:
        request = ReadRequest((1, 2, 11, 12, 14, 15), nonce, dialogue)
        found = read_files(connect, key, request, lambda *_: None, lambda: None)
    taken = asked.take(CASE, nonce)
    assert taken
    return found, taken


def judged(found: CardFiles, asked: Challenge, anchors: TrustAnchors, today: date) -> Identity:
    proofs = tuple(chip_proof(one) for one in found.proofs)
    return verify(found.files, anchors, today, Evidence(proofs, asked.nonce, asked.agreement))


@pytest.fixture
def asked() -> ChipChallenges:
    return ChipChallenges(lambda: 0.0, secrets.token_bytes)


@pytest.mark.parametrize("name", sorted(PERSONAS))
def test_every_document_is_verified(
    name: str, states: TestStates, asked: ChipChallenges, anchors: TrustAnchors, today: date
) -> None:
    persona = PERSONAS[name]
    chip = make_chip(persona, states.of(persona.country), NOW)
    identity = judged(*read(chip, name, asked), anchors, today)
    assert identity.verified, [(str(r.check), str(r.reason)) for r in identity.checks]
    keyed = persona.make.chip_key or persona.make.active
    assert identity.result(Check.CHIP_AUTHENTICITY).reason == (None if keyed else "chip_has_no_key")
    assert bool(identity.details) == bool(persona.details)


@pytest.mark.parametrize("name", [n for n, p in sorted(PERSONAS.items()) if p.make.chip_key or p.make.active])
def test_a_clone_of_every_document_fails(
    name: str, states: TestStates, asked: ChipChallenges, anchors: TrustAnchors, today: date
) -> None:
    persona = PERSONAS[name]
    chip = make_chip(persona, states.of(persona.country), NOW, Fault(FaultName.CLONED))
    identity = judged(*read(chip, name, asked), anchors, today)
    assert identity.result(Check.CHIP_AUTHENTICITY).verdict == "failed"
    assert not identity.verified


def test_a_reading_shown_again_fails(
    states: TestStates, asked: ChipChallenges, anchors: TrustAnchors, today: date
) -> None:
    """A booth keeps what it once read and answers a later question with it."""
    chip = make_chip(PERSONAS["erika"], states.of("DE"), NOW)
    kept, _ = read(chip, "erika", asked)
    _, later = read(chip, "erika", asked)
    identity = judged(kept, later, anchors, today)
    assert identity.result(Check.CHIP_AUTHENTICITY).verdict == "failed"


def test_a_document_of_a_revoked_signer(states: TestStates, asked: ChipChallenges, today: date) -> None:
    state = states.of("DE")
    anchors = TrustAnchors()
    anchors.add("DE", [x509.Certificate.load(state.csca.der)])
    anchors.add_revocation_list("de.crl", parse_revocation_list(state.crl(NOW - timedelta(hours=1))))
    chip = make_chip(PERSONAS["erika"], state, NOW, Fault(FaultName.REVOKED))
    identity = judged(*read(chip, "erika", asked), anchors, today)
    assert identity.result(Check.REVOCATION).reason == "signer_revoked"
    assert not identity.verified
    genuine = judged(*read(make_chip(PERSONAS["erika"], state, NOW), "erika", asked), anchors, today)
    assert genuine.result(Check.REVOCATION).verdict == "passed"
    assert genuine.verified
