"""The terminal between a switchboard and a citizen that the test plays; keys, seals and devices are real."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as ThreadEvent
from typing import TypeVar

from joserfc.jwk import OKPKey
from msgspec import structs

from booth import device_key
from booth.call_desk import CallDesk, Identity
from booth.card_desk import CardMeans
from booth.console_keys import ConsoleKeys
from booth.device_key import DeviceKey
from booth.devices import DeviceNames, Devices
from booth.document_camera import DocumentCamera
from booth.idcard.errors import NoReader
from booth.idcard.keys import AccessKey
from booth.idcard.session import CardFiles, Progress, ReadRequest
from booth.pages import PageStore
from booth.record import VisitRecord
from booth.speech import Voice
from booth.speech_desk import SpeechDesk
from booth.stage import Stage
from booth.terminal import Relief, Terminal
from booth.view import Premises, View
from booth.visit import VisitState
from booth.wipe import Wipe
from booth.words import Words
from media.i420 import I420
from media.latest import LatestSlot
from signaling.client import Connected, Event
from signaling.protocol import messages
from signaling.protocol.messages import (
    Description,
    GuestRole,
    TicketState,
    TicketUpdate,
    TicketView,
    Welcome,
)

CONSOLE = "http://localhost:8471"
SERVICE = "registration-certificate"
OFFER = "v=0\r\na=fingerprint:sha-256 " + ":".join(["AB"] * 32) + "\r\n"
DEVICES = DeviceNames("test", "none", "none")
S = VisitState
M = TypeVar("M", bound=messages.Message)


class NoCardReader:
    def wait_for_card(self, timeout_s: float, cancel: ThreadEvent) -> None:
        raise NoReader

    def read(self, key: AccessKey, request: ReadRequest, *, progress: Progress, cancel: ThreadEvent) -> CardFiles:
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
    encryption_key: OKPKey
    published: list[dict[str, str]]
    pages: PageStore
    shown: list[View]
    wipes: list[bool]
    reliefs: list[str]

    def forget_encryption_key(self) -> None:
        """The console publishes it no more."""
        self.published[:] = [key for key in self.published if key["crv"] != "X25519"]

    @property
    def state(self) -> VisitState:
        return self.stage.state

    def says(self, *events: Event) -> None:
        for event in events:
            self.line.events.put_nowait(event)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
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
        self.says(call(issuer=issuer))
        await self.sees(S.CONNECTING)

    def offer(
        self,
        sdp: str = OFFER,
        generation: int = 1,
        sealed_for: int | None = None,
        sealed_sdp: str | None = None,
        leg: int = 0,
        sealed_leg: int | None = None,
    ) -> Description:
        seal = self.console_key.seal(
            sdp if sealed_sdp is None else sealed_sdp,
            ticket="AB123",
            leg=leg if sealed_leg is None else sealed_leg,
            generation=sealed_for or generation,
            kind="offer",
            booth=CONSOLE,
            now=time.time(),
        )
        return Description(ticket="AB123", leg=leg, generation=generation, kind="offer", sdp=sdp, seal=seal)


def call(generation: int = 1, *, issuer: str = CONSOLE, resumed: bool = False) -> messages.Call:
    return messages.Call(
        ticket="AB123",
        generation=generation,
        booth="booth-1",
        clerk_issuer=issuer,
        service=SERVICE,
        language="de",
        needs=[],
        resumed=resumed,
    )


def guest_call(
    leg: int = 1, generation: int = 1, *, role: GuestRole = "interpreter", resumed: bool = False
) -> messages.Call:
    return structs.replace(
        call(generation, resumed=resumed), leg=leg, role="guest", guest_role=role, clerk="c-2", other="clerk"
    )


def ticket(state: TicketState = TicketState.WAITING, number: str = "AB123") -> TicketView:
    return TicketView(
        number=number, state=state, service=SERVICE, language="de", needs=[], waited_s=1, generation=0, position=1
    )


@contextlib.asynccontextmanager
async def open_scene(
    tmp_path: Path, names: DeviceNames = DEVICES, voice: Voice | None = None, *, card_left: bool | None = False
) -> AsyncIterator[Scene]:
    changed, now, shown = asyncio.Event(), [0.0], []

    def publish(view: View) -> None:
        shown.append(view)
        changed.set()

    stage = Stage(Premises("Site", ("de", "en"), (SERVICE,), trouble="unavailable-starting"), publish, lambda: now[0])
    line, pages = PlayedLine(changed), PageStore()
    console_key = device_key.make(tmp_path / "console")
    encryption_key = OKPKey.generate_key("X25519")
    published = [
        {"kty": "OKP", "crv": "Ed25519", "kid": CONSOLE, "x": console_key.public},
        {
            "kty": "OKP",
            "crv": "X25519",
            "kid": "enc-1",
            "x": str(encryption_key.as_dict(private=False)["x"]),
            "use": "enc",
        },
    ]
    keys = ConsoleKeys(CONSOLE, tmp_path, lambda _: json.dumps({"keys": published}).encode())
    others: list[LatestSlot[I420]] = [LatestSlot(), LatestSlot()]
    devices = Devices(names, LatestSlot())
    identity = Identity("booth-1", "Site", CONSOLE, device_key.make(tmp_path / "booth"))
    terminal: Terminal
    calls = CallDesk(
        identity,
        keys,
        stage,
        devices,
        CardMeans(NoCardReader(), DocumentCamera("none", LatestSlot()), by_number=True),
        pages,
        others,
        line.send,
        lambda completed: terminal.farewell(completed),
    )
    speech = SpeechDesk(voice, devices)
    wipe, wipes = Wipe(), []
    for name, forget in (
        ("speech", speech.forget),
        ("call", calls.close),
        ("devices", devices.close),
        ("documents", pages.wipe),
    ):
        wipe.add(name, forget)
    wipe.add("record", stage.record.wipe)
    wipe.add("screen", lambda: wipes.append(True))
    reliefs: list[str] = []

    def relieve(card_left: bool) -> None:
        reliefs.append("relieved, card left" if card_left else "relieved")
        changed.set()

    relief = Relief(lambda: reliefs.append("prepared"), relieve)
    terminal = Terminal(stage, line, calls, devices, keys, wipe, speech, Words(), relief, card_left=card_left)
    running = asyncio.create_task(terminal.run(), name="terminal")
    yield Scene(
        terminal, stage, line, changed, now, console_key, encryption_key, published, pages, shown, wipes, reliefs
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert stage.record == VisitRecord()
