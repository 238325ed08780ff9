"""Text to speech by eSpeak NG, a program of its own: the text goes in by its standard input, sound comes out.

So nothing that is said stands in a file or in the list of processes, and what the program knew of it goes with the
program, which lives some thirty milliseconds a sentence. It runs apart from the booth also by its licence (GPL 3).

    VoiceError
      no speech came of a text; the text of the error never holds what was to be said
"""

from __future__ import annotations

import asyncio
import re
import shutil
from typing import Final, Protocol

import av
import numpy as np

from media.devices.sound import RATE, Samples

PROGRAM: Final = "espeak-ng"
VOICES: Final = {"en": "en-gb"}
"""What eSpeak NG calls a language where it is not our name of it."""
MAX_TEXT: Final = 2000
"""Characters of one piece; a clerk's end may send long ones."""
_TIMEOUT_S: Final = 5.0
_WAVE_HEADER: Final = 44
_ESPEAK_RATE: Final = 22_050
_COMMANDS: Final = re.compile(r"[\x00-\x1f\x7f]|\[\[|\]\]")
"""What eSpeak NG would take for commands and phonemes in the midst of a text."""


class VoiceError(Exception):
    """No speech came of a text. Never names the text."""


class Voice(Protocol):
    """Whoever can speak."""

    async def speech(self, text: str, language: str, pace: int) -> Samples:
        """`text` spoken, mono at 48 kHz; `language` as in booth.words, `pace` in words a minute. Raises VoiceError."""
        ...


class Espeak:
    """eSpeak NG at `program`; each text has a process of its own, which a cancelled call ends."""

    def __init__(self, program: str) -> None:
        self._program = program

    async def speech(self, text: str, language: str, pace: int) -> Samples:
        arguments = ["-v", VOICES.get(language, language), "-s", str(pace), "-b", "1", "--stdin", "--stdout"]
        try:
            process = await asyncio.create_subprocess_exec(
                self._program,
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise VoiceError(f"{self._program} cannot be started: {error.strerror}.") from None
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                wave, _ = await process.communicate(speakable(text).encode())
        except TimeoutError:
            raise VoiceError(f"{self._program} did not end within {_TIMEOUT_S:.0f} s.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise VoiceError(f"{self._program} has no voice for {language}, or failed (exit {process.returncode}).")
        return _at_booths_rate(np.frombuffer(wave[_WAVE_HEADER : len(wave) // 2 * 2], np.int16))


def find(program: str = PROGRAM) -> Espeak | None:
    """The voice of this machine; None when it has none."""
    path = shutil.which(program)
    return None if path is None else Espeak(path)


def speakable(text: str) -> str:
    """`text` without what a speech program might take for commands, and not endless."""
    return _COMMANDS.sub(" ", text)[:MAX_TEXT]


def _at_booths_rate(samples: Samples) -> Samples:
    if not len(samples):
        return samples
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = _ESPEAK_RATE
    blocks = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([block.to_ndarray()[0] for block in blocks]).astype(np.int16)
