"""How often the machine-readable zone is read from drawn documents, how often wrongly, and what a picture costs."""

from __future__ import annotations

import statistics
import time

import numpy as np

from booth.mrz.reader import ZoneReader, decoded, shared, sight
from booth.mrz.testing.camera import Shot, photograph
from booth.mrz.testing.specimen import draw
from booth.mrz.testing.zones import random_lines
from booth.mrz.zone import LAYOUTS, Format, key_of
from scripts.bench_runner import Figure

DOCUMENTS = 10
"""Of each format, for each way of lying."""
PICTURES = 6
"""As many as a citizen's document is looked at in two to three seconds."""
LYING = {
    "straight": Shot(),
    "turned by 8 degrees": Shot(turn=8),
    "upside down": Shot(turn=180),
    "on its side": Shot(turn=90, fill=0.45),
    "tilted by 8 per cent": Shot(tilt=0.08, turn=3),
    "half as large": Shot(fill=0.45),
    "blurred": Shot(blur=1.6),
    "noisy": Shot(noise=12),
    "in the shade": Shot(light=0.35),
    "arched": Shot(bend=0.025),
    "under a lamp": Shot(glare=0.12),
    "moved by 5 pixels": Shot(motion=5),
    "a lamp on its middle": Shot(spot=0.35),
    "half in the shade, half under a lamp": Shot(light=0.4, glare=0.08),
    "JPEG of quality 20": Shot(jpeg=20),
    "under a patterned foil": Shot(laminate=35),
    "moved, foil, JPEG of quality 30": Shot(turn=4, tilt=0.06, motion=3, laminate=20, spot=0.6, jpeg=30),
    "1920x1080, a third of the width": Shot(size=(1920, 1080), fill=0.34),
    "all of it": Shot(turn=5, tilt=0.05, blur=1.1, noise=7, light=0.6, glare=0.06, bend=0.01),
}


def figures() -> list[Figure]:
    chance = np.random.default_rng(9303)
    began = time.process_time()
    shared()
    found = [Figure("CPU to make the recogniser", time.process_time() - began, "s", "limit", 3, 1)]
    costs: list[float] = []
    wrong = looked = 0
    for name, shot in LYING.items():
        one = several = documents = 0
        for kind in Format:
            for _ in range(DOCUMENTS):
                lines = random_lines(kind, chance)
                page, reader, read = draw(lines, chance), ZoneReader(), None
                documents += 1
                for number in range(PICTURES):
                    picture = photograph(page, shot, chance)
                    if number == 0:
                        began = time.process_time()
                        seen = sight(picture)
                        costs.append(time.process_time() - began)
                        zone = decoded(seen) if seen else None
                        one += zone is not None and zone.key == key_of("".join(lines), LAYOUTS[kind])
                    read = reader.look(picture)
                    if read is not None:
                        break
                looked += 1
                several += read is not None and read.key == key_of("".join(lines), LAYOUTS[kind])
                wrong += read is not None and read.key != key_of("".join(lines), LAYOUTS[kind])
        found += [
            Figure(f"{name}: read from one picture", 100 * one / documents, "%", "all", 100, 0.5, True),
            Figure(f"{name}: read within {PICTURES}", 100 * several / documents, "%", "all", 100, 0.95, True),
        ]
    return [
        *found,
        Figure("key read wrongly, of all documents", 100 * wrong / looked, "%", "limit", 1, 1),
        Figure("CPU for a picture, median", 1000 * statistics.median(costs), "ms", "limit", 100, 1),
    ]
