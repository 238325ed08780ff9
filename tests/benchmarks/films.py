"""What both ends of a measured call see and hear: the same film and the same voice, below build/."""

from __future__ import annotations

import fcntl
import hashlib
import wave
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from media.devices.sound import RATE
from media.testing.citizen import CLERK, FRAME_RATE, HEIGHT, WIDTH, CitizenScene
from scripts.media_files import media_files
from tests.media import speech

GRAIN = 1.5
"""Standard deviation of the noise in the film, in steps of 256: about that of a webcam in a lit room."""
FILM_SECONDS = 4.0
SPEECH_SECONDS = 14.0


@dataclass(frozen=True)
class Films:
    """`calm` is drawn, without any noise, and takes few bits; `lively` has the noise of a camera, and wants them all.
    Both are uncompressed: no decoder on the way costs one end more than the other."""

    calm: Path
    lively: Path
    speech: Path


def films() -> Films:
    """Written first where they are missing or were drawn by an older version of the code."""
    drawn = media_files()
    sources = [Path(__file__), Path(speech.__file__)]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = drawn.clerk.parent / f"bench-{version}"
    folder.mkdir(exist_ok=True)
    made = Films(drawn.clerk, folder / "lively.y4m", folder / "speech.wav")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _write_lively(made.lively)
            _write_speech(made.speech)
            (folder / "complete").touch()
    return made


def _write_lively(path: Path) -> None:
    scene, source = CitizenScene(CLERK), np.random.default_rng(1)
    grains = [source.normal(0, GRAIN, (HEIGHT, WIDTH)) for _ in range(7)]
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAME_RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(round(FILM_SECONDS * FRAME_RATE)):
            picture = cv2.cvtColor(scene.frame(number), cv2.COLOR_BGR2YUV_I420)
            picture[:HEIGHT] = np.clip(picture[:HEIGHT] + grains[number % len(grains)], 0, 255)
            file.write(b"FRAME\n" + picture.tobytes())


def _write_speech(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(speech.voice(SPEECH_SECONDS).tobytes())
