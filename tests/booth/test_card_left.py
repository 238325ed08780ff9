"""A card that stays on the reader: the citizen is reminded, and nobody else begins a visit with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from booth.card_reminder import FIRST_S
from booth.idcard.reader import ReaderStatus
from booth.terminal import CARD_REMINDED_S
from booth.view import CARD_LEFT
from booth.visit import VisitState
from booth.words import Words
from media.consultation import DeviceState
from signaling.client import Connected
from signaling.protocol.messages import Welcome
from tests.booth.scene import Scene, open_scene
from tests.booth.speaking import WrittenVoice

S = VisitState


async def leaves_with_a_card_on_the_reader(scene: Scene) -> None:
    await scene.waits()
    scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
    scene.terminal.leave()
    await scene.sees(S.THANKS)


async def test_the_card_is_taken_before_the_next_visit(scene: Scene) -> None:
    await leaves_with_a_card_on_the_reader(scene)
    assert scene.stage.view().card_there
    assert scene.stage.view().countdown_s is None
    scene.terminal.finish()
    assert scene.state is S.THANKS
    scene.terminal.reader_changed(ReaderStatus.EMPTY)
    assert not scene.stage.view().card_there
    scene.terminal.finish()
    assert scene.reliefs == ["prepared", "relieved"]


async def test_what_is_known_of_the_citizen_does_not_wait_for_the_card(scene: Scene) -> None:
    await leaves_with_a_card_on_the_reader(scene)
    assert scene.wipes == [True]
    assert scene.stage.record.ticket is None


async def test_a_card_that_nobody_takes_is_left_to_the_next_process(scene: Scene) -> None:
    await leaves_with_a_card_on_the_reader(scene)
    scene.time[0] += CARD_REMINDED_S - 1
    scene.terminal.tick()
    assert scene.state is S.THANKS
    scene.time[0] += 1
    scene.terminal.tick()
    assert scene.reliefs == ["prepared", "relieved, card left"]


async def test_a_card_left_where_nothing_was_learned_closes_the_booth(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
    scene.terminal.start()
    scene.terminal.leave()
    await scene.sees(S.UNAVAILABLE)
    assert (scene.stage.premises.trouble, scene.reliefs) == (CARD_LEFT, [])


@pytest.mark.parametrize("status", [ReaderStatus.EMPTY, ReaderStatus.NO_READER])
async def test_a_card_left_closes_the_booth_until_it_is_gone(tmp_path: Path, status: ReaderStatus) -> None:
    async with open_scene(tmp_path, card_left=True) as scene:
        scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
        await scene.line.events.join()
        assert (scene.state, scene.stage.premises.trouble) == (S.UNAVAILABLE, CARD_LEFT)
        scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
        scene.terminal.reader_changed(ReaderStatus.SERVICE_DOWN)
        assert scene.state is S.UNAVAILABLE
        scene.terminal.reader_changed(status)
        assert (scene.state, scene.stage.premises.trouble) == (S.ATTRACT, "")


@pytest.mark.parametrize("status", ReaderStatus)
async def test_after_a_crash_a_card_on_the_reader_is_one_left(tmp_path: Path, status: ReaderStatus) -> None:
    async with open_scene(tmp_path, card_left=None) as scene:
        scene.terminal.reader_changed(status)
        scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
        await scene.line.events.join()
        assert scene.stage.premises.trouble == (CARD_LEFT if status is ReaderStatus.CARD_PRESENT else "")


async def test_a_card_put_in_early_is_the_citizens_own(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
    scene.terminal.start()
    assert scene.state is S.LANGUAGE


async def test_the_clerk_is_told_how_the_reader_is(scene: Scene) -> None:
    await scene.opens()
    for status, state in (
        (ReaderStatus.NO_READER, DeviceState.MISSING),
        (ReaderStatus.SERVICE_DOWN, DeviceState.BUSY),
        (ReaderStatus.EMPTY, DeviceState.OK),
    ):
        scene.terminal.reader_changed(status)
        assert scene.stage.premises.devices.card_reader is state


async def test_it_is_spoken_of_at_once_and_again_until_it_is_gone(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice) as scene:
        await leaves_with_a_card_on_the_reader(scene)
        asks = ("de", Words().text("de", "card-there"))
        assert await voice.says(1) == [asks]
        scene.time[0] += FIRST_S
        scene.terminal.tick()
        assert await voice.says(2) == [asks] * 2
        scene.time[0] += CARD_REMINDED_S
        scene.terminal.tick()
        assert scene.reliefs == ["prepared", "relieved, card left"]
        scene.time[0] += CARD_REMINDED_S
        scene.terminal.tick()
        assert len(voice.said) == 2, "the process that comes next speaks"


async def test_the_process_that_comes_next_speaks_of_it_until_it_is_gone(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice, card_left=True) as scene:
        scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
        scene.says(Connected(Welcome(version=1, peer="booth-1", ice_servers=[])))
        await scene.line.events.join()
        scene.terminal.tick()
        assert await voice.says(1) == [("de", Words().text("de", CARD_LEFT))]
        scene.terminal.reader_changed(ReaderStatus.EMPTY)
        scene.time[0] += CARD_REMINDED_S
        scene.terminal.tick()
        assert len(voice.said) == 1


async def test_it_is_asked_for_in_the_citizens_language(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice) as scene:
        await scene.waits()
        scene.terminal.set_language("en")
        scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
        scene.terminal.leave()
        assert await voice.says(1) == [("en", Words().text("en", "card-there"))]


async def test_nothing_is_said_where_nothing_was_left(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice) as scene:
        await scene.waits()
        scene.terminal.leave()
        await scene.sees(S.THANKS)
        scene.terminal.tick()
        scene.terminal.finish()
        scene.terminal.reader_changed(ReaderStatus.CARD_PRESENT)
        scene.terminal.tick()
        assert voice.said == []
