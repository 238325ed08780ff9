"""What is said when: in order, cut off by what is newer, silent at once when it is over."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from structlog.testing import capture_logs

from booth.chime import COMES, chime
from booth.reading import Piece
from booth.speech_desk import SpeechDesk, Utterance
from tests.booth.speaking import HeldSpeaker, WrittenVoice


@pytest.fixture
def voice() -> WrittenVoice:
    return WrittenVoice()


@pytest.fixture
def speaker() -> HeldSpeaker:
    return HeldSpeaker()


@pytest.fixture
def desk(voice: WrittenVoice, speaker: HeldSpeaker) -> SpeechDesk:
    return SpeechDesk(voice, speaker)


def utterance(*pieces: str) -> Utterance:
    return Utterance(tuple(Piece(piece, "de") for piece in pieces))


async def test_one_thing_after_the_other(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    desk.say(utterance("one", "two"))
    desk.say(utterance("three"))
    for number in (1, 2, 3):
        assert (await speaker.begins())[0] == number
        assert len(voice.said) == number, "nothing is spoken ahead"
        speaker.ends.put_nowait(None)
    await asyncio.wait_for(speaker.rests.get(), 10)
    assert voice.said == [("de", "one"), ("de", "two"), ("de", "three")]


async def test_tones_come_first(desk: SpeechDesk, speaker: HeldSpeaker) -> None:
    desk.say(Utterance((Piece("one", "en"),), COMES))
    assert np.array_equal(await speaker.begins(), chime(COMES))
    speaker.ends.put_nowait(None)
    assert (await speaker.begins())[0] == 1
    await desk.forget()


async def test_something_newer_cuts_in(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    desk.say(utterance("old", "older"))
    await speaker.begins()
    desk.say(utterance("waits"))
    desk.cut_in(utterance("new"))
    assert (await speaker.begins())[0] == 2
    assert speaker.stopped == 1
    speaker.ends.put_nowait(None)
    await asyncio.wait_for(speaker.rests.get(), 10)
    assert voice.said == [("de", "old"), ("de", "new")]
    assert speaker.rests.empty(), "the speaker is kept between the two"


async def test_it_is_silent_at_once(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    desk.say(utterance("one", "two"))
    await speaker.begins()
    desk.hush()
    await asyncio.wait_for(speaker.rests.get(), 10)
    assert (speaker.stopped, voice.said) == (1, [("de", "one")])


async def test_what_is_urgent_is_said_to_the_end(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    desk.say(Utterance((Piece("urgent", "de"),), urgent=True))
    await speaker.begins()
    desk.cut_in(utterance("old"))
    desk.cut_in(utterance("new"))
    assert speaker.playing.empty()
    speaker.ends.put_nowait(None)
    await speaker.begins()
    assert (speaker.stopped, [text for _, text in voice.said]) == (0, ["urgent", "new"])
    desk.calm()
    assert speaker.stopped == 0
    await desk.forget()


async def test_what_was_urgent_is_stopped_at_once(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    desk.say(Utterance((Piece("urgent", "de"),), urgent=True))
    desk.say(utterance("screen"))
    await speaker.begins()
    desk.calm()
    await speaker.begins()
    assert (speaker.stopped, [text for _, text in voice.said]) == (1, ["urgent", "screen"])
    await desk.forget()


async def test_the_speaker_is_kept_while_somebody_is_read_to(desk: SpeechDesk, speaker: HeldSpeaker) -> None:
    desk.stay(True)
    desk.say(utterance("one"))
    desk.say(utterance("two"))
    for _ in range(2):
        await speaker.begins()
        speaker.ends.put_nowait(None)
    await desk.forget()
    assert speaker.rests.empty()
    desk.stay(False)
    await asyncio.wait_for(speaker.rests.get(), 10)


async def test_it_speaks_again_after_silence(desk: SpeechDesk, speaker: HeldSpeaker) -> None:
    desk.say(utterance("one"))
    await speaker.begins()
    desk.hush()
    desk.say(utterance("two"))
    assert (await speaker.begins())[0] == 2
    await desk.forget()


async def test_forgetting_ends_with_nothing_spoken(desk: SpeechDesk, speaker: HeldSpeaker) -> None:
    desk.say(utterance("one", "two"))
    await speaker.begins()
    await desk.forget()
    assert not desk.speaks
    assert speaker.rests.qsize() == 1
    await desk.forget()


async def test_without_a_voice_there_are_tones(speaker: HeldSpeaker) -> None:
    with capture_logs() as logs:
        desk = SpeechDesk(None, speaker)
        for _ in range(2):
            desk.say(Utterance((Piece("Mustermann", "de"),), COMES))
            assert np.array_equal(await speaker.begins(), chime(COMES))
            speaker.ends.put_nowait(None)
            await asyncio.wait_for(speaker.rests.get(), 10)
    assert [entry["event"] for entry in logs] == ["no speech output"]


async def test_a_voice_that_fails_is_told_once(desk: SpeechDesk, voice: WrittenVoice, speaker: HeldSpeaker) -> None:
    voice.broken = True
    with capture_logs() as logs:
        desk.say(utterance("Mustermann", "Mustermann"))
        await asyncio.wait_for(speaker.rests.get(), 10)
    assert [entry["event"] for entry in logs] == ["no speech output"]
    assert "Mustermann" not in str(logs)


def test_what_is_said_is_not_shown_by_its_description() -> None:
    assert "Mustermann" not in repr(utterance("Mustermann"))
