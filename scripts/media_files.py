"""The media files that stand in for camera and microphone in demo, tests and benchmarks; made once, below build/."""

from __future__ import annotations

import fcntl
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media.testing.files import write_citizen_video, write_y4m
from media.testing.tone import write_tone

ROOT = Path(__file__).resolve().parent.parent
CITIZEN_HZ: Final = 440.0
CLERK_HZ: Final = 1000.0
CITIZEN_SECONDS: Final = 20.0
CLERK_SECONDS: Final = 4.0
"""Chromium plays uncompressed video in a loop; 4 s at 1280x720 are 166 MB."""


@dataclass(frozen=True)
class MediaFiles:
    """A picture with the barcode clock and a tone, for each end."""

    citizen: Path
    citizen_sound: Path
    clerk: Path
    clerk_sound: Path


def media_files() -> MediaFiles:
    """The files, written first where they are missing or were drawn by an older version of the code."""
    sources = sorted((ROOT / "media/testing").glob("*.py"))
    version = hashlib.sha256(b"".join(path.read_bytes() for path in [*sources, Path(__file__)])).hexdigest()[:12]
    folder = ROOT / "build/media" / version
    folder.mkdir(parents=True, exist_ok=True)
    files = MediaFiles(folder / "citizen.avi", folder / "citizen.wav", folder / "clerk.y4m", folder / "clerk.wav")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            write_citizen_video(files.citizen, CITIZEN_SECONDS)
            write_tone(files.citizen_sound, CITIZEN_HZ, 10.0, level=0.2)
            write_y4m(files.clerk, CLERK_SECONDS)
            write_tone(files.clerk_sound, CLERK_HZ, 10.0, level=0.2)
            (folder / "complete").touch()
    return files
