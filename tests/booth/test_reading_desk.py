"""Reading aloud as the terminal does it: only where it is wanted, and over with the visit."""

from __future__ import annotations

from pathlib import Path

from booth.reading import NOT_READING, Piece, Reading
from booth.terminal import CHOICES_KEPT_S
from booth.visit import VisitState
from tests.booth.scene import Scene, open_scene
from tests.booth.speaking import WrittenVoice

ON = Reading(on=True, personal=True)
PIECES = (Piece("Guten Tag", "de"),)


async def test_what_is_read_is_said_where_it_is_wanted(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice) as scene:
        await scene.opens()
        scene.terminal.read_out(PIECES, True)
        assert not scene.terminal.speaks
        scene.terminal.set_reading(ON)
        scene.terminal.read_out(PIECES, True)
        assert await voice.says(1) == [("de", "Guten Tag")]
        scene.terminal.set_reading(NOT_READING)


async def test_the_farewell_is_read_and_the_next_citizen_is_not(tmp_path: Path) -> None:
    voice = WrittenVoice()
    async with open_scene(tmp_path, voice=voice) as scene:
        await scene.waits()
        scene.terminal.set_reading(ON)
        scene.terminal.leave()
        await scene.sees(VisitState.THANKS)
        assert scene.stage.record.reading == Reading(on=True), "what is one's own is not read any more"
        scene.terminal.read_out(PIECES, True)
        await voice.says(1)
        scene.terminal.finish()
        assert scene.stage.view().reading == NOT_READING
        scene.terminal.read_out(PIECES, True)
        assert len(voice.said) == 1


async def test_nobody_is_read_to_for_long(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.set_reading(ON)
    scene.time[0] += CHOICES_KEPT_S - 1
    scene.terminal.tick()
    assert scene.stage.record.reading.on
    scene.time[0] += 1
    scene.terminal.tick()
    assert scene.stage.record.reading == NOT_READING


async def test_what_somebody_chose_who_has_gone_is_nobodys(scene: Scene) -> None:
    await scene.opens()
    scene.terminal.set_language("en")
    scene.terminal.set_high_contrast(True)
    scene.time[0] += CHOICES_KEPT_S - 1
    scene.terminal.set_large_text(True)
    scene.time[0] += CHOICES_KEPT_S - 1
    scene.terminal.tick()
    view = scene.stage.view()
    assert (view.language, view.high_contrast, view.large_text) == ("en", True, True)
    scene.time[0] += 1
    scene.terminal.tick()
    view = scene.stage.view()
    assert (view.language, view.high_contrast, view.large_text) == ("de", False, False)
