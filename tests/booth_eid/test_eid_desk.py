"""An eID request at the booth: what the clerk is told, what the citizen sees, with AusweisApp played by the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
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
            self.heard.append(command)
            for answer in self._answers(command["cmd"], command):
                await connection.send(json.dumps(answer))
                if answer["msg"] == "GOODBYE":
                    await connection.close()

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
        async with asyncio.timeout(10):
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
