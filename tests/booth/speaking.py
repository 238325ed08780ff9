"""A voice and a speaker for tests of what the booth says: nothing is heard, everything is written down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np

from booth.speech import VoiceError
from media.devices.sound import Samples


@dataclass
class WrittenVoice:
    """Speaks by writing down, in order; `changed` is set each time. `broken`: nothing comes of it."""

    said: list[tuple[str, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False

    async def speech(self, text: str, language: str, pace: int) -> Samples:
        if self.broken:
            raise VoiceError("broken")
        self.said.append((language, text))
        self.changed.set()
        return np.full(48, len(self.said), np.int16)

    async def says(self, count: int) -> list[tuple[str, str]]:
        """All that has been said, once it is at least `count` things."""
        async with asyncio.timeout(30):
            while len(self.said) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.said


@dataclass
class HeldSpeaker:
    """Plays each sound until the test lets it end."""

    playing: asyncio.Queue[Samples] = field(default_factory=asyncio.Queue)
    ends: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    stopped: int = 0
    rests: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def play(self, sound: Samples, factor: float = 1.0) -> None:
        self.playing.put_nowait(sound)
        try:
            await self.ends.get()
        except asyncio.CancelledError:
            self.stopped += 1
            raise

    async def rest(self) -> None:
        self.rests.put_nowait(None)

    async def begins(self) -> Samples:
        return await asyncio.wait_for(self.playing.get(), 10)
