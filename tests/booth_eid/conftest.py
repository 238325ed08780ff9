"""The real AusweisApp against pcscd, the emulated eID card and the eID-Server's double."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from booth.eid.ausweisapp import AusweisApp, find
from booth.eid.identification import IdentificationView
from booth.eid.session import EidSession
from booth.eid.testing.card import EidCard
from booth.eid.testing.counters import CardSecrets
from booth.eid.testing.persons import PERSONS
from booth.idcard.testing.pcscd import running_pcscd
from booth.idcard.testing.vpcd import Disturbance, VirtualSlot
from clerk_console.eid.attributes import Attribute
from clerk_console.eid.settings import load
from clerk_console.eid.tr03130 import SoapEidServer
from clerk_console.eid.ws_security import WsSecurity
from scripts.stack import free_port

WISHES = {
    Attribute.FAMILY_NAMES: "required",
    Attribute.GIVEN_NAMES: "required",
    Attribute.DATE_OF_BIRTH: "required",
    Attribute.PLACE_OF_RESIDENCE: "required",
    Attribute.BIRTH_NAME: "optional",
}


@dataclass
class Office:
    """The authority's side: opens sessions and fetches results."""

    server: SoapEidServer
    address: str
    root: bytes

    async def open(self) -> tuple[str, str]:
        """The session's number and where its token is."""
        number = (await self.server.open(WISHES)).number
        return number, f"{self.address}/tctoken?session={number}"


@pytest.fixture(scope="package")
def card_service() -> Iterator[None]:
    with running_pcscd():
        yield


@contextlib.asynccontextmanager
async def running_double(folder: Path) -> AsyncIterator[Office]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "clerk_console.eid.testing", "--folder", str(folder)),
        *("--port", str(free_port()), "--soap-port", str(free_port())),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
        settings = load(Path(ready["settings"]), "")
        assert settings.messages is not None
        security = WsSecurity(settings.messages, time.time, lambda: secrets.token_hex(10))
        async with httpx.AsyncClient(verify=settings.tls) as client:
            server = SoapEidServer(client, settings.address, security)
            yield Office(server, ready["address"], Path(ready["root"]).read_bytes())
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(scope="session")
def double_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are made once."""
    return tmp_path_factory.mktemp("double")


@pytest.fixture
async def double(double_folder: Path) -> AsyncIterator[Office]:
    async with running_double(double_folder) as office:
        yield office


@contextlib.asynccontextmanager
async def running_app(folder: Path) -> AsyncIterator[AusweisApp]:
    program = find(None)
    if program is None:
        pytest.fail("AusweisApp is not installed: scripts/setup")
    app = AusweisApp(program, folder, developer_mode=True)
    running = asyncio.create_task(app.run(), name="ausweisapp")
    try:
        await app.port()
        yield app
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def app(tmp_path: Path, card_service: None) -> AsyncIterator[AusweisApp]:
    async with running_app(tmp_path / "ausweisapp") as running:
        yield running


@dataclass
class Citizen:
    """Somebody with a card at the booth: every view of a request, and a hand that types."""

    app: AusweisApp
    slot: VirtualSlot
    card: EidCard

    def __post_init__(self) -> None:
        self.views: list[IdentificationView] = []
        self.changed = asyncio.Event()
        self.session = EidSession(self.app, self._saw)

    def _saw(self, view: IdentificationView) -> None:
        self.views.append(view)
        self.changed.set()

    def lay_down(self, disturbance: Disturbance | None = None) -> None:
        self.slot.insert(self.card, disturbance or Disturbance())

    def begin(self, token: str) -> asyncio.Task[IdentificationView]:
        return asyncio.create_task(self.session.run(token), name="eid")

    async def until(self, condition: Callable[[IdentificationView], bool]) -> IdentificationView:
        async with asyncio.timeout(30):
            while True:
                self.changed.clear()
                if condition(view := self.session.view):
                    return view
                await self.changed.wait()

    def type(self, digits: str) -> None:
        for digit in digits:
            self.session.act(lambda one, digit=digit: one.press(int(digit)))
        self.session.act(lambda one: one.enter())

    def agree(self) -> None:
        self.session.act(lambda one: one.agree())


@pytest.fixture
async def citizen(app: AusweisApp, double: Office) -> AsyncIterator[Citizen]:
    person = PERSONS["erika"]
    card = EidCard(person, double.root, CardSecrets(person.pin, person.can, person.puk))
    slot = VirtualSlot()
    try:
        yield Citizen(app, slot, card)
    finally:
        slot.remove()
