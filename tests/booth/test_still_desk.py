"""A still from the request to the last byte: the citizen sees it first, and nothing of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from booth.pages import PageStore
from booth.stage import Stage
from booth.still_desk import Picture, StillDesk, jpeg
from booth.view import Premises
from booth.visit import VisitEvent, VisitState
from media.consultation import MAX_STILL_BYTES, Chunk, DeviceState, Message, Still, StillRequest, StillStatus
from media.devices.faults import DeviceError
from media.transfer import Assembler, chunks

E = VisitEvent


@dataclass
class Wire:
    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def send_transfer(self, transfer: str, data: bytes) -> None:
        self.sent += chunks(transfer, data)

    @property
    def statuses(self) -> list[str]:
        return [message.status for message in self.sent if isinstance(message, StillStatus)]


class PlayedCamera:
    """Each picture is another shade of grey."""

    def __init__(self) -> None:
        self.taken = 0
        self.broken = False

    async def still(self) -> Picture:
        if self.broken:
            raise DeviceError(DeviceState.FROZEN, "0", "no picture")
        self.taken += 1
        return np.full((1080, 1920, 3), 40 * self.taken, np.uint8)


@dataclass
class Scene:
    stage: Stage
    camera: PlayedCamera
    pages: PageStore
    wire: Wire
    desk: StillDesk
    changed: asyncio.Event
    closed: list[bool]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    changed = asyncio.Event()
    stage = Stage(Premises("Site", ("de",), ("s",)), lambda _: changed.set(), lambda: 0.0)
    for event in (E.LINE_UP, E.START, E.LANGUAGE_CHOSEN, E.JOIN, E.TICKET_TAKEN, E.CALLED, E.CALL_STANDS):
        stage.happen(event)
    camera, pages, wire, closed = PlayedCamera(), PageStore(), Wire(), []
    desk = StillDesk(stage, camera, pages, wire, lambda: closed.append(True))
    yield Scene(stage, camera, pages, wire, desk, changed, closed)
    await desk.stop()


async def test_only_the_picture_that_was_looked_at_is_sent(scene: Scene) -> None:
    scene.desk.open(StillRequest(request=5))
    scene.desk.send()
    assert scene.wire.statuses == ["consent"]
    for _ in range(2):
        scene.desk.take()
        await scene.until(lambda: scene.stage.state is VisitState.STILL_CHECK)
        scene.desk.again()
        assert len(scene.pages) == 0
    scene.desk.take()
    await scene.until(lambda: scene.stage.state is VisitState.STILL_CHECK)
    assert not any(isinstance(message, Still | Chunk) for message in scene.wire.sent)
    scene.desk.send()
    await scene.until(lambda: scene.stage.state is VisitState.CALL)
    announced = next(message for message in scene.wire.sent if isinstance(message, Still))
    assembler = Assembler(announced.transfer, announced.size, announced.sha256)
    data = [assembler.add(piece) for piece in scene.wire.sent if isinstance(piece, Chunk)][-1]
    assert data is not None
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert (picture.shape, picture[500, 500, 0]) == ((1080, 1920, 3), 120)
    assert (scene.stage.record.still, len(scene.pages), scene.closed) == (None, 0, [True])


@pytest.mark.parametrize("looked", [False, True])
async def test_declining_sends_nothing(scene: Scene, looked: bool) -> None:
    scene.desk.open(StillRequest(request=5))
    if looked:
        scene.desk.take()
        await scene.until(lambda: scene.stage.state is VisitState.STILL_CHECK)
    scene.desk.decline()
    assert scene.wire.statuses == ["consent", "declined"]
    assert not any(isinstance(message, Still) for message in scene.wire.sent)
    assert (scene.stage.state, scene.stage.record.still, len(scene.pages)) == (VisitState.CALL, None, 0)


async def test_a_camera_without_a_picture_can_be_tried_again(scene: Scene) -> None:
    scene.camera.broken = True
    scene.desk.open(StillRequest(request=5))
    scene.desk.take()
    await scene.until(lambda: scene.stage.view().still.failed)
    scene.camera.broken = False
    scene.desk.take()
    await scene.until(lambda: scene.stage.state is VisitState.STILL_CHECK)
    assert not scene.stage.view().still.failed


async def test_the_clerk_takes_the_request_back(scene: Scene) -> None:
    scene.desk.open(StillRequest(request=5))
    scene.desk.take()
    await scene.until(lambda: scene.stage.state is VisitState.STILL_CHECK)
    scene.desk.withdraw(4)
    assert scene.desk.request == 5
    scene.desk.withdraw(5)
    assert (scene.stage.state, len(scene.pages)) == (VisitState.CALL, 0)


def test_a_picture_too_fine_for_the_channel_is_made_coarser() -> None:
    noise = np.asarray(np.random.default_rng(1).integers(0, 256, (2160, 3840, 3)), np.uint8)
    assert 0 < len(jpeg(noise)) <= MAX_STILL_BYTES
