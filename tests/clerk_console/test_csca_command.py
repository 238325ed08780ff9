"""Trust anchors taken in by command: who vouches is said, and nobody is believed unasked."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from clerk_console import csca_command
from clerk_console.errors import SetupError
from clerk_console.identity import TrustAnchors
from clerk_console.identity.certificates import fingerprint
from clerk_console.sources import Sources
from tests.identity import state
from tests.identity.state import Party


@cache
def csca(number: int = 0) -> Party:
    return state.issue(f"CSCA {number}", ec.generate_private_key(ec.SECP256R1()), serial=number + 1)


@cache
def list_signer() -> Party:
    return state.issue("Master List Signer", ec.generate_private_key(ec.SECP256R1()), csca(), serial=9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "csca"
    made.mkdir()
    return made


def run(folder: Path, *words: str) -> str:
    data = ("--data", str(folder.parent / "data")) if words[0] == "add" else ()
    arguments = csca_command.parser().parse_args([*words, "--csca", str(folder), *data])
    return asyncio.run(csca_command.run(arguments, Sources()))


def incoming(folder: Path, name: str, content: bytes) -> str:
    path = folder.parent / name
    path.write_bytes(content)
    return str(path)


def master_list(*parties: Party) -> bytes:
    return state.master_list([party.certificate for party in (csca(), *parties)], list_signer())


def test_the_first_list_needs_the_operators_word(folder: Path) -> None:
    file = incoming(folder, "de.ml", master_list())
    with pytest.raises(SetupError, match=fingerprint(csca().certificate)):
        run(folder, "add", file)
    assert list(folder.iterdir()) == []
    with pytest.raises(SetupError, match="vouches"):
        run(folder, "add", file, "--trust", "00" * 32)
    said = run(folder, "add", file, "--trust", fingerprint(csca().certificate).upper())
    assert "Master List Signer" in said
    assert len(TrustAnchors.load(folder)) == 1


def test_the_next_list_is_vouched_for_and_takes_the_olds_place(folder: Path) -> None:
    (folder / "old.ml").write_bytes(master_list(csca(3)))
    run(folder, "add", incoming(folder, "new.ml", master_list(csca(4), csca(5))), "--replace", "old.ml")
    assert [path.name for path in folder.iterdir()] == ["new.ml"]
    said = run(folder, "list")
    assert said.startswith("3 country certificates")
    assert "Master List Signer" in said


def test_a_link_certificate_is_vouched_for_by_the_old_key(folder: Path) -> None:
    (folder / "old.cer").write_bytes(csca().der)
    link = state.issue("CSCA 0", ec.generate_private_key(ec.SECP256R1()), csca(), serial=77)
    assert "vouched for by CSCA 0" in run(folder, "add", incoming(folder, "link.cer", link.der))
    with pytest.raises(SetupError, match="vouches"):
        run(folder, "add", incoming(folder, "other.cer", csca(6).der))


@pytest.mark.parametrize(("name", "content"), [("noise.ml", b"noise"), ("none.txt", b""), ("empty.ldif", b"")])
def test_what_is_none_is_refused(folder: Path, name: str, content: bytes) -> None:
    with pytest.raises(SetupError):
        run(folder, "add", incoming(folder, name, content))
    assert list(folder.iterdir()) == []


def test_nothing_to_replace(folder: Path) -> None:
    (folder / "csca.cer").write_bytes(csca().der)
    with pytest.raises(SetupError, match=r"There is no old\.ml"):
        run(folder, "add", incoming(folder, "de.ml", master_list()), "--replace", "old.ml")
