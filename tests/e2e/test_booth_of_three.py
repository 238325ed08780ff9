"""The real booth between two real browsers, with the real switchboard: on hold, parked and called again, with a
colleague, handed over, one leg broken, called back, and let in by the picture of a code. All in one running office."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import JSHandle, expect

from scripts.clerk import Clerk, chromium
from scripts.media_files import MediaFiles, media_files
from scripts.stack import STAFF, Robot, Stack, running
from tests.network.namespace import run

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

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
REMEMBER = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
PORTS = """
async connection => [...(await connection.getStats()).values()]
  .filter(one => one.type === "local-candidate" && one.protocol === "udp").map(one => one.port)
"""
NUMBER, DIALLED, NAME = "0351 123 45 67", "+493511234567", "Erika Mustermann"
PATIENCE_S = 60.0
LOOK_S = 0.1


@dataclass
class Three:
    stack: Stack
    camera: Path
    """What the booth has as its camera: a link to a film, which is opened anew for each visit."""
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

    async def take_ticket(self) -> None:
        await self.robot.wait("attract")
        for name in ("start", "language-de", "service-registration-certificate"):
            await self.robot.press(name)
        await self.robot.wait("waiting")

    async def call(self) -> None:
        """A citizen and Anna."""
        await self.take_ticket()
        await self.anna.set_available()
        await self.anna.accept()
        await self.robot.wait("call")

    async def call_omar_in(self) -> None:
        await self.omar.set_available()
        await self.anna.press("invite")
        await self.anna.mark("invite-clerk").select_option(label="Omar Haddad")
        await self.anna.press("invite-confirm")
        await self.omar.press("offer-accept")
        view = await self.until(lambda view: view["guest"]["role"])
        assert (view["guest"]["role"], view["company"]["what"]) == ("clerk", "joins")
        await self.until(lambda view: view["guest"]["link"] == "connected" and "Omar Haddad" in view["guest"]["name"])
        await self.anna.page.locator('[data-test="third"][data-phase="standing"]').wait_for()

    async def leave(self) -> None:
        """The citizen goes, in the middle of whatever it is."""
        await self.robot.press("leave")
        await self.robot.press("leave-confirm")
        assert (await self.robot.wait("thanks"))["view"]["ending"] == "left"
        await self.robot.press("finish")
        await self.robot.wait("attract")

    async def pause(self, *clerks: Clerk) -> None:
        """After a call, or in between, so that nobody is there for the next citizen."""
        for clerk in clerks:
            await clerk.page.locator(
                '[data-test="ready-pause"], [data-test="availability"][aria-pressed="true"]'
            ).click()
            await expect(clerk.mark("availability")).to_have_attribute("aria-pressed", "false")


@pytest.fixture(scope="module")
def films() -> MediaFiles:
    return media_files()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, films: MediaFiles) -> AsyncIterator[Three]:
    stack = Stack(tmp_path_factory.mktemp("three"))
    camera = stack.data / "camera.avi"
    camera.symlink_to(films.citizen)
    async with running(stack), chromium(films.clerk, films.clerk_sound) as browser:
        await asyncio.gather(stack.start_switchboard(), stack.start_console())
        await asyncio.to_thread(stack.add_staff, "omar", "Omar Haddad")
        booth = await stack.start_booth(
            camera=str(camera),
            microphone=str(films.citizen_sound),
            speaker="none",
            QT_QPA_PLATFORM="offscreen",
            QT_QUICK_BACKEND="software",
        )
        clerks = []
        for name in (STAFF, "omar"):
            clerk = await Clerk.open(browser, stack.console_url)
            await clerk.page.add_init_script(REMEMBER)
            await clerk.sign_in(name, stack.password)
            clerks.append(clerk)
        yield Three(stack, camera, *clerks, Robot(booth))


@pytest_asyncio.fixture(loop_scope="module")
async def three(office: Three) -> AsyncIterator[Three]:
    yield office
    assert office.anna.troubles == office.omar.troubles == []


async def test_a_callback_is_asked_for_at_the_booth_and_made_by_a_clerk(three: Three) -> None:
    """Nobody works: the citizen leaves a number, which only the authority can read, and the booth is free."""
    await three.take_ticket()
    await three.until(lambda view: view["callback"]["offered"])
    await three.robot.press("callback")
    await three.robot.ask({"do": "type", "name": "phone-entry", "text": NUMBER})
    await three.robot.press("phone-submit")
    await three.robot.ask({"do": "type", "name": "name-entry", "text": NAME})
    await three.robot.press("name-submit")
    await three.robot.press("callback-confirm")
    assert (await three.robot.wait("thanks"))["view"]["ending"] == "callback"
    await three.robot.press("finish")
    await three.robot.wait("attract")
    assert await three.omar.mark("queue-total").inner_text()
    kept = b"".join(path.read_bytes() for path in three.stack.data.glob("switchboard*/*") if path.is_file())
    kept += three.stack.log("switchboard").read_bytes()
    assert kept and not [secret for secret in (DIALLED[3:], "Mustermann") if secret.encode() in kept]

    await three.anna.set_available()
    await three.anna.press("offer-accept")
    await expect(await three.anna.see("callback-number")).to_have_attribute("href", f"tel:{DIALLED}")
    await expect(three.anna.mark("callback-name")).to_contain_text(NAME, use_inner_text=True)
    assert (await three.robot.state())["screen"] == "attract"
    await three.anna.press("callback-done")
    await three.anna.see("wrap-up")
    assert "3511234567" not in (await three.anna.page.content()).replace(" ", "")
    await three.pause(three.anna)


async def test_the_picture_of_a_code_lets_in_who_has_an_appointment(three: Three) -> None:
    """The switchboard's own picture of it, as a citizen shows it on a sheet of paper."""
    code = await three.stack.book_appointment()
    film = await _sheet(three, await asyncio.to_thread(_picture_of, code, three.stack.switchboard_port))
    kept = three.camera.readlink()
    _point(three.camera, film)
    await three.robot.wait("attract")
    for name in ("start", "language-de", "code"):
        await three.robot.press(name)
    waiting = (await three.robot.wait("waiting"))["view"]  # Nothing was typed.
    assert waiting["position"] == 1
    _point(three.camera, kept)
    row = three.anna.mark(f"queue-{waiting['ticket']}")
    await expect(row).to_contain_text("Termin")
    await three.anna.set_available()
    await three.anna.accept()
    await three.robot.wait("call")
    await three.leave()
    await three.pause(three.anna)


async def test_one_leg_of_three_breaks_and_is_renewed_alone(three: Three) -> None:
    """What goes between the booth and who holds the ticket is lost without a word; the two other legs never notice."""
    await three.call()
    leg: JSHandle = await three.anna.page.evaluate_handle("() => window.connections.at(-1)")
    await three.call_omar_in()
    ours = await _connections(three.anna), await _connections(three.omar)
    links: list[str] = []

    def link_is(*wanted: str) -> Callable[[dict[str, Any]], bool]:
        return lambda view: links.append(view["guest"]["link"]) or view["link"] in wanted  # type: ignore[func-returns-value]

    with nothing_passes(await leg.evaluate(PORTS)):
        await three.until(link_is("suspect", "failed"))
        for tile in ("booth", "third"):
            assert await three.omar.page.evaluate(GROWS, f".tile.{tile} video")
        assert await three.anna.page.evaluate(GROWS, ".tile.third video")
        await three.until(link_is("connected"))
        await three.anna.until("f => f.generation > 1")
        await three.pictures_move()
        assert await three.anna.page.evaluate(GROWS, ".tile.booth video")
    assert set(links) == {"connected"}
    assert await _connections(three.anna) > ours[0]
    assert await _connections(three.omar) == ours[1]
    await three.leave()
    await three.pause(three.anna, three.omar)


async def test_held_joined_handed_over_parked_and_called_again(three: Three) -> None:
    await three.call()
    await three.anna.see("card-request")
    await three.anna.fill({"street": "Lindenweg"})
    await three.pictures_move()

    await three.anna.press("hold")
    await three.robot.wait("hold")
    await three.anna.press("hold")
    await three.robot.wait("call")
    await three.pictures_move()

    await three.call_omar_in()
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
    parked = (await three.robot.wait("parked"))["view"]
    assert parked["parked_since"]
    await three.omar.press(f"unpark-{parked['ticket']}")
    await three.robot.wait("call")
    await three.pictures_move()
    assert await three.omar.page.evaluate(GROWS, ".tile.booth video")
    await three.omar.page.wait_for_function("() => document.querySelector('#field-street')?.value === 'Lindenweg'")

    await three.omar.press("park")
    await three.robot.wait("parked")
    await three.leave()


@contextmanager
def nothing_passes(ports: list[int]) -> Iterator[None]:
    """What comes from these UDP ports of this machine, or goes to them, is lost without a word."""
    table = f"fernamt-{secrets.token_hex(3)}"
    try:
        run("nft", "add", "table", "inet", table)
    except OSError as error:
        pytest.skip(f"This machine lets nobody drop packets: {error}")
    try:
        among = f"{{ {', '.join(map(str, ports))} }}"
        chain = f"type filter hook prerouting priority raw; udp dport {among} drop; udp sport {among} drop;"
        run("nft", "-f", "-", given=f"table inet {table} {{ chain arriving {{ {chain} }}; }}")
        yield
    finally:
        run("nft", "delete", "table", "inet", table)


async def _connections(clerk: Clerk) -> int:
    number: int = await clerk.page.evaluate("() => window.connections.length")
    return number


def _picture_of(code: str, port: int) -> str:
    """The SVG that the switchboard has for a code."""
    url, body = f"http://localhost:{port}/api/appointments/qr", json.dumps({"code": code}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.read().decode())


async def _sheet(three: Three, svg: str) -> Path:
    """A film of a grey room in which somebody holds up the picture, which a browser has drawn."""
    page = await three.anna.page.context.new_page()
    await page.set_content(svg)
    shot = await page.locator("svg").screenshot()
    await page.close()
    picture = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    room = np.full((720, 1280, 3), 120, np.uint8)
    height, width = picture.shape[:2]
    room[200 : 200 + height, 500 : 500 + width] = picture
    film = three.stack.data / "sheet.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    for _ in range(30):
        writer.write(room)
    writer.release()
    return film


def _point(link: Path, to: Path) -> None:
    link.unlink()
    link.symlink_to(to)
