"""Pictures for encoders: the drawn citizen, with a camera's noise so that every bit is needed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np

from media.testing.citizen import CitizenScene

NOISE = 3.0
"""Standard deviation, in steps of 256."""


def noisy_frames(count: int, first: int = 0) -> Iterator[av.VideoFrame]:
    """1280x720 in I420, thirty a second, with timestamps."""
    random = np.random.default_rng(1)
    grains = [random.normal(0, NOISE, (720, 1280, 3)).astype(np.int16) for _ in range(5)]
    scene = CitizenScene()
    for number in range(first, first + count):
        picture = np.clip(scene.frame(number) + grains[number % len(grains)], 0, 255).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), format="yuv420p")
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        yield frame
