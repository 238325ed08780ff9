"""The emulated card as a program, and what its people's zones look like."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from booth.idcard.testing.cards import make_files
from booth.idcard.testing.documents import Bearer, check_digit, td1
from booth.idcard.testing.faults import Fault, FaultName
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki
from booth.idcard.testing.vpcd import ATR, Disturbance, VirtualSlot, VpcdUnreachable

WAIT_S = 30.0


def test_the_zone_of_icao_9303_5() -> None:
    """The example of a card, 9303-5 appendix B."""
    bearer = Bearer(
        "Eriksson", "Anna Maria", date(1974, 8, 12), "F", "UTO", "D23145890", date(2012, 4, 15), "I", "UTO"
    )
    assert td1(bearer) == "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"


def test_check_digit_of_icao_9303_3() -> None:
    assert check_digit("AB2134<<<") == "5"
    assert check_digit("520727") == "3"


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("erika", "MUSTERMANN<<ERIKA<<<<<<<<<<<<<"),
        ("juergen", "GROSS<OEZTUERK<<JUERGEN<ONEIL<"),
        ("anantha", "VENKATANARASIMHARAJ<<ANANTHA<L"),
        ("amina", "AMINA<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("kim", "NGUYEN<<KIM<<<<<<<<<<<<<<<<<<<"),
    ],
)
def test_names_in_the_zone(name: str, names: str) -> None:
    zone = td1(PERSONAS[name].bearer)
    assert len(zone) == 90
    assert zone[60:] == names


def test_a_kept_pki_is_the_same_again(tmp_path: Path, now: datetime) -> None:
    first, second = TestPki.kept_in(tmp_path, now), TestPki.kept_in(tmp_path, now)
    assert (first.csca.der, first.signer.der) == (second.csca.der, second.signer.der)
    assert (tmp_path / "csca.key").stat().st_mode & 0o777 == 0o600


def test_faults_are_named() -> None:
    assert Fault.parse("torn:7") == Fault(FaultName.TORN, 7)
    assert str(Fault.parse("torn:7")) == "torn:7"
    with pytest.raises(ValueError, match="expired"):
        Fault.parse("broken")
    with pytest.raises(ValueError, match="expired"):
        Fault.parse("torn:x")


def test_a_tampered_card_differs_in_the_name_only(pki: TestPki, now: datetime) -> None:
    genuine = make_files(PERSONAS["erika"], pki, now)
    tampered = make_files(PERSONAS["erika"], pki, now, Fault(FaultName.TAMPERED))
    assert tampered["0101"] != genuine["0101"]
    assert tampered["0101"].replace(b"XUSTERMANN", b"MUSTERMANN") == genuine["0101"]
    assert tampered["0102"] == genuine["0102"]


class Vpcd:
    """The reader's end of vpcd's socket."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(WAIT_S)
        self.port: int = self._listener.getsockname()[1]
        self.connection: socket.socket

    def accept(self) -> None:
        self.connection, _ = self._listener.accept()
        self.connection.settimeout(WAIT_S)

    def send(self, message: bytes) -> None:
        self.connection.sendall(struct.pack(">H", len(message)) + message)

    def receive(self) -> bytes | None:
        """The card's answer, or None when the card has gone."""
        head = self.connection.recv(2)
        return self.connection.recv(struct.unpack(">H", head)[0]) if head else None

    def close(self) -> None:
        self._listener.close()
        self.connection.close()


class Echo:
    """A card that answers each command with itself."""

    def __init__(self) -> None:
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def exchange(self, raw: bytes) -> bytes:
        return raw


@pytest.fixture
def vpcd() -> Iterator[Vpcd]:
    vpcd = Vpcd()
    yield vpcd
    vpcd.close()


def test_vpcd_protocol(vpcd: Vpcd) -> None:
    card, slot = Echo(), VirtualSlot(port=vpcd.port)
    slot.insert(card)
    vpcd.accept()
    for control in (b"\x01", b"\x02"):
        vpcd.send(control)
    vpcd.send(b"\x04")
    assert vpcd.receive() == ATR
    assert card.resets == 2
    vpcd.send(b"\x00\xa4\x00\x00")
    assert vpcd.receive() == b"\x00\xa4\x00\x00"
    assert slot.holds_card
    slot.remove()
    assert vpcd.receive() is None
    assert not slot.holds_card


def test_a_card_goes_away_at_its_command(vpcd: Vpcd) -> None:
    torn = threading.Event()
    slot = VirtualSlot(port=vpcd.port, on_torn=torn.set)
    slot.insert(Echo(), Disturbance(tear_after=2))
    vpcd.accept()
    vpcd.send(b"\x00\xa4\x00\x01")
    assert vpcd.receive() == b"\x00\xa4\x00\x01"
    vpcd.send(b"\x00\xa4\x00\x02")
    assert vpcd.receive() is None
    assert torn.wait(WAIT_S)
    assert not slot.holds_card


def test_nobody_at_vpcds_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(VpcdUnreachable, match=str(port)):
        VirtualSlot(port=port).insert(Echo())


class Program:
    """`python -m booth.idcard.testing`, as the demo starts it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard

    def leave(self) -> int:
        self.say("quit")
        return self._process.wait(WAIT_S)


@contextmanager
def program(*arguments: str) -> Iterator[Program]:
    with subprocess.Popen(
        [sys.executable, "-m", "booth.idcard.testing", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            yield Program(process)
        finally:
            process.kill()


def test_the_program(tmp_path: Path, vpcd: Vpcd) -> None:
    with program("--port", str(vpcd.port), "--csca-out", str(tmp_path), "--persona", "kim") as card:
        ready = card.hear()
        assert (ready["event"], ready["can"], ready["fault"]) == ("ready", "314159", "none")
        assert ready["number"] == "T22000129"
        assert (tmp_path / "fernamt-test-csca.cer").exists()
        assert {path.suffix for path in tmp_path.iterdir()} == {".cer"}
        inserted = card.hear()
        assert (inserted["event"], inserted["can"], inserted["expiry"]) == ("inserted", "314159", "300115")
        vpcd.accept()
        vpcd.send(b"\x04")
        assert vpcd.receive() == ATR
        card.say("remove")
        assert card.hear() == {"event": "removed"}
        assert vpcd.receive() is None
        card.say("fault tampered")
        assert card.hear() == {"event": "fault", "fault": "tampered"}
        card.say("fault nonsense")
        assert card.hear()["event"] == "error"
        card.say("dance")
        assert card.hear()["event"] == "error"
        card.say("insert")
        assert card.hear()["fault"] == "tampered"
        assert card.leave() == 0


def test_the_program_without_vpcd_says_so_and_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with program("--port", str(port)) as card:
        assert card.hear()["event"] == "ready"
        assert card.hear()["event"] == "error"
        assert card.leave() == 0
