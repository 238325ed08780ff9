"""The terminal between a switchboard and a citizen that the test plays; keys, seals and devices are real."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as ThreadEvent
from typing import TypeVar

import pytest

from booth import device_key
from booth.call_desk import CallDesk, Identity
from booth.console_keys import ConsoleKeys
from booth.device_key import DeviceKey
from booth.devices import DeviceNames, Devices
from booth.idcard.errors import NoReader
from booth.idcard.session import CardFiles, Progress
from booth.pages import PageStore
from booth.record import VisitRecord
from booth.stage import Stage
from booth.terminal import Terminal
from booth.view import NOT_WIPED, Premises, View
from booth.visit import VisitState
from booth.wipe import Wipe
from media.latest import LatestSlot
from media.reception import Picture
from signaling.client import Connected, Disconnected, Event, ServerRefused
from signaling.protocol import messages
from signaling.protocol.errors import ErrorId
from signaling.protocol.messages import (
    CallEnded,
    Description,
    EndReason,
    Error,
    Join,
    Leave,
    TicketState,
    TicketUpdate,
    TicketView,
    Welcome,
)

CONSOLE = "http://localhost:8471"
SERVICE = "registration-certificate"
OFFER = "v=0\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
S = VisitState
M = TypeVar("M", bound=messages.Message)


class NoCardReader:
    def wait_for_card(self, timeout_s: float, cancel: ThreadEvent) -> None:
        raise NoReader

    def read(self, can: str, groups: Sequence[int], *, progress: Progress, cancel: ThreadEvent) -> CardFiles:
        raise NoReader


@dataclass
class PlayedLine:
    """The switchboard's side, played by the test."""

    changed: asyncio.Event
    sent: list[messages.FromClient] = field(default_factory=list)
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            yield await self.events.get()
            self.events.task_done()

    async def send(self, message: messages.FromClient) -> None:
        self.sent.append(message)
        self.changed.set()

    async def close(self) -> None:
        return


@dataclass
class Scene:
    terminal: Terminal
    stage: Stage
    line: PlayedLine
    changed: asyncio.Event
    time: list[float]
    console_key: DeviceKey
    pages: PageStore
    shown: list[View]
    wipes: list[bool]

    @property
    def state(self) -> VisitState:
        return self.stage.state

    def says(self, *events: Event) -> None:
        for event in events:
            self.line.events.put_nowait(event)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await asyncio.wait_for(self.changed.wait(), 10)

    async def sees(self, state: VisitState) -> None:
        await self.until(lambda: self.state is state)

    def sent(self, kind: type[M]) -> list[M]:
        return [message for message in self.line.sent if isinstance(message, kind)]

    async def opens(self) -> None:
        self.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
        await self.sees(S.ATTRACT)

    async def waits(self) -> None:
        """A citizen who has a ticket."""
        await self.opens()
        self.terminal.start()
        self.terminal.choose_language("de")
        self.terminal.choose_service(SERVICE)
        self.says(TicketUpdate(ticket=ticket()))
        await self.sees(S.WAITING)

    async def called(self, issuer: str = CONSOLE) -> None:
        await self.waits()
        self.says(
            messages.Call(
                ticket="AB123",
                generation=1,
                booth="booth-1",
                clerk_issuer=issuer,
                service=SERVICE,
                language="de",
                needs=[],
            )
        )
        await self.sees(S.CONNECTING)

    def offer(self, sdp: str = OFFER, generation: int = 1, sealed_for: int = 1) -> Description:
        seal = self.console_key.seal(
            OFFER, ticket="AB123", generation=sealed_for, kind="offer", booth=CONSOLE, now=time.time()
        )
        return Description(ticket="AB123", generation=generation, kind="offer", sdp=sdp, seal=seal)


def ticket(state: TicketState = TicketState.WAITING, number: str = "AB123") -> TicketView:
    return TicketView(
        number=number, state=state, service=SERVICE, language="de", needs=[], waited_s=1, generation=0, position=1
    )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    changed, now, shown = asyncio.Event(), [0.0], []

    def publish(view: View) -> None:
        shown.append(view)
        changed.set()

    stage = Stage(Premises("Site", ("de", "en"), (SERVICE,), trouble="unavailable-starting"), publish, lambda: now[0])
    line, pages = PlayedLine(changed), PageStore()
    console_key = device_key.make(tmp_path / "console")
    jwks = json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": CONSOLE, "x": console_key.public}]}).encode()
    keys = ConsoleKeys(CONSOLE, tmp_path, lambda _: jwks)
    clerk: LatestSlot[Picture] = LatestSlot()
    devices = Devices(DeviceNames("test", "none", "none"), LatestSlot())
    identity = Identity("booth-1", "Site", CONSOLE, device_key.make(tmp_path / "booth"))
    terminal: Terminal
    calls = CallDesk(
        identity,
        keys,
        stage,
        devices,
        NoCardReader(),
        pages,
        clerk,
        line.send,
        lambda completed: terminal.farewell(completed),
    )
    wipe, wipes = Wipe(), []
    for name, forget in (("call", calls.close), ("devices", devices.close), ("documents", pages.wipe)):
        wipe.add(name, forget)
    wipe.add("record", stage.record.wipe)
    wipe.add("screen", lambda: wipes.append(True))
    terminal = Terminal(stage, line, calls, devices, keys, wipe)
    running = asyncio.create_task(terminal.run(), name="terminal")
    yield Scene(terminal, stage, line, changed, now, console_key, pages, shown, wipes)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert stage.record == VisitRecord()


async def test_a_booth_without_a_line_promises_nothing(scene: Scene) -> None:
    scene.terminal.start()
    assert scene.state is S.UNAVAILABLE
    await scene.opens()
    scene.says(Disconnected("gone"))
    await scene.sees(S.UNAVAILABLE)
    assert scene.stage.view().trouble == "unavailable-no_line"


async def test_a_refused_booth_says_why(scene: Scene) -> None:
    scene.says(ServerRefused(ErrorId.BOOTH_UNKNOWN, "unknown", 60))
    await scene.until(lambda: scene.stage.view().trouble == "error-booth_unknown")


async def test_a_ticket_is_taken_and_given_back(scene: Scene) -> None:
    await scene.waits()
    join = scene.sent(Join)[0]
    assert (join.service, join.language, join.code) == (SERVICE, "de", None)
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert [leave.ticket for leave in scene.sent(Leave)] == ["AB123"]
    assert scene.stage.view().ending == "left"
    assert scene.wipes == [True]


async def test_a_wrong_code_is_typed_again(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.terminal.choose_language("en")
    scene.terminal.want_code()
    scene.terminal.submit_code("demo2026")
    await scene.until(lambda: scene.sent(Join))
    join = scene.sent(Join)[0]
    assert join.code == "DEMO2026"
    scene.says(Error(error=ErrorId.APPOINTMENT_UNKNOWN, text="", in_reply_to=join.id))
    await scene.sees(S.CODE)
    assert scene.stage.view().notice == "error-appointment_unknown"


async def test_a_lost_line_keeps_the_place(scene: Scene) -> None:
    await scene.waits()
    scene.says(Disconnected("gone"))
    await scene.until(lambda: not scene.stage.view().online)
    assert scene.state is S.WAITING
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=ticket())))
    await scene.until(lambda: scene.stage.view().online)
    assert scene.state is S.WAITING


async def test_a_lost_ticket_ends_the_visit_honestly(scene: Scene) -> None:
    await scene.waits()
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
    await scene.sees(S.THANKS)
    assert scene.stage.view().ending == "lost"
    assert scene.sent(Leave) == []


async def test_a_ticket_of_an_earlier_run_is_given_back(scene: Scene) -> None:
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[], ticket=ticket(number="OLD99"))))
    await scene.until(lambda: scene.sent(Leave))
    assert scene.sent(Leave)[0].ticket == "OLD99"
    assert scene.state is S.ATTRACT


async def test_a_clerk_of_another_console_is_refused(scene: Scene) -> None:
    await scene.called(issuer="http://elsewhere")
    scene.says(scene.offer())
    await scene.sees(S.WAITING)
    await refused(scene)


@pytest.mark.parametrize("how", ["fingerprint", "generation", "seal"])
async def test_an_offer_without_a_good_seal_is_refused(scene: Scene, how: str) -> None:
    await scene.called()
    offer = {
        "fingerprint": scene.offer(sdp=OFFER.replace("AB", "CD")),
        "generation": scene.offer(sealed_for=2),
        "seal": Description(ticket="AB123", generation=1, kind="offer", sdp=OFFER, seal=""),
    }[how]
    scene.says(offer)
    await scene.sees(S.WAITING)
    await refused(scene)


async def refused(scene: Scene) -> None:
    """Both are told, nothing of the call is left."""
    answer = scene.sent(Description)[0]
    assert (answer.kind, answer.sdp, answer.seal) == ("answer", "", "")
    assert scene.stage.view().notice == "notice-fingerprint_refused"
    assert scene.terminal.calls.figures() is None


async def test_offers_for_another_call_are_ignored(scene: Scene) -> None:
    await scene.called()
    scene.says(scene.offer(generation=2), CallEnded(ticket="ZZ999", reason=EndReason.COMPLETED))
    scene.says(CallEnded(ticket="AB123", reason=EndReason.CLERK_LEFT))
    await scene.sees(S.WAITING)
    assert scene.sent(Description) == []
    assert scene.stage.view().returned


async def test_a_completed_ticket_thanks(scene: Scene) -> None:
    await scene.called()
    scene.says(CallEnded(ticket="AB123", reason=EndReason.COMPLETED))
    await scene.sees(S.THANKS)
    assert scene.stage.view().ending == "completed"
    scene.terminal.finish()
    assert scene.state is S.ATTRACT
    assert scene.stage.record == VisitRecord()


async def test_nobody_there_leads_back_to_the_start_after_a_warning(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.start()
    scene.time[0] = 70
    scene.terminal.tick()
    assert scene.stage.view().still_there_s == 20
    scene.terminal.touched()
    assert scene.stage.view().still_there_s is None
    scene.time[0] = 170
    scene.terminal.tick()
    await scene.sees(S.ATTRACT)
    assert scene.wipes == [True]


async def test_a_failed_wipe_closes_the_booth(scene: Scene) -> None:
    def stuck() -> None:
        raise OSError("stuck")

    await scene.waits()
    scene.terminal._wipe.add("stuck", stuck)
    scene.terminal.leave()
    await scene.sees(S.THANKS)
    assert not scene.stage.view().wiped
    scene.terminal.finish()
    assert (scene.state, scene.stage.view().trouble) == (S.UNAVAILABLE, NOT_WIPED)
    scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
    async with asyncio.timeout(5):
        await scene.line.events.join()
    assert scene.state is S.UNAVAILABLE
    scene.terminal._wipe.parts.pop()


async def test_wishes_that_do_not_fit_change_nothing(scene: Scene) -> None:
    await scene.opens()
    for wish in (
        scene.terminal.back, scene.terminal.leave, scene.terminal.finish, scene.terminal.consent,
        scene.terminal.decline_card, scene.terminal.retry_card, scene.terminal.close_document,
    ):  # fmt: skip
        wish()
    scene.terminal.choose_service("unknown")
    scene.terminal.set_language("xx")
    scene.terminal.write_text("x", True)
    assert scene.state is S.ATTRACT
    assert scene.line.sent == []
