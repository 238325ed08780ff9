"""The emulated card by itself: whom it believes, what its counters do, and its program."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from booth.eid.testing import files
from booth.eid.testing.__main__ import IdCardHolder, make_secrets
from booth.eid.testing.card import EidCard
from booth.eid.testing.certificates import CardVerifiable, CertificateRefused
from booth.eid.testing.counters import Password
from booth.eid.testing.persons import PERSONS
from booth.idcard import tlv
from booth.idcard.apdu import Command, Response
from clerk_console.eid.attributes import Attribute
from clerk_console.eid.testing.pki import CURVE, TerminalPki, point

NAMES = frozenset({Attribute.FAMILY_NAMES})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("root")


@pytest.fixture(scope="module")
def pki(folder: Path) -> TerminalPki:
    return TerminalPki.kept_in(folder)


@pytest.fixture
def card(pki: TerminalPki, folder: Path) -> EidCard:
    return EidCard(PERSONS["erika"], (folder / "root.cvc").read_bytes(), make_secrets("erika"))


def status(card: EidCard, ins: int, p1: int, p2: int, data: bytes = b"", expected: int | None = None) -> int:
    return Response.decode(card.exchange(Command(0x00, ins, p1, p2, data, expected).encode())).status


def announce(card: EidCard, password: int) -> int:
    """MSE:Set AT, from which a reader learns how many tries are left."""
    data = tlv.encode(0x80, files.PACE_ECDH_GM_AES_128) + tlv.encode(0x83, bytes([password]))
    return status(card, 0x22, 0xC1, 0xA4, data)


def test_a_chain_is_believed_link_by_link(pki: TerminalPki, folder: Path) -> None:
    root = CardVerifiable.parse((folder / "root.cvc").read_bytes())
    verifier, terminal = (CardVerifiable.parse(one) for one in pki.terminal(NAMES, b"told").chain)
    verifier.check_issued_by(root)
    terminal.check_issued_by(verifier)
    with pytest.raises(CertificateRefused, match="another issuer"):
        terminal.check_issued_by(root)
    with pytest.raises(CertificateRefused, match="signature is wrong"):
        replace(terminal, body=terminal.body[:-1] + b"\x00").check_issued_by(verifier)
    stranger = replace(verifier, point=point(ec.generate_private_key(CURVE).public_key()))
    with pytest.raises(CertificateRefused, match="signature is wrong"):
        terminal.check_issued_by(stranger)


@pytest.mark.parametrize("spoil", [lambda data: data[:40], lambda data: b"\x30\x00", lambda data: b""])
def test_what_is_no_certificate_is_refused(pki: TerminalPki, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CertificateRefused):
        CardVerifiable.parse(spoil(pki.verifier))


def test_nothing_is_read_without_chip_authentication(card: EidCard) -> None:
    assert status(card, 0xA4, 0x04, 0x0C, files.EID_APPLICATION) == 0x6A82
    assert status(card, 0xB0, 0x80 | 0x1D, 0, expected=256) == 0x6982
    assert status(card, 0xB0, 0x80 | 0x1C, 0, expected=256) == 0x9000
    assert status(card, 0x82, 0, 0, bytes(64)) == 0x6985
    assert status(card, 0x2A, 0, 0xBE, b"x") == 0x6A88
    assert status(card, 0x2C, 2, 3, b"654321") == 0x6982


@pytest.mark.parametrize(
    ("state", "warned", "usable"),
    [
        ("fresh", 0x9000, 0x9000),
        ("transport_pin", 0x9000, 0x9000),
        ("suspended", 0x63C1, 0x6985),
        ("blocked", 0x63C0, 0x6983),
        ("deactivated", 0x6283, 0x6983),
    ],
)
def test_the_counter_is_told_and_held(card: EidCard, state: str, warned: int, usable: int) -> None:
    card.status = make_secrets("erika", state)
    assert announce(card, 3) == warned
    assert status(card, 0x86, 0, 0, tlv.encode(0x7C, b""), 256) == usable
    assert announce(card, 2) == 0x9000, "the CAN is never blocked"


def test_a_wrong_pin_costs_a_try_and_a_right_one_gives_them_back() -> None:
    kept = make_secrets("erika")
    for left in (2, 1, 0, 0):
        kept.used(Password.PIN, right=False)
        assert kept.tries == left
    kept.used(Password.CAN, right=False)
    kept.used(Password.PIN, right=True)
    assert (kept.tries, kept.suspended, kept.blocked) == (3, False, False)


def test_the_puk_unblocks_ten_times() -> None:
    status_ = make_secrets("erika", "blocked")
    assert [status_.unblock() for _ in range(11)] == [True] * 10 + [False]
    assert not status_.change_pin(b"12345")
    assert status_.change_pin(b"654321")
    assert "654321" not in repr(status_)


def test_the_program_says_what_it_does(folder: Path, pki: TerminalPki) -> None:
    out = io.StringIO()
    holder = IdCardHolder("erika", "fresh", (folder / "root.cvc").read_bytes(), 1, out)
    holder.say_ready()
    for line in ("insert", "person juergen", "state transport_pin", "tear 7", "state unknown", "nonsense", ""):
        assert holder.obey(line)
    assert not holder.obey("quit")
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["event"] for one in said] == ["ready", "error", "ready", "ready", "tear", "error", "error"]
    assert (said[0]["pin"], said[2]["pin"], said[3]["pin"]) == ("123456", "246802", "12345")
