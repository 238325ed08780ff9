"""The real booth between two real browsers: on hold, parked and called again, with a colleague, and handed over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.clerk import Clerk, chromium
from scripts.media_files import media_files
from scripts.stack import STAFF, Robot, Stack, running

pytestmark = pytest.mark.e2e

GROWS = """
async selector => {
  const video = document.querySelector(selector);
  const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const before = frames();
  while (frames() < before + 5) await new Promise(requestAnimationFrame);
  return !video.muted && !video.paused && video.srcObject.getAudioTracks().length === 1;
}
"""
"""Whether new pictures come, with sound that plays."""
PATIENCE_S = 20.0
LOOK_S = 0.1


@dataclass
class Three:
    anna: Clerk
    omar: Clerk
    robot: Robot

    async def until(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """What the booth shows, once it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                view: dict[str, Any] = (await self.robot.state())["view"]
                if condition(view):
                    return view
                await asyncio.sleep(LOOK_S)

    async def pictures_move(self) -> None:
        """The booth shows new pictures of the clerk who holds the ticket."""
        before = (await self.robot.figures())["video_frames"]
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if (await self.robot.figures())["video_frames"] > before + 5:
                    return
                await asyncio.sleep(LOOK_S)


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Three]:
    stack, files = Stack(tmp_path), media_files()
    async with running(stack), chromium(files.clerk, files.clerk_sound) as browser:
        await asyncio.gather(stack.start_switchboard(), stack.start_console())
        await asyncio.to_thread(stack.add_staff, "omar", "Omar Haddad")
        booth = await stack.start_booth(
            camera=str(files.citizen),
            microphone=str(files.citizen_sound),
            speaker="none",
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        clerks = []
        for name in (STAFF, "omar"):
            clerk = await Clerk.open(browser, stack.console_url)
            await clerk.sign_in(name, stack.password)
            clerks.append(clerk)
        yield Three(*clerks, Robot(booth))
        for clerk in clerks:
            assert clerk.troubles == []


async def test_held_parked_joined_and_handed_over(three: Three) -> None:
    for name in ("start", "language-de", "service-registration-certificate"):
        await three.robot.press(name)
    await three.robot.wait("waiting")
    await three.anna.set_available()
    await three.anna.accept()
    await three.anna.see("card-request")
    await three.anna.fill({"street": "Lindenweg"})
    await three.robot.wait("call")
    await three.pictures_move()

    await three.anna.press("hold")
    await three.robot.wait("hold")
    await three.anna.press("hold")
    await three.robot.wait("call")
    await three.pictures_move()

    await three.omar.set_available()
    await three.anna.press("invite")
    await three.anna.mark("invite-clerk").select_option(label="Omar Haddad")
    await three.anna.press("invite-confirm")
    await three.omar.press("offer-accept")
    view = await three.until(lambda view: view["guest"]["role"])
    assert (view["guest"]["role"], view["company"]["what"]) == ("clerk", "joins")
    await three.until(lambda view: view["guest"]["link"] == "connected" and "Omar Haddad" in view["guest"]["name"])
    await three.anna.page.locator('[data-test="third"][data-phase="standing"]').wait_for()

    for clerk in (three.anna, three.omar):
        for tile in ("booth", "third"):
            assert await clerk.page.evaluate(GROWS, f".tile.{tile} video")

    await three.anna.press("hand-over")
    view = await three.until(lambda view: "Omar Haddad" in view["clerk"] and not view["guest"]["role"])
    assert (view["screen"], view["link"]) == ("call", "connected")
    await three.pictures_move()
    # With the case, and what had been typed.
    await three.omar.page.wait_for_function("() => document.querySelector('#field-street')?.value === 'Lindenweg'")
    await three.anna.see("wrap-up")

    await three.omar.press("park")
    assert (await three.robot.wait("parked"))["view"]["parked_since"]
    await three.robot.press("leave")
    await three.robot.press("leave-confirm")
    assert (await three.robot.wait("thanks"))["view"]["ending"] == "left"
