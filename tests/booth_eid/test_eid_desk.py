"""An eID request at the booth: what the clerk is told, what the citizen sees, with AusweisApp played by the test."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from booth.eid.client import SdkClient
from booth.eid.errors import AppFailed, AppMissing, AppOutdated
from booth.eid_desk import EidDesk
from booth.stage import Stage
from booth.view import Premises
from booth.visit import VisitEvent, VisitState
from media.consultation import EidFault, EidRequest, EidStage, EidStatus, Message

E = VisitEvent
OK = {"major": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok"}
CANCELLED = {
    "major": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#error",
    "minor": "http://www.bsi.bund.de/ecard/api/1.1/resultminor/sal#cancellationByUser",
}
RIGHTS = {"effective": ["FamilyName"], "optional": [], "required": ["FamilyName"]}
READER = {"name": "R", "attached": True, "card": {"retryCounter": 3}}


@dataclass
class PlayedApp:
    """AusweisApp's SDK on a real socket; the test says what it answers to which command."""

    developer_mode: bool = False
    version: str = "1.26.2"
    levels: tuple[int, ...] = (1, 2)
    heard: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    listening: int = 0
    connected: bool = False
    forgets: bool = False
    """Keep the names of commands alone."""

    async def port(self) -> int:
        if not self.listening:
            raise AppMissing("AusweisApp is not installed.")
        return self.listening

    async def converse(self, connection: ServerConnection) -> None:
        """One connection at a time, as the real one."""
        if self.connected:
            await connection.close()
            return
        self.connected = True
        try:
            await self._converse(connection)
        finally:
            self.connected = False

    async def _converse(self, connection: ServerConnection) -> None:
        async for frame in connection:
            command = json.loads(frame)
            self.heard.append({"cmd": command["cmd"]} if self.forgets else command)
            for answer in self._answers(command["cmd"], command):
                await connection.send(json.dumps(answer))
                if answer["msg"] == "GOODBYE":
                    await connection.close()
            del frame, command

    def _answers(self, name: str, command: dict[str, Any]) -> list[dict[str, Any]]:
        match name:
            case "GET_INFO":
                return [{"msg": "INFO", "VersionInfo": {"Implementation-Version": self.version}}]
            case "GET_API_LEVEL":
                return [{"msg": "API_LEVEL", "available": list(self.levels), "current": 2}]
            case "SET_API_LEVEL":
                return [{"msg": "API_LEVEL", "current": command["level"]}]
            case _:
                return self.answers.get(name, [])


@dataclass
class Scene:
    stage: Stage
    desk: EidDesk
    app: PlayedApp
    sent: list[Message]
    changed: asyncio.Event

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def sees(self, step: str) -> None:
        await self.until(lambda: self.stage.view().eid.step == step)

    def ask(self, request: int = 5) -> None:
        self.desk.open(EidRequest(request=request, tc_token_url="https://eid.example/token"))

    @property
    def stages(self) -> list[tuple[EidStage, EidFault | None]]:
        return [(one.stage, one.fault) for one in self.sent if isinstance(one, EidStatus)]


class Wire:
    def __init__(self, sent: list[Message]) -> None:
        self._sent = sent

    def send(self, message: Message) -> None:
        self._sent.append(message)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    changed, sent, app = asyncio.Event(), [], PlayedApp()
    app.answers = {
        "RUN_AUTH": [{"msg": "AUTH"}, {"msg": "ACCESS_RIGHTS", "chat": RIGHTS}],
        "GET_CERTIFICATE": [{"msg": "CERTIFICATE", "description": {"subjectName": "Bürgeramt"}}],
        "ACCEPT": [{"msg": "INSERT_CARD"}, {"msg": "ENTER_PIN", "reader": READER}],
        "SET_PIN": [{"msg": "AUTH", "result": OK}],
        "CANCEL": [{"msg": "AUTH", "result": CANCELLED}],
    }
    stage = Stage(Premises("Site", ("de",), ("s",)), lambda _: changed.set(), lambda: 0.0)
    for event in (E.LINE_UP, E.START, E.LANGUAGE_CHOSEN, E.JOIN, E.TICKET_TAKEN, E.CALLED, E.CALL_STANDS):
        stage.happen(event)
    desk = EidDesk(stage, app, Wire(sent), changed.set)
    async with serve(app.converse, "127.0.0.1", 0) as server:
        app.listening = next(iter(server.sockets)).getsockname()[1]
        yield Scene(stage, desk, app, sent, changed)
        await desk.stop()


async def test_from_consent_to_what_was_sent(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.ask()
    await scene.until(lambda: scene.stage.view().eid.asks == "Bürgeramt")
    scene.desk.agree()
    await scene.sees("pin")
    for digit in (4, 7, 1, 1, 9, 2):
        scene.desk.press(digit)
    assert "471192" not in repr(scene.stage.view())
    scene.desk.enter()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert [stage for stage, _ in scene.stages] == [
        EidStage.STARTING,
        EidStage.CONSENT,
        EidStage.WORKING,
        EidStage.INSERT_CARD,
        EidStage.PIN,
        EidStage.WORKING,
        EidStage.SENT,
    ]
    assert (scene.stage.record.verdict, scene.stage.record.eid) == ("eid_sent", None)
    assert scene.app.heard[-1] == {"cmd": "SET_PIN", "value": "471192"}
    output = capsys.readouterr()
    assert "471192" not in output.out + output.err


def _kept(digits: Sequence[int]) -> list[str]:
    """Where a text or bytes with the digits in it hang on something that lives, and what that is."""
    needle, found = b"".join(b"%d" % digit for digit in digits), []
    for holder in gc.get_objects():
        for value in gc.get_referents(holder):
            # Not isinstance: it asks weak proxies for what is gone.
            kind = type(value)
            if (kind is str and needle.decode() in value) or (kind in (bytes, bytearray) and needle in value):
                found.append(f"{type(holder).__name__} holds {type(value).__name__}")
    return found


@pytest.mark.parametrize("ending", ["sent", "broken"])
async def test_no_copy_of_the_pin_is_kept(
    scene: Scene, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    """Neither while AusweisApp works nor afterwards: no history, no exception, and no log at its lowest level."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "websockets.server")  # the other end's
    digits = (8, 0, 6, 3, 5, 9)
    scene.app.forgets = True
    scene.app.answers["SET_PIN"] = [{"msg": "PAUSE", "cause": "BadCardPosition"}]
    scene.app.answers["CONTINUE"] = [{"msg": "INSERT_CARD"}]
    scene.ask()
    await scene.until(lambda: scene.stage.view().eid.asks == "Bürgeramt")
    scene.desk.agree()
    await scene.sees("pin")
    for digit in digits:
        scene.desk.press(digit)
    scene.desk.enter()
    await scene.sees("position")
    scene.desk.lay_right()  # what the other end's library still has in hand is this
    await scene.sees("card")
    assert _kept(digits) == []
    scene.app.answers["CANCEL"] = [{"msg": "GOODBYE"} if ending == "broken" else {"msg": "AUTH", "result": OK}]
    scene.desk.decline()
    await scene.until(lambda: scene.stages[-1][0] in (EidStage.SENT, EidStage.DECLINED, EidStage.FAILED))
    assert _kept(digits) == []
    output = capsys.readouterr()
    assert "".join(map(str, digits)) not in output.out + output.err + caplog.text


async def test_api_level_three(scene: Scene) -> None:
    """The newest that is offered is chosen; a card that lies badly waits for the citizen; an unknown one is named."""
    scene.app.levels, scene.app.version = (1, 2, 3, 4), "2.4.1"
    scene.app.answers["ACCEPT"] = [{"msg": "PAUSE", "cause": "BadCardPosition"}]
    unknown = {"msg": "READER", "name": "R", "attached": True, "insertable": False, "keypad": False, "card": {}}
    scene.app.answers["CONTINUE"] = [{"msg": "INSERT_CARD"}, unknown]
    scene.ask()
    await scene.until(lambda: scene.stage.view().eid.asks == "Bürgeramt")
    scene.desk.agree()
    await scene.sees("position")
    assert {"cmd": "SET_API_LEVEL", "level": 3} in scene.app.heard
    scene.desk.lay_right()
    await scene.until(lambda: scene.stage.view().eid.fault == EidFault.CARD_UNKNOWN)
    assert scene.stage.view().eid.step == "card"


async def test_the_citizen_does_not_want_to(scene: Scene) -> None:
    scene.ask()
    await scene.sees("rights")
    scene.desk.decline()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.stages[-1] == (EidStage.DECLINED, None)
    assert scene.app.heard[-1] == {"cmd": "CANCEL"}


async def test_the_clerk_takes_it_back(scene: Scene) -> None:
    scene.ask()
    await scene.sees("rights")
    scene.desk.withdraw(4)
    assert scene.stage.state is VisitState.EID
    told = list(scene.stages)
    scene.desk.withdraw(5)
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    assert scene.stages == told


async def test_a_newer_request_takes_the_place(scene: Scene) -> None:
    scene.ask(5)
    await scene.sees("rights")
    scene.ask(6)
    assert scene.desk.request == 6
    await scene.until(lambda: scene.stages[-1] == (EidStage.CONSENT, None))


async def test_why_it_failed_stays_until_it_was_read(scene: Scene) -> None:
    scene.app.answers["ACCEPT"] = [{"msg": "GOODBYE"}]
    scene.ask()
    await scene.until(lambda: scene.stage.view().eid.asks == "Bürgeramt")
    scene.desk.agree()
    await scene.sees("failed")
    assert scene.stages[-1] == (EidStage.FAILED, EidFault.APP_FAILED)
    scene.desk.decline()
    assert scene.stage.state is VisitState.CALL


async def test_a_booth_without_ausweisapp_says_so(scene: Scene) -> None:
    desk = EidDesk(scene.stage, None, Wire(scene.sent), scene.changed.set)
    desk.open(EidRequest(request=9, tc_token_url="https://eid.example/token"))
    assert scene.stages == [(EidStage.FAILED, EidFault.APP_MISSING)]
    assert scene.stage.state is VisitState.CALL


@pytest.mark.parametrize(
    ("version", "levels", "told"), [("1.22.7", (1,), "too old; 1.24.0"), ("9.0.0", (7,), "none of the API levels")]
)
async def test_versions_that_do_not_do(scene: Scene, version: str, levels: tuple[int, ...], told: str) -> None:
    scene.app.version, scene.app.levels = version, levels
    with pytest.raises(AppOutdated, match=told):
        async with SdkClient(scene.app.listening):
            pass
    scene.ask()
    await scene.sees("failed")
    assert scene.stages[-1] == (EidStage.FAILED, EidFault.APP_OUTDATED)


async def test_nobody_listens() -> None:
    with pytest.raises(AppFailed, match="does not answer"):
        async with SdkClient(1):
            pass
