"""What the booth says aloud, one thing after the other, by its own speaker. Lives on the terminal's loop.

What is spoken goes the way the tones go: into the mixer of the booth's speaker, so the echo canceller takes it out of
what clerks hear. No text is logged, and none is kept once it has been said.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from booth.chime import chime
from booth.reading import LOUDNESSES, PACES, Loudness, Pace, Piece
from booth.speech import Voice, VoiceError
from media.devices.sound import Samples

log = structlog.get_logger(__name__)


class Sounds(Protocol):
    """The booth's speaker (`booth.devices.Devices`)."""

    async def play(self, sound: Samples, factor: float = 1.0) -> None:
        """`factor` times as loud, to the end or until cancelled."""
        ...

    async def rest(self) -> None:
        """Nothing is to be played for now."""
        ...


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said in one go; `tones` come before it. `urgent`: what is newer waits until it has been said."""

    pieces: tuple[Piece, ...]
    tones: tuple[float, ...] = ()
    pace: Pace = "normal"
    loudness: Loudness = "normal"
    urgent: bool = False


class SpeechDesk:
    """`voice` is None where no speech program is installed: then only tones are heard."""

    def __init__(self, voice: Voice | None, sounds: Sounds) -> None:
        self._voice = voice
        self._sounds = sounds
        self._waiting: deque[Utterance] = deque()
        self._now: Utterance | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._failed = False
        self._stays = False
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
        """Say it now; what is being said ends in the middle, unless that is urgent."""
        self.hush()
        self.say(utterance)

    def hush(self) -> None:
        """Say nothing more that is not urgent, from now on."""
        self._drop(lambda utterance: not utterance.urgent)

    def calm(self) -> None:
        """What was urgent is so no more."""
        self._drop(lambda utterance: utterance.urgent)

    def stay(self, on: bool) -> None:
        """Whether to keep the speaker open, so that the next word comes at once."""
        self._stays = on
        if not on and self._speaking is None:
            self._start()

    async def forget(self) -> None:
        """Be silent and keep nothing of what was said; nothing is played any more when this returns."""
        speaking = self._speaking
        self._drop(lambda _: True)
        if speaking is not None:
            await asyncio.gather(speaking, return_exceptions=True)

    def _drop(self, unwanted: Callable[[Utterance], bool]) -> None:
        self._waiting = deque(one for one in self._waiting if not unwanted(one))
        if self._speaking is not None and (self._now is None or unwanted(self._now)):
            self._speaking.cancel()

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
                self._now = self._waiting.popleft()
                await self._utter(self._now)
        finally:
            self._now = None
            if not self._waiting and not self._stays:
                await self._sounds.rest()

    async def _utter(self, utterance: Utterance) -> None:
        factor = LOUDNESSES[utterance.loudness]
        if utterance.tones:
            await self._sounds.play(chime(utterance.tones), factor)
        for piece in utterance.pieces:
            sound = await self._spoken(piece, utterance.pace)
            if sound is not None and len(sound):
                await self._sounds.play(sound, factor)

    async def _spoken(self, piece: Piece, pace: Pace) -> Samples | None:
        if self._voice is None or not piece.text.strip():
            return None
        try:
            sound = await self._voice.speech(piece.text, piece.language, PACES[pace])
        except VoiceError as error:
            if not self._failed:
                log.warning("no speech output", reason=str(error))
            self._failed = True
            return None
        self._failed = False
        return sound
