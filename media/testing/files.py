"""Media files to play as a camera: for the booth, and for Chromium's fake camera."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2

from media.testing.citizen import CLERK, FRAME_RATE, HEIGHT, WIDTH, CitizenScene

_CODECS: Final = {".mp4": "mp4v", ".avi": "MJPG"}


def write_citizen_video(path: Path | str, seconds: float, first: int = 0) -> int:
    """The drawn citizen as `.mp4` (MPEG-4 part 2) or `.avi` (Motion JPEG), 1280x720 at 30 frames a second, both
    cheap to decode. The barcode counts frames from `first`. Returns the number of frames.
    Raises ValueError for another suffix, OSError if the file cannot be written."""
    codec = _CODECS.get(Path(path).suffix)
    if codec is None:
        raise ValueError(f"{path}: .mp4 or .avi expected.")
    fourcc = cv2.VideoWriter.fourcc(*codec)
    writer = cv2.VideoWriter(str(path), fourcc, float(FRAME_RATE), (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise OSError(f"{path}: cannot write a video here.")
    scene = CitizenScene()
    count = round(seconds * FRAME_RATE)
    try:
        for number in range(first, first + count):
            writer.write(scene.frame(number))
    finally:
        writer.release()
    return count


def write_y4m(path: Path | str, seconds: float, first: int = 0) -> int:
    """A drawn clerk, uncompressed, as Chromium's `--use-file-for-fake-video-capture` takes it: 41 MB a second,
    so a few seconds are enough (Chromium plays it in a loop). Returns the number of frames."""
    scene = CitizenScene(CLERK)
    count = round(seconds * FRAME_RATE)
    with Path(path).open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAME_RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(first, first + count):
            file.write(b"FRAME\n")
            file.write(cv2.cvtColor(scene.frame(number), cv2.COLOR_BGR2YUV_I420).tobytes())
    return count
