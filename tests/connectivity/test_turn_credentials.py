"""The switchboard's TURN credentials: made for each line, renewed in time, and never shown to anybody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from pathlib import Path

import pytest

from signaling import directory
from signaling.clerk import Grant
from signaling.directory import DirectoryError, RelayServer
from signaling.protocol import messages as m
from signaling.relays import Relays, credentials
from signaling.switchboard import Switchboard
from signaling.tokens import BoothIdentity, ClerkIdentity

SECRET = "north-wind"
TOML = """
turn_credential_seconds = 600
[[services]]
id = "certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
[[booths]]
id = "b1"
region = "elbtal"
site = ""
key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
"""
RELAY = f"""
[[ice_servers]]
urls = ["stun:turn.example.org"]
[[ice_servers]]
urls = ["turn:turn.example.org", "turns:turn.example.org:443?transport=tcp"]
secret = "{SECRET}"
"""
NOW = 1_800_000_000.0


class Board:
    """A switchboard whose clock the test sets."""

    def __init__(self, toml: str = TOML + RELAY) -> None:
        self.now = NOW
        self.known = directory.parse(toml)
        self.core = Switchboard(self.known, clock=lambda: self.now, chance=random.Random(1))

    def booth_comes(self, line: int = 1) -> None:
        self.core.connect(line, BoothIdentity(self.known.booths[0]), "instance-1")

    def heard(self, line: int = 1) -> list[list[m.IceServer]]:
        """The lists of servers that were sent over this line."""
        messages = self.core.take_effects().messages
        kinds = (m.Welcome, m.IceServersUpdate)
        return [said.ice_servers for address, said in messages if address == line and isinstance(said, kinds)]

    def passes(self, seconds: float) -> None:
        self.now += seconds
        deadline = self.core.deadline()
        if deadline is not None and deadline <= self.now:
            self.core.tick()


def test_a_credential_is_what_the_relay_computes() -> None:
    username, password = credentials(SECRET, "line-7", NOW + 0.5)
    assert username == "1800000001:line-7"
    assert base64.b64decode(password) == hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()


def test_every_line_has_its_own_and_a_later_welcome_has_a_later_one() -> None:
    board = Board()
    board.booth_comes(1)
    [[stun, first]] = board.heard(1)
    assert (stun.username, stun.credential) == (None, None)
    assert first.username == "1800000600:line-1"
    board.passes(60)
    board.booth_comes(2)
    [[_, second]] = board.heard(2)
    assert second.username == "1800000660:line-2"
    assert second.credential != first.credential


def test_a_clerk_is_told_as_well() -> None:
    board = Board()
    grant = Grant(frozenset({"clerk"}), frozenset({"elbtal"}), frozenset({"certificate"}), frozenset({"de"}))
    board.core.connect(3, ClerkIdentity("name-1", "clerk-1", "http://c", grant), "instance-1")
    [[_, relay]] = board.heard(3)
    assert relay.username == "1800000600:line-3"
    board.passes(301)
    [[_, renewed]] = board.heard(3)
    assert renewed.username == "1800000901:line-3"


def test_a_line_that_stays_always_has_one_that_lasts_half_its_life_at_least() -> None:
    board = Board()
    board.booth_comes()
    [[_, relay]] = board.heard()
    for _ in range(100):
        board.passes(60)
        for told in board.heard():
            relay = told[1]
        assert relay.username is not None
        assert int(relay.username.split(":")[0]) - board.now >= 240


def test_a_line_that_is_gone_is_told_nothing_and_holds_nothing_up() -> None:
    board = Board()
    board.booth_comes(1)
    board.core.disconnect(1)
    board.heard(1)
    board.passes(3600)
    assert board.heard(1) == []
    board.booth_comes(2)
    board.booth_comes(3)
    board.heard(3)
    board.passes(301)
    assert board.heard(2) == []
    assert board.known.ice_servers[1].secret == SECRET


def test_without_secrets_nothing_is_ever_due() -> None:
    relays = Relays([RelayServer(urls=["turn:t"], username="u", credential="c")], 600, lambda: NOW)
    assert relays.told(1) == [m.IceServer(urls=["turn:t"], username="u", credential="c")]
    assert relays.deadline() is None
    bare = Board(TOML)
    bare.booth_comes()
    assert bare.heard() == [[]]
    assert bare.core.deadline() is None


def test_addresses_of_every_kind_are_taken() -> None:
    urls = ["stun:a.example", "turn:192.0.2.1:80", "turn:[2001:db8::1]:3478?transport=tcp", "turns:a-b.example:443"]
    listed = ", ".join(f'"{url}"' for url in urls)
    known = directory.parse(TOML + f'[[ice_servers]]\nurls = [{listed}]\nsecret = "s"')
    assert known.ice_servers[0].urls == urls


def test_the_secret_lies_in_a_file_of_its_own_and_shows_in_no_text(tmp_path: Path) -> None:
    (tmp_path / "turn.secret").write_text(f"{SECRET}\n")
    (tmp_path / "turn.secret").chmod(0o600)
    path = tmp_path / "directory.toml"
    path.write_text(TOML + RELAY.replace(f'secret = "{SECRET}"', 'secret_file = "turn.secret"'))
    known = directory.load(path)
    assert known.ice_servers[1].secret == SECRET
    assert SECRET not in repr(known)
    assert SECRET not in str(known)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('urls = ["turn:t"]', "expected `secret_file`"),
        ('urls = ["turn:t"]\nusername = "u"\ncredential = "c"\nsecret = "s"', "expected one of the two"),
        ('urls = ["turns:t?transport=udp"]\nsecret = "s"', "goes over TCP"),
        ('urls = ["http://t"]', "regex"),
        ('urls = ["stun:a:b"]', "regex"),
        ('urls = ["stun:a?transport=tcp"]', "regex"),
        ("urls = []", "length >= 1"),
        ('urls = ["turn:t"]\nsecret_file = "none"', "cannot be read"),
        ('urls = ["turn:t"]\nsecret_file = "open"', "set its mode to 0600"),
        ('urls = ["turn:t"]\nsecret_file = "empty"', "is empty"),
    ],
)
def test_what_is_wrong_with_a_relay_is_named(tmp_path: Path, entry: str, said: str) -> None:
    for name, mode, text in (("open", 0o644, SECRET), ("empty", 0o600, "\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
    path = tmp_path / "directory.toml"
    path.write_text(TOML + "[[ice_servers]]\n" + entry)
    with pytest.raises(DirectoryError) as error:
        directory.load(path)
    assert said in str(error.value)
    assert SECRET not in str(error.value)
