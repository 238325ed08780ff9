"""The whole of Fernamt for one test: real switchboard, console, booth, pcscd with an emulated card, and Chromium."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import expect

from booth.idcard.testing.pcscd import READER_NAME, running_pcscd
from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles, media_files
from scripts.stack import STAFF, Card, Program, Robot, Stack, running
from scripts.visit import Visit

expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def files() -> MediaFiles:
    return media_files()


@pytest.fixture(scope="package")
def card_service() -> Iterator[None]:
    """A pcscd with the virtual reader; there is one on a machine, so tests of other folders wait for their own."""
    with running_pcscd():
        yield


@dataclass
class Office:
    """One running office with its booth, and the visit that is played in it."""

    stack: Stack
    switchboard: Program
    booth: Program
    card: Card
    visit: Visit

    @property
    def robot(self) -> Robot:
        return self.visit.robot

    @property
    def clerk(self) -> Clerk:
        return self.visit.clerk


@contextlib.asynccontextmanager
async def open_office(
    stack: Stack, files: MediaFiles, *, switchboard_url: str = "", document_camera: str = "none", **environment: str
) -> AsyncIterator[Office]:
    """Everything started and signed in. `switchboard_url`: what booth and console are told, for a relay in between;
    `document_camera`: a file with what lies under it; `environment`: more of the booth's."""
    async with running(stack):
        if switchboard_url:
            stack.switchboard_url = switchboard_url
        card, switchboard = await stack.start_office()
        booth = await stack.start_booth(
            camera=str(files.citizen),
            microphone=str(files.citizen_sound),
            speaker=str(stack.data / "heard-at-the-booth.wav"),
            document_camera=document_camera,
            # The card with the eID function stays in the other slot, and would keep the booth closed.
            reader=READER_NAME if stack.eid else "",
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
            **environment,
        )
        async with chromium(files.clerk, files.clerk_sound) as browser:
            clerk = await Clerk.open(browser, stack.console_url)
            await clerk.sign_in(STAFF, stack.password)
            visit = Visit(Robot(booth), clerk, card.number, stack.data, print, card=card)
            yield Office(stack, switchboard, booth, card, visit)


@pytest.fixture
async def office(tmp_path: Path, files: MediaFiles, card_service: None) -> AsyncIterator[Office]:
    async with open_office(Stack(tmp_path), files) as everything:
        yield everything
