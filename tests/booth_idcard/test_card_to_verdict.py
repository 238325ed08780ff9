"""From the chip to the authority's verdict: the booth reads and carries, the console challenges and judges.

Two ends by two hands: what the emulated chips and the reader say, the console's own arithmetic must understand.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import x509

from booth.idcard.apdu import Transmit
from booth.idcard.keys import CardAccessNumber, MachineReadableZoneKey
from booth.idcard.proofs import ChipDialogue
from booth.idcard.session import CardFiles, ReadRequest, read_files
from booth.idcard.testing.cards import bearer_of, make_chip
from booth.idcard.testing.documents import zone_key
from booth.idcard.testing.emulator import EmulatedChip
from booth.idcard.testing.faults import NO_FAULT, Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestStates
from clerk_console.identity import (
    ActiveProof,
    AgreementProof,
    Check,
    Evidence,
    Identity,
    MappingProof,
    TrustAnchors,
    Verdict,
    verify,
)
from clerk_console.identity.chip_authentication import Agreement, agree
from clerk_console.identity.chip_authenticity import Proof
from clerk_console.identity.security_infos import parse_dg14
from media.consultation import ActiveAuthentication, ChipAgreement, ChipAuthentication
from media.consultation import Proof as Carried

Connect = Callable[[EmulatedChip], Callable[[], AbstractContextManager[Transmit]]]
CHALLENGE = bytes.fromhex("0123456789abcdef")


@pytest.fixture(scope="module")
def states(now: datetime) -> TestStates:
    return TestStates(now)


@pytest.fixture(scope="module")
def anchors(states: TestStates) -> TrustAnchors:
    anchors = TrustAnchors()
    for country in {persona.country for persona in PERSONAS.values()}:
        anchors.add(country, [x509.Certificate.load(states.of(country).csca.der)])
    return anchors


class Console:
    """The back end's part, as `clerk_console.chip_challenges` plays it, without the network between."""

    def __init__(self) -> None:
        self.agreement: Agreement | None = None

    def dialogue(self) -> ChipDialogue:
        dialogue = ChipDialogue(lambda file: dialogue.answer(self._agree(file)))
        return dialogue

    def _agree(self, file: bytes) -> ChipAgreement | None:
        self.agreement = found = agree(parse_dg14(file), secrets.token_bytes)
        if found is None:
            return None
        return ChipAgreement(
            protocol=found.protocol,
            key_id=found.key_id,
            public_key=base64.b64encode(found.public_key).decode(),
            command=base64.b64encode(found.command).decode(),
        )


def judged_proof(proof: Carried) -> Proof:
    if isinstance(proof, ActiveAuthentication):
        return ActiveProof(base64.b64decode(proof.response))
    if isinstance(proof, ChipAuthentication):
        return AgreementProof(base64.b64decode(proof.response))
    fields = (proof.mapping_key, proof.data, proof.card_security)
    return MappingProof(*(base64.b64decode(field) for field in fields))


def shown(
    name: str, states: TestStates, anchors: TrustAnchors, now: datetime, connect_to: Connect, fault: Fault = NO_FAULT
) -> tuple[Identity, CardFiles]:
    persona, console = PERSONAS[name], Console()
    chip = make_chip(persona, states.of(persona.country), now, fault)
    request = ReadRequest((1, 2, 11, 12, 14, 15), CHALLENGE, console.dialogue())
    number = persona.card_access_number
    zone = zone_key(bearer_of(persona, now, fault))
    with CardAccessNumber(number) if number else MachineReadableZoneKey(*zone) as key:
        card = read_files(connect_to(chip), key, request, lambda share: None, lambda: None)
    evidence = Evidence(tuple(judged_proof(proof) for proof in card.proofs), CHALLENGE, console.agreement)
    return verify(card.files, anchors, now.date(), evidence), card


def verdict_of(identity: Identity, check: Check) -> Verdict:
    return next(result.verdict for result in identity.checks if result.check is check)


@pytest.mark.parametrize("name", sorted(PERSONAS))
def test_a_true_document(
    name: str, states: TestStates, anchors: TrustAnchors, now: datetime, connect_to: Connect
) -> None:
    """The chip is proven where it has a key for it; the afghan passport has none, and is nothing worse."""
    identity, _ = shown(name, states, anchors, now, connect_to)
    has_key = PERSONAS[name].make.chip_key or PERSONAS[name].make.active
    expected = Verdict.PASSED if has_key else Verdict.ABSENT
    assert verdict_of(identity, Check.CHIP_AUTHENTICITY) is expected
    assert identity.verified


@pytest.mark.parametrize(
    "name", sorted(name for name, one in PERSONAS.items() if one.make.chip_key or one.make.active)
)
def test_a_copied_document(
    name: str, states: TestStates, anchors: TrustAnchors, now: datetime, connect_to: Connect
) -> None:
    """Everything else is as the state made it."""
    identity, _ = shown(name, states, anchors, now, connect_to, Fault(FaultName.CLONED))
    assert verdict_of(identity, Check.DATA_INTEGRITY) is Verdict.PASSED
    assert verdict_of(identity, Check.CHIP_AUTHENTICITY) is Verdict.FAILED
    assert not identity.verified


@pytest.mark.parametrize("name", ["erika", "olena"])
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (FaultName.TAMPERED, Check.DATA_INTEGRITY),
        (FaultName.PORTRAIT_SWAPPED, Check.DATA_INTEGRITY),
        (FaultName.EXPIRED, Check.VALIDITY),
        (FaultName.WRONG_CA, Check.CERTIFICATE_CHAIN),
        (FaultName.FORGED_CA, Check.CERTIFICATE_CHAIN),
        (FaultName.BROKEN_SIGNATURE, Check.DOCUMENT_SIGNATURE),
    ],
)
def test_a_false_document(
    name: str,
    fault: FaultName,
    check: Check,
    states: TestStates,
    anchors: TrustAnchors,
    now: datetime,
    connect_to: Connect,
) -> None:
    identity, _ = shown(name, states, anchors, now, connect_to, Fault(fault))
    assert verdict_of(identity, check) is not Verdict.PASSED
    assert not identity.verified


def test_the_lists_of_the_test_states_are_believed_and_revoke(
    states: TestStates, now: datetime, connect_to: Connect, tmp_path: Path
) -> None:
    """A folder with the test master list and the CRLs, as an operator fills it."""
    states.export_lists(tmp_path, ["DE", "UA"])
    listed = TrustAnchors.load(tmp_path)
    assert listed.problems == []
    genuine, _ = shown("olena", states, listed, now, connect_to)
    assert genuine.verified
    revoked, _ = shown("olena", states, listed, now, connect_to, Fault(FaultName.REVOKED))
    assert verdict_of(revoked, Check.REVOCATION) is Verdict.FAILED
    assert not revoked.verified
