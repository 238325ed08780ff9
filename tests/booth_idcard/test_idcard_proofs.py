"""What a chip answers to the console's challenges, carried through the booth: true chips, copied ones, and lies."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from booth.idcard import tlv
from booth.idcard.apdu import Command, Response, Transmit
from booth.idcard.card_access import GROUPS, SUITES
from booth.idcard.errors import CardError, ReadCancelled
from booth.idcard.keys import AccessKey, CardAccessNumber, MachineReadableZoneKey
from booth.idcard.pace import session_keys
from booth.idcard.proofs import ChipDialogue
from booth.idcard.secure_messaging import SecureChannel, SessionKeys
from booth.idcard.session import CardFiles, ReadRequest, read_files
from booth.idcard.testing.cards import make_chip
from booth.idcard.testing.chip_proofs import StaticKey
from booth.idcard.testing.documents import common, zone_key
from booth.idcard.testing.emulator import EmulatedChip, Secrets
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.security_infos import pace_info, security_infos
from media.consultation import ActiveAuthentication, ChipAgreement, ChipAuthentication, PaceChipMapping

Connect = Callable[[EmulatedChip], Callable[[], AbstractContextManager[Transmit]]]
ALL = (1, 2, 11, 12, 14, 15)
CHALLENGE = bytes.fromhex("0123456789abcdef")
SELECT_COMMON = Command(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e")


def key_of(name: str) -> AccessKey:
    persona = PERSONAS[name]
    if persona.card_access_number:
        return CardAccessNumber(persona.card_access_number)
    return MachineReadableZoneKey(*zone_key(persona.bearer))


def read(chip: EmulatedChip, name: str, connect_to: Connect, request: ReadRequest) -> CardFiles:
    with key_of(name) as key:
        return read_files(connect_to(chip), key, request, lambda share: None, lambda: None)


@dataclass
class Console:
    """The authority's end: it knows the static public key (the tests' from the chip, the true one's from DG14)."""

    static_key: StaticKey
    channel: SecureChannel | None = None

    def agreement(self) -> ChipAgreement:
        group, suite = GROUPS[self.static_key.parameter], self.static_key.suite
        scalar = group.random_scalar(secrets.token_bytes)
        secret = group.shared_secret(group.multiply(scalar, group.decode(self.static_key.public_key)))
        self.channel = SecureChannel(SessionKeys(SUITES[suite], *session_keys(SUITES[suite], secret)))
        mine = group.encode(group.multiply(scalar, group.generator))
        return ChipAgreement(
            protocol=f"0.4.0.127.0.7.2.2.3.2.{suite}",
            key_id=self.static_key.key_id,
            public_key=base64.b64encode(mine).decode(),
            command=base64.b64encode(self.channel.protect(SELECT_COMMON).encode()).decode(),
        )

    def dialogue(self) -> ChipDialogue:
        dialogue = ChipDialogue(lambda file: dialogue.answer(self.agreement()))
        return dialogue

    def believes(self, proof: ChipAuthentication) -> bool:
        assert self.channel
        try:
            return self.channel.open(Response.decode(base64.b64decode(proof.response))).status == 0x9000
        except CardError:
            return False


def static_key(chip: EmulatedChip) -> StaticKey:
    assert chip.secrets.static_key
    return chip.secrets.static_key


@pytest.mark.parametrize("name", ["erika", "giulia", "jose", "annelie", "ioana", "eleni"])
def test_a_true_chip_answers_the_consoles_key(name: str, pki: TestPki, now: datetime, connect_to: Connect) -> None:
    """3DES, AES 128 to 256; after PACE, and after PACE with chip authentication mapping."""
    chip = make_chip(PERSONAS[name], pki, now)
    console = Console(static_key(chip))
    card = read(chip, name, connect_to, ReadRequest(ALL, dialogue=console.dialogue()))
    (proof,) = (proof for proof in card.proofs if isinstance(proof, ChipAuthentication))
    assert console.believes(proof)
    assert set(card.files) == set(chip.files)


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("suite", [1, 2])
def test_a_key_too_long_for_a_short_command(suite: int, extended: bool, connect_to: Connect) -> None:
    """2,048 bits: whole where the chip takes extended lengths, in protected pieces where it does not."""
    key = StaticKey.make(2, suite, secrets.token_bytes)
    number = PERSONAS["erika"].card_access_number
    files = {
        "011c": security_infos(pace_info(2, 13)),
        "011d": tlv.encode(0x77, b"sod"),
        "010e": tlv.encode(0x6E, b"key"),
        "011e": common([14]),
    }
    chip = EmulatedChip(files, Secrets(number, static_key=key), extended=extended)
    console = Console(key)
    card = read(chip, "erika", connect_to, ReadRequest((14,), dialogue=console.dialogue()))
    (proof,) = card.proofs
    assert isinstance(proof, ChipAuthentication)
    assert console.believes(proof)


def test_a_copied_chip_cannot(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now, Fault(FaultName.CLONED))
    true_key = StaticKey.make(13, 2, secrets.token_bytes)
    console = Console(true_key)
    card = read(chip, "erika", connect_to, ReadRequest((1, 14), dialogue=console.dialogue()))
    (proof,) = card.proofs
    assert isinstance(proof, ChipAuthentication)
    assert not console.believes(proof)


def test_a_chip_that_refuses_the_key_is_told_as_such(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now)
    console = Console(StaticKey.make(13, 3, secrets.token_bytes))
    card = read(chip, "erika", connect_to, ReadRequest((14,), dialogue=console.dialogue()))
    (proof,) = card.proofs
    assert isinstance(proof, ChipAuthentication)
    assert base64.b64decode(proof.response) == b"\x6a\x80"
    assert not console.believes(proof)


def test_dg14_is_offered_before_the_rest_is_read(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now)
    seen: list[int] = []
    dialogue = ChipDialogue(lambda file: (seen.append(chip.commands), dialogue.answer(None))[1])
    card = read(chip, "erika", connect_to, ReadRequest(ALL, dialogue=dialogue))
    assert card.proofs == ()
    assert seen[0] <= 12 < chip.commands


def test_a_console_that_stays_silent_costs_that_check_alone(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now)
    card = read(chip, "erika", connect_to, ReadRequest((1, 14), dialogue=ChipDialogue(lambda _: None, timeout_s=0.1)))
    assert card.proofs == ()
    assert card.files["010e"] == chip.files["010e"]


def test_a_reading_given_up_does_not_wait_for_the_console(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    def given_up() -> None:
        raise ReadCancelled

    chip = make_chip(PERSONAS["erika"], pki, now)
    request = ReadRequest((14,), dialogue=ChipDialogue(lambda _: None, timeout_s=60))
    with key_of("erika") as key, pytest.raises(ReadCancelled):
        read_files(connect_to(chip), key, request, lambda share: None, given_up)


@pytest.mark.parametrize(
    "changes",
    [
        {"protocol": "0.4.0.127.0.7.2.2.4.2.2"},
        {"protocol": "1.2.840.10045.2.1"},
        {"protocol": "0.400.1.1.1"},
        {"public_key": "A"},
        {"command": base64.b64encode(bytes.fromhex("00a4020c02011e")).decode()},
        {"command": base64.b64encode(bytes.fromhex("0c2a000000")).decode()},
        {"command": base64.b64encode(b"\x0c\xa4").decode()},
        {"command": "====" * 3},
    ],
)
def test_what_the_booth_does_not_pass_on(
    changes: dict[str, str], pki: TestPki, now: datetime, connect_to: Connect
) -> None:
    """Another protocol than Chip Authentication, a command in the clear, another instruction, nonsense."""
    chip = make_chip(PERSONAS["erika"], pki, now)
    usual = Console(static_key(chip)).agreement()
    fields = {field: getattr(usual, field) for field in usual.__struct_fields__} | changes
    dialogue = ChipDialogue(lambda _: None)
    dialogue.answer(ChipAgreement(**fields))
    card = read(chip, "erika", connect_to, ReadRequest((1, 14), dialogue=dialogue))
    assert card.proofs == ()
    assert "0101" in card.files


def public_key(files: dict[str, bytes]) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    key = serialization.load_der_public_key(tlv.find(files["010f"], 0x6F))
    assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return key


def is_signed(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, signature: bytes, challenge: bytes) -> bool:
    """ISO/IEC 9796-2 with SHA-256, or plain ECDSA with SHA-256 (9303-11, 6.1.2)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        half = len(signature) // 2
        pair = (int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
        try:
            key.verify(encode_dss_signature(*pair), challenge, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
    numbers = key.public_numbers()
    block = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(len(signature), "big")
    recovered, digest, trailer = block[1:-34], block[-34:-2], block[-2:]
    return (block[:1], trailer, digest) == (b"\x6a", b"\x34\xcc", hashlib.sha256(recovered + challenge).digest())


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *((name, FaultName.NONE) for name in ("soren", "wei", "olena", "eleni")),
        ("soren", FaultName.PLAIN),
        ("olena", FaultName.PLAIN),
    ],
)
def test_a_true_chip_signs_the_consoles_challenge(
    name: str, fault: FaultName, pki: TestPki, now: datetime, connect_to: Connect
) -> None:
    """ECDSA and RSA, after PACE and Basic Access Control, with extended and with short lengths."""
    chip = make_chip(PERSONAS[name], pki, now, Fault(fault))
    card = read(chip, name, connect_to, ReadRequest((1, 15), challenge=CHALLENGE))
    (proof,) = (proof for proof in card.proofs if isinstance(proof, ActiveAuthentication))
    signature = base64.b64decode(proof.response)
    assert proof.status == "9000"
    assert is_signed(public_key(card.files), signature, CHALLENGE)
    assert not is_signed(public_key(card.files), signature, bytes(8))


@pytest.mark.parametrize("name", ["soren", "wei"])
def test_a_copied_chip_signs_with_another_key(name: str, pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS[name], pki, now, Fault(FaultName.CLONED))
    card = read(chip, name, connect_to, ReadRequest((15,), challenge=CHALLENGE))
    (proof,) = card.proofs
    assert isinstance(proof, ActiveAuthentication)
    assert not is_signed(public_key(card.files), base64.b64decode(proof.response), CHALLENGE)


def test_a_chip_that_refuses_to_sign_is_told_as_such(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    chip = make_chip(PERSONAS["erika"], pki, now)
    chip.files = {**chip.files, "010f": tlv.encode(0x6F, b"no key"), "011e": b"\x60\x00"}
    card = read(chip, "erika", connect_to, ReadRequest((15,), challenge=CHALLENGE))
    assert card.proofs == (ActiveAuthentication(response="", status="6985"),)


def test_without_a_challenge_nothing_is_signed(pki: TestPki, now: datetime, connect_to: Connect) -> None:
    assert read(make_chip(PERSONAS["soren"], pki, now), "soren", connect_to, ReadRequest((15,))).proofs == ()


@pytest.mark.parametrize("fault", [FaultName.NONE, FaultName.CLONED])
def test_chip_authentication_mapping(fault: FaultName, pki: TestPki, now: datetime, connect_to: Connect) -> None:
    """The mapping key is the chip's data times the static key, which EF.CardSecurity has; not so with a copy."""
    chip = make_chip(PERSONAS["ioana"], pki, now, Fault(fault))
    card = read(chip, "ioana", connect_to, ReadRequest((1,)))
    (proof,) = card.proofs
    assert isinstance(proof, PaceChipMapping)
    assert base64.b64decode(proof.card_security) == chip.card_security
    group = GROUPS[13]
    static = group.encode(group.multiply(static_key(chip).scalar, group.generator))
    told = static if static in chip.card_security else other_key(chip)
    data = int.from_bytes(base64.b64decode(proof.data), "big")
    proved = group.encode(group.multiply(data, group.decode(told)))
    assert (proved == base64.b64decode(proof.mapping_key)) is (fault is FaultName.NONE)


def other_key(chip: EmulatedChip) -> bytes:
    """The true chip's key, out of the copied EF.CardSecurity: an uncompressed point in a bit string."""
    at = chip.card_security.index(b"\x03\x42\x00\x04")
    return chip.card_security[at + 3 : at + 3 + 65]


@pytest.mark.parametrize("length", [0, 7, 9])
def test_a_challenge_has_eight_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        ReadRequest((1,), challenge=bytes(length))
