"""An office on a clock of its own, with real keys, database and app; cards as the booth's emulator makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import structlog
from argon2 import PasswordHasher

from booth.idcard.testing.cards import make_files
from booth.idcard.testing.personas import PERSONAS
from booth.idcard.testing.pki import TestPki as CardPki
from clerk_console.office import Office, opened
from clerk_console.settings import Settings
from clerk_console.sources import Sources
from tests.clerk_console.counter import ISSUER, Booth, Clock, add_staff, browser, sign_in
from tests.identity.chips import without_keys


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The program sets up logging for its whole process; no other test is to notice."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hasher() -> PasswordHasher:
    """argon2id with the least work: the tests are about what surrounds it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    made = Booth(tmp_path / "booths.json")
    made.enter()
    return made


@pytest.fixture
def enter(booth: Booth) -> Callable[..., None]:
    """Write `booths.json` anew."""
    return booth.enter


@pytest.fixture(scope="session")
def card_pki() -> CardPki:
    return CardPki.make(datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def erika(card_pki: CardPki) -> dict[str, bytes]:
    """The raw files of Erika Mustermann's residence permit."""
    return make_files(without_keys(PERSONAS["erika"]), card_pki, datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path, booth: Booth, card_pki: CardPki) -> Settings:
    csca = tmp_path / "csca"
    csca.mkdir()
    card_pki.export_csca(csca)
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>Fernamt</title>")
    (static / "assets" / "main-1a2b3c.js").write_text("export {};")
    return Settings(
        data=tmp_path / "data",
        issuer=ISSUER,
        switchboard="ws://switchboard.test:8470/ws",
        booths=booth.file,
        csca=csca,
        static=static,
    )


@pytest.fixture
async def office(settings: Settings, clock: Clock, hasher: PasswordHasher) -> AsyncIterator[Office]:
    async with opened(settings, Sources(now=clock), hasher) as made:
        yield made


@pytest.fixture
async def stranger(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser nobody signed in with."""
    async with browser(office) as client:
        yield client


@pytest.fixture
async def clerk(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which Sabine Vogt is signed in."""
    await add_staff(office, "sabine")
    async with browser(office) as client:
        assert (await sign_in(client, "sabine")).status_code == 200
        yield client


@pytest.fixture
async def colleague(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Another clerk, who is a supervisor too."""
    await add_staff(office, "omar", display_name="Omar Haddad", roles=["clerk", "supervisor"])
    async with browser(office) as client:
        assert (await sign_in(client, "omar")).status_code == 200
        yield client
