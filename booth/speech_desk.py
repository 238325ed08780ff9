"""What the booth says aloud, one thing after the other, by its own speaker. Lives on the terminal's loop.

What is spoken goes the way the tones go: into the mixer of the booth's speaker, so the echo canceller takes it out of
what clerks hear. No text is logged, and none is kept once it has been said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from booth.chime import chime
from booth.speech import Voice, VoiceError
from media.devices.sound import Samples

PACE: Final = 160
"""Words a minute; slower than people talk, since synthetic speech asks for more attention."""

log = structlog.get_logger(__name__)


class Sounds(Protocol):
    """The booth's speaker (`booth.devices.Devices`)."""

    async def play(self, sound: Samples) -> None:
        """To the end, or until cancelled."""
        ...

    async def rest(self) -> None:
        """Nothing is to be played for now."""
        ...


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said in one go. `pieces`: sentences in `language`; `tones` come before them."""

    pieces: tuple[str, ...] = field(repr=False)
    language: str
    tones: tuple[float, ...] = ()


class SpeechDesk:
    """`voice` is None where no speech program is installed: then only tones are heard."""

    def __init__(self, voice: Voice | None, sounds: Sounds) -> None:
        self._voice = voice
        self._sounds = sounds
        self._waiting: deque[Utterance] = deque()
        self._speaking: asyncio.Task[None] | None = None
        self._failed = False
        if voice is None:
            log.warning("no speech output", reason="espeak-ng is not installed")

    @property
    def speaks(self) -> bool:
        return self._speaking is not None

    def say(self, utterance: Utterance) -> None:
        """Say it when what is being said has ended."""
        self._waiting.append(utterance)
        if self._speaking is None:
            self._start()

    def cut_in(self, utterance: Utterance) -> None:
        """Say it now; what is being said ends in the middle."""
        self._waiting.clear()
        self._waiting.append(utterance)
        if self._speaking is not None:
            self._speaking.cancel()
        self._start()

    def hush(self) -> None:
        """Say nothing more, from now on."""
        self._waiting.clear()
        if self._speaking is not None:
            self._speaking.cancel()

    async def forget(self) -> None:
        """Be silent and keep nothing of what was said; the speaker is not used any more when this returns."""
        speaking = self._speaking
        self.hush()
        if speaking is not None:
            await asyncio.gather(speaking, return_exceptions=True)

    def _start(self) -> None:
        self._speaking = task = asyncio.create_task(self._speak(), name="speech-output")
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._speaking is task:
            self._speaking = None
            if self._waiting:
                self._start()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("speech output failed", error=type(error).__name__)

    async def _speak(self) -> None:
        try:
            while self._waiting:
                await self._utter(self._waiting.popleft())
        finally:
            if self._speaking is asyncio.current_task() and not self._waiting:
                await self._sounds.rest()

    async def _utter(self, utterance: Utterance) -> None:
        if utterance.tones:
            await self._sounds.play(chime(utterance.tones))
        for piece in utterance.pieces:
            sound = await self._spoken(piece, utterance.language)
            if sound is not None and len(sound):
                await self._sounds.play(sound)

    async def _spoken(self, piece: str, language: str) -> Samples | None:
        if self._voice is None or not piece.strip():
            return None
        try:
            sound = await self._voice.speech(piece, language, PACE)
        except VoiceError as error:
            if not self._failed:
                log.warning("no speech output", reason=str(error))
            self._failed = True
            return None
        self._failed = False
        return sound
