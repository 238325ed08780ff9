"""A booth's microphone and speaker in a sound room. A process of its own, as PortAudio knows but one world.
`python -m tests.media.booth_program states|echo [ROOM_DELAY_SECONDS]`

`states` tells each change of either device, with the seconds of sound delivered and used up, until its input ends.
`echo` lets the clerk's voice play, the citizen speak, and both, and tells what was left of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import structlog

from media.consultation import DeviceState
from media.devices import open_microphone, open_speaker
from media.devices.sound import BLOCK, BLOCK_SECONDS, RATE, Samples, silence
from media.speech import Speech
from tests.media.acoustics import Sound, decibels, likeness, part
from tests.media.room_program import NEAR_SECONDS
from tests.media.speech import voice

PATIENCE = 30.0
LEARNING_SECONDS = 14.0
JUDGED_SECONDS = 6.0
MARGIN_SECONDS = 1.0
TELLING = threading.Lock()


def tell(**what: Any) -> None:
    """One line, whole: both devices' threads tell, and `print` writes the end of a line by itself."""
    with TELLING:
        print(json.dumps(what), flush=True)


class Notes:
    """A speech path that writes down what comes in and goes out."""

    def __init__(self) -> None:
        self.speech = Speech()
        self.load = self.speech.load
        self.played = self.speech.played
        self.heard: list[Samples] = []
        self.passed: list[Samples] = []
        self.cpu_seconds = 0.0
        self._changed = threading.Condition()

    def captured(self, block: Samples, latency: float) -> Samples:
        began = time.thread_time()
        cleaned = self.speech.captured(block, latency)
        self.cpu_seconds += time.thread_time() - began
        with self._changed:
            self.heard.append(block.copy())
            self.passed.append(cleaned)
            self._changed.notify_all()
        return cleaned

    def wait(self, seconds: float) -> tuple[float, float]:
        """Until so much more has been heard; from when to when that was, in seconds of the recording."""
        with self._changed:
            start = len(self.heard)
            enough = start + round(seconds / BLOCK_SECONDS)
            if not self._changed.wait_for(lambda: len(self.heard) >= enough, seconds + PATIENCE):
                raise TimeoutError
        return start * BLOCK_SECONDS, enough * BLOCK_SECONDS


class Clerk:
    """The voice from the office: speaks, over and over, while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.pulled = 0
        self._voice = voice(14).reshape(-1, BLOCK)

    def pull(self, count: int) -> Samples:
        self.pulled += 1
        return self._voice[self.pulled % len(self._voice)] if self.on else silence(count)


def states() -> None:
    clerk = Clerk()
    counted = [0]

    def teller(device: str) -> Any:
        def told(state: DeviceState) -> None:
            tell(device=device, state=state, at=time.monotonic(), delivered=counted[0], used=clerk.pulled)

        return told

    speech = Speech()
    microphone = open_microphone("booth_microphone", teller("microphone"), speech)
    speaker = open_speaker("booth_speaker", teller("speaker"), speech)

    def count(block: Samples) -> None:
        counted[0] += 1
        if counted[0] == 10:
            tell(device="microphone", state="delivers")

    microphone.listen(count)
    speaker.play(clerk.pull)
    for word in sys.stdin:
        tell(asked=word.strip(), delivered=counted[0], used=clerk.pulled, at=time.monotonic())
    speaker.close()
    microphone.close()


def echo(delay: float) -> None:
    notes, clerk = Notes(), Clerk()
    room = subprocess.Popen(
        [sys.executable, "-m", "tests.media.room_program", str(delay)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert room.stdin is not None and room.stdout is not None
    room.stdout.readline()

    def ask(word: str) -> None:
        assert room.stdin is not None
        print(word, file=room.stdin, flush=True)

    ask("noise")
    microphone = open_microphone("booth_microphone", None, notes)
    speaker = open_speaker("booth_speaker", None, notes)
    speaker.play(clerk.pull)
    notes.wait(1.0)
    clerk.on = True
    notes.wait(LEARNING_SECONDS)
    cpu, blocks = notes.cpu_seconds, len(notes.heard)
    judged = notes.wait(JUDGED_SECONDS)
    cpu, blocks = notes.cpu_seconds - cpu, len(notes.heard) - blocks
    clerk.on = False
    notes.wait(MARGIN_SECONDS)
    ask("speak")
    alone = notes.wait(NEAR_SECONDS + MARGIN_SECONDS)
    clerk.on = True
    notes.wait(MARGIN_SECONDS)
    ask("speak")
    both = notes.wait(NEAR_SECONDS + MARGIN_SECONDS)
    speaker.close()
    microphone.close()
    room.stdin.close()
    room.wait(PATIENCE)
    heard, passed = (np.concatenate(blocks).astype(np.float64) for blocks in (notes.heard, notes.passed))
    figures = notes.speech.figures()

    def level(sound: Sound, when: tuple[float, float]) -> float:
        return decibels(part(sound, *when))

    tell(
        echo_reduction_db=level(heard, judged) - level(passed, judged),
        speech_kept_db=level(passed, both) - level(passed, alone),
        speech_likeness=likeness(part(passed, *both), part(passed, *alone)),
        gain_db=level(passed, alone) - level(heard, alone),
        heard_db=level(heard, judged) - 20 * np.log10(32768),
        delay=figures.delay,
        held=figures.held,
        cancelling=figures.cancelling,
        cpu_share=cpu / (blocks * BLOCK_SECONDS),
        rate=RATE,
    )


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    states() if sys.argv[1] == "states" else echo(float(sys.argv[2]))
